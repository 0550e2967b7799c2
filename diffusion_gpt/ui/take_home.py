"""The menu under the stage: the film on it as a file or a link.

Knows nothing of how a form is drawn. Nothing is kept on the server: a file is handed over, and soon deleted.
"""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import gradio as gr

from diffusion_gpt import assets
from diffusion_gpt.link import Link, again
from diffusion_gpt.render.forms import FORMS, Wishes
from diffusion_gpt.render.page import message
from diffusion_gpt.render.words import caption
from diffusion_gpt.trajectory import Trajectory
from diffusion_gpt.ui import opening, player, scratch
from diffusion_gpt.ui.address import home
from diffusion_gpt.ui.controls import QUIETLY
from diffusion_gpt.ui.desk import Desk

BUTTONS = {"gif": "GIF", "mp4": "Video", "poster": "Poster", "html": "Page", "json": "Data"}
"""The forms, and what their buttons say."""
PAUSE = 0.2
"""Seconds between two words on how far it is."""
BEING_STOPPED = 2.0
"""Seconds that a run which is just being stopped may take to end."""


@dataclass(frozen=True)
class Menu:
    """The menu's controls."""

    forms: dict[str, gr.Button]
    link: gr.Button
    said: gr.HTML
    stop: gr.Button
    file: gr.DownloadButton
    colours: gr.Radio
    poster: gr.Radio
    loop: gr.Checkbox
    title: gr.Checkbox
    upload: gr.UploadButton

    @property
    def inputs(self) -> list:
        return [self.colours, self.poster, self.loop, self.title]


def menu() -> Menu:
    """Lays the menu out: the forms in sight, how they look folded away."""
    with gr.Column(elem_id="take-home"):
        with gr.Row(elem_classes="forms"):
            gr.Markdown("Take it home")
            forms = {form: gr.Button(label, elem_id=f"make-{form}") for form, label in BUTTONS.items()}
            link = gr.Button("Copy link", elem_id="copy-link")
        with gr.Row(elem_classes="telling"):
            said = player.taken()
            stop = gr.Button("Stop", elem_classes="stop")
        file = gr.DownloadButton("Download", elem_id="film-file", visible="hidden")
        with gr.Accordion("How it looks, and opening a film", open=False, elem_classes="finer"):
            return Menu(forms, link, said, stop, file, *_options())


def _options() -> tuple:
    with gr.Row(elem_classes="options"):
        colours = gr.Radio(
            [("Light", "light"), ("Dark", "dark")], value="light", label="Colours", elem_classes="segments",
            info="Of GIF, video and poster; a page goes by its reader's screen.",
        )  # fmt: skip
        poster = gr.Radio(
            [("PNG", "png"), ("SVG", "svg")], value="png", label="Poster as", elem_classes="segments",
            info="PNG opens everywhere; SVG stays sharp at any size.",
        )  # fmt: skip
        loop = gr.Checkbox(True, label="Loop", info="The GIF begins again when it has ended.")
        title = gr.Checkbox(False, label="Title line", info="Noise, steps, schedule and seed above the letters.")
    upload = gr.UploadButton(
        "Open a film from its data", file_types=[".json"], elem_id="open-film", elem_classes="quiet"
    )
    return colours, poster, loop, title, upload


def connect(menu: Menu, desk: Desk) -> None:
    """Lets the buttons make files, copy the link, and end what is being made."""
    made = []
    for form, button in menu.forms.items():
        button.click(None, js=assets.text("player/asked.js"), **QUIETLY)
        made.append(button.click(
            _make(desk, form, menu.file.GRADIO_CACHE), menu.inputs, [menu.said, menu.file], trigger_mode="once",
            concurrency_id="export", concurrency_limit=1, show_progress="hidden", api_visibility="private",
        ))  # fmt: skip
        made[-1].success(None, js=assets.text("player/download.js"), **QUIETLY)
        made[-1].failure(lambda: word(desk, "Stopped; nothing was made."), None, menu.said, **QUIETLY)
    menu.stop.click(None, cancels=made, api_visibility="private")
    menu.link.click(_link(desk), None, menu.said, **QUIETLY)


def file_name(film: Trajectory, ending: str) -> str:
    """A name that says what is in it."""
    words = re.findall(r"[a-z]+", (film.original or film.text).lower())[:5]
    return "-".join(["diffusion", *words])[:60] + f".{ending}"


def on_stage(desk: Desk, visitor: gr.Request) -> Trajectory:
    """The film to take home. Raises ValueError in words if it is still being made."""
    run = desk.films.newest(visitor.session_hash, BEING_STOPPED)
    if run and run.going:
        raise ValueError("The film is still being made; take it home when it is done.")
    if desk.films.forgotten(visitor.session_hash):
        raise ValueError("So many others came that your film had to go. Make it once more: it will be the same.")
    return run.film if run and run.film else opening.film()


def _make(desk: Desk, form: str, cache: str) -> Callable:
    def make(visitor: gr.Request, colours, poster, loop, title) -> Iterator[tuple]:
        nothing = gr.DownloadButton(value=None)
        try:
            film = on_stage(desk, visitor)
            line = caption(film.request) if title else ""
            wishes = Wishes(colours == "dark", bool(loop), line, again(film.request, film.model, home(visitor)))
            with scratch.folder(cache) as folder:
                path = folder / file_name(film, _ending(form, poster))
                for share in _now_and_then(FORMS[form](film, path, wishes)):
                    yield word(desk, f"{BUTTONS[form]}: {round(100 * share)} % done …", busy=True), nothing
                yield word(desk, f"{path.name}, {_size(path)}."), gr.DownloadButton(value=path)
        except ValueError as error:
            yield word(desk, str(error)), nothing
        except OSError as error:
            yield word(desk, scratch.fault(error)), nothing

    return make


def _link(desk: Desk) -> Callable:
    def link(visitor: gr.Request) -> str:
        try:
            film = on_stage(desk, visitor)
            return word(desk, "The link is copied.", link=Link(film.request, film.model).address(home(visitor)))
        except ValueError as error:
            return word(desk, str(error))

    return link


def word(desk: Desk, words: str, *, busy: bool = False, link: str = "") -> str:
    """One message for the menu's line."""
    return message("taken", desk.films.number(), said=words, busy=busy, link=link)


def _ending(form: str, poster: str) -> str:
    if form != "poster":
        return form
    return "svg" if poster == "svg" else "png"


def _now_and_then(shares: Iterator[float]) -> Iterator[float]:
    """The first of them, and then one every PAUSE; all are asked for."""
    spoken = 0.0
    for share in shares:
        if time.monotonic() - spoken >= PAUSE:
            yield share
            spoken = time.monotonic()


def _size(path: Path) -> str:
    kilobytes = path.stat().st_size / 1000
    return f"{kilobytes / 1000:.1f} MB" if kilobytes >= 1000 else f"{max(1, round(kilobytes))} KB"

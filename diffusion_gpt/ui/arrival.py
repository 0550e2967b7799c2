"""A film that comes by a link, and is made again at once, or in a file; the controls are set to what made it.

Knows nothing of how they are packed; what runs is the link's own request, whatever the controls can show of it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import gradio as gr

from diffusion_gpt import assets, saved
from diffusion_gpt.link import Link
from diffusion_gpt.render import page
from diffusion_gpt.render.words import caption
from diffusion_gpt.trajectory import Request, Trajectory
from diffusion_gpt.ui import budget, messages, retrace, scratch, take_home
from diffusion_gpt.ui.controls import QUIETLY, Finer
from diffusion_gpt.ui.desk import Desk
from diffusion_gpt.ui.fill import Fill
from diffusion_gpt.ui.restore import Restore
from diffusion_gpt.ui.typos import Typos, changed
from diffusion_gpt.ui.write import Write


@dataclass(frozen=True)
class Controls:
    """All that a film can set; the tabs by their ids on the page."""

    tabs: gr.Tabs
    restore: Restore
    write: Write
    fill: Fill
    typos: Typos
    finer: Finer

    @property
    def kept(self) -> list:
        """Those that a visitor types or sets."""
        return [control for control in self.outputs if control not in (self.tabs, self.restore.locks)]

    @property
    def outputs(self) -> list:
        restore, write, fill, typos = self.restore, self.write, self.fill, self.typos
        return [
            self.tabs, restore.locks, restore.text, restore.kind, restore.noise,
            write.length, write.beginning, write.end, write.kind, write.count,
            fill.text, fill.kind, typos.text, typos.strength, *self.finer.inputs,
        ]  # fmt: skip


def connect(controls: Controls, desk: Desk, demo: gr.Blocks, menu: take_home.Menu, stops: list[gr.Button]) -> None:
    """Lets films come by the page's address, and in files that the menu takes."""
    _by_link(controls, desk, demo, stops)
    _by_file(menu, controls, desk)


def _by_link(controls: Controls, desk: Desk, demo: gr.Blocks, stops: list[gr.Button]) -> None:
    """Reads the address when the page is opened; where there is a link in it, sets the controls and runs.

    Any of `stops` ends the run.
    """
    came = gr.Textbox(visible="hidden", elem_id="came")
    demo.load(None, None, came, js=assets.text("player/arrive.js"), **QUIETLY)
    for told in ("begin", "arrived"):
        came.change(None, js=assets.text(f"player/{told}.js"), **QUIETLY)
    restored = came.change(_settings(controls, desk), came, [*controls.outputs, desk.stage], **QUIETLY)
    running = restored.success(
        _run(desk), came, desk.stage, concurrency_id="model", concurrency_limit=budget.LANES,
        show_progress="minimal", show_progress_on=desk.status, api_visibility="private",
    )  # fmt: skip
    for ended in (running.success, running.failure):
        paged = ended(_pages(desk), came, [desk.stage, desk.status], **QUIETLY)
        paged.then(desk.beliefs, None, desk.stage, **QUIETLY)
        ended(changed(desk), None, controls.typos.diff, **QUIETLY)
    for stop in stops:
        stop.click(None, cancels=[running], api_visibility="private")


def _by_file(menu: take_home.Menu, controls: Controls, desk: Desk) -> None:
    """Lets a film from a file onto the stage, and the controls follow it."""
    menu.upload.upload(None, js=assets.text("player/arrived.js"), **QUIETLY)
    outputs = [menu.said, desk.stage, *controls.outputs]
    opened = menu.upload.upload(_open(menu, controls, desk), menu.upload, outputs, **QUIETLY)
    opened.then(desk.beliefs, None, desk.stage, **QUIETLY)
    opened.then(changed(desk), None, controls.typos.diff, **QUIETLY)


def remark(link: Link, desk: Desk) -> str:
    """What a visitor has to know: that the model has changed, that the controls cannot show everything."""
    return " ".join(filter(None, [link.warning(desk.studio.fingerprint), _unshown(link.request, desk)]))


def _unshown(request: Request, desk: Desk) -> str:
    """What the controls cannot show of this, in a sentence; empty: they show it all."""
    setting = retrace.nearest(request, desk)
    if setting is None:
        return "No tab of this page can ask for this film."
    unsaid = retrace.unsaid(request, setting)
    return f"The controls cannot show all that this film was made with: {', '.join(unsaid)}." if unsaid else ""


def _settings(controls: Controls, desk: Desk) -> Callable:
    """By control its value; none for a link that cannot be read, as the run will say."""

    def settings(came: str) -> dict:
        try:
            return _set(Link.read(came or "").request, controls, desk)
        except ValueError:
            return {controls.tabs: gr.skip()}

    return settings


def _set(request: Request, controls: Controls, desk: Desk) -> dict:
    """By control the value with which a tab asks for this; the stage is told of locks, which no control shows."""
    setting = retrace.nearest(request, desk)
    if setting is None:
        return {controls.tabs: gr.skip()}
    tab = getattr(controls, setting.tab)
    values = {getattr(tab, name): value for name, value in setting.values.items()}
    values |= {getattr(controls.finer, name): value for name, value in setting.finer.items()}
    if setting.tab == "restore":
        values[desk.stage] = messages.locks(desk.films.number(), setting.asked.text, setting.asked.locked)
    return values | {controls.tabs: gr.Tabs(selected=setting.tab)}


def _open(menu: take_home.Menu, controls: Controls, desk: Desk) -> Callable:
    def open_film(visitor: gr.Request, file) -> dict:
        try:
            film = saved.load(Path(file))
        except (ValueError, TypeError) as error:
            return {menu.said: take_home.word(desk, str(error))}
        except OSError as error:
            return {menu.said: take_home.word(desk, scratch.fault(error))}
        desk.films.end(visitor.session_hash, desk.films.begin(visitor.session_hash), film)
        return _opened(film, menu, _set(film.request, controls, desk), desk, visitor)

    return open_film


def _opened(film: Trajectory, menu: take_home.Menu, values: dict, desk: Desk, visitor: gr.Request) -> dict:
    """The film goes to the stage before its locks; what these values of the controls cannot show is said."""
    told = [desk.pages(visitor)[0], *([values[desk.stage]] if desk.stage in values else [])]
    said = f"The film is on the stage: {caption(film.request)}. {_unshown(film.request, desk)}".strip()
    return values | {menu.said: take_home.word(desk, said), desk.stage: page.many(desk.films.number(), told)}


def _run(desk: Desk) -> Callable:
    def run(visitor: gr.Request, came: str) -> Iterator[str]:
        yield from desk.run(visitor.session_hash, lambda: Link.read(came or "").request)

    return run


def _pages(desk: Desk) -> Callable:
    """The film and the remark on it; or what is wrong with the link."""

    def pages(visitor: gr.Request, came: str) -> tuple[str, str]:
        stage, fault = desk.pages(visitor)
        run = desk.films.newest(visitor.session_hash)
        if run is None or run.fault:
            return stage, fault
        return stage, messages.fault(desk.films.number(), remark(Link.read(came), desk))

    return pages

"""The tab where the model mends the typos of a text that nobody has damaged on purpose.

Knows nothing of how the model finds them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import gradio as gr

from diffusion_gpt import assets
from diffusion_gpt.render import changes
from diffusion_gpt.render.page import message
from diffusion_gpt.trajectory import Request
from diffusion_gpt.ui import controls, messages, player
from diffusion_gpt.ui.controls import QUIETLY, Finer
from diffusion_gpt.ui.desk import Desk

TYPED = "Wbat light througn yonder window breoks?\nIt is tha east, and Juliet is tje sun."
MOST = 20
"""Percent of the letters that may be taken for wrong."""
LOOKS = 8
"""Steps of a mending, whatever the slider says: with more of them a letter would have to be surer wrong to move."""


@dataclass(frozen=True)
class Typos:
    """The tab's controls."""

    text: gr.Textbox
    note: gr.HTML
    strength: gr.Slider
    button: gr.Button
    stop: gr.Button
    diff: gr.HTML


def tab() -> Typos:
    """Lays the tab out."""
    with gr.Tab("Typos", id="typos", elem_id="typos-tab") as here:
        box = gr.Textbox(TYPED, label="Type with typos", lines=3, max_lines=8, elem_classes="typed")
        note = player.note("typos-note")
        strength = gr.Slider(
            0.5,
            MOST,
            value=5,
            step=0.5,
            label="Strength, in percent",
            info="How many letters the model takes for wrong: more mends more, and breaks more. It looks 8 times.",
        )
        with gr.Row(elem_classes="go"):
            button = gr.Button("Fix my typos", variant="primary", elem_id="fix")
            stop = controls.stop_button()
        diff = player.diff()
    here.select(None, js=assets.text("player/to_none.js"), **QUIETLY)
    return Typos(box, note, strength, button, stop, diff)


def connect(tab: Typos, desk: Desk, finer: Finer) -> None:
    """The button runs; when the film has come to its end, it is said what was changed."""
    running = desk.connect(tab.button, tab.stop, [tab.text, tab.strength, *finer.inputs], request_of(desk))
    for ended in (running.success, running.failure):
        ended(changed(desk), None, tab.diff, **QUIETLY)
    tab.text.change(_note(desk), tab.text, tab.note, trigger_mode="always_last", **QUIETLY)


def request_of(desk: Desk) -> Callable[..., Request]:
    """Asks for a text to be mended. Raises ValueError in words."""

    def request(text, strength, *finer) -> Request:
        if not (text and text.strip()):
            raise ValueError("Type at least one letter: there is nothing to mend.")
        share = controls.number("Strength", strength) / 100
        wishes = controls.finer_wishes(*finer) | {"steps": LOOKS}
        return Request(desk.studio.draft(text, wishes["seed"]).text, level=0.0, strength=share, **wishes)

    return request


def changed(desk: Desk) -> Callable:
    """Says what the newest film has changed, if it has mended a text."""

    def said(visitor: gr.Request) -> str:
        run, stamp = desk.films.newest(visitor.session_hash), desk.films.number()
        if run is None or run.film is None or not run.film.request.strength:
            return messages.idle(stamp)
        found = changes.pieces(run.film.original, run.film.text)
        return message("changes", stamp, pieces=[(piece.before, piece.after) for piece in found])

    return said


def _note(desk: Desk) -> Callable:
    def note(text):
        return messages.note(desk.films.number(), desk.studio.draft(text or "", 0))

    return note

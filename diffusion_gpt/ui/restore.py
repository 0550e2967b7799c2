"""The tab where a visitor damages a text and lets the model restore it.

Knows nothing of how the model does it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import gradio as gr

from diffusion_gpt import assets
from diffusion_gpt.trajectory import Request
from diffusion_gpt.ui import controls, messages, player
from diffusion_gpt.ui.controls import QUIETLY, Finer
from diffusion_gpt.ui.desk import Desk

NOISE = 40
"""Percent of the letters that are damaged at first."""


@dataclass(frozen=True)
class Restore:
    """The tab's controls."""

    text: gr.Textbox
    note: gr.HTML
    kind: gr.Radio
    noise: gr.Slider
    button: gr.Button
    stop: gr.Button


def tab(text: str) -> Restore:
    """Lays the tab out, with this text in its box."""
    with gr.Tab("Restore", id="restore"):
        box = gr.Textbox(text, label="Type anything", lines=3, max_lines=8, elem_id="text", placeholder="A line of your own")
        note = player.note()
        kind = controls.kind()
        noise = gr.Slider(0, 100, value=NOISE, step=1, label="Noise, in percent", elem_id="noise", info="How many letters out of a hundred are damaged. At 0 the model only mends what it doubts.")  # fmt: skip
        with gr.Row(elem_classes="go"):
            button = gr.Button("Restore", variant="primary", elem_id="restore")
            stop = controls.stop_button()
    return Restore(box, note, kind, noise, button, stop)


def connect(tab: Restore, desk: Desk, finer: Finer, demo: gr.Blocks) -> None:
    """Text and seed go to the server for a draft; kind and noise stay in the browser; the button runs."""
    desk.connect(tab.button, tab.stop, [tab.text, tab.kind, tab.noise, *finer.inputs], _request(desk), _check)
    touched = assets.text("player/settings.js")
    gr.on([tab.kind.change, tab.noise.change], None, [tab.kind, tab.noise], js=touched, **QUIETLY)
    drafted = {"inputs": [tab.text, finer.seed], "outputs": [desk.stage, tab.note], **QUIETLY}
    gr.on([tab.text.change, finer.seed.change], _draft(desk, show=True), trigger_mode="always_last", **drafted)
    demo.load(None, None, [tab.kind, tab.noise], js=touched, **QUIETLY)
    demo.load(_draft(desk, show=False), **drafted)


def _draft(desk: Desk, *, show: bool) -> Callable:
    def draft(text, seed):
        made = desk.studio.draft(text or "", seed if controls.is_seed(seed) else 0)
        number = desk.films.number()
        return messages.draft(number, made, show=show), messages.note(number, made)

    return draft


def _request(desk: Desk) -> Callable:
    def request(text, kind, noise, steps, schedule, temperature, seed) -> Request:
        fitted = desk.studio.draft(text, seed).text
        return Request(fitted, kind, noise / 100, int(steps), schedule, float(temperature), seed)

    return request


def _check(text, kind, noise, steps, schedule, temperature, seed) -> list:
    typed = gr.validate(bool(text and text.strip()), "Type at least one letter, or go to Write to start from pure noise.")
    return [typed, *[controls.no_fault()] * 5, controls.seed_fault(seed)]

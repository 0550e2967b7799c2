"""The tab where the model writes a page from pure noise.

Knows nothing of how the model does it.
"""

from dataclasses import dataclass

import gradio as gr

from diffusion_gpt.trajectory import MAX_LENGTH, Request
from diffusion_gpt.ui import controls
from diffusion_gpt.ui.controls import Finer
from diffusion_gpt.ui.desk import Desk


@dataclass(frozen=True)
class Write:
    """The tab's controls."""

    length: gr.Slider
    kind: gr.Radio
    button: gr.Button
    stop: gr.Button


def tab() -> Write:
    """Lays the tab out."""
    with gr.Tab("Write", id="write"):
        length = gr.Slider(
            1,
            MAX_LENGTH,
            value=MAX_LENGTH,
            step=1,
            label="Letters",
            info="How long the page is. Nothing is given: the model starts from pure noise.",
        )
        kind = controls.kind()
        with gr.Row(elem_classes="go"):
            button = gr.Button("Write", variant="primary", elem_id="write")
            stop = controls.stop_button()
    return Write(length, kind, button, stop)


def connect(tab: Write, desk: Desk, finer: Finer) -> None:
    """Lets the button run."""
    desk.connect(tab.button, tab.stop, [tab.length, tab.kind, *finer.inputs], _request)


def _request(length, kind, *finer) -> Request:
    return Request("", kind, length=int(controls.number("Letters", length)), **controls.finer_wishes(*finer))

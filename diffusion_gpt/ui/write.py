"""The tab where the model writes a page from pure noise.

Knows nothing of how the model does it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import gradio as gr

from diffusion_gpt import assets
from diffusion_gpt.trajectory import MAX_LENGTH, Request
from diffusion_gpt.ui import controls, messages, player, several
from diffusion_gpt.ui.controls import QUIETLY, Finer
from diffusion_gpt.ui.desk import Desk
from diffusion_gpt.vocabulary import MASK

COUNTS = [("One", 1), ("Two", 2), ("Four", 4)]


@dataclass(frozen=True)
class Write:
    """The tab's controls."""

    length: gr.Slider
    beginning: gr.Textbox
    end: gr.Textbox
    note: gr.HTML
    kind: gr.Radio
    count: gr.Radio
    button: gr.Button
    stop: gr.Button


def tab() -> Write:
    """Lays the tab out."""
    with gr.Tab("Write", id="write") as here:
        length = gr.Slider(
            1,
            MAX_LENGTH,
            value=MAX_LENGTH,
            step=1,
            label="Letters",
            info="How long the page is. What is not fixed below comes from pure noise.",
        )
        kind = controls.kind("Scramble begins with random letters, Hide with covered ones.")
        with gr.Row(elem_classes="go"):
            button = gr.Button("Write", variant="primary", elem_id="write")
            stop = controls.stop_button()
        beginning = gr.Textbox(
            label="Fixed beginning", lines=1, max_lines=3, elem_classes="line", info="If you like: it stays as it is."
        )
        end = gr.Textbox(
            label="Fixed end", lines=1, max_lines=3, elem_classes="line", info="If you like: so does this."
        )
        note = player.note("ends-note")
        count = gr.Radio(
            COUNTS,
            value=1,
            label="How many at once",
            elem_classes="segments",
            info="Several begin with different noise; pick the one you want to look into.",
        )
    here.select(None, js=assets.text("player/to_none.js"), **QUIETLY)
    return Write(length, beginning, end, note, kind, count, button, stop)


def connect(tab: Write, desk: Desk, finer: Finer) -> None:
    """Lets the button run, and says how the fixed letters are read."""
    inputs = [tab.length, tab.beginning, tab.end, tab.kind, tab.count, *finer.inputs]
    several.connect(desk, tab.button, tab.stop, inputs, requests_of(desk))

    def read(beginning, end):
        return messages.note(desk.films.number(), desk.studio.draft((beginning or "") + (end or ""), 0))

    gr.on(
        [tab.beginning.change, tab.end.change], read, [tab.beginning, tab.end], tab.note,
        trigger_mode="always_last", **QUIETLY,
    )  # fmt: skip


def requests_of(desk: Desk) -> Callable[..., list[Request]]:
    """Asks for a page, or several that differ in their seeds. Raises ValueError in words."""

    def requests(length, beginning, end, kind, count, *finer) -> list[Request]:
        length, wishes = int(controls.number("Letters", length)), controls.finer_wishes(*finer)
        if count not in dict(COUNTS).values():
            raise ValueError("Choose how many at once.")
        beginning, end = (desk.studio.vocabulary.fit((text or "")[:1000])[0] for text in (beginning, end))
        text = _framed(length, beginning, end)
        seeds = [(wishes["seed"] + i) % (controls.MAX_SEED + 1) for i in range(count)]
        given = {"length": length, "locked": messages.stand_fast(text)}
        return [Request(text, kind, **given, **wishes | {"seed": seed}) for seed in seeds]

    return requests


def _framed(length: int, beginning: str, end: str) -> str:
    """Blanks between a fixed beginning and end; no text where there are neither. Raises ValueError in words."""
    fixed = len(beginning) + len(end)
    if fixed >= length:
        way_out = "make it longer" if length < MAX_LENGTH else "fix fewer"
        raise ValueError(f"The fixed letters, {fixed} of them, leave no room on a page of {length}; {way_out}.")
    return beginning + MASK * (length - fixed) + end if fixed else ""

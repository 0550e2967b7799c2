"""The tab where the model fills in the blanks of a text.

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
from diffusion_gpt.vocabulary import MASK

BLANK = "_"
EXAMPLES = {
    "A missing word": "To be, or not to be, that is the ________.",
    "A missing line": (
        "ROMEO:\nBut, soft! what light through yonder window breaks?\n" + BLANK * 40 + "\nIt is the east, "
        "and Juliet is the sun."
    ),
    "Only the rhymes": "The lady sang beneath the s____ of _____,\nAnd all the ____ went weeping to the _____.",
}


@dataclass(frozen=True)
class Fill:
    """The tab's controls."""

    text: gr.Textbox
    note: gr.HTML
    examples: dict[str, gr.Button]
    kind: gr.Radio
    button: gr.Button
    stop: gr.Button


def tab() -> Fill:
    """Lays the tab out, with the first example in it."""
    with gr.Tab("Fill in", id="fill") as here:
        box = gr.Textbox(
            next(iter(EXAMPLES.values())),
            label="Text with blanks",
            lines=3,
            max_lines=8,
            elem_id="blanks",
            info="Each _ is one missing letter. All other letters stay as you typed them.",
        )
        note = player.note("blanks-note")
        with gr.Row(elem_classes="examples"):
            examples = {name: gr.Button(name, elem_classes="quiet", size="sm") for name in EXAMPLES}
        kind = controls.kind("Scramble puts random letters into the blanks; Hide leaves them covered.", "mask")
        with gr.Row(elem_classes="go"):
            button = gr.Button("Fill in", variant="primary", elem_id="fill")
            stop = controls.stop_button()
    here.select(None, js=assets.text("player/to_blanks.js"), **QUIETLY)
    return Fill(box, note, examples, kind, button, stop)


def connect(tab: Fill, desk: Desk, finer: Finer, demo: gr.Blocks) -> None:
    """The text goes to the server to be read; the examples fill the box; the button runs."""
    desk.connect(tab.button, tab.stop, [tab.text, tab.kind, *finer.inputs], request_of(desk))
    for name, button in tab.examples.items():
        button.click(lambda name=name: EXAMPLES[name], None, tab.text, **QUIETLY)
    drafted = {"inputs": [tab.text, tab.kind, finer.seed], "outputs": [desk.stage, tab.note], **QUIETLY}
    gr.on([tab.text.change, tab.kind.change], _draft(desk, show=True), trigger_mode="always_last", **drafted)
    demo.load(_draft(desk, show=False), **drafted)


def _draft(desk: Desk, *, show: bool) -> Callable:
    def draft(text, kind, seed):
        made = desk.studio.draft(text or "", seed if controls.is_seed(seed) else 0, blank=BLANK)
        number = desk.films.number()
        return messages.blanks(number, made, kind, show=show), messages.note(number, made)

    return draft


def request_of(desk: Desk) -> Callable[..., Request]:
    """Asks for the blanks of a text to be filled in. Raises ValueError in words."""

    def request(text, kind, *finer) -> Request:
        wishes = controls.finer_wishes(*finer)
        made = desk.studio.draft(text or "", wishes["seed"], blank=BLANK)
        if MASK not in made.text:
            raise ValueError(f"There is no blank in the text: type {BLANK} for every letter that is missing.")
        return Request(made.text, kind, locked=messages.stand_fast(made.text), **wishes)

    return request

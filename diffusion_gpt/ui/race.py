"""The tab where the denoiser and its twin write against the clock, one after the other.

Knows nothing of networks; a racer runs them. Without one the tab says so.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import gradio as gr

from diffusion_gpt.frame import Frame
from diffusion_gpt.render import verdict
from diffusion_gpt.render.sides import Board, Side
from diffusion_gpt.trajectory import MAX_LENGTH, Request
from diffusion_gpt.ui import controls
from diffusion_gpt.ui.controls import Finer
from diffusion_gpt.ui.desk import Desk
from diffusion_gpt.ui.sides import Panes

if TYPE_CHECKING:
    from diffusion_gpt.racer import Lap, Racer

PAGE, GAP = "page", "gap"
LINES = (
    "Shall I compare thee to a summer's day?\nThou art more lovely and more temperate:\n"
    "Rough winds do shake the darling buds of May,\nAnd summer's lease hath all too short a date."
)
TICKS = 200
"""Parts of the time that the scrubber stops at."""
NO_TWIN = (
    "There is nobody to race against: the twin, a network that writes from left to right, would be in the folder "
    "`checkpoints/baby-gpt`, and that is absent."
)

INVITATION = (
    "Press Race: this model writes, then its twin, each by itself on this machine. Afterwards you can watch both on "
    "one clock."
)


@dataclass(frozen=True)
class Race:
    """The tab's controls."""

    task: gr.Radio
    lines: gr.Textbox
    button: gr.Button
    stop: gr.Button


def tab(racer: "Racer | None") -> Race | None:
    """Lays the tab out; without a racer there is one sentence and nothing to press."""
    with gr.Tab("Race", id="race", elem_id="race-tab"):
        if racer is None:
            gr.Markdown(NO_TWIN, elem_id="no-twin")
            return None
        task = gr.Radio(
            [("A whole page", PAGE), ("A gap", GAP)],
            value=PAGE,
            label="What both write",
            elem_classes="segments",
            info="This model sees all letters at once; its twin writes from left to right.",
        )
        lines = gr.Textbox(
            LINES,
            label="Lines around the gap",
            lines=4,
            max_lines=8,
            elem_classes="typed",
            info="For the gap: the first line and the last one stay, what is between is to be written.",
        )
        with gr.Row(elem_classes="go"):
            button = gr.Button("Race", variant="primary", elem_id="race")
            stop = controls.stop_button()
    return Race(task, lines, button, stop)


def connect(tab: Race | None, desk: Desk, panes: Panes, finer: Finer, racer: "Racer | None") -> None:
    """Lets the button start the race."""
    if tab and racer:
        panes.connect(tab.button, tab.stop, [tab.task, tab.lines, *finer.inputs], _boards(desk, racer))


def account(board: Board) -> str:
    """What the figures of this race support."""
    return verdict.gap(board) if board.sides[0].request.locked else verdict.race(board)


def boards_of(racer: "Racer", request: Request) -> Iterator[Board]:
    """The panes as the runners fill them: first the denoiser's, then, from its own start, the twin's."""
    given = min(set(range(len(request.text))) - set(request.locked), default=0)
    length = len(request.text) or request.length
    runners = (
        ("This model", request, racer.denoiser),
        ("Its twin", replace(request, steps=length - given), racer.twin),
    )
    board = Board(tuple(Side(title, asked) for title, asked, _ in runners), "seconds", TICKS)
    for number, (_, asked, run) in enumerate(runners):
        for passes, lap in enumerate(run(asked)):
            unwritten = (length - given - passes) / length if number else 0.0
            board = board.put(number, board.sides[number].grown(_frame(lap, unwritten), lap.seconds))
            yield board


def _frame(lap: "Lap", unwritten: float) -> Frame:
    return Frame(lap.page, unwritten)


def _boards(desk: Desk, racer: "Racer") -> Callable[..., Iterator[Board]]:
    def boards(task, lines, *finer) -> Iterator[Board]:
        wishes = controls.finer_wishes(*finer)
        request = Request(length=MAX_LENGTH, **wishes) if task == PAGE else gapped(desk, lines or "", wishes)
        return boards_of(racer, request)

    return boards


def gapped(desk: Desk, lines: str, wishes: dict) -> Request:
    """The request that keeps the first line and the last. Raises ValueError if there is nothing between them."""
    text = desk.studio.draft(lines.strip(), wishes["seed"]).text
    before, behind = text.find("\n") + 1, text.rfind("\n")
    if not 0 < before < behind:
        raise ValueError("The gap needs at least three lines: the first and the last stay, the middle is written anew.")
    return Request(text, level=1.0, locked=(*range(before), *range(behind, len(text))), **wishes)

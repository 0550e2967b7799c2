"""The tab where one thing differs between two to four films that begin with the same noise.

Knows nothing of how the panes are drawn.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import gradio as gr

from diffusion_gpt.compare import FEWEST, MOST, Fault
from diffusion_gpt.render.sides import Board, Side
from diffusion_gpt.trajectory import RULES, Request
from diffusion_gpt.ui import controls
from diffusion_gpt.ui.controls import QUIETLY, Finer
from diffusion_gpt.ui.desk import Desk
from diffusion_gpt.ui.restore import Restore
from diffusion_gpt.ui.sides import Panes

STEPS = [(f"{steps}", steps) for steps in (1, 2, 4, 8, 16, 32, 64, 128)]
DARING = [(f"{daring:.1f}", daring) for daring in (0.2, 0.5, 0.8, 1.0, 1.2, 1.5)]
ONE_KIND_ONLY = [("Like a jump at any moment", "euler"), ("The surest first", "confident")]
"""Rules for one kind of noise: under the other, their pane says so."""
VARIABLES = {
    "steps": ("Steps", STEPS, [4, 16, 64]),
    "schedule": ("How the noise falls", controls.SCHEDULES, ["loglinear", "cosine", "geometric"]),
    "rule": ("How letters are chosen", controls.RULES + ONE_KIND_ONLY, ["best", "tweedie"]),
    "temperature": ("Daring", DARING, [0.5, 1.0, 1.5]),
    "noise": ("What the noise does", controls.KINDS, ["uniform", "mask"]),
}
"""What may differ: its name on the page, the choices, and those to begin with."""
TITLES = {"steps": "Steps: {}", "temperature": "Daring: {}"}
"""Of panes whose value does not speak for itself."""
FROM_TEXT, FROM_NOISE = "text", "noise"

INVITATION = "Press Compare: two to four films that begin with the same noise run side by side, and one thing differs."


@dataclass(frozen=True)
class Compare:
    """The tab's controls."""

    start: gr.Radio
    what: gr.Dropdown
    values: gr.CheckboxGroup
    button: gr.Button
    stop: gr.Button


def tab() -> Compare:
    """Lays the tab out."""
    with gr.Tab("Compare", id="compare", elem_id="compare-tab"):
        start = gr.Radio(
            [("Your text", FROM_TEXT), ("Pure noise", FROM_NOISE)],
            value=FROM_TEXT,
            label="What they begin with",
            elem_classes="segments",
            info="Your text and its noise are those under Restore; all films get the same damage.",
        )
        names = [(name, what) for what, (name, _, _) in VARIABLES.items()]
        what = gr.Dropdown(
            names,
            value="steps",
            label="What differs",
            elem_classes="varied",
            filterable=False,
            info="All the rest is the same, as set below.",
        )
        values = gr.CheckboxGroup(
            **_choices("steps"),
            info="Two to four, a film each. The strip moves all of them to the same share of their film.",
        )
        with gr.Row(elem_classes="go"):
            button = gr.Button("Compare", variant="primary", elem_id="compare")
            stop = controls.stop_button()
    return Compare(start, what, values, button, stop)


def connect(tab: Compare, desk: Desk, panes: Panes, finer: Finer, text: Restore) -> None:
    """The choices follow what differs; the button runs."""
    tab.what.change(_offered, tab.what, tab.values, **QUIETLY)
    inputs = [tab.start, tab.what, tab.values, text.text, text.kind, text.noise, *finer.inputs]
    panes.connect(tab.button, tab.stop, inputs, _boards(desk))


def _offered(what: str | None):
    return gr.CheckboxGroup(**_choices(what)) if isinstance(what, str) else gr.skip()


def _choices(what: str) -> dict:
    name, choices, chosen = VARIABLES[what]
    return {"choices": choices, "value": chosen, "label": name, "elem_classes": ["pills", f"of-{what}"]}


def _boards(desk: Desk) -> Callable[..., Iterator[Board]]:
    def boards(start, what, values, text, kind, noise, *finer) -> Iterator[Board]:
        if not isinstance(what, str):
            raise ValueError("Choose what is to differ.")
        _, choices, _ = VARIABLES[what]
        chosen = [(label, value) for label, value in choices if value in (values or [])]
        if not FEWEST <= len(chosen) <= MOST:
            raise ValueError(f"Choose {FEWEST} to {MOST} to compare; {len(chosen)} are chosen.")
        wishes = {"noise": kind, **controls.finer_wishes(*finer)}
        wishes |= _beginning(desk, text, noise, wishes["seed"]) if start == FROM_TEXT else {}
        titles = [TITLES.get(what, "{}").format(label) for label, _ in chosen]
        return boards_of(desk, titles, [_asked(wishes | {what: value}) for _, value in chosen])

    return boards


def boards_of(desk: Desk, titles: list[str], asked: list[Request | Fault]) -> Iterator[Board]:
    """The panes as they fill, each on the share of its own film that it has come to."""
    ticks = max((request.steps for request in asked if isinstance(request, Request)), default=1)
    known = [request if isinstance(request, Request) else None for request in asked]
    board = Board(tuple(map(Side, titles, known)), ticks=ticks)
    for number, frame in desk.studio.compare(asked):
        side = board.sides[number]
        if isinstance(frame, Fault):
            board = board.put(number, replace(side, fault=frame.said))
        else:
            board = board.put(number, side.grown(frame, len(side.frames) / side.request.steps))
        yield board


def _beginning(desk: Desk, text: str, noise, seed: int) -> dict:
    if not (text and text.strip()):
        raise ValueError("There is no text under Restore: type one there, or begin with pure noise.")
    level = controls.number("Noise", noise) / 100
    if level == 0:
        raise ValueError("Nothing is damaged: add noise under Restore, or begin with pure noise.")
    return {"text": desk.studio.draft(text, seed).text, "level": level}


def _asked(wishes: dict) -> Request | Fault:
    """The request, or in words why there is none."""
    if wishes["noise"] not in RULES.get(wishes["rule"], (wishes["noise"],)):
        other = "Hide" if wishes["noise"] == "uniform" else "Scramble"
        return Fault(f"“{_name(wishes['rule'])}” is for {other} alone.")
    try:
        return Request(**wishes)
    except ValueError as error:
        return Fault(str(error))


def _name(rule: str) -> str:
    return next(label for label, name in controls.RULES + ONE_KIND_ONLY if name == rule)

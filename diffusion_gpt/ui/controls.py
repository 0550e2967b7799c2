"""The settings that both tabs share, each with a sentence of help, and their faults in words.

Knows nothing of the stage.
"""

import math
import random
from dataclasses import dataclass

import gradio as gr

MAX_STEPS = 256
MAX_SEED = 2**32 - 1
QUIETLY = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
"""How an event listens that costs nothing."""

KINDS = [("Scramble", "uniform"), ("Hide", "mask")]
SCHEDULES = [
    ("Evenly", "loglinear"),
    ("Gently at the end", "cosine"),
    ("Gently at the beginning", "sine"),
    ("Fast, then ever slower", "linear"),
    ("By equal factors", "geometric"),
]
RULES = [
    ("As measured to be best", "best"),
    ("Each by its own chance", "tweedie"),
    ("Far apart from each other", "spread"),
    ("Too many, then some back", "churn"),
    ("Early, then drawn anew", "gibbs"),
]
"""Those that fit both kinds of noise and a text as well as none."""


@dataclass(frozen=True)
class Finer:
    """The settings of a run that say how the model works, not what it works on."""

    steps: gr.Slider
    schedule: gr.Dropdown
    rule: gr.Dropdown
    temperature: gr.Slider
    seed: gr.Number

    @property
    def inputs(self) -> list:
        return [self.steps, self.schedule, self.rule, self.temperature, self.seed]


def kind(info: str, value: str = "uniform") -> gr.Radio:
    """How letters are damaged; `info` says what that means here."""
    return gr.Radio(
        KINDS,
        value=value,
        label="What the noise does",
        elem_classes="segments",
        info=info,
    )


def finer() -> Finer:
    """Steps in sight; the rest folded away."""
    steps = gr.Slider(
        1,
        MAX_STEPS,
        value=32,
        step=1,
        label="Steps",
        elem_id="steps",
        info="How often the model looks at the page.",
    )
    with gr.Accordion("Finer settings", open=False, elem_classes="finer"):
        schedule = gr.Dropdown(
            SCHEDULES,
            value="loglinear",
            label="How the noise falls",
            info="The little curve beside the player shows it, dashed.",
        )
        rule = gr.Dropdown(
            RULES,
            value="best",
            label="How letters are chosen",
            info="Which letters change together in one step.",
        )
        temperature = gr.Slider(
            0.1, 2, value=1, step=0.1, label="Daring", info="Below 1 the model plays safe; above 1 it takes chances."
        )
        with gr.Row(elem_classes="seed-row"):
            seed = gr.Number(
                0,
                precision=0,
                label="Seed",
                info="The same seed and settings make the same film again.",
            )
            dice = gr.Button("Roll the dice", elem_classes="quiet", size="sm")
        roll(dice, seed)
    return Finer(steps, schedule, rule, temperature, seed)


def roll(dice: gr.Button, seed: gr.Number) -> None:
    """Lets a button draw another seed."""
    dice.click(lambda: random.randint(0, 999_999), None, seed, **QUIETLY)


def number(name: str, value) -> float:
    """The value of a field. Raises ValueError in words if it was emptied, or is no number at all."""
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{name} is empty; it needs a number.")
    return value


def is_seed(value) -> bool:
    """Whether this value of the field is a seed."""
    return isinstance(value, int) and 0 <= value <= MAX_SEED


def checked_seed(value) -> int:
    """This seed. Raises ValueError in words if it is none."""
    if not is_seed(value):
        raise ValueError(f"The seed is a whole number from 0 to {MAX_SEED:,}.")
    return value


def finer_wishes(steps, schedule, rule, temperature, seed) -> dict:
    """What the finer settings ask of a `Request`. Raises ValueError in words."""
    if not (isinstance(schedule, str) and isinstance(rule, str)):
        raise ValueError("Choose how the noise falls, and how letters are chosen.")
    return {
        "steps": int(number("Steps", steps)),
        "schedule": schedule,
        "rule": rule,
        "temperature": float(number("Daring", temperature)),
        "seed": checked_seed(seed),
    }


def stop_button() -> gr.Button:
    """Ends a run at its next step; what was made by then stays."""
    return gr.Button("Stop", variant="secondary", elem_classes="stop")

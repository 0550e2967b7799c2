"""The settings that both tabs share, each with a sentence of help, and their faults in words.

Knows nothing of the stage.
"""

import random
from dataclasses import dataclass

import gradio as gr

MAX_STEPS = 256
QUIETLY = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
"""How an event listens that costs nothing."""
MAX_SEED = 2**32 - 1
KINDS = [("Scramble", "uniform"), ("Hide", "mask")]
SCHEDULES = [("Evenly", "loglinear"), ("Gently at the end", "cosine"), ("By factors", "geometric")]


@dataclass(frozen=True)
class Finer:
    """The settings of a run that say how the model works, not what it works on."""

    steps: gr.Slider
    schedule: gr.Radio
    temperature: gr.Slider
    seed: gr.Number

    @property
    def inputs(self) -> list:
        return [self.steps, self.schedule, self.temperature, self.seed]


def kind() -> gr.Radio:
    """How letters are damaged."""
    return gr.Radio(
        KINDS, value="uniform", label="What the noise does", elem_classes="segments",
        info="Scramble puts random letters in place of yours; Hide covers them up.",
    )  # fmt: skip


def finer() -> Finer:
    """Steps in sight; the rest folded away."""
    steps = gr.Slider(1, MAX_STEPS, value=32, step=1, label="Steps", info="How many times the model looks at the page; more is slower and more careful.")  # fmt: skip
    with gr.Accordion("Finer settings", open=False, elem_classes="finer"):
        schedule = gr.Radio(SCHEDULES, value="loglinear", label="How the noise falls", elem_classes="segments", info="The small curve under the letters shows it: evenly, with small steps at the end, or by the same factor each time.")  # fmt: skip
        temperature = gr.Slider(0.1, 2, value=1, step=0.1, label="Daring", info="Below 1 the model plays safe; above 1 it takes chances.")  # fmt: skip
        with gr.Row(elem_classes="seed-row"):
            seed = gr.Number(0, precision=0, minimum=0, maximum=MAX_SEED, label="Seed", info="The same seed and settings make the same film again.")  # fmt: skip
            dice = gr.Button("Roll the dice", elem_classes="quiet", size="sm")
        dice.click(lambda: random.randint(0, 999_999), None, seed, **QUIETLY)
    return Finer(steps, schedule, temperature, seed)


def seed_fault(seed) -> dict:
    """The validation of the field `seed`."""
    return gr.validate(is_seed(seed), f"The seed is a whole number from 0 to {MAX_SEED:,}.")


def is_seed(seed) -> bool:
    """Whether this is a seed."""
    return isinstance(seed, int) and 0 <= seed <= MAX_SEED


def no_fault() -> dict:
    """The validation of a field that cannot be wrong."""
    return gr.validate(True, "")


def stop_button() -> gr.Button:
    """Ends a run at its next step; what was made by then stays."""
    return gr.Button("Stop", variant="secondary", elem_classes="stop")

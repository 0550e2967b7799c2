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
from diffusion_gpt.untrusted import parse


@dataclass(frozen=True)
class Restore:
    """The tab's controls."""

    text: gr.Textbox
    note: gr.HTML
    kind: gr.Radio
    noise: gr.Slider
    redraw: gr.Button
    button: gr.Button
    stop: gr.Button
    locks: gr.Textbox
    """Never seen: the letters locked on the stage, put in when the button is pressed."""


def tab(text: str, percent: int) -> Restore:
    """Lays the tab out, with this text and this much noise to begin with."""
    with gr.Tab("Restore", id="restore") as here:
        box = gr.Textbox(text, label="Type anything", lines=3, max_lines=8, elem_id="text", placeholder="Your line")
        note = player.note()
        kind = controls.kind("Scramble puts random letters in place of yours; Hide covers them up.")
        noise = gr.Slider(
            0,
            100,
            value=percent,
            step=1,
            label="Noise, in percent",
            elem_id="noise",
            info="How much of the text is damaged.",
        )
        with gr.Row(elem_classes="go"):
            button = gr.Button("Restore", variant="primary", elem_id="restore")
            stop = controls.stop_button()
        redraw = gr.Button("Damage other letters", elem_id="redraw", elem_classes="quiet", size="sm")
        locks = gr.Textbox(visible=False)
    here.select(None, js=assets.text("player/to_own.js"), **QUIETLY)
    return Restore(box, note, kind, noise, redraw, button, stop, locks)


def connect(tab: Restore, desk: Desk, finer: Finer, demo: gr.Blocks) -> None:
    """Text and seed go to the server for a draft; kind and noise stay in the browser; the button runs."""
    asked = [tab.locks, tab.text, tab.kind, tab.noise, *finer.inputs]
    desk.connect(tab.button, tab.stop, asked, request_of(desk), js=assets.text("player/locked.js"))
    controls.roll(tab.redraw, finer.seed)
    touched = assets.text("player/settings.js")
    meant = [tab.kind.change, tab.noise.change, tab.redraw.click]  # another seed alone leaves a film on the stage
    gr.on(meant, None, [tab.kind, tab.noise], js=touched, **QUIETLY)
    drafted = {"inputs": [tab.text, finer.seed], "outputs": [desk.stage, tab.note], **QUIETLY}
    tab.text.change(_draft(desk, show=True), trigger_mode="always_last", **drafted)
    finer.seed.change(_draft(desk, show=False), trigger_mode="always_last", **drafted)
    coursed = {"inputs": [tab.kind, tab.noise, *finer.inputs], "outputs": desk.stage, **QUIETLY}
    deciding = (tab.kind, tab.noise, finer.steps, finer.schedule, finer.rule)
    gr.on([setting.change for setting in deciding], _course(desk), trigger_mode="always_last", **coursed)
    demo.load(_draft(desk, show=False), **drafted).then(_course(desk), **coursed)


def _draft(desk: Desk, *, show: bool) -> Callable:
    def draft(text, seed):
        made = desk.studio.draft(text or "", seed if controls.is_seed(seed) else 0)
        number = desk.films.number()
        return messages.draft(number, made, show=show), messages.note(number, made)

    return draft


def _course(desk: Desk) -> Callable:
    """How the noise will fall, as the server reckons it; the text itself does not matter."""
    ask = request_of(desk)

    def course(*settings):
        try:
            levels = desk.studio.course(ask("", "any", *settings))
        except ValueError:  # a field is just being filled in; the button will say so
            return gr.skip()
        return messages.course(desk.films.number(), levels)

    return course


def request_of(desk: Desk) -> Callable[..., Request]:
    """Asks for a damaged text to be restored. Raises ValueError in words."""

    def request(locks, text, kind, noise, *finer) -> Request:
        if not (text and text.strip()):
            raise ValueError("Type at least one letter, or go to Write to start from pure noise.")
        fitted = desk.studio.draft(text, controls.checked_seed(finer[-1])).text
        level = controls.number("Noise", noise) / 100
        wishes = controls.finer_wishes(*finer)
        mending = doubted(wishes["steps"]) if level == 0 and kind == "uniform" else 0.0
        return Request(fitted, kind, level, strength=mending, locked=_locked(locks, fitted), **wishes)

    return request


def doubted(steps: int) -> float:
    """Share of the letters taken for wrong in a text that nobody has damaged: one in twenty for eight steps.

    It grows with the steps because a letter is mended once a single step would rather move it than not.
    """
    return min(steps / 160, 0.5)


def _locked(said: str | None, text: str) -> tuple[int, ...]:
    """The positions in what the stage says: of which text it locks which letters. Raises ValueError in words."""
    if not said:
        return ()
    try:
        locks = parse(said)
        locked_text, positions = locks["text"], tuple(locks["locked"])
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError("The locked letters could not be read; lock them once more.") from error
    if locked_text != text:
        raise ValueError("The text has changed since its letters were locked. See which are, then press Restore.")
    return positions

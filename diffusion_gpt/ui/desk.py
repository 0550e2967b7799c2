"""What every tab works with, and how a press of its button becomes a film on the stage.

Knows nothing of the tabs; what a visitor has made is kept when a run is stopped.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import gradio as gr

from diffusion_gpt import assets
from diffusion_gpt.render import page, words
from diffusion_gpt.trajectory import Frame, Request
from diffusion_gpt.ui import messages
from diffusion_gpt.ui.controls import QUIETLY
from diffusion_gpt.ui.films import Films

if TYPE_CHECKING:
    from diffusion_gpt.studio import Studio

PAUSE = 0.06
"""Seconds between two messages of a run; more of them would only queue up in the browser."""


@dataclass(frozen=True)
class Desk:
    """The studio, the films made in it, and the stage that shows them."""

    studio: "Studio"
    films: Films
    stage: gr.HTML
    status: gr.HTML
    """The line under the button: the place in the queue, or what is wrong."""

    def run(self, visitor: str, request: Callable[[], Request]) -> Iterator[str]:
        """Runs the request; yields live messages. Closed at a yield, it keeps the film made so far."""
        number, made, fault = self.films.begin(visitor), [], ""
        try:
            asked = request()
            yield from _live(number, asked, self.studio.run(asked), made)
        except ValueError as error:
            fault = str(error)
            yield messages.idle(number)
        finally:
            self.films.end(visitor, number, self.studio.film(asked, made) if made else None, fault)

    def pages(self, visitor: gr.Request) -> tuple[str, str]:
        """This visitor's newest film, ready to scrub, or the word that there is none; and what went wrong."""
        run, stamp = self.films.newest(visitor.session_hash), self.films.number()
        fault = messages.fault(stamp, run.fault if run else "")
        if run is None or run.film is None:
            return messages.idle(stamp), fault
        # The stamp: the page is told only of values that differ from the one before.
        return page.film(run.number, run.film, words.account(run.film), stamp=stamp), fault

    def beliefs(self, visitor: gr.Request) -> str:
        """What the model believed all along the newest film."""
        run = self.films.newest(visitor.session_hash)
        if run is None or run.film is None:
            return messages.idle(self.films.number())
        return page.beliefs(run.number, run.film)

    def connect(self, button: gr.Button, stop: gr.Button, inputs: list, request: Callable[..., Request]):
        """Lets `button` run what `request(*inputs)` asks for, and `stop` end it; the event, for what is to follow."""

        def run(visitor: gr.Request, *values):
            yield from self.run(visitor.session_hash, lambda: request(*values))

        button.click(None, js=assets.text("player/begin.js"), **QUIETLY)
        running = button.click(
            run, inputs, self.stage, trigger_mode="once", concurrency_id="model", concurrency_limit=1,
            show_progress="minimal", show_progress_on=self.status, api_visibility="private",
        )  # fmt: skip
        for ended in (running.success, running.failure):
            ended(self.pages, None, [self.stage, self.status], **QUIETLY).then(
                self.beliefs, None, self.stage, **QUIETLY
            )
        stop.click(None, cancels=[running], api_visibility="private")
        return running


def _live(number: int, asked: Request, frames: Iterable[Frame], made: list[Frame]) -> Iterator[str]:
    """Puts the frames into `made` as they come, and now and then says which have come."""
    sent, spoken = 0, 0.0
    for frame in frames:
        made.append(frame)
        if time.monotonic() - spoken >= PAUSE:
            yield page.live(number, asked.steps, sent, made[sent:], original=asked.text)
            sent, spoken = len(made), time.monotonic()

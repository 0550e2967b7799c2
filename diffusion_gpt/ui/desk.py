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
from diffusion_gpt.trajectory import Request
from diffusion_gpt.ui import budget, messages
from diffusion_gpt.ui.controls import QUIETLY
from diffusion_gpt.ui.films import Films, Run

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
            for sent in paced(self.studio.run(asked), made):
                yield page.live(number, asked.steps, sent, made[sent:], **page.given(asked))
        except ValueError as error:
            fault = str(error)
            yield messages.idle(number)
        finally:
            self.films.end(visitor, number, self.studio.film(asked, made) if made else None, fault)

    def pages(self, visitor: gr.Request) -> tuple[str, str]:
        """This visitor's newest films, ready to scrub, or the word that there is none; and what went wrong."""
        on_stage, stamp = self.films.newest(visitor.session_hash), self.films.number()
        runs = self.films.together(visitor.session_hash)
        fault = messages.fault(stamp, on_stage.fault if on_stage else "")
        # The stamp: the page is told only of values that differ from the one before.
        told = [self._film(run, stamp) for run in runs if run.film]
        return page.many(stamp, told) if told else messages.idle(stamp), fault

    def beliefs(self, visitor: gr.Request) -> str:
        """What the model believed all along the newest films."""
        runs = self.films.together(visitor.session_hash)
        return page.many(self.films.number(), [page.beliefs(run.number, run.film) for run in runs if run.film])

    def _film(self, run: Run, stamp: int) -> str:
        relation = {"family": run.family, "parent": run.parent}
        return page.film(run.number, run.film, words.account(run.film), stamp=stamp, **relation)

    def connect(self, button: gr.Button, stop: gr.Button, inputs: list, request: Callable[..., Request], **more):
        """Lets `button` run what `request(*inputs)` asks for, and `stop` end it; the event, for what is to follow.

        `more` goes to the listener.
        """

        def run(visitor: gr.Request, *values):
            yield from self.run(visitor.session_hash, lambda: request(*values))

        return self.listen(button, run, inputs, [stop], **more)

    def listen(self, button: gr.Button, run: Callable, inputs: list, stops: list[gr.Button], **more):
        """Lets `button` start the generator `run(visitor, *inputs)`; the event."""
        button.click(None, js=assets.text("player/begin.js"), **QUIETLY)
        running = button.click(run, inputs, self.stage, **self.running, **more)
        self.follow(running, stops)
        return running

    def forget(self, *triggers) -> None:
        """Lets any of these events take away what was said to be wrong: it was about something else."""
        gr.on(list(triggers), None, None, self.status, js="() => ''", **QUIETLY)

    @property
    def running(self) -> dict:
        """How an event listens that lets the model work."""
        return {
            "trigger_mode": "once", "concurrency_id": "model", "concurrency_limit": budget.LANES,
            "show_progress": "minimal", "show_progress_on": self.status, "api_visibility": "private",
        }  # fmt: skip

    def follow(self, running, stops: list[gr.Button]) -> None:
        """Once this event has ended, the whole film goes to the stage; any of `stops` ends it."""
        for ended in (running.success, running.failure):
            ended(self.pages, None, [self.stage, self.status], **QUIETLY).then(
                self.beliefs, None, self.stage, **QUIETLY
            )
        for stop in stops:
            stop.click(None, cancels=[running], api_visibility="private")


def paced(frames: Iterable, made: list, told: int = 0) -> Iterator[int]:
    """Puts the frames into `made` as they come, and now and then says how many of them have been `told` of before."""
    spoken = 0.0
    for frame in frames:
        made.append(frame)
        if len(made) > told and time.monotonic() - spoken >= PAUSE:
            yield told
            told, spoken = len(made), time.monotonic()

"""What every tab works with, and how a press of its button becomes a film on the stage.

Knows nothing of the tabs; what a visitor has made is kept when a run is stopped.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import gradio as gr

from diffusion_gpt import assets
from diffusion_gpt.render import page
from diffusion_gpt.trajectory import Request
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
    """Where Gradio writes the place in the queue."""

    def run(self, visitor: str, request: Request) -> Iterator[str]:
        """Runs the request; yields live messages. Closed at a yield, it keeps the film made so far."""
        number, made, sent, spoken = self.films.begin(visitor), [], 0, 0.0
        try:
            for frame in self.studio.run(request):
                made.append(frame)
                if time.monotonic() - spoken >= PAUSE:
                    yield page.live(number, request.steps, sent, made[sent:])
                    sent, spoken = len(made), time.monotonic()
        finally:
            self.films.keep(visitor, number, self.studio.film(request, made) if made else None)

    def pages(self, visitor: gr.Request) -> str:
        """This visitor's newest film, ready to scrub; or the word that there is none."""
        run = self.films.newest(visitor.session_hash)
        stamp = self.films.number()  # the page is only told of values that differ from the last
        if run is None or run.film is None:
            return messages.idle(stamp)
        return page.film(run.number, run.film, self.studio.account(run.film), stamp=stamp)

    def beliefs(self, visitor: gr.Request) -> str:
        """What the model believed all along the newest film."""
        run = self.films.newest(visitor.session_hash)
        if run is None or run.film is None:
            return messages.idle(self.films.number())
        return page.beliefs(run.number, run.film)

    def connect(self, button: gr.Button, stop: gr.Button, inputs: list, request: Callable, check: Callable) -> None:
        """Lets `button` run what `request(*inputs)` asks for, once `check(*inputs)` has found no fault, and `stop` end it."""

        def run(visitor: gr.Request, *values):
            try:
                yield from self.run(visitor.session_hash, request(*values))
            except ValueError as error:
                raise gr.Error(str(error), title="That did not work", print_exception=False) from error

        button.click(None, js=assets.text("player/begin.js"), **QUIETLY)
        running = button.click(
            run, inputs, self.stage, validator=check, trigger_mode="once", concurrency_id="model", concurrency_limit=1,
            show_progress="minimal", show_progress_on=self.status, api_visibility="private",
        )  # fmt: skip
        running.then(self.pages, None, self.stage, **QUIETLY).then(self.beliefs, None, self.stage, **QUIETLY)
        stop.click(None, cancels=[running], api_visibility="private")

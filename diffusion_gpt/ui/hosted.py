"""A studio that strangers work with: its runs take turns, are bounded, and leave one line each in the log.

Knows nothing of sessions. The log says what was done and for how long, never what was typed.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from diffusion_gpt.frame import Frame
from diffusion_gpt.trajectory import Request
from diffusion_gpt.ui import budget
from diffusion_gpt.ui.turns import Turns
from diffusion_gpt.untrusted import HALF_A_CHARACTER

if TYPE_CHECKING:
    from diffusion_gpt.compare import Fault
    from diffusion_gpt.racer import Lap, Racer
    from diffusion_gpt.studio import Draft, Studio

log = logging.getLogger(__name__)


class Overdue(ValueError):
    """A run has had its time."""


class HostedStudio:
    """All that the studio has; but its runs are `hosted`."""

    def __init__(self, studio: "Studio", turns: Turns):
        self._studio, self._turns = studio, turns

    def __getattr__(self, name: str):
        return getattr(self._studio, name)

    def draft(self, text: str, seed: int, blank: str = "") -> "Draft":
        """As the studio's; half a character, which no answer could carry back, is another unknown one."""
        return self._studio.draft(HALF_A_CHARACTER.sub("\ufffd", text), seed, blank)

    def run(self, request: Request, begun: Sequence[Frame] = ()) -> Iterator[Frame]:
        """As the studio's; raises Overdue after its time."""
        budget.checked(request.steps)
        return hosted(self._studio.run(request, begun), self._turns, said(request), request.steps + 1)

    def runs(self, requests: Sequence[Request]) -> Iterator[tuple[Frame, ...]]:
        """As the studio's; raises Overdue after its time."""
        budget.checked(sum(request.steps for request in requests))
        words = said(requests[0]) + (f", {len(requests)} films" if len(requests) > 1 else "")
        return hosted(self._studio.runs(requests), self._turns, words, requests[0].steps + 1)

    def compare(self, panes: "Sequence[Request | Fault]") -> "Iterator[tuple[int, Frame | Fault]]":
        """As the studio's; raises Overdue after its time."""
        asked = [pane for pane in panes if isinstance(pane, Request)]
        budget.checked(sum(request.steps for request in asked))
        words = ", ".join([f"compare {len(panes)} films", *map(said, asked[:1])])
        return hosted(self._studio.compare(panes), self._turns, words, sum(r.steps + 1 for r in asked) + len(panes))


class HostedRacer:
    """The racer; but its runs are `hosted`."""

    def __init__(self, racer: "Racer", turns: Turns):
        self._racer, self._turns = racer, turns

    def denoiser(self, request: Request) -> "Iterator[Lap]":
        """As the racer's; raises Overdue after its time."""
        budget.checked(request.steps)
        return hosted(self._racer.denoiser(request), self._turns, f"race, {said(request)}", request.steps + 1)

    def twin(self, request: Request) -> "Iterator[Lap]":
        """As the racer's; raises Overdue after its time."""
        return hosted(self._racer.twin(request), self._turns, f"race, twin: {said(request)}", request.steps + 1)


def host(studio: "Studio", racer: "Racer | None") -> "tuple[HostedStudio, HostedRacer | None]":
    """Both, with the same turns."""
    turns = Turns()
    return HostedStudio(studio, turns), racer and HostedRacer(racer, turns)


def hosted(pages: Iterator, turns: Turns, words: str, most: int) -> Iterator:
    """The same pages, at most so many, each made in its turn; a line in the log when they have ended, and how.

    Raises Overdue when they have taken more than `budget.SECONDS` of work.
    """
    spent, made, ended = 0.0, 0, "stopped"
    try:
        while True:
            if spent > budget.SECONDS and made < most:
                raise Overdue(f"After {budget.SECONDS:.0f} seconds of work this was ended; what was made is here.")
            page, took = turns.take(_next, pages)
            spent += took
            if page is None:
                ended = "done"
                return
            made += 1
            yield page
    except ValueError as error:
        ended = "out of time" if isinstance(error, Overdue) else "refused"
        raise
    finally:
        log.info("%s: %d pages, %.2f s, %s", words, made, spent, ended)


def _next(pages: Iterator) -> tuple:
    """The next page, None after the last, and the seconds that it took."""
    begun = time.perf_counter()
    return next(pages, None), time.perf_counter() - begun


def said(request: Request) -> str:
    """What is asked for, less what was typed."""
    noise = "scramble" if request.noise == "uniform" else "hide"
    extra = f", {len(request.forced)} forced" if request.forced else ""
    return f"{_task(request)}, {noise}, {len(request.text) or request.length} letters, {request.steps} steps{extra}"


def _task(request: Request) -> str:
    if not request.text:
        return "write"
    if request.strength and not request.level:
        return "mend"
    return "fill in" if request.locked and request.level == 1 else "restore"

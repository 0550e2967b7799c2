"""The films made so far: the newest one of every visitor, as many as fit.

Knows nothing of Gradio or of models; it keeps finished `Trajectory`s, and knows which runs are still going on.
"""

import itertools
import time
from collections import OrderedDict
from dataclasses import dataclass
from threading import Condition

from diffusion_gpt.trajectory import Trajectory

MAX_FRAMES = 4096
"""Frames kept over all visitors, about 75 KB each in memory."""


@dataclass(frozen=True, slots=True)
class Run:
    """A visitor's newest run; when it has ended, its film (None if there is none) and what was wrong, in words."""

    number: int
    going: bool = True
    film: Trajectory | None = None
    fault: str = ""


class Films:
    """The newest run of every visitor; the oldest films go first when there are too many frames."""

    def __init__(self, max_frames: int = MAX_FRAMES):
        self._max_frames = max_frames
        self._runs: OrderedDict[str, Run] = OrderedDict()
        self._numbers = itertools.count(time.time_ns() // 1_000_000)  # grows over restarts of the server, too
        self._changed = Condition()

    def number(self) -> int:
        """A number greater than all before."""
        return next(self._numbers)

    def begin(self, visitor: str) -> int:
        """Notes that a run of this visitor has begun; its number."""
        with self._changed:
            run = Run(self.number())
            self._put(visitor, run)
            return run.number

    def end(self, visitor: str, number: int, film: Trajectory | None, fault: str = "") -> None:
        """Notes how this run has ended; forgotten if the visitor has begun another one since."""
        with self._changed:
            if visitor in self._runs and self._runs[visitor].number == number:
                self._put(visitor, Run(number, going=False, film=film, fault=fault))
            self._changed.notify_all()

    def newest(self, visitor: str, patience: float = 20.0) -> Run | None:
        """The newest run of this visitor; one that is just being stopped is waited for, `patience` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: not self._going(visitor), patience)
            return self._runs.get(visitor)

    def _going(self, visitor: str) -> bool:
        return visitor in self._runs and self._runs[visitor].going

    def _put(self, visitor: str, run: Run) -> None:
        self._runs.pop(visitor, None)
        self._runs[visitor] = run
        while self._frames() > self._max_frames and len(self._runs) > 1:
            self._runs.popitem(last=False)

    def _frames(self) -> int:
        return sum(1 + (len(run.film.frames) if run.film else 0) for run in self._runs.values())

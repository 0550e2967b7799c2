"""The films made so far: the newest one of every visitor with its branches, as many as fit.

Knows nothing of Gradio or of models; it keeps finished `Trajectory`s, and knows which runs are still going on.
"""

import itertools
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from threading import Condition

from diffusion_gpt.trajectory import Trajectory

MAX_FRAMES = 4096
"""Frames kept over all visitors, of up to 6 KB each."""
MAX_FAMILY = 16
"""Films that belong together and are kept for one visitor; the oldest go first."""


@dataclass(frozen=True, slots=True)
class Run:
    """A visitor's run; when it has ended, its film (None if there is none) and what was wrong, in words."""

    number: int
    going: bool = True
    film: Trajectory | None = None
    fault: str = ""
    family: int = 0
    """The number of the run that began what this one belongs to: it branched off, or was made beside it."""
    parent: int | None = None
    """The number of the film that it branched off from."""


MAX_FORGOTTEN = 10_000
"""Visitors of whom it is known that their films had to go."""


class Films:
    """The newest family of runs of every visitor; the oldest films go first when there are too many frames."""

    def __init__(self, max_frames: int = MAX_FRAMES):
        self._max_frames = max_frames
        # By visitor and number; the last one of a visitor is on the stage.
        self._runs: OrderedDict[tuple[str, int], Run] = OrderedDict()
        self._numbers = itertools.count(time.time_ns() // 1_000_000)  # grows over restarts of the server, too
        self._changed = Condition()
        self._forgotten: OrderedDict[str, None] = OrderedDict()

    def number(self) -> int:
        """A number greater than all before."""
        return next(self._numbers)

    def begin(self, visitor: str, family: int | None = None, parent: int | None = None) -> int:
        """Notes that a run of this visitor has begun; its number. Without a `family` it begins one, and others go."""
        with self._changed:
            number = self.number()
            for run in self._of(visitor):
                if run.family == family:
                    self._put(visitor, replace(run, fault=""))
                else:
                    del self._runs[visitor, run.number]
            self._put(visitor, Run(number, family=number if family is None else family, parent=parent))
            return number

    def end(self, visitor: str, number: int, film: Trajectory | None, fault: str = "") -> None:
        """Notes how this run has ended; forgotten if the visitor has begun another family since."""
        with self._changed:
            run = self._runs.get((visitor, number))
            left = self._runs.get((visitor, run.parent)) if run and run.parent is not None else None
            if left and film is None:  # a branch that came to nothing: the stage still shows what it left
                del self._runs[visitor, number]
                self._put(visitor, replace(left, fault=fault))
                self._runs.move_to_end((visitor, left.number))
            elif run:
                self._put(visitor, replace(run, going=False, film=film, fault=fault))
            self._changed.notify_all()

    def adopt(self, visitor: str, number: int, film: Trajectory) -> None:
        """Keeps a film that no run of this visitor has made, so that others may branch off from it."""
        with self._changed:
            self._put(visitor, Run(number, going=False, film=film, family=number))

    def newest(self, visitor: str, patience: float = 20.0) -> Run | None:
        """This visitor's run that is on the stage; what is just being stopped is waited for, `patience` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: not any(run.going for run in self._of(visitor)), patience)
            return next(reversed(self._of(visitor)), None)

    def together(self, visitor: str) -> list[Run]:
        """What this visitor has begun last, on the stage or not: a branch, or all that were made at once."""
        with self._changed:
            runs = sorted(self._of(visitor), key=lambda run: run.number)
        branched = runs and runs[-1].parent is not None
        return runs[-1:] if branched else [run for run in runs if run.parent is None]

    def run(self, visitor: str, number: int) -> Run | None:
        """This visitor's run with this number, if it is still kept."""
        return self._runs.get((visitor, number))

    def pick(self, visitor: str, number: int) -> None:
        """Notes that the visitor has put this film on the stage, if it is kept."""
        with self._changed:
            if (visitor, number) in self._runs:
                self._runs.move_to_end((visitor, number))

    def forgotten(self, visitor: str) -> bool:
        """Whether this visitor has made films, and none of them is left."""
        return visitor in self._forgotten and not self._of(visitor)

    def _of(self, visitor: str) -> list[Run]:
        return [run for (owner, _), run in self._runs.items() if owner == visitor]

    def _put(self, visitor: str, run: Run) -> None:
        self._runs[visitor, run.number] = run  # one that is there keeps its place
        for oldest in self._of(visitor)[:-MAX_FAMILY]:
            del self._runs[visitor, oldest.number]
        while self._frames() > self._max_frames and len(self._runs) > 1:
            (visitor, _), _ = self._runs.popitem(last=False)
            self._forgotten[visitor] = None
            if len(self._forgotten) > MAX_FORGOTTEN:
                self._forgotten.popitem(last=False)

    def _frames(self) -> int:
        return sum(1 + (len(run.film.frames) if run.film else 0) for run in self._runs.values())

"""Several runs side by side, each a step in its turn.

Knows nothing of networks: it is given what makes the frames of one run, so every pane is that run, letter for letter.

The panes take turns rather than share network calls: rows that are read together save a tenth of the time at most, and
change the last bits of each other's odds.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from diffusion_gpt.trajectory import Frame, Request

FEWEST, MOST = 2, 4
"""Panes that can be told apart and still be read."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a pane has no more frames, in words."""

    said: str


def compare(
    run: Callable[[Request], Iterator[Frame]], panes: Sequence[Request | Fault]
) -> Iterator[tuple[int, Frame | Fault]]:
    """(pane, its next frame), always of the pane that has the least share of its film.

    A pane that fails ends with its `Fault` (one that could not be asked for is its fault from the start); the others go
    on. Raises ValueError, at once, unless there are 2 to 4 panes.
    """
    if not FEWEST <= len(panes) <= MOST:
        raise ValueError(f"a comparison has {FEWEST} to {MOST} panes, got {len(panes)}")
    return _in_turns([_frames(run, pane) for pane in panes], [getattr(pane, "steps", 1) for pane in panes])


def _in_turns(films: Sequence[Iterator[Frame | Fault]], steps: Sequence[int]) -> Iterator[tuple[int, Frame | Fault]]:
    made = dict.fromkeys(range(len(films)), 0)
    while made:
        pane = min(made, key=lambda i: (made[i] / steps[i], i))
        frame = next(films[pane], None)
        if frame is None:
            del made[pane]
        else:
            made[pane] += 1
            yield pane, frame


def _frames(run: Callable[[Request], Iterator[Frame]], pane: Request | Fault) -> Iterator[Frame | Fault]:
    if isinstance(pane, Fault):
        yield pane
        return
    try:
        yield from run(pane)
    except ValueError as error:
        yield Fault(str(error))

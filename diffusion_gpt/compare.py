"""Several runs side by side, in shared looks of the model.

Knows nothing of networks: it is given what makes one run and what looks at pages, so every pane is the run by itself.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from diffusion_gpt.frame import Frame
from diffusion_gpt.trajectory import Request

FEWEST, MOST = 2, 4
"""Panes that can be told apart and still be read."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a pane has no more frames, in words."""

    said: str


Take = Generator[Any, Any, None]
"""A run that others look for: yields a page, is sent what is seen there, yields the frame; some frames need no look."""


def side_by_side(
    start: Callable[[Request], Take], look: Callable[[list], Sequence], panes: Sequence[Request | Fault]
) -> Iterator[tuple[int, Frame | Fault]]:
    """(pane, its next frame), always of the panes that have the least share of their films; one look serves them all.

    A pane that fails ends with its `Fault` (one that could not be asked for is its fault from the start); the others go
    on. Raises ValueError, at once, unless there are 2 to 4 panes.
    """
    if not FEWEST <= len(panes) <= MOST:
        raise ValueError(f"a comparison has {FEWEST} to {MOST} panes, got {len(panes)}")
    return _in_turns([_take(start, pane) for pane in panes], [getattr(pane, "steps", 1) for pane in panes], look)


def _in_turns(
    takes: Sequence[Take], steps: Sequence[int], look: Callable[[list], Sequence]
) -> Iterator[tuple[int, Frame | Fault]]:
    shares = dict.fromkeys(range(len(takes)), 0)
    while shares:
        due = [pane for pane in shares if shares[pane] / steps[pane] == min(n / steps[i] for i, n in shares.items())]
        frames = _frames({pane: takes[pane] for pane in due}, look)
        for pane in due:
            if pane not in frames:
                del shares[pane]
        for pane, frame in frames.items():
            shares[pane] += 1
            yield pane, frame


def _frames(takes: dict[int, Take], look: Callable[[list], Sequence]) -> dict[int, Frame | Fault]:
    """The next frame of every take that has one."""
    said = {pane: next(take, None) for pane, take in takes.items()}
    pages = {pane: page for pane, page in said.items() if not isinstance(page, Frame | Fault | None)}
    seen = dict(zip(pages, look(list(pages.values())))) if pages else {}
    said |= {pane: takes[pane].send(answer) for pane, answer in seen.items()}
    return {pane: frame for pane, frame in said.items() if frame is not None}


def _take(start: Callable[[Request], Take], pane: Request | Fault) -> Take:
    if isinstance(pane, Fault):
        yield pane
        return
    try:
        yield from start(pane)
    except ValueError as error:
        yield Fault(str(error))

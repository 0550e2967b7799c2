"""The cut of a film for pictures that move: which states are shown, what is marked in them, and for how long.

Knows nothing of pictures or files.
"""

from dataclasses import dataclass

import numpy as np

from diffusion_gpt.render.layout import Layout, lay_out
from diffusion_gpt.trajectory import Trajectory

MAX_SHOTS = 128
OPENING_MS, CLOSING_MS = 900, 2500
"""How long the first and the last shot stand."""
PACE_MS, SHORTEST_MS, LONGEST_MS = 90, 30, 500
"""A shot between them: on average, at least, at most."""
RUN_MS = 2000, 8000
"""All shots between them: at least, at most (unless LONGEST_MS or SHORTEST_MS forbids)."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: a state of the text and how long it stands."""

    text: str
    marked: frozenset[int]
    """Positions that differ from the shot before; none in the first shot, nor in the last, which is the result."""
    progress: float
    """Share of the run's steps that lie behind, 0..1."""
    milliseconds: int


def shots(trajectory: Trajectory) -> tuple[Shot, ...]:
    """The cut of the film: which of its frames are shown, and for how long.

    All of them up to MAX_SHOTS; of a longer run those that divide its visible change evenly. A shot stands in
    proportion to what changes in it, so that no stretch is dull.
    """
    texts = [frame.text for frame in trajectory.frames]
    if not texts:
        raise ValueError("a film needs at least one frame to be drawn, got none")
    chosen = _chosen([len(_differing(a, b)) for a, b in zip(texts, texts[1:])])
    states = [texts[k] for k in chosen]
    marks = [frozenset(), *(_differing(a, b) for a, b in zip(states, states[1:]))]
    times = _times([len(mark) for mark in marks])
    marks[-1] = frozenset()
    last = max(1, trajectory.request.steps, len(texts) - 1)
    return tuple(Shot(s, m, k / last, t) for s, m, k, t in zip(states, marks, chosen, times, strict=True))


def _differing(a: str, b: str) -> frozenset[int]:
    return frozenset(i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y)


def _chosen(changes: list[int]) -> list[int]:
    """The frames to show, of one more than `changes` has entries; the first and the last always."""
    if len(changes) < MAX_SHOTS:
        return list(range(len(changes) + 1))
    # A little for the step itself keeps the sum growing, so that the last frame is the only one to reach the end.
    seen = np.cumsum([0] + [64 * changed + 1 for changed in changes])
    return np.unique(np.searchsorted(seen, np.linspace(0, seen[-1], MAX_SHOTS))).tolist()


def _times(changes: list[int]) -> list[int]:
    """Milliseconds for every shot, in the hundredths of a second that GIF counts."""
    if len(changes) == 1:
        return [CLOSING_MS]
    inner = changes[1:-1]
    run = min(max(PACE_MS * len(inner), RUN_MS[0]), RUN_MS[1])
    spare = max(0, run - SHORTEST_MS * len(inner)) / max(1, sum(inner))
    return [OPENING_MS, *(round(min(SHORTEST_MS + spare * n, LONGEST_MS) / 10) * 10 for n in inner), CLOSING_MS]


def layout_of(trajectory: Trajectory) -> Layout:
    """The lines of the text as it was given, or as it became; of one length with every frame."""
    given = trajectory.original
    return lay_out(given if len(given) == len(trajectory.text) else trajectory.text)

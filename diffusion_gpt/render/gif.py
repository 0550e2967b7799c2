"""A film as an animated GIF: one layout, one colour table, only differences stored.

Knows nothing of networks or pages; a film is all it reads.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import imageio.v3 as iio
import numpy as np

from diffusion_gpt.render.layout import lay_out
from diffusion_gpt.render.palette import DARK, LIGHT
from diffusion_gpt.render.picture import Colours, Page
from diffusion_gpt.trajectory import Request, Trajectory

MAX_SHOTS = 128
OPENING_MS, CLOSING_MS = 900, 2500
"""How long the first and the last shot stand."""
PACE_MS, SHORTEST_MS, LONGEST_MS = 90, 30, 500
"""A shot between them: on average, at least, at most."""
RUN_MS = 2000, 8000
"""All shots between them: at least, at most (unless LONGEST_MS or SHORTEST_MS forbids)."""
SCHEDULES = {
    "loglinear": "even",
    "cosine": "gentle at the end",
    "sine": "gentle at the beginning",
    "linear": "fast, then ever slower",
    "geometric": "by factors",
}
"""How a title says the way the noise falls."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One frame of the GIF: a state of the text and how long it stands."""

    text: str
    marked: frozenset[int]
    """Positions that differ from the shot before; none in the first shot, nor in the last, which is the result."""
    progress: float
    """Share of the run's steps that lie behind, 0..1."""
    milliseconds: int


def write_gif(
    trajectory: Trajectory, path: Path, *, dark: bool = False, loop: bool = True, title: str = ""
) -> Iterator[float]:
    """Write the film to `path`, yielding the share done, 1.0 at the end.

    A caller that stops early leaves `path` as it was. `title` (see `caption`) is a line above the text.
    """
    cut = shots(trajectory)
    path = Path(path)
    colours = Colours.of(DARK if dark else LIGHT)
    page = Page(_layout(trajectory), colours, title=title)
    pictures, before = [], None
    for done, shot in enumerate(cut):
        page.paint(shot.text, marked=shot.marked, progress=shot.progress)
        pictures.append(_difference(page.pixels, before, colours.unchanged))
        before = page.pixels.copy()
        yield 0.5 * (done + 1) / len(cut)
    _store(pictures, path, colours, [shot.milliseconds for shot in cut], loop=loop)
    yield 1.0


def caption(request: Request) -> str:
    """What was asked for, in one line: "scrambled 60 % · 32 steps · even · seed 7"."""
    deed = {"uniform": "scrambled", "mask": "hidden"}[request.noise]
    parts = [
        f"{deed} {round(request.level * 100)} %" if request.text else f"written from {deed} letters",
        f"{request.steps:,} step{'s' * (request.steps > 1)}",
        SCHEDULES[request.schedule],
        f"temperature {request.temperature:g}" if request.temperature != 1 else "",
        f"{len(request.locked)} locked" if request.locked else "",
        f"seed {request.seed}",
    ]
    return " · ".join(filter(None, parts))


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


def _layout(trajectory: Trajectory):
    """The lines of the text as it was given, or as it became; of one length with every frame."""
    given = trajectory.original
    return lay_out(given if len(given) == len(trajectory.text) else trajectory.text)


def _difference(pixels: np.ndarray, before: np.ndarray | None, unchanged: int) -> np.ndarray:
    return pixels.copy() if before is None else np.where(pixels == before, np.uint8(unchanged), pixels)


def _store(pictures: list[np.ndarray], path: Path, colours: Colours, times: list[int], *, loop: bool) -> None:
    unfinished = path.with_name(f".{uuid.uuid4().hex}.gif")
    options = {"loop": 0} if loop else {}
    options["duration"] = times if len(times) > 1 else times[0]  # a still picture takes no list
    try:
        with iio.imopen(unfinished, "w", plugin="pillow") as file:
            # Pictures of colour numbers pass as grey ones, which Pillow takes through the table as they are.
            file.write(
                pictures, is_batch=True, palette=colours.table.tobytes(), transparency=colours.unchanged,
                disposal=1, optimize=False, **options,
            )  # fmt: skip
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)

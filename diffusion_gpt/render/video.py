"""A film as a video that browsers and phones play: MP4 with H.264, the same pictures and times as the GIF.

Knows nothing of networks or pages; a film is all it reads.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import imageio.v3 as iio
import numpy as np

from diffusion_gpt.render.palette import DARK, LIGHT
from diffusion_gpt.render.picture import Colours, Page
from diffusion_gpt.render.shots import Shot, layout_of, shots
from diffusion_gpt.render.whole import whole
from diffusion_gpt.trajectory import Trajectory

RATE = 30
"""Pictures a second; a shot that stands longer is repeated, which costs nearly nothing."""
START_AT_ONCE = {"movflags": "+faststart"}
"""The table of contents comes first, so that a browser can begin before the end has arrived."""


def write_video(trajectory: Trajectory, path: Path, *, dark: bool = False, title: str = "") -> Iterator[float]:
    """Write the film to `path`, yielding the share done, 1.0 at the end.

    A caller that stops early leaves `path` as it was. `title` (see `words.caption`) is a line above the text.
    """
    cut = shots(trajectory)
    colours = Colours.of(DARK if dark else LIGHT)
    page = Page(layout_of(trajectory), colours, title=title)
    with whole(path, ".mp4") as unfinished, _written(unfinished) as file:
        file.init_video_stream("libx264", fps=RATE, pixel_format="yuv420p")
        for done, (shot, times) in enumerate(zip(cut, repeats(cut), strict=True)):
            page.paint(shot.text, marked=shot.marked, progress=shot.progress)
            picture = colours.table[_even(page.pixels)]
            for _ in range(times):
                file.write_frame(picture)
            yield 0.99 * (done + 1) / len(cut)
    yield 1.0


@contextmanager
def _written(path: Path) -> Iterator[Any]:
    """A video to write to. Raises OSError if it cannot be written: to PyAV a full disk is a RuntimeError."""
    try:
        with iio.imopen(path, "w", plugin="pyav", options=START_AT_ONCE) as file:
            try:
                yield file
            except GeneratorExit:  # nobody waits for it: the pictures that the encoder still holds are not worked out
                file._video_stream = None
                raise
    except RuntimeError as error:
        raise OSError(errno.ENOSPC, "the video could not be written") from error


def repeats(cut: tuple[Shot, ...]) -> list[int]:
    """How many pictures each shot takes, one at least; the sums keep to the shots' times."""
    counts, clock, shown = [], 0, 0
    for shot in cut:
        clock += shot.milliseconds
        counts.append(max(1, round(clock * RATE / 1000) - shown))
        shown += counts[-1]
    return counts


def _even(pixels: np.ndarray) -> np.ndarray:
    """The picture with even sides, as the colours of H.264 ask: a row or column of its edge once more."""
    return np.pad(pixels, [(0, side % 2) for side in pixels.shape], mode="edge")

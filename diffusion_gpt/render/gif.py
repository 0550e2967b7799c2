"""A film as an animated GIF: one layout, one colour table, only differences stored.

Knows nothing of networks or pages; a film is all it reads.
"""

from collections.abc import Iterator
from pathlib import Path

import imageio.v3 as iio
import numpy as np

from diffusion_gpt.render.palette import DARK, LIGHT
from diffusion_gpt.render.picture import Colours, Page
from diffusion_gpt.render.shots import layout_of, shots
from diffusion_gpt.render.whole import whole
from diffusion_gpt.trajectory import Trajectory


def write_gif(
    trajectory: Trajectory, path: Path, *, dark: bool = False, loop: bool = True, title: str = ""
) -> Iterator[float]:
    """Write the film to `path`, yielding the share done, 1.0 at the end.

    A caller that stops early leaves `path` as it was. `title` (see `words.caption`) is a line above the text.
    """
    cut = shots(trajectory)
    path = Path(path)
    colours = Colours.of(DARK if dark else LIGHT)
    page = Page(layout_of(trajectory), colours, title=title)
    pictures, before = [], None
    for done, shot in enumerate(cut):
        page.paint(shot.text, marked=shot.marked, progress=shot.progress)
        pictures.append(_difference(page.pixels, before, colours.unchanged))
        before = page.pixels.copy()
        yield 0.5 * (done + 1) / len(cut)
    _store(pictures, path, colours, [shot.milliseconds for shot in cut], loop=loop)
    yield 1.0


def _difference(pixels: np.ndarray, before: np.ndarray | None, unchanged: int) -> np.ndarray:
    return pixels.copy() if before is None else np.where(pixels == before, np.uint8(unchanged), pixels)


def _store(pictures: list[np.ndarray], path: Path, colours: Colours, times: list[int], *, loop: bool) -> None:
    options = {"loop": 0} if loop else {}
    options["duration"] = times if len(times) > 1 else times[0]  # a still picture takes no list
    with whole(path, ".gif") as unfinished, iio.imopen(unfinished, "w", plugin="pillow") as file:
        # Pictures of colour numbers pass as grey ones, which Pillow takes through the table as they are.
        file.write(
            pictures, is_batch=True, palette=colours.table.tobytes(), transparency=colours.unchanged,
            disposal=1, optimize=False, **options,
        )  # fmt: skip

"""A film as a sheet to print: what came out and how often each letter changed, what it was, the noise, every change.

Knows nothing of networks or pages; a film is all it reads.
"""

import textwrap
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from diffusion_gpt.render.layout import Layout
from diffusion_gpt.render.palette import DARK, LIGHT
from diffusion_gpt.render.sheet import ASPECT, HEIGHT, WIDTH, Sheet
from diffusion_gpt.render.shots import layout_of
from diffusion_gpt.render.whole import whole
from diffusion_gpt.render.words import account, caption
from diffusion_gpt.trajectory import Trajectory

FORMS = {".png": "png", ".svg": "svg"}
MARGIN, GAP = 48, 26
LARGEST = 22
"""Widest cell of the main picture."""
OTHERS = 450
"""Height that all but the main picture may need."""
SMALL_TALLEST, CURVE = 96, 40
LEAST_MAP, ROW = 70, 5
"""Height of the map at least, and of a letter's row in it at most."""
LINK_SIZE, LINK_LINE = 5.5, 7.5


def write_poster(film: Trajectory, path: Path, *, dark: bool = False, link: str = "") -> Iterator[float]:
    """Draw the film to `path`, a PNG or SVG by its ending, yielding the share done, 1.0 at the end.

    `link` is where the film can be made again; empty for nowhere. A caller that stops early leaves `path` as it was.
    """
    form = FORMS.get(Path(path).suffix.lower())
    if form is None:
        raise ValueError(f"a poster is a .png or a .svg, got the file name {Path(path).name!r}")
    sheet, layout = Sheet(DARK if dark else LIGHT), layout_of(film)
    foot = _foot(sheet, link)
    below = _history(sheet, film, layout, _head(sheet, film), tallest=foot - OTHERS)
    yield 0.3
    below = _befores(sheet, film, layout, below)
    yield 0.5
    _map(sheet, film, below, foot)
    yield 0.7
    with whole(path) as unfinished:
        sheet.save(unfinished, form=form)
    yield 1.0


def _head(sheet: Sheet, film: Trajectory) -> float:
    """Name and settings; where the next thing may begin."""
    sheet.text(MARGIN, MARGIN + 18, "Letters out of noise", size=25, colour=sheet.palette.ink)
    sheet.text(MARGIN, MARGIN + 38, caption(film.request), size=9, colour=sheet.palette.faint)
    sheet.line([MARGIN, WIDTH - MARGIN], [MARGIN + 54] * 2, colour=sheet.palette.ink, width=0.8)
    return MARGIN + 54 + GAP


def _history(sheet: Sheet, film: Trajectory, layout: Layout, top: float, *, tallest: float) -> float:
    """The last page, a bar behind every letter as tall as it changed often."""
    columns, rows = max(layout.columns, 16), layout.rows
    cell = min((WIDTH - 2 * MARGIN) / columns, LARGEST, tallest / rows / ASPECT)
    counts = changes(film).sum(0)
    place = {"x": MARGIN, "y": top, "cell": cell}
    sheet.bars(counts / max(1, counts.max()), layout, **place, colour=sheet.palette.tint)
    sheet.letters(film.text, layout, **place, colour=sheet.palette.ink)
    bottom = top + rows * cell * ASPECT
    times = f"{counts.max()} {'time' if counts.max() == 1 else 'times'}"
    most = f"The taller the bar, the more often a letter changed: at most {times}."
    for number, said in enumerate((account(film), most)):
        sheet.text(MARGIN, bottom + 18 + 12 * number, said, size=7.2, colour=sheet.palette.faint)
    return bottom + 30 + GAP


def _befores(sheet: Sheet, film: Trajectory, layout: Layout, top: float) -> float:
    """Side by side the original and the noise; where there is no original, the noise and the film half way."""
    start = ("The noise", film.frames[0].text)
    pair = (("The original", film.original), start) if film.original else (start, ("Half way", _half_way(film)))
    room = (WIDTH - 2 * MARGIN - GAP) / 2
    cell = min(room / max(layout.columns, 16), LARGEST / 2, SMALL_TALLEST / layout.rows / ASPECT)
    for number, (name, text) in enumerate(pair):
        x = MARGIN + number * (room + GAP)
        sheet.text(x, top, name, size=7.2, colour=sheet.palette.faint)
        sheet.letters(text, layout, x=x, y=top + 6, cell=cell, colour=sheet.palette.ink)
    return top + 6 + layout.rows * cell * ASPECT + GAP


def _map(sheet: Sheet, film: Trajectory, top: float, bottom: float) -> None:
    """How the noise fell; below it, a column a step and a row a letter, where it changed and when it came to rest."""
    said = (
        "The noise that was left, step by step; below it a row a letter, shaded until its last change, which is blue."
    )
    sheet.text(MARGIN, top, said, size=7.2, colour=sheet.palette.faint)
    base, right = top + 12 + CURVE, WIDTH - MARGIN
    steps = max(1, film.request.steps)
    xs = [MARGIN + (right - MARGIN) * k / steps for k in range(len(film.frames))]
    sheet.line([MARGIN, right], [base, base], colour=sheet.palette.veil, width=0.5)
    sheet.line(xs, [base - CURVE * frame.level for frame in film.frames], colour=sheet.palette.mark, width=1.4)
    sheet.raster(
        _coloured(sheet, film, steps), left=MARGIN, top=base + 6, right=right, bottom=max(bottom, base + LEAST_MAP)
    )


def _foot(sheet: Sheet, link: str) -> float:
    """The link, in as many lines as it needs; where what is above it has to end."""
    lines = textwrap.wrap(link, 150, break_on_hyphens=False) if link else []
    top = HEIGHT - MARGIN - LINK_LINE * len(lines)
    for number, line in enumerate(lines):
        y = top + LINK_LINE * (number + 1)
        sheet.text(MARGIN, y, line, size=LINK_SIZE, colour=sheet.palette.faint, link=link)
    return top - (12 if lines else 0)


def changes(film: Trajectory) -> np.ndarray:
    """Whether the letter at a position changed with a step (steps made, L), bool."""
    pages = np.array([[ord(letter) for letter in frame.text] for frame in film.frames])
    return pages[1:] != pages[:-1]


def _half_way(film: Trajectory) -> str:
    seen = changes(film).sum(1).cumsum()
    return film.frames[int(np.searchsorted(seen, seen[-1] / 2)) + 1].text if len(seen) else film.text


def _coloured(sheet: Sheet, film: Trajectory, steps: int) -> np.ndarray:
    """The map as a picture (L, steps, 3): a row a letter, a column for every step that was asked for."""
    palette, moved = sheet.palette, changes(film)
    names = (palette.paper, palette.tint, palette.mark, palette.strip)
    rest, restless, change, last = np.array([[int(n[i : i + 2], 16) for i in (1, 3, 5)] for n in names], np.uint8)
    picture = np.tile(rest, (len(film.text), steps, 1))
    for position in np.flatnonzero(moved.any(0)):
        times = np.flatnonzero(moved[:, position])
        picture[position, : times[-1]] = restless
        picture[position, times] = change
        picture[position, times[-1]] = last
    return picture

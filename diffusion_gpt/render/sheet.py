"""A sheet of paper to print on, in points from its upper left corner: letters as outlines, lines of text, bands.

Knows nothing of films.
"""

from functools import lru_cache

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D

from diffusion_gpt import assets
from diffusion_gpt.render.layout import Layout
from diffusion_gpt.render.palette import Palette
from diffusion_gpt.render.picture import FONT
from diffusion_gpt.vocabulary import MASK

WIDTH, HEIGHT = 595, 842
"""A4."""
POINTS = 72
"""To the inch."""
ASPECT = 1.72
"""A letter's cell is so many times as tall as wide."""
EM = 1 / 0.6
"""The size of the type over the width of its letters."""


class Sheet:
    """One page of paper."""

    def __init__(self, palette: Palette):
        self.palette = palette
        self._figure = Figure(figsize=(WIDTH / POINTS, HEIGHT / POINTS), facecolor=palette.paper)
        self._axes = self._figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(HEIGHT, 0))
        self._axes.axis("off")
        self._axes.set_autoscale_on(False)

    def text(
        self, x: float, y: float, words: str, *, size: float, colour: str, right: bool = False, link: str = ""
    ) -> None:
        """A line on the baseline `y`, from `x` on or up to it."""
        side, where = "right" if right else "left", {"url": link} if link else {}
        kind = {"fontproperties": _font(), "size": size, "color": colour, "parse_math": False}
        self._axes.text(x, y, words, ha=side, va="baseline", **kind, **where)

    def letters(self, text: str, layout: Layout, *, x: float, y: float, cell: float, colour: str) -> None:
        """The letters of `text` in their places, in cells `cell` points wide."""
        outlines = []
        for (row, column), letter, position in zip(layout.cells, text, range(len(text))):
            if letter.isspace() and (letter != "\n" or position in layout.ends):
                continue
            down = y + (row + 0.74) * cell * ASPECT
            place = Affine2D().scale(cell * EM, -cell * EM).translate(x + column * cell, down)
            outlines.append(_outline(letter).transformed(place))
        self.shape(outlines, colour)

    def bars(self, heights, layout: Layout, *, x: float, y: float, cell: float, colour: str) -> None:
        """Behind every letter's place a bar that fills this share of it, 0..1, from below."""
        boxes, tall = [], cell * ASPECT
        for (row, column), height in zip(layout.cells, heights):
            left, low = x + column * cell, y + (row + 1) * tall
            if height > 0:
                boxes.append(_box(left, low - 0.94 * height * tall, left + cell, low))
        self.shape(boxes, colour)

    def shape(self, outlines: list[Outline], colour: str) -> None:
        """These outlines, filled."""
        if outlines:
            self._axes.add_patch(PathPatch(Outline.make_compound_path(*outlines), facecolor=colour, linewidth=0))

    def line(self, xs, ys, *, colour: str, width: float = 1.0) -> None:
        """A line through these points."""
        self._axes.plot(xs, ys, color=colour, linewidth=width, solid_joinstyle="round", solid_capstyle="butt")

    def raster(self, colours: np.ndarray, *, left: float, top: float, right: float, bottom: float) -> None:
        """A picture (rows, columns, 3) of uint8, one rectangle a value."""
        extent = (left, right, bottom, top)
        self._axes.imshow(colours, extent=extent, aspect="auto", interpolation="nearest", origin="upper")

    def save(self, path, *, form: str) -> None:
        """Write the sheet as "png" or "svg": the same sheet, the same bytes."""
        nobody = {"Software": None} if form == "png" else {"Date": None, "Creator": None}
        with rc_context({"svg.hashsalt": "a fixed one"}):
            self._figure.savefig(path, format=form, dpi=200, metadata=nobody)


def _box(left: float, top: float, right: float, bottom: float) -> Outline:
    corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    return Outline(corners, closed=True)


@lru_cache
def _font() -> FontProperties:
    return FontProperties(fname=str(assets.path(FONT)))


@lru_cache(maxsize=1024)
def _outline(letter: str) -> Outline:
    """The shape of a letter on the baseline, in ems; a box for what the font does not have."""
    if letter in DRAWN:
        return DRAWN[letter]()
    drawn = TextPath((0, 0), letter, size=1, prop=_font(), usetex=False) if letter.isprintable() else None
    return drawn if drawn is not None and len(drawn.vertices) else _box(0.08, 0.0, 0.52, 0.72)


def _hatch() -> Outline:
    """▒, of few squares: the font's own has so many dots that a page of them is a file of megabytes."""
    squares = [(column, row) for column in range(3) for row in range(5) if (column + row) % 2 == 0]
    return Outline.make_compound_path(*(_box(c * 0.18, r * 0.15, c * 0.18 + 0.16, r * 0.15 + 0.13) for c, r in squares))


def _return_arrow() -> Outline:
    """↵, which the font lacks."""
    head = Outline([(0.05, 0.27), (0.22, 0.12), (0.22, 0.42), (0.05, 0.27)], closed=True)
    return Outline.make_compound_path(_box(0.2, 0.24, 0.52, 0.3), _box(0.46, 0.3, 0.52, 0.6), head)


DRAWN = {MASK: _hatch, "\n": _return_arrow}

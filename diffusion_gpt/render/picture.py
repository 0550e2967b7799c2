"""Pages of letters as pictures: arrays of colour numbers, ready for GIF, video or print.

Knows nothing of films, files or time.
"""

import textwrap
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from diffusion_gpt import assets
from diffusion_gpt.render.layout import COLUMNS, Layout
from diffusion_gpt.render.palette import Palette
from diffusion_gpt.vocabulary import MASK

FONT = "fonts/JetBrainsMono-Regular.ttf"
FONT_SIZE = 30
"""Pixels; a multiple of 5, for then a column is a whole number of pixels wide."""
WIDTH, HEIGHT = FONT_SIZE * 3 // 5, FONT_SIZE * 7 // 5
"""Size of a letter's cell in pixels."""
BASELINE = FONT_SIZE
TITLE_SIZE, TITLE_LINE, TITLE_GAP = 20, 28, 12
MARGIN = 24
MIN_COLUMNS = 16
"""Even a page of one letter has room for its title and a strip that moves with every shot."""
STRIP = 6
"""Height of the progress strip in pixels."""
LEVELS = 6
"""Shades between ground and ink, both included: enough for smooth edges, few enough for small files."""
PAIRS = (
    ("ink", "paper"), ("faint", "paper"), ("veil", "paper"), ("strip", "paper"), ("track", "paper"),
    ("ink", "tint"), ("faint", "tint"), ("veil", "tint"), ("mark", "tint"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Colours:
    """The one colour table of a film; its last colour is never shown and means "as in the frame before"."""

    table: np.ndarray  # (C, 3) uint8
    ramps: dict[tuple[str, str], np.ndarray]
    """For a pair of ink and ground, the colour number of each of LEVELS shades, ground first."""

    @classmethod
    def of(cls, palette: Palette) -> "Colours":
        """The table of `palette`, each colour once."""
        numbers: dict[tuple[int, ...], int] = {}
        ramps = {}
        for ink, ground in PAIRS:
            shades = _shades(getattr(palette, ink), getattr(palette, ground))
            ramps[ink, ground] = np.array([numbers.setdefault(s, len(numbers)) for s in shades], np.uint8)
        return cls(np.array([*numbers, (255, 0, 255)], np.uint8), ramps)

    @property
    def unchanged(self) -> int:
        """The number of the colour that is never shown."""
        return len(self.table) - 1

    def solid(self, ink: str) -> int:
        """The number of the full colour `ink`."""
        return next(int(ramp[-1]) for (name, _), ramp in self.ramps.items() if name == ink)


def _shades(ink: str, ground: str) -> list[tuple[int, ...]]:
    ends = [[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in (ground, ink)]
    return [tuple(map(int, row)) for row in np.linspace(*ends, LEVELS).round()]


def cell(character: str, colours: Colours, *, marked: bool = False) -> np.ndarray:
    """The picture of one letter, tinted and underlined if `marked`."""
    ink = {MASK: "veil", "\n": "faint"}.get(character, "ink")
    picture = colours.ramps[ink, "tint" if marked else "paper"][glyph(character)]
    if marked:
        picture[-4:-1] = colours.solid("mark")
    return picture  # (HEIGHT, WIDTH) uint8


@lru_cache(maxsize=1024)
def glyph(character: str) -> np.ndarray:
    """The shape of one character as shades 0..LEVELS − 1, a visible box for what the font does not have."""
    shape = {MASK: _hatch, "\n": _return_arrow}.get(character)
    coverage = shape() if shape else _typeset(character, FONT_SIZE)
    if not coverage.any() and not character.isspace():
        coverage = _box()
    return coverage


def _typeset(text: str, size: int) -> np.ndarray:
    """`text` in one line of the bundled font, as shades."""
    canvas = Image.new("L", (max(1, len(text)) * size * 3 // 5, size * 7 // 5))
    # What cannot be printed (controls, halves of a character) has no shape, and would upset the font engine.
    if text.isprintable():
        ImageDraw.Draw(canvas).text((0, size), text, fill=255, font=_font(size), anchor="ls")
    return _levels(canvas)


@lru_cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(assets.path(FONT)), size, layout_engine=ImageFont.Layout.BASIC)


def _levels(canvas: Image.Image) -> np.ndarray:
    return (np.asarray(canvas, np.float32) * ((LEVELS - 1) / 255)).round().astype(np.uint8)


def _hatch() -> np.ndarray:
    """▒, drawn by hand: the font's own has dots too fine for a small screen and too many for a small file."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    inside = (y >= 8) & (y < BASELINE + 2) & (x >= 1) & (x < WIDTH - 1)
    return np.where(inside & ((x - 1) // 4 % 2 == (y - 8) // 4 % 2), LEVELS - 1, 0).astype(np.uint8)


def _box() -> np.ndarray:
    picture = np.zeros((HEIGHT, WIDTH), np.uint8)
    picture[8 : BASELINE + 1, 3:-3] = LEVELS - 1
    picture[10 : BASELINE - 1, 5:-5] = 0
    return picture


def _return_arrow() -> np.ndarray:
    """↵, which the font lacks; drawn four times as large, then reduced, for smooth edges."""
    large = Image.new("L", (WIDTH * 4, HEIGHT * 4))
    draw = ImageDraw.Draw(large)
    draw.line([(60, 56), (60, 92), (14, 92)], fill=255, width=8, joint="curve")
    draw.line([(30, 76), (14, 92), (30, 108)], fill=255, width=8, joint="curve")
    return _levels(large.resize((WIDTH, HEIGHT), Image.Resampling.BOX))


def _columns_of(title: str) -> int:
    return -(-len(title) * TITLE_SIZE // FONT_SIZE)


def _title_lines(title: str, columns: int) -> list[str]:
    """The title in one line, or in two where it is long; a dot between its parts is not kept at a line's end."""
    room = columns * FONT_SIZE // TITLE_SIZE
    return [line.strip(" ·") for line in textwrap.wrap(title, room, max_lines=2, placeholder=" …")]


class Page:
    """A page of fixed layout onto which the states of a text are painted, one after another."""

    def __init__(self, layout: Layout, colours: Colours, *, title: str = ""):
        self.layout, self.colours = layout, colours
        columns = max(layout.columns, MIN_COLUMNS, min(_columns_of(title), COLUMNS))
        lines = _title_lines(title, columns)
        self._top = MARGIN + len(lines) * TITLE_LINE + TITLE_GAP * bool(lines)
        height = self._top + layout.rows * HEIGHT + MARGIN
        self.pixels = np.full((height, 2 * MARGIN + columns * WIDTH), colours.ramps["ink", "paper"][0], np.uint8)
        self._shown: dict[int, tuple[str, bool]] = {}
        for number, line in enumerate(lines):
            self._head(line, MARGIN - TITLE_GAP // 2 + number * TITLE_LINE)

    def place(self, position: int) -> tuple[slice, slice]:
        """Where the cell of `position` lies in `pixels`."""
        row, column = self.layout.cells[position]
        y, x = self._top + row * HEIGHT, MARGIN + column * WIDTH
        return slice(y, y + HEIGHT), slice(x, x + WIDTH)

    def paint(self, text: str, *, marked: Collection[int] = (), progress: float = 0.0) -> None:
        """Bring `pixels` to `text`; only what differs from the state before is drawn."""
        for position, character in enumerate(text):
            if character == "\n" and position in self.layout.ends:
                character = " "  # at home: the line ends, nothing to see
            state = character, position in marked
            if self._shown.get(position) != state:
                self.pixels[self.place(position)] = cell(character, self.colours, marked=state[1])
                self._shown[position] = state
        self._progress(progress)

    def _progress(self, share: float) -> None:
        width = self.pixels.shape[1]
        self.pixels[-STRIP:] = self.colours.solid("track")
        self.pixels[-STRIP:, : round(share * width)] = self.colours.solid("strip")

    def _head(self, line: str, y: int) -> None:
        shades = _typeset(line, TITLE_SIZE)
        area = slice(y, y + shades.shape[0]), slice(MARGIN, MARGIN + shades.shape[1])
        self.pixels[area] = self.colours.ramps["faint", "paper"][shades]

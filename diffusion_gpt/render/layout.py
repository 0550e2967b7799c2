"""Where each letter of a film stands on the page: fixed once, so that nothing moves while letters change.

Knows nothing of pictures: places are rows and columns.
"""

from collections.abc import Iterator
from dataclasses import dataclass

COLUMNS = 44
"""Longest line: most verse fits, and it can still be read on a phone. A space or a line end may hang beyond it."""
TURNOVER = 2
"""Where the rest of a wrapped line begins in a text of several lines, so that it is not taken for a line of its own."""
MAX_ROWS = 20
"""A text with more lines than this is set as a plain block."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The place of every position, and which positions are line ends of the page."""

    cells: tuple[tuple[int, int], ...]
    """Row and column of every position."""
    ends: frozenset[int]
    """Positions that stand at the end of a line of the text: a line break is at home there."""

    @property
    def rows(self) -> int:
        """How many rows the page has."""
        return max((row for row, _ in self.cells), default=0) + 1

    @property
    def columns(self) -> int:
        """How many columns the page has."""
        return max((column for _, column in self.cells), default=0) + 1


def lay_out(text: str) -> Layout:
    """The page of `text`: its own lines, long ones wrapped between words; a plain block where they are too many."""
    layout = Layout(tuple(_lines(text)), frozenset(i for i, character in enumerate(text) if character == "\n"))
    if layout.rows <= MAX_ROWS:
        return layout
    return Layout(tuple(divmod(i, COLUMNS) for i in range(len(text))), frozenset())


def _lines(text: str) -> Iterator[tuple[int, int]]:
    indent = TURNOVER if "\n" in text else 0
    row = column = 0
    for i, character in enumerate(text):
        hangs = character in " \n" and column <= COLUMNS
        if not hangs and column > indent and column + _room(text, i, COLUMNS - indent) > COLUMNS:
            row, column = row + 1, indent
        yield row, column
        column += 1
        if character == "\n":
            row, column = row + 1, 0


def _room(text: str, start: int, longest: int) -> int:
    """Columns that should be free at `start`: a whole word where one begins, unless no line could hold it; else 1."""
    if start and text[start - 1] not in " \n":
        return 1
    length = len(text[start:].replace("\n", " ").split(" ", 1)[0])
    return length if length <= longest else 1

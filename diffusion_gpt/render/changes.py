"""What differs between a text and its mended form, word by word.

Knows nothing of models. A film never moves a letter, so the two are of one length and stand letter under letter.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of letters, as it was and as it is; the same where nothing was changed."""

    before: str
    after: str


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """Both texts cut where both have a space or a line end; neighbours that did not change are one piece.

    A space that became a letter, or the other way round, joins two words into one piece. Raises ValueError if the two
    texts are not of one length.
    """
    if len(before) != len(after):
        raise ValueError(f"both texts must be of one length, got {len(before)} and {len(after)}")
    both = "".join(a if a.isspace() and b.isspace() and a == b else "x" for a, b in zip(before, after))
    cut = [Piece(before[m.start() : m.end()], after[m.start() : m.end()]) for m in re.finditer(r"x+|[^x]+", both)]
    return tuple(_joined(cut))


def _joined(cut: list[Piece]) -> list[Piece]:
    joined: list[Piece] = []
    for piece in cut:
        calm = piece.before == piece.after
        if joined and calm and joined[-1].before == joined[-1].after:
            joined[-1] = Piece(joined[-1].before + piece.before, joined[-1].after + piece.after)
        else:
            joined.append(piece)
    return joined

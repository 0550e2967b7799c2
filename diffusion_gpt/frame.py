"""One page of a film, and what the network believed of it: the border where tensors end.

Knows nothing of networks, pictures or pages.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

import numpy as np

from diffusion_gpt.untrusted import conforms
from diffusion_gpt.vocabulary import MASK, Vocabulary

if TYPE_CHECKING:
    from diffusion_gpt.sampler import Step

GUESSES = 5
"""How many of the model's best guesses a frame keeps for every position."""
PARTS = 10_000
"""Of 1, in which probabilities are kept."""


@dataclass(frozen=True, slots=True)
class Beliefs:
    """What the network believed at each of L positions of a page. Of a page alone: nothing.

    It is kept packed, and unpacked where it is read: 4 KB for 256 letters, of which a server has thousands of pages.
    """

    letters: str = ""
    """The R most probable characters of each position, best first: L · R in all."""
    shares: bytes = b""
    """Their probabilities, likewise; as all here, uint16 in PARTS of 1."""
    doubts: bytes = b""
    """Of each position 1 − P(the character shown); for a hidden letter 1 − P(the best guess)."""

    @classmethod
    def of(cls, guesses: tuple[str, ...], odds: tuple[tuple[float, ...], ...], doubt: tuple[float, ...]) -> "Beliefs":
        """The same packed, one entry a position. Raises ValueError in words for other types, or what does not fit."""
        shares = tuple[float, ...]
        if not all(map(conforms, (guesses, odds, doubt), (tuple[str, ...], tuple[shares, ...], shares))):
            raise ValueError("some of its values are of the wrong kind")
        if not len(guesses) == len(odds) == len(doubt):
            raise ValueError("guesses, odds or doubts are missing")
        if len({*map(len, guesses), *map(len, odds)}) > 1:
            raise ValueError("there are more odds than guesses, or fewer")
        if not all(0 <= share <= 1 for share in chain(doubt, *odds)):
            raise ValueError("a share is not between 0 and 1")
        return cls("".join(guesses), _packed(odds), _packed(doubt))

    @property
    def ranks(self) -> int:
        """R, how many guesses there are at each position; at most GUESSES, at most N."""
        return len(self.shares) // max(1, len(self.doubts))

    @property
    def guesses(self) -> tuple[str, ...]:
        """For each position its most probable characters, best first."""
        return tuple(map("".join, zip(*[iter(self.letters)] * self.ranks)))

    @property
    def odds(self) -> np.ndarray:
        """Their probabilities (L, R)."""
        return _unpacked(self.shares).reshape(-1, max(1, self.ranks))

    @property
    def doubt(self) -> np.ndarray:
        """How unsure the network is of what each position shows (L,)."""
        return _unpacked(self.doubts)


@dataclass(frozen=True, slots=True)
class Frame:
    """One page of the film.

    The beliefs are the network's view of this very page: P(x_0 = k | x_t), what it sees there included.
    The last page was never looked at again: its beliefs are the ones its letters were drawn from.
    """

    text: str
    """L characters, MASK where a letter is hidden."""
    level: float
    """Noise left, 1 − α(t): 0 clean, 1 pure noise."""
    changed: tuple[int, ...] = ()
    """Positions whose character differs from the frame before; empty in frame 0."""
    beliefs: Beliefs = Beliefs()

    @classmethod
    def of(cls, text: str, level: float, changed: tuple[int, ...], **beliefs) -> "Frame":
        """The frame of what `plain` gave, as tuples. Raises TypeError or ValueError for other beliefs."""
        return cls(text, level, changed, Beliefs.of(**beliefs))

    @property
    def plain(self) -> dict:
        """Its values as JSON knows them, a list entry a position."""
        guesses, odds, doubt = self.beliefs.guesses, self.beliefs.odds, self.beliefs.doubt
        more = {"guesses": list(guesses), "odds": odds.tolist(), "doubt": doubt.tolist()}
        return {"text": self.text, "level": self.level, "changed": list(self.changed), **more}


def record(steps: "Iterable[Step]", vocabulary: Vocabulary) -> Iterator[Frame]:
    """The frames of a run, each as soon as the network has looked at its page; of a batch, the first row."""
    return (frames[0] for frames in record_rows(steps, vocabulary, rows=1))


def record_rows(steps: "Iterable[Step]", vocabulary: Vocabulary, rows: int) -> Iterator[tuple[Frame, ...]]:
    """The frames of the first `rows` runs of a batch, page by page."""
    symbols = np.array([*vocabulary.characters, MASK], dtype=object)
    before = None
    for step in steps:
        pages, beliefs = step.x_t.numpy(force=True), step.belief.numpy(force=True)
        before = pages if before is None else before
        yield tuple(_frame(*page, step.sigma_bar, symbols) for page in islice(zip(pages, before, beliefs), rows))
        before, last = pages, step.x_next
    last = last.numpy(force=True)
    yield tuple(_frame(*page, 0.0, symbols) for page in islice(zip(last, before, beliefs), rows))


def _frame(page: np.ndarray, before: np.ndarray, belief: np.ndarray, sigma_bar: float, symbols: np.ndarray) -> Frame:
    """The frame of `page` (L,) ids with the network's `belief` (L, N), after the page `before`; `symbols` (N + 1,)."""
    n = belief.shape[-1]
    parts = np.rint(belief * PARTS).astype(np.int32)
    odds, letters = _best(parts)
    shown = np.where(page == n, letters[:, 0], page)
    doubts = PARTS - parts[np.arange(len(page)), shown]
    return Frame(
        text="".join(symbols[page].tolist()),
        level=-math.expm1(-sigma_bar),
        changed=tuple((page != before).nonzero()[0].tolist()),
        beliefs=Beliefs("".join(symbols[letters].ravel().tolist()), _bytes(odds), _bytes(doubts)),
    )


def _best(parts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The GUESSES greatest numbers of each row, greatest first, and which they are (L, R); of equals, the first."""
    n = parts.shape[-1]
    ranked = parts * n
    ranked += np.arange(n - 1, -1, -1, dtype=parts.dtype)
    ranked.sort()  # once for both
    greatest, left = np.divmod(ranked[:, : -GUESSES - 1 : -1], n)
    return greatest, n - 1 - left


def _packed(shares: tuple) -> bytes:
    return _bytes(np.rint(np.array(shares) * PARTS))


def _bytes(parts: np.ndarray) -> bytes:
    return parts.astype(np.uint16).tobytes()


def _unpacked(parts: bytes) -> np.ndarray:
    return np.frombuffer(parts, np.uint16) / PARTS

"""The characters a model knows, and their ids.

Knows nothing of tensors: ids are plain integers, 0..n−1; n itself stands for the mask symbol.
"""

import unicodedata
from dataclasses import dataclass

MASK = "▒"
"""How the mask symbol is written wherever people read it."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """One character that could not be represented: where it stood, what it was, what stands there now."""

    position: int
    given: str
    used: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A bijection between characters and the ids 0..n−1, in the order of `characters`."""

    characters: str

    def __post_init__(self):
        if not self.characters:
            raise ValueError("a vocabulary needs at least one character, got none")
        if len(set(self.characters)) != len(self.characters):
            raise ValueError("a vocabulary lists every character once, got duplicates")
        if MASK in self.characters:
            raise ValueError(f"the character {MASK!r} is reserved for the mask symbol")

    @classmethod
    def of(cls, text: str) -> "Vocabulary":
        """The vocabulary of all characters of `text`, sorted by code point."""
        return cls("".join(sorted(set(text))))

    @property
    def n(self) -> int:
        """The number of characters, N; also the id of the mask symbol."""
        return len(self.characters)

    def encode(self, text: str) -> list[int]:
        """Ids of `text`, MASK becoming n. Raises ValueError naming every character it does not know."""
        ids = {character: i for i, character in enumerate(self.characters + MASK)}
        unknown = sorted(set(text) - ids.keys())
        if unknown:
            raise ValueError(
                f"these characters are not in the vocabulary: {' '.join(map(repr, unknown[:12]))}; "
                f"it knows {self.characters!r}"
            )
        return [ids[character] for character in text]

    def decode(self, ids) -> str:
        """The text of `ids`, n becoming MASK."""
        symbols = self.characters + MASK
        return "".join([symbols[i] for i in ids])

    def fit(self, text: str, keep: str = "") -> tuple[str, tuple[Replacement, ...]]:
        """`text` in this vocabulary, and a record of every character that had to be replaced; those of `keep` stay.

        A character becomes its nearest relative (é → e, “ → ", tab → space), else a stand-in; the parts of
        a composite character that have no shape of their own (accents, joiners) are dropped, and reported.
        """
        fitted, replacements = [], []
        for position, given in enumerate(text.replace("\r\n", "\n").replace("\r", "\n")):
            used = given if given in self.characters or given in keep else self._nearest(given)
            if used != given:
                replacements.append(Replacement(position, given, used))
            fitted.append(used)
        return "".join(fitted), tuple(replacements)

    def _nearest(self, character: str) -> str:
        if unicodedata.category(character) in ("Mn", "Me", "Cf", "Cs", "Cc") and not character.isspace():
            return ""
        relatives = unicodedata.normalize("NFKD", _RELATIVES.get(character, character))
        kept = "".join(c for c in relatives if c in self.characters)
        if not kept and relatives in _RELATIVES:  # “ → " → '
            return self._nearest(relatives)
        return kept or self._stand_in(character)

    def _stand_in(self, character: str) -> str:
        wanted = " \n" if character.isspace() else "?_*. "
        return next((c for c in wanted if c in self.characters), self.characters[0])


_RELATIVES = {
    "\t": " ", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', '"': "'", "‘": "'", "’": "'", "`": "'",
    "–": "-", "—": "-", "−": "-", "…": "...", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "(": ",", ")": ",",
    "Æ": "AE", "Œ": "OE", "Ø": "O", "[": ",", "]": ",", "/": ",", "·": ".",
}  # fmt: skip

"""The colours of every picture, light and dark.

Knows nothing of what is drawn. Accents are Okabe and Ito's: told apart by colour-blind readers, and in grey.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """What each colour is for, as #rrggbb. `ink` and `faint` have a contrast of at least 4.5 : 1 on both grounds."""

    paper: str
    """The ground of a page."""
    tint: str
    """The ground of a letter that has just changed."""
    ink: str
    """Letters."""
    faint: str
    """What is read second: the title, line ends that are still noise."""
    veil: str
    """What stands for a hidden letter."""
    mark: str
    """The line under a letter that has just changed."""
    strip: str
    """Progress made."""
    track: str
    """Progress to come."""


LIGHT = Palette(
    paper="#fbfaf7",
    tint="#ffe0a3",
    ink="#1a1a1e",
    faint="#62626b",
    veil="#a9a9b2",
    mark="#d55e00",
    strip="#0072b2",
    track="#dddcd7",
)
DARK = Palette(
    paper="#16171b",
    tint="#553f0e",
    ink="#eeede8",
    faint="#b0b0b9",
    veil="#6b6c76",
    mark="#e69f00",
    strip="#56b4e9",
    track="#33353c",
)

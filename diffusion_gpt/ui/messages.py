"""What the controls have to say to the page: the text as the model will read it, and the line under its box.

Knows nothing of films; `render.page` speaks of those.
"""

from typing import TYPE_CHECKING

from diffusion_gpt.render.page import message
from diffusion_gpt.trajectory import MAX_LENGTH
from diffusion_gpt.vocabulary import MASK

if TYPE_CHECKING:
    from diffusion_gpt.studio import Draft

NAMED = 12
"""How many different replacements are named; a pasted page may hold thousands."""


def draft(run: int, draft: "Draft", *, show: bool) -> str:
    """All that the stage needs to corrupt this text by itself; `show`: at once, or when a control is touched."""
    return message("draft", run, text=draft.text, thresholds=draft.thresholds, letters=draft.letters, show=show)


def blanks(run: int, draft: "Draft", noise: str, *, show: bool) -> str:
    """A text of which only the blanks (MASK) are damaged, all of them, by this kind of noise."""
    damage = {"thresholds": draft.thresholds, "letters": draft.letters, "noise": noise}
    return message("draft", run, text=draft.text, **damage, locked=stand_fast(draft.text), show=show)


def stand_fast(text: str) -> tuple[int, ...]:
    """The positions of a text with blanks at which a letter is given."""
    return tuple(i for i, letter in enumerate(text) if letter != MASK)


def locks(run: int, text: str, locked: tuple[int, ...]) -> str:
    """Which letters of a text are locked, as soon as it is there."""
    return message("locks", run, text=text, locked=sorted(set(locked)))


def course(run: int, levels: tuple[float, ...]) -> str:
    """How the noise is going to fall, 0..1 on every page of the film that the controls ask for."""
    return message("course", run, levels=[round(level, 4) for level in levels])


def note(run: int, draft: "Draft") -> str:
    """The count of letters, each different replacement once, and how much was left out."""
    different = list(dict.fromkeys((replacement.given, replacement.used) for replacement in draft.replacements))
    return message(
        "note", run, count=len(draft.text), limit=MAX_LENGTH, cut=draft.cut,
        replaced=different[:NAMED], more=len(different[NAMED:]),
    )  # fmt: skip


def idle(run: int) -> str:
    """Nothing runs any more and there is no film to show."""
    return message("idle", run)


def fault(run: int, said: str) -> str:
    """One sentence on what is wrong; empty: nothing is."""
    return message("fault", run, said=said)

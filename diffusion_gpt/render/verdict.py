"""What a comparison or a race has shown, in sentences that say no more than its figures do.

Knows nothing of pages, pictures or networks.
"""

from diffusion_gpt.render import words
from diffusion_gpt.render.sides import Board, Side

EVEN = 1.05
"""Times that differ by less than this factor are called the same: another race would turn them round."""


def film(side: Side) -> str:
    """What happened in one pane of a comparison."""
    return words.account(side.film)


def agreement(board: Board) -> str:
    """On how many letters the last pages agree."""
    pages = [side.frames[-1].text for side in board.sides if side.frames]
    if len(pages) < 2:
        return ""
    same = sum(len(set(letters)) == 1 for letters in zip(*pages))
    return f"At the end the {len(pages)} panes agree on {same:,} of {_letters(len(pages[0]))}."


def laps(side: Side) -> str:
    """Time, passes and letters of one runner, as far as it came. The level of its frames is what is not written yet."""
    passes, last = len(side.frames) - 1, side.frames[-1]
    looks = f"{passes:,} network pass{'' if passes == 1 else 'es'}"
    stopped = "" if passes == side.request.steps else f" Stopped before the {side.request.steps:,} that were due."
    return f"{side.moments[-1]:.2f} seconds, {looks}, {_letters(round((1 - last.level) * len(last.text)))}.{stopped}"


def race(board: Board) -> str:
    """Who was faster and by how much; nothing, unless both have come to their end."""
    if not _finished(board):
        return ""
    first, last = sorted(board.sides, key=lambda side: side.moments[-1])
    if last.moments[-1] < EVEN * first.moments[-1]:
        return "Both took about the same time, on this machine and this time."
    factor = last.moments[-1] / first.moments[-1]
    return f"{first.title} was {factor:.1f} times as fast, on this machine and this time."


def gap(board: Board) -> str:
    """What has become of the letters behind the gap, in either pane; nothing, unless both have come to their end."""
    if not _finished(board):
        return ""
    behind = _behind(board.sides[0])
    kept = [f"{side.title} has {_kept(side, behind):,} of them as you wrote them." for side in board.sides]
    return " ".join([f"Behind the gap you wrote {_letters(len(behind))}.", *kept])


def _finished(board: Board) -> bool:
    return all(side.frames and len(side.frames) - 1 == side.request.steps for side in board.sides)


def _behind(side: Side) -> list[int]:
    """The locked positions after the first free one."""
    free = next(i for i in range(len(side.request.text)) if i not in side.request.locked)
    return [i for i in side.request.locked if i > free]


def _kept(side: Side, positions: list[int]) -> int:
    return sum(side.frames[-1].text[i] == side.request.text[i] for i in positions)


def _letters(number: int) -> str:
    return f"{number:,} letter{'' if number == 1 else 's'}"

"""Films beside each other on one clock, and the strings in which they travel to the page.

Knows nothing of networks, of Gradio, or of how the page draws them; `assets/player/several.js` is the other end.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from diffusion_gpt.frame import Beliefs, Frame
from diffusion_gpt.render.page import film, given, live, message
from diffusion_gpt.trajectory import Request, Trajectory


@dataclass(frozen=True, slots=True)
class Side:
    """One pane: its film as far as it goes, and when each page of it is to be seen."""

    title: str
    request: Request | None = None
    frames: tuple[Frame, ...] = ()
    moments: tuple[float, ...] = ()
    """On the common clock, one a frame."""
    fault: str = ""
    """Why there is no more, in words; empty: nothing is wrong."""

    def grown(self, frame: Frame, moment: float) -> "Side":
        """With one more frame, of whose beliefs only the doubts are kept: the others are eight times as long."""
        light = replace(frame, beliefs=Beliefs(doubts=frame.beliefs.doubts))
        return replace(self, frames=(*self.frames, light), moments=(*self.moments, moment))

    @property
    def film(self) -> Trajectory:
        """Its frames, bound."""
        return Trajectory(self.request, self.request.text, self.frames)


@dataclass(frozen=True, slots=True)
class Board:
    """All panes, and what their clock counts: "share" of each film, 0..1, or "seconds"."""

    sides: tuple[Side, ...]
    unit: str = "share"
    ticks: int = 1
    """In how many parts the scrubber divides the clock."""

    @property
    def frames(self) -> tuple[Frame, ...]:
        """Of all panes."""
        return tuple(frame for side in self.sides for frame in side.frames)

    @property
    def begun(self) -> bool:
        """Whether every pane has something to show; those of a race begin one after the other."""
        some = any if self.unit == "seconds" else all
        return some(side.frames or side.fault for side in self.sides)

    def put(self, number: int, side: Side) -> "Board":
        """With this side in place of the one that has this number."""
        return replace(self, sides=(*self.sides[:number], side, *self.sides[number + 1 :]))


def news(run: int, board: Board, before: Board | None) -> str:
    """What has come since the board looked like `before`; None: the panes themselves are new."""
    known = before.sides if before else [Side("")] * len(board.sides)
    told = [_grown(run, i, side, len(old.frames)) for i, (side, old) in enumerate(zip(board.sides, known))]
    return message("sides", run, **({} if before else _frame(board)), news=[piece for piece in told if piece])


def whole(run: int, board: Board, stamp: int, remark: Callable[[Side], str], account: str) -> str:
    """All panes with all their pages, ready to scrub, a remark under each and the account of all."""
    told = [_whole(run, i, side, remark) for i, side in enumerate(board.sides)]
    return message("sides", run, **_frame(board), news=told, ended=True, account=account, stamp=stamp)


def _frame(board: Board) -> dict:
    return {"titles": [side.title for side in board.sides], "unit": board.unit, "ticks": board.ticks}


def _grown(run: int, pane: int, side: Side, known: int) -> dict | None:
    if side.frames[known:]:
        sent = live(run, side.request.steps, known, side.frames[known:], **given(side.request))
        return {"pane": pane, "moments": _short(side.moments[known:]), "message": sent, "fault": side.fault}
    return {"pane": pane, "moments": [], "message": "", "fault": side.fault} if side.fault else None


def _whole(run: int, pane: int, side: Side, remark: Callable[[Side], str]) -> dict:
    sent = film(run, side.film, remark(side)) if side.frames else ""
    return {"pane": pane, "moments": _short(side.moments), "message": sent, "fault": side.fault}


def _short(moments: Sequence[float]) -> list[float]:
    return [round(moment, 6) for moment in moments]

"""A film as the strings that travel to the page.

Knows nothing of networks, of Gradio, or of how the page draws it; `assets/player/wire.js` is the other end.

Every message is one flat JSON string with its `kind` and the number of its `run`. What the first paint needs
(letters, noise, mean doubt) comes before the beliefs, which are five times as long.
"""

import json
import zlib
from base64 import b64encode
from collections.abc import Iterable, Sequence

import numpy as np

from diffusion_gpt.frame import Frame
from diffusion_gpt.trajectory import Request, Trajectory
from diffusion_gpt.vocabulary import MASK


def message(kind: str, run: int, **fields) -> str:
    """One message for the page, of the run with this number; the page ignores older runs."""
    return json.dumps({"kind": kind, "run": run, **fields}, ensure_ascii=False, separators=(",", ":"))


def many(run: int, messages: Iterable[str]) -> str:
    """Several messages in one: the page takes them one after the other."""
    return message("many", run, messages=list(messages))


def live(run: int, steps: int, first: int, frames: Sequence[Frame], **more) -> str:
    """The frames made since the last message, the first of them being number `first` of `steps` + 1."""
    pages = [frame.text for frame in frames]
    return message("frames", run, steps=steps, first=first, pages=pages, **_gauges(frames), **more)


def given(request: Request) -> dict:
    """What stands fast in a film, and what it was made from: the page needs it with the first frames already."""
    blanks = MASK in request.text
    return {
        "original": "" if blanks else request.text,
        "given": request.text if blanks else "",
        "noise": request.noise,
        "locked": request.locked,
        "forced": request.forced,
    }


def film(run: int, trajectory: Trajectory, account: str = "", **more) -> str:
    """All pages of a film, and in words what happened: enough to play and scrub it."""
    request, frames = trajectory.request, trajectory.frames
    pages = _packed("".join(frame.text for frame in frames).encode())
    said = {"account": account, "steps": request.steps, **given(request), "original": trajectory.original}
    return message("film", run, length=len(trajectory.text), pages=pages, **said, **_gauges(frames), **more)


def beliefs(run: int, trajectory: Trajectory) -> str:
    """What the model believed on every page: doubts, best guesses and their odds, in whole percent.

    Three blocks of bytes: doubt [position][frame], guesses [rank][position][frame] as indices into `symbols`,
    odds likewise. A position's frames lie side by side because they resemble each other: it packs better.
    Of a film of pages alone there are none.
    """
    kept = [frame.beliefs for frame in trajectory.frames]
    doubts, odds = np.stack([one.doubt for one in kept]), np.stack([one.odds for one in kept])  # frames first
    codes = np.frombuffer("".join(one.letters for one in kept).encode("utf-32-le"), "<u4")
    symbols, guesses = np.unique(codes, return_inverse=True)
    blocks = (_percent(doubts), guesses.astype(np.uint8).reshape(odds.shape), _percent(odds))
    packed = _packed(b"".join(block.T.tobytes() for block in blocks))
    return message("beliefs", run, symbols=symbols.tobytes().decode("utf-32-le"), ranks=kept[0].ranks, packed=packed)


def _gauges(frames: Iterable[Frame]) -> dict[str, list[float]]:
    """Noise left and mean doubt of every frame, 0..1."""
    return {
        "levels": [round(frame.level, 4) for frame in frames],
        "doubts": [round(_mean(frame.beliefs.doubt), 3) for frame in frames],
    }


def _mean(shares: np.ndarray) -> float:
    return float(shares.mean()) if shares.size else 0.0


def _percent(shares: np.ndarray) -> np.ndarray:
    return np.rint(100 * shares).astype(np.uint8)


def _packed(data: bytes) -> str:
    return b64encode(zlib.compress(data, 9)).decode("ascii")

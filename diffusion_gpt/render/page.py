"""A film as the strings that travel to the page.

Knows nothing of networks, of Gradio, or of how the page draws it; `assets/player/wire.js` is the other end.

Every message is one flat JSON string with its `kind` and the number of its `run`. What the first paint needs
(letters, noise, mean doubt) comes before the beliefs, which are five times as long.
"""

import json
import zlib
from base64 import b64encode
from collections.abc import Iterable, Sequence

from diffusion_gpt.trajectory import Frame, Trajectory


def message(kind: str, run: int, **fields) -> str:
    """One message for the page, of the run with this number; the page ignores older runs."""
    return json.dumps({"kind": kind, "run": run, **fields}, ensure_ascii=False, separators=(",", ":"))


def live(run: int, steps: int, first: int, frames: Sequence[Frame], **more) -> str:
    """The frames made since the last message, the first of them being number `first` of `steps` + 1."""
    pages = [frame.text for frame in frames]
    return message("frames", run, steps=steps, first=first, pages=pages, **_gauges(frames), **more)


def film(run: int, trajectory: Trajectory, account: str = "", **more) -> str:
    """All pages of a film, and in words what happened: enough to play and scrub it."""
    request, frames = trajectory.request, trajectory.frames
    pages = _packed("".join(frame.text for frame in frames).encode())
    said = {"original": trajectory.original, "account": account, "steps": request.steps, "noise": request.noise}
    return message("film", run, length=len(trajectory.text), pages=pages, **said, **_gauges(frames), **more)


def beliefs(run: int, trajectory: Trajectory) -> str:
    """What the model believed on every page: doubts, best guesses and their odds, in whole percent.

    Three blocks of bytes: doubt [position][frame], guesses [rank][position][frame] as indices into `symbols`,
    odds likewise. A position's frames lie side by side because they resemble each other: it packs better.
    """
    frames = trajectory.frames
    symbols = "".join(sorted({symbol for frame in frames for guesses in frame.guesses for symbol in guesses}))
    index = {symbol: i for i, symbol in enumerate(symbols)}
    positions, ranks = range(len(trajectory.text)), range(len(frames[0].guesses[0]))
    doubts = bytes(_percent(frame.doubt[i]) for i in positions for frame in frames)
    guesses = bytes(index[frame.guesses[i][rank]] for rank in ranks for i in positions for frame in frames)
    odds = bytes(_percent(frame.odds[i][rank]) for rank in ranks for i in positions for frame in frames)
    return message("beliefs", run, symbols=symbols, ranks=len(ranks), packed=_packed(doubts + guesses + odds))


def _gauges(frames: Iterable[Frame]) -> dict[str, list[float]]:
    """Noise left and mean doubt of every frame, 0..1."""
    return {
        "levels": [round(frame.level, 4) for frame in frames],
        "doubts": [round(sum(frame.doubt) / len(frame.doubt), 3) for frame in frames],
    }


def _percent(share: float) -> int:
    return max(0, min(100, round(100 * share)))


def _packed(data: bytes) -> str:
    return b64encode(zlib.compress(data, 9)).decode("ascii")

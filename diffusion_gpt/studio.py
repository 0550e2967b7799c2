"""What can be done with a trained network, in plain values: the page's and the command line's only way to it.

Knows nothing of browsers or pictures. The same request gives the same film, whoever asks.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from diffusion_gpt.checkpoint import Checkpoint, default_device
from diffusion_gpt.kernel import KERNELS, Corruption
from diffusion_gpt.sampler import Step, denoise
from diffusion_gpt.schedule import SCHEDULES, levels
from diffusion_gpt.trajectory import MAX_LENGTH, Frame, Request, Trajectory, record
from diffusion_gpt.vocabulary import Replacement, Vocabulary

GRAIN = 2**16
"""Thresholds are odd multiples of 1/GRAIN: exact in JavaScript too, and no whole percentage falls on one."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that may be corrupted, and the chance that decides how: all a page needs to do it as the server will."""

    text: str
    """As the model can read it, at most MAX_LENGTH characters."""
    replacements: tuple[Replacement, ...]
    """What had to be replaced for that."""
    cut: int
    """How many characters past MAX_LENGTH were left out."""
    thresholds: tuple[int, ...]
    """For each position: it is hit when threshold · 100 < GRAIN · percent of noise."""
    letters: str
    """For each position: the letter that takes its place under uniform noise."""


class Studio:
    """A checkpoint at work."""

    def __init__(self, checkpoint: Checkpoint):
        self._checkpoint = checkpoint
        self._device = next(checkpoint.gpt.parameters()).device

    @classmethod
    def load(cls, source: str | Path) -> "Studio":
        """The studio of the checkpoint at `source`. Raises CheckpointError."""
        return cls(Checkpoint.load(source, default_device()))

    @property
    def vocabulary(self) -> Vocabulary:
        """The characters that the model knows."""
        return self._checkpoint.vocabulary

    def draft(self, text: str, seed: int) -> Draft:
        """`text` made fit for the model, with the corruption that `seed` decides."""
        seed = Request(seed=seed).seed
        fitted, replacements = self.vocabulary.fit(text[: 2 * MAX_LENGTH])
        kept = fitted[:MAX_LENGTH]
        replacements = tuple(r for r in replacements if r.position < MAX_LENGTH)
        thresholds, letters = _chance(seed, len(kept), self.vocabulary.n)
        cut = max(len(text) - 2 * MAX_LENGTH, 0) + len(fitted) - len(kept)
        return Draft(kept, replacements, cut, tuple(thresholds.tolist()), self.vocabulary.decode(letters.tolist()))

    def run(self, request: Request) -> Iterator[Frame]:
        """The frames of a run, each as soon as the network has looked at it. Raises ValueError in words, at once."""
        return record(self.steps([request]), self.vocabulary)

    def steps(self, requests: Sequence[Request]) -> Iterator[Step]:
        """Several runs in shared network calls, a row each; they may differ in text (not its length) and seed."""
        first = requests[0]
        alike = {replace(r, text="", seed=0, locked=()) for r in requests}
        if len(alike) > 1 or len({len(r.text) for r in requests}) > 1:
            raise ValueError("runs in shared network calls must be alike, but for letters, locks and seeds")
        grid = levels(SCHEDULES[first.schedule], first.steps, _sigma_bar(first))
        locked = torch.stack([self._locked(r) for r in requests])
        return denoise(
            self._checkpoint.gpt,
            KERNELS[first.noise](self.vocabulary.n),
            grid,
            torch.stack([self._start(r) for r in requests]).to(self._device),
            generators=[torch.Generator(self._device).manual_seed(r.seed) for r in requests],
            temperature=first.temperature,
            locked=locked.to(self._device) if locked.any() else None,
        )

    def film(self, request: Request, frames: Iterable[Frame]) -> Trajectory:
        """The film of `request` from the frames that `run` gave, all or those until it was stopped."""
        return Trajectory(request, request.text, tuple(frames))

    def _start(self, request: Request) -> Tensor:
        """The page a run begins with: the text with its noise, or noise alone (L,)."""
        kernel = KERNELS[request.noise](self.vocabulary.n)
        thresholds, letters = _chance(request.seed, _length(request), kernel.n)
        corruption = Corruption(thresholds / GRAIN, letters)
        if not request.text:
            return kernel.prior(corruption)
        x_0 = torch.tensor(self.vocabulary.encode(request.text))
        return torch.where(self._locked(request), x_0, kernel.corrupt(x_0, _sigma_bar(request), corruption))

    def _locked(self, request: Request) -> Tensor:
        locked = torch.zeros(_length(request), dtype=torch.bool)
        locked[list(request.locked)] = True
        return locked


def account(film: Trajectory) -> str:
    """What happened in a film, in two or three sentences for everybody."""
    done, request, last = len(film.frames) - 1, film.request, film.text
    stopped = f" Stopped after {done} of {request.steps} steps." if done < request.steps else ""
    if not film.original:
        changes = sum(len(frame.changed) for frame in film.frames)
        return f"Written from pure noise: {_count(len(last), 'letter')}, {_count(changes, 'change')}.{stopped}"
    pairs = list(zip(film.original, film.frames[0].text, last, strict=True))
    hit = [(original, end) for original, start, end in pairs if start != original]
    back = sum(original == end for original, end in hit)
    broken = sum(start == original != end for original, start, end in pairs)
    verb = "hid" if request.noise == "mask" else "scrambled"
    return (
        f"You {verb} {_count(len(hit), 'letter')}. {back} came back, {len(hit) - back} became something else, "
        f"{_count(broken, 'untouched letter')} changed.{stopped}"
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _length(request: Request) -> int:
    return len(request.text) or request.length


def _sigma_bar(request: Request) -> float:
    """σ̄ at the start; text or not, all noise is ∞."""
    level = request.level if request.text else 1.0
    return -math.log1p(-level) if level < 1 else math.inf


def _chance(seed: int, length: int, n: int) -> tuple[Tensor, Tensor]:
    """Thresholds and letters of the first `length` positions (L,); a longer text does not change earlier ones."""
    generator = torch.Generator().manual_seed(2**32 + seed)
    thresholds = 2 * torch.randint(GRAIN // 2, (MAX_LENGTH,), generator=generator) + 1
    return thresholds[:length], torch.randint(n, (MAX_LENGTH,), generator=generator)[:length]

"""The race: the denoiser and its causal twin write the same page, each timed by itself, in plain values.

Knows nothing of pages or sentences. The clock of a runner stands still while it waits to be asked for its next page.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from diffusion_gpt.checkpoint import Checkpoint, CheckpointError
from diffusion_gpt.race import write
from diffusion_gpt.studio import Studio
from diffusion_gpt.trajectory import Request

BLANK = " "
"""Stands where nothing is written yet."""


@dataclass(frozen=True, slots=True)
class Lap:
    """What stands on a runner's page after one more look of its network."""

    page: str
    seconds: float
    """Of this runner's own work, from its start."""


class Racer:
    """A studio and the twin of its network on the same machine. Raises CheckpointError if the two do not match."""

    def __init__(self, studio: Studio, twin: Checkpoint):
        if not twin.gpt.config.causal:
            raise CheckpointError("the twin's checkpoint is a denoiser: the race needs a causal network")
        if twin.vocabulary != studio.vocabulary:
            raise CheckpointError("the twin knows other characters than the denoiser: train both on the same text")
        self._studio, self._twin = studio, twin.gpt.to(studio.device)

    @classmethod
    def find(cls, studio: Studio, folder: str | Path) -> "Racer | None":
        """The racer with the twin in `folder`; None where there is no such folder. Raises CheckpointError."""
        return cls(studio, Checkpoint.load(folder)) if Path(folder).is_dir() else None

    def denoiser(self, request: Request) -> Iterator[Lap]:
        """The laps of the studio's own run of this request: steps + 1, the first at 0 seconds."""
        _, first = next(self._denoised(request))  # a look that does not count: the first one is always slow
        yield Lap(self._decoded(first), 0.0)
        yield from _timed(page for page, _ in self._denoised(request))

    def twin(self, request: Request) -> Iterator[Lap]:
        """The laps of the twin writing as many letters, from left to right; the first at 0 seconds.

        It begins with the text as far as the first letter that is not locked: what stands behind a gap it cannot see.
        """
        length = len(request.text) or request.length
        free = next((i for i in range(length) if i not in request.locked), length) if request.text else 0
        prompt = torch.tensor([self._studio.vocabulary.encode(request.text[:free])], device=self._studio.device)

        def pages() -> Iterator[str]:
            for page in write(
                self._twin, length, generators=[torch.Generator().manual_seed(request.seed)],
                prompt=prompt.long(), temperature=request.temperature, top_p=request.top_p or 1.0,
            ):  # fmt: skip
                yield self._decoded(page).ljust(length, BLANK)

        next(pages())
        yield Lap(request.text[:free].ljust(length, BLANK), 0.0)
        yield from _timed(pages())

    def _denoised(self, request: Request) -> Iterator[tuple[str, Tensor]]:
        for step in self._studio.steps([request]):
            yield self._decoded(step.x_next), step.x_t

    def _decoded(self, page: Tensor) -> str:
        return self._studio.vocabulary.decode(page[0].tolist())


def _timed(pages: Iterator[str], clock: Callable[[], float] = time.perf_counter) -> Iterator[Lap]:
    """A page is text, so when it is there the device is done."""
    seconds, begun = 0.0, clock()
    for page in pages:
        seconds += clock() - begun
        yield Lap(page, seconds)
        begun = clock()

"""A GPU that is lent for one call at a time, as Hugging Face's ZeroGPU does; anywhere else all stays as it is.

Knows nothing of networks or pages. It is imported before anything that may touch CUDA. What runs on a lent GPU runs in
a process of its own: it is told plain values, yields plain values, and whatever else it writes down is lost.
"""

import math
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

from diffusion_gpt.trajectory import MAX_LENGTH

LENDING = os.environ.get("SPACES_ZERO_GPU", "").lower() in ("1", "t", "true")
"""Whether this platform lends a GPU."""
if LENDING:
    import spaces

START, LOOK = 10.0, 0.05
"""Seconds asked for: to put the network on the GPU, and for each of its looks; a visitor's share is a few minutes."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a ValueError said: of an exception only the name would come back."""

    said: str


class Lent:
    """`owner`, of which some generators run on a lent GPU; all else of it is as it was.

    `looks`: by the name of the generator, how often the network looks, from the same arguments.
    """

    def __init__(self, owner, looks: dict[str, Callable[..., int]]):
        self._owner = owner
        for name, count in looks.items():
            setattr(self, name, _lent(getattr(owner, name), count))

    def __getattr__(self, name: str):
        return getattr(self._owner, name)


def lend(studio, racer=None) -> tuple:
    """The studio and the racer as they are to be used here."""
    if not LENDING:
        return studio, racer
    studio.fingerprint  # noqa: B018 - kept from now on: other threads cannot read weights that wait for a GPU
    return Lent(studio, STUDIO), Lent(racer, RACER) if racer else None


def _lent(make: Callable[..., Iterator], looks: Callable[..., int]) -> Callable[..., Iterator]:
    def there(*asked):
        try:
            yield from make(*asked)
        except ValueError as error:
            yield Refusal(str(error))

    borrowed = spaces.GPU(duration=lambda *asked: math.ceil(START + LOOK * looks(*asked)))(there)

    def here(*asked):
        with closing(borrowed(*asked)) as answers:
            for answer in answers:
                if isinstance(answer, Refusal):
                    raise ValueError(answer.said)
                yield answer

    return here


def _steps(requests) -> int:
    return sum(getattr(request, "steps", 0) for request in requests)  # a pane may be a fault, which takes none


STUDIO = {"run": lambda request, begun=(): request.steps, "runs": _steps, "compare": _steps}
RACER = {"denoiser": lambda request: request.steps + 1, "twin": lambda request: MAX_LENGTH}
"""What makes frames, and how many looks that takes; nothing else may be lent to."""

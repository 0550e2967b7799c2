"""Denoising, one step after another: a single loop that yields every state it passes.

Knows nothing of text or films. It makes exactly one network call a step, and the last step is like the others.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from diffusion_gpt.kernel import Kernel
from diffusion_gpt.loss import Denoiser


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the page the network looked at, what it believed, and the page it wrote."""

    sigma_bar: float
    """σ̄ of x_t."""
    x_t: Tensor
    """(B, L) ids before the step."""
    belief: Tensor
    """(B, L, N) float64, P(x_0 = k | x_t)."""
    x_next: Tensor
    """(B, L) ids after the step."""


Rule = Callable[[Kernel, Tensor, Tensor, float, float], Tensor]
"""rule(kernel, p, x_t, now, then) -> distribution of the next page (B, L, states)."""


def tweedie(kernel: Kernel, p: Tensor, x_t: Tensor, now: float, then: float) -> Tensor:
    """Each position drawn from its exact reverse distribution, all at once (Lou et al. 2024, theorem 4.2)."""
    return kernel.reverse(p, x_t, now, then)


def denoise(
    gpt: Denoiser,
    kernel: Kernel,
    levels: list[float],
    x: Tensor,
    *,
    generators: Sequence[torch.Generator],
    temperature: float = 1.0,
    locked: Tensor | None = None,
    rule: Rule = tweedie,
) -> Iterator[Step]:
    """Follow `levels` of σ̄ down from the page x (B, L) at levels[0]; yields len(levels) − 1 steps.

    Each row draws from its own one of the B `generators`, so that what it becomes does not depend on its neighbours.
    `locked` (B, L) bool marks letters that never move; the network is told that they are certain. A temperature
    below 1 sharpens what is drawn from, not the beliefs that are reported.
    """
    for now, then in pairwise(levels):
        logits = _look(gpt, x, locked).double()  # (B, L, N)
        p = (logits / temperature).softmax(-1)
        x_next = draw(rule(kernel, p, x, now, then), generators)
        if locked is not None:
            x_next = torch.where(locked, x, x_next)
        yield Step(now, x, kernel.belief(logits.softmax(-1), x, now), x_next)
        x = x_next


@torch.inference_mode()
def _look(gpt: Denoiser, x: Tensor, locked: Tensor | None) -> Tensor:
    return gpt(x) if locked is None else gpt(x, locked)


def draw(odds: Tensor, generators: Sequence[torch.Generator]) -> Tensor:
    """Ids (B, L) drawn from float64 distributions (B, L, states) by inverting their cumulative sums.

    An entry of probability 0 is never drawn: the first cumulative sum above u · total belongs to a positive entry.
    """
    cumulative = odds.cumsum(-1)
    length, kind = odds.shape[1], {"device": odds.device, "dtype": odds.dtype}
    u = torch.stack([torch.rand(length, generator=generator, **kind) for generator in generators])  # (B, L)
    return torch.searchsorted(cumulative, (u * cumulative[..., -1])[..., None], right=True)[..., 0]

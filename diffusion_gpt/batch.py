"""What one training step is made of: windows of a text, corrupted, some of their letters marked as certain.

Knows nothing of networks. All chance of step k comes from (seed, k), and every process of a group draws the whole
batch and keeps its own rows: runs can be resumed and shared out without changing what is learned.
"""

import random
from dataclasses import dataclass

import torch
from torch import Tensor

from diffusion_gpt.kernel import Corruption, Kernel, UniformKernel
from diffusion_gpt.loss import corrupt, shifted

SHORT_LENGTHS = (16, 64)
"""Few, because a GPU compiles the network anew for each."""
MIN_SHARE, MAX_SHARE = 1e-6, 0.999
"""Without any noise the ratios are 0/0; nearer to pure noise there is nothing to learn."""


@dataclass(frozen=True, slots=True)
class BatchConfig:
    """How batches are drawn."""

    rows: int = 192
    """Windows a step over all processes and kernels; a step of shorter windows has as many characters."""
    length: int = 256
    """Characters of a full window."""
    short: float = 0.25
    """Share of steps whose windows have one of SHORT_LENGTHS instead."""
    known: float = 0.25
    """Share of windows under uniform noise in which letters are marked as certain."""
    seed: int = 0

    def __post_init__(self):
        for name in ("short", "known"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must be between 0 and 1, got {getattr(self, name)}")


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of a batch that belong to one kernel; without one (None) they are for the causal twin."""

    kernel: Kernel | None
    x_0: Tensor  # (B, L)
    x_t: Tensor  # (B, L)
    share: Tensor  # (B,) of letters hit
    known: Tensor  # (B, L) bool, letters that are certain


def draw_batch(
    ids: Tensor, n: int, kernels: list[Kernel], config: BatchConfig, step: int, *, rank: int = 0, world: int = 1
) -> list[Part]:
    """The rows of batch `step` from the text `ids` that belong to process `rank` of `world`, a part for each kernel."""
    chance = random.Random(f"{config.seed}/{step}")
    shorter = [length for length in SHORT_LENGTHS if length < config.length]
    length = chance.choice(shorter) if shorter and chance.random() < config.short else config.length
    rows = config.rows * config.length // length // max(len(kernels), 1)
    generator = torch.Generator(ids.device).manual_seed(chance.getrandbits(62))
    whole = [_draw_part(ids, n, kernel, (rows, length), config, generator) for kernel in kernels or [None]]
    mine = slice(rank, None, world)
    return [Part(p.kernel, p.x_0[mine], p.x_t[mine], p.share[mine], p.known[mine]) for p in whole]


def _draw_part(
    ids: Tensor, n: int, kernel: Kernel | None, shape: tuple[int, int], config: BatchConfig, generator: torch.Generator
) -> Part:
    rows, length = shape
    start = torch.randint(len(ids) - length + 1, (rows, 1), generator=generator, device=ids.device)
    x_0 = ids[start + torch.arange(length, device=ids.device)]
    share = (_stratified(rows, generator) * MAX_SHARE).clamp(min=MIN_SHARE)
    known = _draw_known(shape, config.known if isinstance(kernel, UniformKernel) else 0.0, generator)
    if kernel is None:
        return Part(kernel, x_0, shifted(x_0, n), share, known)
    x_t = corrupt(kernel, x_0, share, Corruption.draw(shape, n, generator))
    return Part(kernel, x_0, torch.where(known, x_0, x_t), share, known)


def _stratified(count: int, generator: torch.Generator) -> Tensor:
    """One number in each of `count` equal parts of [0, 1)."""
    return (torch.arange(count, device=generator.device) + _uniform((count,), generator)) / count


def _draw_known(shape: tuple[int, int], rate: float, generator: torch.Generator) -> Tensor:
    """Which letters are certain: none in most rows, else scattered ones, or all outside a gap (B, L)."""
    rows, length = shape
    scattered = _uniform(shape, generator) < _uniform((rows, 1), generator)
    gap = _uniform((rows, 2), generator).sort(-1).values * length
    position = torch.arange(length, device=generator.device)
    outside = (position < gap[:, :1]) | (position >= gap[:, 1:])
    kind, chosen = _uniform((rows, 1), generator), _uniform((rows, 1), generator)
    return torch.where(kind < 0.5, scattered, outside) & (chosen < rate)


def _uniform(shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    return torch.rand(shape, generator=generator, device=generator.device)

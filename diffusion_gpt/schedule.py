"""Noise schedules: how much noise there is at time t, from 0 (clean) to 1 (noise).

Knows nothing of characters or networks. Each schedule is plain numbers with three methods:
`total(t)` = σ̄(t) = ∫₀ᵗ σ, `rate(t)` = σ(t) = dσ̄/dt, and `time(σ̄)`, the inverse of `total`.
A letter survives with probability α(t) = exp(−σ̄(t)). Tensors in, tensors out, of any shape.
"""

import math
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor


class Schedule(Protocol):
    """What a noise schedule can do."""

    def total(self, t: Tensor) -> Tensor:
        """σ̄(t), the noise so far."""

    def rate(self, t: Tensor) -> Tensor:
        """σ(t) = dσ̄/dt."""

    def time(self, sigma_bar: Tensor) -> Tensor:
        """The t at which total(t) = σ̄."""


@dataclass(frozen=True, slots=True)
class Geometric:
    """σ̄(t) = low^(1−t) · high^t: as many steps for each factor of ten (Lou et al. 2024, section 5; the notebook's)."""

    low: float = 1e-4
    high: float = 20.0

    def total(self, t: Tensor) -> Tensor:
        return self.low ** (1 - t) * self.high**t

    def rate(self, t: Tensor) -> Tensor:
        return self.total(t) * math.log(self.high / self.low)

    def time(self, sigma_bar: Tensor) -> Tensor:
        return torch.log(sigma_bar / self.low) / math.log(self.high / self.low)


@dataclass(frozen=True, slots=True)
class LogLinear:
    """α(t) = 1 − (1 − ε) t: every step is to restore equally many letters (Lou et al. 2024, section 5)."""

    epsilon: float = 1e-3

    def total(self, t: Tensor) -> Tensor:
        return -torch.log1p(-(1 - self.epsilon) * t)

    def rate(self, t: Tensor) -> Tensor:
        return (1 - self.epsilon) / (1 - (1 - self.epsilon) * t)

    def time(self, sigma_bar: Tensor) -> Tensor:
        return -torch.expm1(-sigma_bar) / (1 - self.epsilon)


@dataclass(frozen=True, slots=True)
class Cosine:
    """α(t) = ε + (1 − ε) cos(πt/2): small steps at the end, where letters settle (Nichol & Dhariwal 2021)."""

    epsilon: float = 1e-3

    def total(self, t: Tensor) -> Tensor:
        return -torch.log(self._alpha(t))

    def rate(self, t: Tensor) -> Tensor:
        return (1 - self.epsilon) * math.pi / 2 * torch.sin(math.pi / 2 * t) / self._alpha(t)

    def time(self, sigma_bar: Tensor) -> Tensor:
        alpha = torch.exp(-sigma_bar)
        return torch.acos((alpha - self.epsilon) / (1 - self.epsilon)) * 2 / math.pi

    def _alpha(self, t: Tensor) -> Tensor:
        return self.epsilon + (1 - self.epsilon) * torch.cos(math.pi / 2 * t)


SCHEDULES: dict[str, Schedule] = {"geometric": Geometric(), "loglinear": LogLinear(), "cosine": Cosine()}


def levels(schedule: Schedule, steps: int, start: float = math.inf) -> list[float]:
    """A falling grid of steps + 1 noise levels σ̄, equally spaced in t, that ends in exactly 0.

    It begins at σ̄ = `start`, or at the schedule's own end, total(1), where that is less.
    """
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got {steps}")
    one = torch.ones((), dtype=torch.float64)
    start = min(start, schedule.total(one).item())
    t = torch.linspace(1, 0, steps + 1, dtype=torch.float64) * schedule.time(one * start).clamp(0, 1)
    grid = schedule.total(t).clamp(max=start)
    grid[0], grid[-1] = start, 0.0
    return grid.tolist()

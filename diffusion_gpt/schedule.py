"""Noise schedules: how much noise there is at time t, from 0 (clean) to 1 (noise).

Knows nothing of characters or networks. Each schedule is plain numbers with three methods:
`total(t)` = σ̄(t) = ∫₀ᵗ σ, `rate(t)` = σ(t) = dσ̄/dt, and `time(σ̄)`, the inverse of `total`.
A letter survives with probability α(t) = exp(−σ̄(t)) (Equation 6). Tensors in, tensors out, of any shape.
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
        """σ(t) = dσ̄/dt. A letter meets its first accident at t with the density σ(t) α(t) = −dα/dt. Equation 7."""

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
    """α(t) = ε + (1 − ε) cos(πt/2): small steps at the end, where letters settle (after Nichol & Dhariwal 2021)."""

    epsilon: float = 1e-3

    def total(self, t: Tensor) -> Tensor:
        return -torch.log1p(-self._share(t))

    def rate(self, t: Tensor) -> Tensor:
        return (1 - self.epsilon) * math.pi / 2 * torch.sin(math.pi / 2 * t) / (1 - self._share(t))

    def time(self, sigma_bar: Tensor) -> Tensor:
        share = -torch.expm1(-sigma_bar)
        return torch.asin(torch.sqrt(share / (1 - self.epsilon) / 2)) * 4 / math.pi

    def _share(self, t: Tensor) -> Tensor:
        """1 − α, as exact near 0 as anywhere: 1 − cos x = 2 sin²(x/2)."""
        return (1 - self.epsilon) * 2 * torch.sin(math.pi / 4 * t) ** 2


@dataclass(frozen=True, slots=True)
class Sine:
    """1 − α(t) = (1 − ε) sin(πt/2): small steps at the beginning, where it is settled what the text is about."""

    epsilon: float = 1e-3

    def total(self, t: Tensor) -> Tensor:
        return -torch.log1p(-(1 - self.epsilon) * torch.sin(math.pi / 2 * t))

    def rate(self, t: Tensor) -> Tensor:
        return (1 - self.epsilon) * math.pi / 2 * torch.cos(math.pi / 2 * t) * torch.exp(self.total(t))

    def time(self, sigma_bar: Tensor) -> Tensor:
        sine = -torch.expm1(-sigma_bar) / (1 - self.epsilon)
        rest = ((torch.exp(-sigma_bar) - self.epsilon) / (1 - self.epsilon)).clamp(min=0)  # 1 − sine, exact near 0
        return torch.atan2(sine, torch.sqrt(rest * (1 + sine))) * 2 / math.pi


@dataclass(frozen=True, slots=True)
class Linear:
    """σ̄(t) = high · t: under uniform noise every step changes equally many letters, in expectation.

    For any text x_then and x_now differ at a position with probability (1 − 1/N)(1 − exp(σ̄_then − σ̄_now)): it is what
    the forward process does. Under the mask kernel that holds of LogLinear.
    """

    high: float = math.log(1000)

    def total(self, t: Tensor) -> Tensor:
        return self.high * t

    def rate(self, t: Tensor) -> Tensor:
        return torch.full_like(t, self.high)

    def time(self, sigma_bar: Tensor) -> Tensor:
        return sigma_bar / self.high


SCHEDULES: dict[str, Schedule] = {
    "geometric": Geometric(),
    "loglinear": LogLinear(),
    "cosine": Cosine(),
    "sine": Sine(),
    "linear": Linear(),
}


def levels(schedule: Schedule, steps: int, start: float = math.inf) -> list[float]:
    """A falling grid of steps + 1 noise levels σ̄, equally spaced in t, that ends in exactly 0.

    It begins at σ̄ = `start`, or at the schedule's own end, total(1), where that is less.
    """
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got {steps}")
    one = torch.ones((), dtype=torch.float64)
    start = min(start, schedule.total(one).item())
    grid = torch.linspace(start, 0, steps + 1, dtype=torch.float64)  # stays so if the schedule never has so little
    if start > schedule.total(0 * one):
        grid = schedule.total(torch.linspace(1, 0, steps + 1, dtype=torch.float64) * schedule.time(one * start))
    grid[0], grid[-1] = start, 0.0
    return grid.tolist()

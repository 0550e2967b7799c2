"""The two ways letters are corrupted: every formula that contains the rate matrix Q.

Knows nothing of networks, schedules or text. A kernel speaks of one position: given σ̄ and the network's
leave-one-out posterior p(k) = P(x_0 = k | the other positions of x_t) (Equation 15), it answers what the noise has done
and how to undo it. Throughout α = exp(−σ̄), x_t holds ids 0..n−1, and n is the mask symbol. Equations are numbered as
in the walk-through, `assets/prose/walk/`.
"""

import math
from dataclasses import dataclass
from typing import ClassVar, Protocol

import torch
import torch.nn.functional as F
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Corruption:
    """The chance in a corruption, drawn once: more noise then only adds damage."""

    threshold: Tensor
    """(B, L), uniform on [0, 1): a position is hit once 1 − α exceeds it."""
    letter: Tensor
    """(B, L) ids: what a hit position becomes under the uniform kernel."""

    @classmethod
    def draw(cls, shape: tuple[int, ...], n: int, generator: torch.Generator) -> "Corruption":
        """Fresh chance for a batch of texts of `shape` (B, L), on the generator's device."""
        device = generator.device
        threshold = torch.rand(shape, generator=generator, device=device)
        return cls(threshold, torch.randint(n, shape, generator=generator, device=device))


class Kernel(Protocol):
    """What a corruption process can do; `n` is the number of characters, N."""

    n: int
    lies: ClassVar[bool]
    """Whether a letter that is seen may be wrong."""

    def prior(self, corruption: Corruption) -> Tensor:
        """x_1 (B, L): pure noise."""

    def corrupt(self, x_0: Tensor, sigma_bar: Tensor | float, corruption: Corruption) -> Tensor:
        """x_t ~ q(· | x_0) (B, L)."""

    def score(self, p: Tensor, x_t: Tensor, sigma_bar: Tensor | float) -> Tensor:
        """The concrete score s(y) = p_t(y) / p_t(x_t) (B, L, states), 1 at y = x_t. Equation 9."""

    def score_entropy(self, log_p: Tensor, x_0: Tensor, x_t: Tensor, sigma_bar: Tensor) -> Tensor:
        """The integrand of the negative ELBO with respect to σ̄ (B, L), ≥ 0."""

    def belief(self, p: Tensor, x_t: Tensor, sigma_bar: float) -> Tensor:
        """P(x_0 = k | x_t), position i itself included (B, L, N)."""

    def reverse(self, p: Tensor, x_t: Tensor, now: float, then: float) -> Tensor:
        """P(x_then = y | x_now) for σ̄ from `now` down to `then` (B, L, states)."""


@dataclass(frozen=True, slots=True)
class UniformKernel:
    """Letters flip: Q = J/N − I. At rate σ a letter is redrawn from all N, so q(y | x_0) = (1 − α)/N + α [y = x_0].

    Lou et al. 2024 (SEDD), equation 15, there N times as fast; the score from the posterior as in
    Schiff et al. 2024 (UDLM).
    """

    n: int
    lies: ClassVar[bool] = True

    def prior(self, corruption: Corruption) -> Tensor:
        return corruption.letter

    def corrupt(self, x_0: Tensor, sigma_bar: Tensor | float, corruption: Corruption) -> Tensor:
        """x_t ~ q(y | x_0) = (1 − α)/N + α [y = x_0]. Equation 2."""
        return torch.where(corruption.threshold < _noise(sigma_bar), corruption.letter, x_0)

    def score(self, p: Tensor, x_t: Tensor, sigma_bar: Tensor | float) -> Tensor:
        """m(y)/m(x_t), m(y) = (1 − α)/N + α p(y). Equation 10."""
        m = self._marginal(p, sigma_bar)
        return m / m.gather(-1, x_t[..., None])

    def score_entropy(self, log_p: Tensor, x_0: Tensor, x_t: Tensor, sigma_bar: Tensor) -> Tensor:
        """1/N Σ_y [s − r log s + r (log r − 1)] = 1/N Σ_y r (e^d − 1 − d), d = log s − log r, r = q(y|x_0)/q(x_t|x_0).

        The second form neither overflows nor cancels; the term y = x_t is 0, as the sum over y ≠ x_t asks.
        Lou et al. 2024, definition 3.1 and theorem 3.6. Equation 12.
        """
        log_m = self._marginal(log_p.exp(), sigma_bar).log()
        log_q = self._marginal(F.one_hot(x_0, self.n).to(log_p.dtype), sigma_bar).log()
        here = x_t[..., None]
        log_r = log_q - log_q.gather(-1, here)
        d = log_m - log_m.gather(-1, here) - log_r
        return (log_r.exp() * (torch.expm1(d) - d)).sum(-1) / self.n

    def belief(self, p: Tensor, x_t: Tensor, sigma_bar: float) -> Tensor:
        """∝ p(k) q(x_t | k). Equation 16."""
        return self._seen(p, x_t, sigma_bar)

    def reverse(self, p: Tensor, x_t: Tensor, now: float, then: float) -> Tensor:
        """Tweedie as a Bayes product: ∝ [(1 − α_then)/N + α_then p(y)] · q_{now−then}(x_t | y). Equation 17.

        Equal to exp(−δQ) s ⊙ exp(δQ) for the exact score (Lou et al. 2024, equation 19), and never negative.
        """
        if now == then:  # nothing to undo, even if p holds what is here to be impossible
            return F.one_hot(x_t, self.n).to(p.dtype)
        return self._seen(self._marginal(p, then), x_t, now - then)

    def _marginal(self, p: Tensor, sigma_bar: Tensor | float) -> Tensor:
        """(1 − α)/N + α p(y): what a letter drawn from p has become (B, L, N)."""
        noise = _trailing(_noise(sigma_bar))
        return noise / self.n + (1 - noise) * p

    def _seen(self, odds: Tensor, x_t: Tensor, sigma_bar: float) -> Tensor:
        """∝ odds(k) q(x_t | k) (B, L, N): what was believed of a letter, and that it has become x_t."""
        noise, here = _noise(sigma_bar), x_t[..., None]
        weights = odds * (noise / self.n)
        weights.scatter_add_(-1, here, (1 - noise) * odds.gather(-1, here))
        return weights.mul_(weights.sum(-1, keepdim=True).reciprocal_())


@dataclass(frozen=True, slots=True)
class MaskKernel:
    """Letters hide: at rate σ a letter becomes the mask symbol n and stays so. States are the N letters and n.

    Lou et al. 2024 (SEDD), equation 16; the closed forms as in Shi et al. 2024 (MD4) and Sahoo et al. 2024 (MDLM).
    """

    n: int
    lies: ClassVar[bool] = False

    def prior(self, corruption: Corruption) -> Tensor:
        return torch.full_like(corruption.letter, self.n)

    def corrupt(self, x_0: Tensor, sigma_bar: Tensor | float, corruption: Corruption) -> Tensor:
        """x_t ~ q(y | x_0) = (1 − α) [y = n] + α [y = x_0]. Equation 3."""
        return torch.where(corruption.threshold < _noise(sigma_bar), self.n, x_0)

    def score(self, p: Tensor, x_t: Tensor, sigma_bar: Tensor | float) -> Tensor:
        """α/(1 − α) p(y) at a hidden position; a visible letter can only have been itself. Equation 11."""
        noise = _trailing(_noise(sigma_bar))
        return self._at_hidden(x_t, (1 - noise) / noise * p, torch.ones_like(p[..., :1]))

    def score_entropy(self, log_p: Tensor, x_0: Tensor, x_t: Tensor, sigma_bar: Tensor) -> Tensor:
        """−α/(1 − α) log p(x_0) where x_t is hidden, else 0: the other terms of Equation 12 cancel. Equation 13."""
        noise = _noise(sigma_bar)
        surprise = -log_p.gather(-1, x_0[..., None])[..., 0]
        return torch.where(x_t == self.n, (1 - noise) / noise * surprise, 0.0)

    def belief(self, p: Tensor, x_t: Tensor, sigma_bar: float) -> Tensor:
        """p where the letter is hidden; certainty where it is seen."""
        seen = F.one_hot(x_t, self.n + 1)[..., : self.n].to(p.dtype)
        return torch.where((x_t == self.n)[..., None], p, seen)

    def reverse(self, p: Tensor, x_t: Tensor, now: float, then: float) -> Tensor:
        """A hidden letter shows with probability (α_then − α_now)/(1 − α_now), drawn from p; a visible one stays.

        Equation 18.
        """
        hidden = _noise(then) / _noise(now) if now > 0 else 0.0
        return self._at_hidden(x_t, (1 - hidden) * p, torch.full_like(p[..., :1], hidden))

    def _at_hidden(self, x_t: Tensor, letters: Tensor, mask: Tensor) -> Tensor:
        """The given values (B, L, N) and (B, L, 1) where x_t is hidden, else [y = x_t] (B, L, N+1)."""
        values = torch.cat([letters, mask], dim=-1)
        return torch.where((x_t == self.n)[..., None], values, F.one_hot(x_t, self.n + 1).to(values.dtype))


KERNELS = {"uniform": UniformKernel, "mask": MaskKernel}


def _noise(sigma_bar: Tensor | float) -> Tensor | float:
    """1 − α, without cancellation at small σ̄."""
    return -torch.expm1(-sigma_bar) if isinstance(sigma_bar, Tensor) else -math.expm1(-sigma_bar)


def _trailing(x: Tensor | float) -> Tensor | float:
    """Room for the dimension of characters."""
    return x[..., None] if isinstance(x, Tensor) and x.ndim else x

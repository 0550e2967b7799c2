"""What training minimises and measuring reports: the negative evidence lower bound, in nats per character.

Knows nothing of optimisers, devices or text. With c = 1 − α, the share of letters hit, dσ̄ = dc / (1 − c), so

    −log p(x_0) ≤ NELBO = ∫₀¹ E[ score entropy ] / (1 − c) dc        (Lou et al. 2024, theorem 3.6; Equation 14)

for every schedule alike: it is an integral over σ̄. At c = 1 nothing of x_0 is left, so no other term is.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from diffusion_gpt.kernel import Corruption, Kernel

Denoiser = Callable[..., Tensor]
"""gpt(x_t, known=None) -> logits (B, L, N)."""


def corrupt(kernel: Kernel, x_0: Tensor, share: Tensor, corruption: Corruption) -> Tensor:
    """x_t (B, L) with a share c (B,) of its letters hit."""
    return kernel.corrupt(x_0, sigma_bar_of(share), corruption)


def nelbo_integrand(kernel: Kernel, logits: Tensor, x_0: Tensor, x_t: Tensor, share: Tensor) -> Tensor:
    """The integrand of the NELBO at c = `share` (B,), nats per character (B, L); its mean over c is the NELBO."""
    log_p = F.log_softmax(logits, dim=-1)
    entropy = kernel.score_entropy(log_p, x_0, x_t, sigma_bar_of(share))
    return entropy / (1 - share)[:, None]


def sigma_bar_of(share: Tensor) -> Tensor:
    """σ̄ = −log(1 − c), with room for the length (B, 1)."""
    return -torch.log1p(-share)[:, None]


def next_character_loss(logits: Tensor, x_0: Tensor) -> Tensor:
    """−log p(x_0 at i | x_0 before i) (B, L), for logits of the causal network fed with `shifted(x_0)`."""
    return F.cross_entropy(logits.transpose(1, 2), x_0, reduction="none")


def shifted(x_0: Tensor, n: int) -> Tensor:
    """x_0 moved right by one, the mask symbol n marking the beginning (B, L)."""
    return F.pad(x_0[:, :-1], (1, 0), value=n)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A Monte-Carlo mean and its standard error."""

    value: float
    stderr: float


@torch.inference_mode()
def nelbo(
    gpt: Denoiser, kernel: Kernel, windows: Tensor, *, passes: int = 4, batch: int = 32, generator: torch.Generator
) -> Estimate:
    """The NELBO of `windows` (W, L), nats per character.

    Every window is seen `passes` times. The shares are c = v², dc = 2v dv, because where few letters are hit the
    integrand is rarely anything but 0, and then of the size of 1/c. The W · passes values of v are stratified over
    (0, 1) and paired with the windows at random, anew in every pass. The standard error comes from differences of
    neighbours. The integrand's tail is heavy: with few windows both can miss it.
    """
    if passes < 1:
        raise ValueError(f"passes must be at least 1, got {passes}")
    count, device = len(windows), windows.device
    order = torch.cat([torch.randperm(count, generator=generator, device=device) for _ in range(passes)])
    rank = torch.arange(count * passes, device=device).view(count, passes).T.reshape(-1)  # pass by pass
    jitter = torch.rand(count * passes, generator=generator, device=device, dtype=torch.float64)
    v = (rank + jitter) / (count * passes)
    terms = torch.cat(
        [
            _window_terms(gpt, kernel, windows[chosen], share, generator)
            for chosen, share in zip(order.split(batch), v.square().split(batch), strict=True)
        ]
    )
    return _stratified_mean((terms * 2 * v)[v.argsort()])


def _window_terms(gpt: Denoiser, kernel: Kernel, x_0: Tensor, share: Tensor, generator: torch.Generator) -> Tensor:
    """One draw of the integrand for every window (B,), in float64."""
    x_t = corrupt(kernel, x_0, share, Corruption.draw(x_0.shape, kernel.n, generator))
    return nelbo_integrand(kernel, gpt(x_t).double(), x_0, x_t, share).mean(1)


def _stratified_mean(terms: Tensor) -> Estimate:
    """The mean of one draw per stratum, in order, and its error by collapsing neighbours."""
    variance = terms.diff().square().mean().item() / 2 if len(terms) > 1 else math.inf
    return Estimate(terms.mean().item(), math.sqrt(variance / len(terms)))


@torch.inference_mode()
def nll(gpt: Denoiser, windows: Tensor, n: int, *, batch: int = 32) -> Estimate:
    """The exact NLL of `windows` (W, L) under the causal network, nats per character; its error is between windows."""
    terms = torch.cat([next_character_loss(gpt(shifted(x, n)), x).double().mean(1) for x in windows.split(batch)])
    return Estimate(terms.mean().item(), (terms.std() / math.sqrt(len(terms))).item())

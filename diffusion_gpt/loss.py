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
    (0, 1); those of one window are evenly spaced, so that hard windows and high levels do not meet by chance.
    The integrand's tail is heavy: with few windows both the value and its error can miss it.
    """
    if passes < 1:
        raise ValueError(f"passes must be at least 1, got {passes}")
    count, device = len(windows), windows.device
    order = torch.randperm(count, generator=generator, device=device)
    jitter = torch.rand((count, passes), generator=generator, device=device, dtype=torch.float64)
    stratum = torch.arange(count, device=device)[:, None] + count * torch.arange(passes, device=device)
    v = ((stratum + jitter) / (count * passes)).flatten()
    pairs = zip(order.repeat_interleave(passes).split(batch), v.square().split(batch), strict=True)
    terms = torch.cat([_window_terms(gpt, kernel, windows[chosen], share, generator) for chosen, share in pairs])
    return _stratified_mean((terms * 2 * v).view(count, passes))


def _window_terms(gpt: Denoiser, kernel: Kernel, x_0: Tensor, share: Tensor, generator: torch.Generator) -> Tensor:
    """One draw of the integrand for every window (B,), in float64."""
    x_t = corrupt(kernel, x_0, share, Corruption.draw(x_0.shape, kernel.n, generator))
    return nelbo_integrand(kernel, gpt(x_t).double(), x_0, x_t, share).mean(1)


def _stratified_mean(terms: Tensor) -> Estimate:
    """The mean of terms (W, passes) and its error; a row is a window, and the next row's levels are its neighbours.

    The error comes from differences of rows: they hold neither the levels' share nor, their mean over the passes
    taken off, the windows' own. It errs on the large side, as far as windows differ more at one level than another.
    """
    count, passes = terms.shape
    if count == 1:
        return Estimate(terms.mean().item(), math.inf)
    differences = terms.diff(dim=0)
    if passes > 1:
        differences = differences - differences.mean(1, keepdim=True)
    variance = differences.square().sum().item() / (2 * (count - 1) * max(passes - 1, 1))
    return Estimate(terms.mean().item(), math.sqrt(variance / terms.numel()))


@torch.inference_mode()
def nll(gpt: Denoiser, windows: Tensor, n: int, *, batch: int = 32) -> Estimate:
    """The exact NLL of `windows` (W, L) under the causal network, nats per character; its error is between windows."""
    terms = torch.cat([next_character_loss(gpt(shifted(x, n)), x).double().mean(1) for x in windows.split(batch)])
    return Estimate(terms.mean().item(), (terms.std() / math.sqrt(len(terms))).item())

"""Muon: an optimiser for matrices, whose steps go equally far in all directions (Jordan et al. 2024).

Knows nothing of networks. AdamW's step is mostly along a few directions that all letters share; here the rare ones are
learned as fast. That is worth most where steps are few: it costs the same for a small batch as for a large one.
"""

import math

import torch
from torch import Tensor

NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)
"""a σ + b σ³ + c σ⁵, five times over, takes a singular value σ of 0.003..1 to 0.7..1.2, near enough to 1."""


class Muon(torch.optim.Optimizer):
    """Each parameter group holds matrices of one shape, each made of `parts` matrices, one above the other."""

    def __init__(self, groups: list[dict], *, weight_decay: float, momentum: float = 0.95):
        super().__init__(groups, {"lr": 0.0, "weight_decay": weight_decay, "momentum": momentum, "parts": 1})

    @torch.no_grad()
    def step(self) -> None:
        """The matrices of a group are turned together: a CPU is fast at few products of many."""
        for group in self.param_groups:
            weights, decay = group["params"], group["momentum"]
            averages = [self.state[w].setdefault("momentum", torch.zeros_like(w)) for w in weights]
            gradients = torch.stack([w.grad for w in weights])
            torch._foreach_lerp_(averages, list(gradients), 1 - decay)
            ahead = gradients.lerp(torch.stack(averages), decay)  # Nesterov's
            parts = ahead.view(-1, ahead.shape[1] // group["parts"], ahead.shape[2])
            torch._foreach_mul_(weights, 1 - group["lr"] * group["weight_decay"])
            # As far as AdamW goes, so that the learning rate can be the same (Liu et al. 2025).
            far = 0.2 * math.sqrt(max(parts.shape[1:])) * group["lr"]
            torch._foreach_add_(weights, list(orthogonal(parts).reshape(ahead.shape)), alpha=-far)


def orthogonal(x: Tensor) -> Tensor:
    """About the nearest matrices with all singular values equal to 1, U Vᵀ of x = U S Vᵀ (B, R, C)."""
    if x.shape[-2] > x.shape[-1]:
        return orthogonal(x.mT).mT
    a, b, c = NEWTON_SCHULZ
    x = x / (torch.linalg.matrix_norm(x, keepdim=True) + 1e-7)
    for _ in range(5):
        square = x @ x.mT
        x = torch.baddbmm(x, torch.baddbmm(square, square, square, beta=b, alpha=c), x, beta=a)
    return x

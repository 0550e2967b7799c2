"""What a network needs on a CPU: all cores, sums that are alike on any number of them, and weights laid out once."""

import os
from pathlib import Path

import torch
from torch import Tensor, nn

from diffusion_gpt.gpt import GPT


def settle() -> None:
    """Use all cores there are, and let Intel's matrix library (MKL) add alike on any number of them."""
    os.environ.setdefault("MKL_CBWR", "AUTO,STRICT")
    torch.set_num_threads(_cores())


def _cores() -> int:
    """How many cores this process may use: of those it sees, what a container's quota leaves of them."""
    seen = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = Path("/sys/fs/cgroup/cpu.max")
    limit, period = quota.read_text().split() if quota.is_file() else ("max", "")
    return seen if limit == "max" else max(1, min(seen, round(int(limit) / int(period))))


def pack(gpt: GPT) -> None:
    """Lay the weights out once as MKL reads them, which else does so in every product: a tenth of the time.

    The network gives what it gave, to the last bit, but learns no more. Without MKL, or on a GPU, nothing happens.
    """
    if gpt.head.weight.is_cpu and hasattr(torch.ops.mkl, "_mkl_linear"):
        gpt.requires_grad_(False)
        for module in list(gpt.modules()):
            for name, linear in module.named_children():
                if isinstance(linear, nn.Linear):
                    setattr(module, name, PackedLinear(linear, gpt.config.length))


class PackedLinear(nn.Module):
    """`linear`, packed for inputs of `rows` rows; others are multiplied as ever."""

    def __init__(self, linear: nn.Linear, rows: int):
        super().__init__()
        self.weight, self.rows = linear.weight, rows
        self._packed = torch.ops.mkl._mkl_reorder_linear_weight(linear.weight, rows)

    def forward(self, x: Tensor) -> Tensor:
        return torch.ops.mkl._mkl_linear(x, self._packed, self.weight, None, self.rows)

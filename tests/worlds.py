"""Tiny worlds of which everything is known, by enumeration and `torch.linalg.matrix_exp`.

Knows none of the package's formulas: it is what they are compared with.
"""

import math
import signal
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from itertools import product

import pytest
import torch
import torch.nn.functional as F
from hypothesis import settings
from torch import Tensor

from diffusion_gpt.checkpoint import Checkpoint
from diffusion_gpt.gpt import GPT, GPTConfig
from diffusion_gpt.kernel import KERNELS, Kernel
from diffusion_gpt.vocabulary import Vocabulary

KINDS = tuple(KERNELS)
SHAKESPEARE = "\n !$&',-.3:;?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
"""The 65 characters of the corpus."""
patient = settings(deadline=None, derandomize=True, max_examples=100)
"""For hypothesis: the same examples every time, however slow the machine."""


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """For modules that import it: where tensors are tiny, two threads only wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def call(main, *options) -> tuple[int, str, str]:
    """A command line in this process: exit code, standard output, standard error."""
    before, threads, interrupt = sys.argv, torch.get_num_threads(), signal.getsignal(signal.SIGINT)
    sys.argv, code = ["command", *map(str, options)], 0
    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
        try:
            main()
        except SystemExit as end:
            code = end.code
        finally:
            sys.argv = before
            torch.set_num_threads(threads)
            signal.signal(signal.SIGINT, interrupt)
    return code, out.getvalue(), err.getvalue()


def refused(answer: tuple[int, str, str], *words: str) -> bool:
    """Whether a command line ended with code 2, one sentence that has `words`, and nothing on standard output."""
    code, out, err = answer
    told = [line for line in err.splitlines() if "step/s" not in line and line.strip()]
    return code == 2 and not out and len(told) == 1 and all(word in told[0] for word in words)


def states(kind: str, n: int) -> int:
    """How many symbols a corrupted letter can be."""
    return n + (kind == "mask")


def rate_matrix(kind: str, n: int) -> Tensor:
    """Q, from row to column: uniform J/N − I; mask: every letter becomes n at rate 1."""
    if kind == "uniform":
        return torch.full((n, n), 1 / n, dtype=torch.float64) - torch.eye(n, dtype=torch.float64)
    q = -torch.eye(n + 1, dtype=torch.float64)
    q[:, n] += 1
    return q


def forward(kind: str, n: int, sigma_bar: float | Tensor) -> Tensor:
    """P(x_t | x_0) (…, states, states): exp(σ̄ Q)."""
    sigma_bar = torch.as_tensor(sigma_bar, dtype=torch.float64)
    return torch.linalg.matrix_exp(sigma_bar[..., None, None] * rate_matrix(kind, n))


def all_strings(symbols: int, length: int) -> Tensor:
    """Every string (S, L), in the order of counting."""
    return torch.tensor(list(product(range(symbols), repeat=length)))


@dataclass(frozen=True)
class World:
    """A distribution over all strings of `length` letters out of `n`; `counts` (n^length,) are its odds."""

    n: int
    length: int
    counts: Tensor

    @property
    def strings(self) -> Tensor:
        """(S, L)."""
        return all_strings(self.n, self.length)

    @property
    def odds(self) -> Tensor:
        """(S,) float64."""
        return self.counts.double() / self.counts.sum()

    @property
    def entropy(self) -> float:
        """Nats per character."""
        return torch.special.entr(self.odds).sum().item() / self.length

    @property
    def windows(self) -> Tensor:
        """Every string as often as it counts (W, L): a text whose statistics are exactly the world's."""
        return self.strings.repeat_interleave(self.counts, dim=0)

    def seen(self, kind: str, x_t: Tensor, sigma_bar: float | Tensor) -> Tensor:
        """P(x_t^i | x_0^i) for every row, string and position (B, S, L)."""
        f = forward(kind, self.n, sigma_bar).expand(len(x_t), -1, -1)
        return f[torch.arange(len(x_t))[:, None, None], self.strings[None], x_t[:, None]]

    def marginal(self, kind: str, sigma_bar: float) -> Tensor:
        """P(x_t) of every corrupted string (states^L,)."""
        x_t = all_strings(states(kind, self.n), self.length)
        return self.seen(kind, x_t, sigma_bar).prod(-1) @ self.odds

    def posterior(self, kind: str, x_t: Tensor, sigma_bar: float | Tensor, *, leave_out: bool = True) -> Tensor:
        """P(x_0^i = k | x_t), position i itself left out or not (B, L, N)."""
        seen = self.seen(kind, x_t, sigma_bar)
        rows = []
        for i in range(self.length):
            others = [j for j in range(self.length) if j != i or not leave_out]
            joint = self.odds * seen[..., others].prod(-1)  # (B, S)
            rows.append(joint @ F.one_hot(self.strings[:, i], self.n).double())
        weights = torch.stack(rows, dim=1)
        return weights / weights.sum(-1, keepdim=True)

    def network(self, kind: str, sigma_bar: float | Tensor):
        """A network that knows the truth at the noise σ̄."""
        return lambda x_t, known=None: self.posterior(kind, x_t, sigma_bar).log()


def correlated(n: int = 3, length: int = 3) -> World:
    """A world in which neighbours tend to be equal, and the rest is uneven."""
    chance = torch.Generator().manual_seed(7)
    strings = all_strings(n, length)
    equal = (strings.diff(dim=1) == 0).sum(1)
    return World(n, length, 1 + torch.randint(3, (len(strings),), generator=chance) + 4 * equal**2)


@dataclass
class Eavesdropper:
    """A kernel, and what it was last told about the noise, so that a network may know too."""

    kernel: Kernel
    sigma_bar: Tensor = field(default_factory=lambda: torch.tensor(math.nan))

    @property
    def n(self) -> int:
        return self.kernel.n

    def corrupt(self, x_0, sigma_bar, corruption):
        self.sigma_bar = sigma_bar[:, 0]
        return self.kernel.corrupt(x_0, sigma_bar, corruption)

    def score_entropy(self, *given):
        return self.kernel.score_entropy(*given)


def distance(a: Tensor, b: Tensor) -> float:
    """Total variation between two distributions."""
    return 0.5 * (a - b).abs().sum().item()


def opinionated(characters: str, seed: int = 0, **shape) -> Checkpoint:
    """A small untrained network that has opinions nevertheless, with what it needs to be used."""
    torch.manual_seed(seed)
    gpt = GPT(GPTConfig(**{"n": len(characters), "layers": 1, "heads": 1, "width": 8} | shape))
    for weight in gpt.parameters():
        torch.nn.init.normal_(weight)
    noises = () if gpt.config.causal else KINDS
    return Checkpoint(gpt.eval(), Vocabulary(characters), {"noises": noises})

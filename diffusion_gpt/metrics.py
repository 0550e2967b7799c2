"""How good a network is: its likelihood, how well it repairs, whether what it writes reads like the real thing.

Knows nothing of training. Likelihoods are in nats per character, divided by ln 2 also in bits.
"""

import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from diffusion_gpt.checkpoint import Checkpoint
from diffusion_gpt.gpt import GPT
from diffusion_gpt.kernel import KERNELS, Corruption, UniformKernel
from diffusion_gpt.loss import Denoiser, Estimate, nelbo, nll
from diffusion_gpt.sampler import Rule, denoise, tweedie
from diffusion_gpt.schedule import LogLinear, levels

PASSES = 12
"""Looks at every window: on Tiny Shakespeare this brings the error of a bound below 0.005 nats per character."""


def likelihood(
    gpt: GPT, kinds: Sequence[str], windows: Tensor, *, passes: int = PASSES, seed: int = 0
) -> dict[str, Estimate]:
    """NELBO of `windows` (W, L) for each kind of noise; for a causal network its exact NLL. Nats per character."""
    if gpt.config.causal:
        return {"nll": nll(gpt, windows, gpt.config.n)}
    estimates = {}
    for kind in kinds:
        generator, kernel = torch.Generator(windows.device).manual_seed(seed), KERNELS[kind](gpt.config.n)
        estimates[f"nelbo_{kind}"] = nelbo(gpt, kernel, windows, passes=passes, generator=generator)
    return estimates


def report(estimates: dict[str, Estimate]) -> dict[str, float]:
    """The estimates as flat figures: the value, its standard error, and the value in bits."""
    figures = {}
    for name, estimate in estimates.items():
        figures |= {name: estimate.value, f"{name}_stderr": estimate.stderr}
        figures[f"{name}_bits"] = estimate.value / math.log(2)
    return figures


def word_validity(texts: Sequence[str], training_text: str) -> float:
    """Share of whole words (those cut by a text's edge are left out) that occur in the training text, 0..1."""
    known = set(_words(training_text))
    inner = [word for text in texts for word in _words(text)[1:-1]]
    return sum(word in known for word in inner) / max(len(inner), 1)


def unigram_entropy(texts: Sequence[str]) -> float:
    """Entropy of the frequencies of single characters, nats; low where texts repeat themselves."""
    counts = Counter("".join(texts))
    total = counts.total()
    return -sum(count / total * math.log(count / total) for count in counts.values())


def distinct(texts: Sequence[str], size: int = 4) -> float:
    """Share of different ones among all sequences of `size` characters, 0..1; compare equally many texts only."""
    pieces = [text[i : i + size] for text in texts for i in range(len(text) - size + 1)]
    return len(set(pieces)) / max(len(pieces), 1)


def longest_copy(texts: Sequence[str], training_text: str) -> int:
    """The length of the longest run of characters that stands in the training text word for word."""
    sizes = range(1, max(map(len, texts)) + 1)
    return bisect_left(sizes, True, key=lambda size: not _shares(texts, training_text, size))


def _shares(texts: Sequence[str], training_text: str, size: int) -> bool:
    """Whether any run of `size` characters stands in both."""
    runs = {text[i : i + size] for text in texts for i in range(len(text) - size + 1)}
    return any(training_text[i : i + size] in runs for i in range(len(training_text) - size + 1))


def judged_nll(judge: Checkpoint, texts: Sequence[str]) -> Estimate:
    """Mean surprise of the causal network `judge` at texts of one length, nats per character."""
    device = next(judge.gpt.parameters()).device
    ids = torch.tensor([judge.vocabulary.encode(text) for text in texts], device=device)
    return nll(judge.gpt, ids, judge.vocabulary.n)


def _words(text: str) -> list[str]:
    return re.findall(r"[A-Za-z']+", text)


@dataclass(frozen=True, slots=True)
class Repair:
    """What became of letters under uniform noise, as shares."""

    restored: float
    """Of the letters that noise changed: right again."""
    wrong: float
    """Of the letters that noise changed: still not right."""
    broken: float
    """Of the letters that noise left alone: wrong now."""


def repair(
    gpt: Denoiser,
    n: int,
    windows: Tensor,
    share: float,
    *,
    doubted: float | None = None,
    rule: Rule = tweedie,
    steps: int = 32,
    seed: int = 0,
    batch: int = 32,
) -> Repair:
    """Corrupt `windows` (W, L) with `share` of uniform noise, restore them in `steps` steps of `rule`, and count.

    `doubted` is the share of letters that are taken for wrong, where it is not known; None: as many as are hit.
    """
    kernel, grid = UniformKernel(n), levels(LogLinear(), steps, -math.log1p(-(share if doubted is None else doubted)))
    counts = torch.zeros(4)
    for i, x_0 in enumerate(windows.split(batch)):
        generator = torch.Generator(x_0.device).manual_seed(seed + i)
        x_t = kernel.corrupt(x_0, -math.log1p(-share), Corruption.draw(x_0.shape, n, generator))
        *_, last = denoise(gpt, kernel, grid, x_t, generators=[generator] * len(x_0), rule=rule)
        hit, right = x_t != x_0, last.x_next == x_0
        counts += torch.stack([(hit & right).sum(), hit.sum(), (~hit & ~right).sum(), (~hit).sum()]).cpu()
    back, hit, broken, spared = counts.tolist()
    return Repair(back / hit, 1 - back / hit, broken / spared)

"""Denoising, one step after another: a single loop that yields every state it passes.

Knows nothing of text or films, nor which step rule is good (see `rules`). It makes exactly one network call a step,
and the last step is like the others.
"""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from diffusion_gpt.kernel import Kernel
from diffusion_gpt.loss import Denoiser


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the page the network looked at, what it believed, and the page it wrote."""

    sigma_bar: float
    """σ̄ of x_t."""
    x_t: Tensor
    """(B, L) ids before the step."""
    belief: Tensor
    """(B, L, N) float64, P(x_0 = k | x_t)."""
    x_next: Tensor
    """(B, L) ids after the step."""


@dataclass(frozen=True, slots=True)
class Look:
    """All that a step rule decides upon: the page, what the network says of it, and how far the step is to go."""

    kernel: Kernel
    p: Tensor
    """(B, L, N) float64, the leave-one-out posterior, sharpened as asked."""
    x_t: Tensor
    """(B, L) ids."""
    now: float
    """σ̄ of x_t."""
    then: float
    """σ̄ of the page to be written, ≤ now."""
    free: Tensor
    """(B, L) bool, False for locked letters: whatever a rule writes there is not used."""
    generators: Sequence[torch.Generator]
    """One a row; on a CPU they give the same draws whatever the network runs on."""

    def reverse(self) -> Tensor:
        """P(x_then = y | x_now) at every position by itself (B, L, states)."""
        return self.kernel.reverse(self.p, self.x_t, self.now, self.then)

    def chance(self, length: int | None = None) -> Tensor:
        """Uniform numbers on [0, 1), (B, length) float64; each row's from its own generator."""
        return chance(self.generators, length or self.x_t.shape[1]).to(self.x_t.device)


Rule = Callable[[Look], Tensor]
"""rule(look) -> the next page (B, L)."""


def tweedie(look: Look) -> Tensor:
    """Each position drawn from its exact reverse distribution, all at once (Lou et al. 2024, theorem 4.2).

    For the mask kernel this is the ancestral sampler of Sahoo et al. 2024. Exact as steps grow in number.
    """
    return draw(look.reverse(), look.generators)


Question = tuple[Tensor, Tensor | None]
"""A page (B, L) for the network to look at, and which of its letters are certain (B, L), if that is to be told."""


Asking = Generator[Question | Step, Tensor | None, None]
"""Yields a question, is sent the logits (B, L, N), yields the step, and so on."""


def denoise(gpt: Denoiser, kernel: Kernel, levels: Sequence[float], x: Tensor, **options) -> Iterator[Step]:
    """Follow `levels` of σ̄ down from the page x (B, L) at levels[0]; yields len(levels) − 1 steps.

    The options are those of `undo`.
    """
    return answered(undo(kernel, levels, x, **options), gpt)


def answered(asking: Asking, gpt: Denoiser) -> Iterator[Step]:
    """The steps, with this network answering what is asked."""
    for question in asking:
        yield asking.send(look(gpt, *question))


@torch.inference_mode()
def undo(
    kernel: Kernel,
    levels: Sequence[float],
    x: Tensor,
    *,
    generators: Sequence[torch.Generator],
    temperature: float = 1.0,
    top_p: float = 1.0,
    locked: Tensor | None = None,
    forced: Mapping[int, Tensor] | None = None,
    rule: Rule = tweedie,
) -> Asking:
    """`denoise`, less the network: who answers can look at the pages of several runs at once.

    Each row draws from its own one of the B `generators`, so that what it becomes does not depend on its neighbours.
    `locked` (B, L) bool marks letters that never move. Where a letter that is seen may be wrong the network is told
    that these are certain: then, and only then, is it the chain given its locked letters that is followed.
    `forced` puts letters where the rule may have put others: by the number of the step, from 0, ids (B, L), −1 where
    nothing is forced. They stand on the page that this step writes, and from then on they are locked. Chance is drawn
    as without them.
    `temperature` and `top_p` sharpen what is drawn from, not the beliefs that are reported.
    """
    told = locked if kernel.lies else None
    free = torch.ones_like(x, dtype=torch.bool) if locked is None else ~locked
    for number, (now, then) in enumerate(pairwise(levels)):
        logits = yield x, told  # (B, L, N)
        posterior = logits.softmax(-1, dtype=torch.float64)
        p = sharpened(logits, posterior, temperature, top_p)
        x_next = torch.where(free, rule(Look(kernel, p, x, now, then, free, generators)), x)
        if forced and number in forced:
            x_next = torch.where(forced[number] < 0, x_next, forced[number])
            free = free & (forced[number] < 0)
            told = ~free if kernel.lies else None
        yield Step(now, x, kernel.belief(posterior, x, now), x_next)
        x = x_next


def spend(
    rule: Rule,
    kernel: Kernel,
    levels: Sequence[float],
    pages: Sequence[Tensor],
    generators: Sequence[torch.Generator],
) -> None:
    """Draw the chance that a run has drawn on its way over its first `pages` (B, L), so that it can go on from there.

    How much a rule draws depends on the noise alone and never on what the network says: it is not asked again.
    """
    for (now, then), x in zip(pairwise(levels), pages[:-1]):
        p = torch.full((*x.shape, kernel.n), 1 / kernel.n, dtype=torch.float64, device=x.device)
        rule(Look(kernel, p, x, now, then, torch.ones_like(x, dtype=torch.bool), generators))


@torch.inference_mode()
def look(gpt: Denoiser, x: Tensor, told: Tensor | None) -> Tensor:
    """What the network says of a page (B, L, N)."""
    return gpt(x) if told is None else gpt(x, told)


def look_together(gpt: Denoiser, questions: Sequence[Question]) -> list[Tensor]:
    """What the network says of several pages, in one call if they are of one length."""
    if len({x.shape[1] for x, _ in questions}) > 1:
        return [look(gpt, *question) for question in questions]
    x = torch.cat([x for x, _ in questions])
    told = [torch.zeros_like(x, dtype=torch.bool) if told is None else told for x, told in questions]
    return list(look(gpt, x, torch.cat(told)).split([len(x) for x, _ in questions]))


def one_by_one(gpt: Denoiser) -> Denoiser:
    """The network, reading each row by itself.

    A CPU sums a product in another order where there are more rows, and the last bits of a page would tell how many
    others were made beside it. Reading them together would save it a tenth of the time at most.
    """

    def look(x: Tensor, known: Tensor | None = None) -> Tensor:
        if len(x) == 1:
            return gpt(x, known)
        rows = zip(x.split(1), known.split(1)) if known is not None else zip(x.split(1))
        return torch.cat([gpt(*row) for row in rows])

    return look


def sharpened(logits: Tensor, posterior: Tensor, temperature: float, top_p: float) -> Tensor:
    """∝ exp(logits / temperature), of it the fewest most probable letters that make up `top_p`, and their like (…, N).

    `posterior` is softmax(logits), which is the answer for 1 and 1. Holtzman et al. 2020, equation 2; a heuristic:
    the surer, the less diverse.
    """
    p = posterior if temperature == 1 else (logits.double() / temperature).softmax(-1)
    if top_p == 1:
        return p
    rising = _rising(p)
    unneeded = torch.full_like(p[..., :1], 1 - top_p)
    spared = torch.searchsorted(rising.cumsum(-1), unneeded, right=True)  # how many of the least probable go
    least = rising.gather(-1, spared.clamp(max=p.shape[-1] - 1))
    nucleus = p.clone().ge_(least).mul_(p)  # a fourth of the time of p * (p >= least)
    return nucleus.mul_(nucleus.sum(-1, keepdim=True).reciprocal_())


def _rising(p: Tensor) -> Tensor:
    """p in rising order along its last dimension: on a CPU by NumPy, in a quarter of the time."""
    return torch.from_numpy(np.sort(p.numpy(), -1)) if p.device.type == "cpu" else p.sort(-1).values


def draw(odds: Tensor, generators: Sequence[torch.Generator]) -> Tensor:
    """Ids (B, L) drawn from float64 distributions (B, L, states) by inverting their cumulative sums.

    An entry of probability 0 is never drawn: the first cumulative sum above u · total belongs to a positive entry.
    """
    cumulative = odds.cumsum(-1)
    u = chance(generators, odds.shape[1]).to(odds)[..., None]
    return torch.searchsorted(cumulative, u * cumulative[..., -1:], right=True)[..., 0]


def chance(generators: Sequence[torch.Generator], length: int) -> Tensor:
    """Uniform numbers on [0, 1), (B, length) float64, on the generators' device; each row's from its own generator."""
    rows = [torch.rand(length, generator=g, device=g.device, dtype=torch.float64) for g in generators]
    return torch.stack(rows)

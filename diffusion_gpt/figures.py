"""The numbers behind the live figures of the walk-through: every one computed from the formulas of the package.

Knows nothing of prose, pages or drawing; a figure is a dict of plain values, ready for JSON, that holds all the
positions of its sliders. It speaks of a small world: one line, and the seven letters that the line is written with.
"""

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from diffusion_gpt import assets
from diffusion_gpt.gpt import GPT, GPTConfig
from diffusion_gpt.kernel import KERNELS, Corruption, Kernel, UniformKernel
from diffusion_gpt.schedule import SCHEDULES, Schedule, levels
from diffusion_gpt.trajectory import Trajectory
from diffusion_gpt.vocabulary import MASK, Vocabulary

LINE = "to be or not to be"
WORLD = Vocabulary.of(LINE)
PLACE = 4
"""The letter of the line that is looked at: the first e."""
BELIEF = {"e": 0.80, "o": 0.10, " ": 0.03, "r": 0.03, "t": 0.02, "n": 0.01, "b": 0.01}
"""What a network might say of that place, having read all the others."""
STEP = 0.1
"""Chance that the noise hits a letter in one step of the chain."""
STEPS = 40
FOREVER = 100.0
"""A σ̄ after which nothing is left of a letter: e^−100."""
ALPHABET = "\n !$&',-.3:;?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
"""The 65 characters of Tiny Shakespeare."""


def transition(kernel: Kernel, sigma_bar: float) -> Tensor:
    """exp(σ̄Q): P(x_t = y | x_0) for every x_0 (a row) and every y (a column), float64 (states, states). Equation 5.

    Asked of the kernel backwards: pure noise says nothing of a letter, so what it was at σ̄ is what noise makes of x_0.
    """
    letters = torch.eye(kernel.n, dtype=torch.float64)
    noise = kernel.prior(Corruption(torch.zeros(kernel.n), torch.zeros(kernel.n, dtype=torch.long)))
    known = kernel.reverse(letters, noise, math.inf, sigma_bar)  # (N, states)
    hidden = torch.eye(known.shape[1], dtype=torch.float64)[kernel.n :]  # what is hidden stays so
    return torch.cat([known, hidden])


def rate_matrix(kernel: Kernel) -> Tensor:
    """Q, float64 (states, states): how fast a letter (row) turns into each other one (column). Equation 4.

    Uniform: J/N − I. Mask: −1 on the diagonal of the letters, 1 in their last column; rows sum to 0. As Q² = −Q,
    exp(σ̄Q) = I + (1 − e^−σ̄) Q, and Q is where that leads, less I.
    """
    full_noise = transition(kernel, FOREVER)
    return full_noise - torch.eye(len(full_noise), dtype=torch.float64)


def symbols() -> dict:
    """The alphabet by id, and the line to begin with."""
    return {"alphabet": Vocabulary(ALPHABET).decode(range(len(ALPHABET))), "mask": MASK, "line": LINE}


def chain() -> dict:
    """P^k, what k small steps of noise do to any letter, and to the line; k = 0..40, both kernels. Equation 1."""
    return {"step": STEP, **_world(), "kinds": {name: _chain(make(WORLD.n)) for name, make in KERNELS.items()}}


def _chain(kernel: Kernel) -> dict:
    once = -math.log1p(-STEP)  # the σ̄ of one step
    one = transition(kernel, once)
    ids = torch.tensor([WORLD.encode(LINE)])
    chance = Corruption.draw(ids.shape, WORLD.n, torch.Generator().manual_seed(3))
    pages = [kernel.corrupt(ids, k * once, chance)[0].tolist() for k in range(STEPS + 1)]
    powers = [_plain(torch.linalg.matrix_power(one, k)) for k in range(STEPS + 1)]
    return {"pages": [WORLD.decode(page) for page in pages], "matrices": powers}


def exponential() -> dict:
    """(I + σ̄Q/k)^k beside exp(σ̄Q), for four letters, both kernels, σ̄ = 0..4 and k = 1..64."""
    letters, totals, pieces = "beot", [i / 4 for i in range(17)], [1, 2, 4, 8, 16, 64]
    kinds = {}
    for name, make in KERNELS.items():
        kernel = make(len(letters))
        q = rate_matrix(kernel)
        exact = [transition(kernel, total) for total in totals]
        steps = [[_compound(q, total, k) for k in pieces] for total in totals]
        gaps = [[(step - e).abs().max().item() for step in row] for row, e in zip(steps, exact)]
        kinds[name] = {"rate": _plain(q), "exact": [*map(_plain, exact)], "gaps": [[*map(_round, g)] for g in gaps]}
        kinds[name]["steps"] = [[*map(_plain, row)] for row in steps]
    return {"letters": letters, "mask": MASK, "totals": totals, "pieces": pieces, "kinds": kinds}


def _compound(q: Tensor, total: float, k: int) -> Tensor:
    return torch.linalg.matrix_power(torch.eye(len(q), dtype=q.dtype) + total / k * q, k)


def schedules() -> dict:
    """For every schedule: α over time, where letters die, and how many of 256 each step restores."""
    times = torch.linspace(0, 1, 101, dtype=torch.float64)
    thresholds = Corruption.draw((1, len(LINE)), WORLD.n, torch.Generator().manual_seed(5)).threshold[0].double()
    kinds = {name: _schedule(schedule, times, thresholds) for name, schedule in SCHEDULES.items()}
    return {"line": LINE, "mask": MASK, "times": _plain(times), "grids": [4, 8, 16, 32, 64], "kinds": kinds}


def _schedule(schedule: Schedule, times: Tensor, thresholds: Tensor) -> dict:
    total = schedule.total(times)
    steps = {k: torch.tensor(levels(schedule, k), dtype=torch.float64).neg().exp() for k in (4, 8, 16, 32, 64)}
    return {
        "alpha": _plain(total.neg().exp()),
        "total": _plain(total),
        "dying": _plain(schedule.rate(times) * total.neg().exp()),
        "deaths": _plain(schedule.time(-torch.log1p(-thresholds))),
        "restored": {str(k): _plain(256 * alpha.diff()) for k, alpha in steps.items()},
    }


def score() -> dict:
    """s(y) = p_t(y)/p_t(x_t) at one place of the line, by what is seen there and by the noise, 2..98 percent."""
    p, percents = _belief(), list(range(2, 100, 2))
    ratios = [[_plain(_score(seen, percent, p)) for seen in range(WORLD.n + 1)] for percent in percents]
    return {**_world(), "place": PLACE, "belief": _plain(p), "percents": percents, "ratios": ratios}


def _score(seen: int, percent: int, p: Tensor) -> Tensor:
    kernel = KERNELS["mask" if seen == WORLD.n else "uniform"](WORLD.n)
    return kernel.score(p[None], torch.tensor([seen]), sigma_bar_at(percent))[0]


def entropy() -> dict:
    """The loss of an estimate s of a true ratio r, and its squared error, for s from 1/20 to 20."""
    estimates = torch.logspace(-math.log10(20), math.log10(20), 161, dtype=torch.float64)
    truths = [0.2, 0.5, 2.0, 5.0]
    return {
        "estimates": _plain(estimates),
        "truths": truths,
        "entropy": [_plain(score_entropy_of(estimates, r)) for r in truths],
        "squared": [_plain((estimates - r).square()) for r in truths],
    }


def score_entropy_of(estimates: Tensor, truth: float) -> Tensor:
    """What one ratio adds to the score entropy, as the kernel reckons it: a world of two letters, letter 1 seen.

    σ̄ makes the ratio of letter 0 the true one, and a p that need not sum to 1 makes the network's ratio any number.
    """
    if truth <= 0 or truth == 1:
        raise ValueError(f"the true ratio must be positive, and not 1, which takes endless noise; got {truth}")
    kernel, less = UniformKernel(2), truth < 1
    share = torch.tensor(2 / (1 + max(truth, 1 / truth)), dtype=torch.float64)
    odds = torch.stack([estimates - 1, 1 / estimates - 1], dim=-1).clamp(min=0) * share / 2 / (1 - share)
    x_t = torch.ones(len(estimates), dtype=torch.long)
    x_0 = x_t if less else 1 - x_t
    return 2 * kernel.score_entropy(odds.log(), x_0, x_t, -torch.log1p(-share))


def attention() -> dict:
    """Which letters of the line each answer of a network depends on, with the causal mask and without it."""
    return {"line": LINE, "causal": _reach(causal=True), "full": _reach(causal=False)}


def _reach(*, causal: bool) -> list[list[int]]:
    """1 where changing letter j changes the answer at i (row i, column j), by trying it on an untrained network."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        gpt = GPT(GPTConfig(WORLD.n, layers=1, heads=2, width=16, length=len(LINE), causal=causal)).eval()
        torch.nn.init.normal_(gpt.head.weight)
    ids = torch.tensor(WORLD.encode(LINE))
    others = torch.where(torch.eye(len(ids)).bool(), (ids + 1) % WORLD.n, ids)  # row j: letter j is another one
    with torch.inference_mode():
        moved = (gpt(others) - gpt(ids[None])).abs().amax(-1) > 1e-6  # (j, i)
    return moved.T.int().tolist()


def tweedie() -> dict:
    """One reverse step at one place: prior, likelihood, their product, Euler's odds; by noise and length of step."""
    seen, percents, parts = "bot", list(range(10, 100, 10)), [0.1, 0.2, 0.4, 0.6, 0.8, 1.0]
    steps = [[[_step(x, now, part) for part in parts] for now in percents] for x in seen]
    return {**_world(), "place": PLACE, "seen": seen, "percents": percents, "parts": parts, "steps": steps}


def _step(seen: str, percent: int, part: float) -> dict:
    """`part` of the noise on this letter is taken away."""
    kernel, p, x_t = UniformKernel(WORLD.n), _belief()[None], torch.tensor(WORLD.encode(seen))
    now, then = sigma_bar_at(percent), sigma_bar_at(percent * (1 - part))
    return {
        "prior": _plain(kernel.reverse(p, x_t, math.inf, then)[0]),
        "likelihood": _plain(transition(kernel, now - then)[:, x_t[0]]),
        "tweedie": _plain(kernel.reverse(p, x_t, now, then)[0]),
        "euler": _plain(euler_odds(kernel, p, x_t, now, then)[0]),
    }


def euler_odds(kernel: UniformKernel, p: Tensor, x_t: Tensor, now: float, then: float) -> Tensor:
    """What `rules.euler` draws from before it cuts at 0: (σ̄_now − σ̄_then)/N · s(y), and the rest for x_t."""
    jump = (now - then) / kernel.n * kernel.score(p, x_t, now)
    here = F.one_hot(x_t, kernel.n).bool()
    jump = jump.masked_fill(here, 0.0)
    return torch.where(here, 1 - jump.sum(-1, keepdim=True), jump)


def ages() -> dict:
    """What the network wrote from the same noise at every age of its training: all pages of all films."""
    paths = sorted((assets.ROOT / "examples" / "ages").glob("age-*.json"))
    films = [Trajectory.from_json(path.read_text(encoding="utf-8")) for path in paths]
    return {
        "ages": [int(path.stem.removeprefix("age-")) for path in paths],
        "films": [[frame.text for frame in film.frames] for film in films],
    }


def sigma_bar_at(percent: float) -> float:
    """The σ̄ at which the noise has hit so many letters in a hundred."""
    return -math.log1p(-percent / 100)


def _belief() -> Tensor:
    return torch.tensor([BELIEF[letter] for letter in WORLD.characters], dtype=torch.float64)


def _world() -> dict:
    return {"line": LINE, "letters": WORLD.characters, "mask": MASK}


def _round(value: float) -> float:
    return float(f"{value:.4g}")


def _plain(tensor: Tensor) -> list:
    """Nested lists, to four digits."""
    return [*map(_round, tensor.tolist())] if tensor.ndim == 1 else [*map(_plain, tensor)]


FIGURES: dict[str, Callable[[], dict]] = {
    figure.__name__: figure
    for figure in (symbols, chain, exponential, schedules, score, entropy, attention, tweedie, ages)
}
"""Every figure by the name that prose calls it by."""

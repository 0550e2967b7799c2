"""The loss against its definition and against worlds of known entropy; defect 1 of the seed notebook is absent."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from worlds import (
    KINDS,
    Eavesdropper,
    World,
    all_strings,
    correlated,
    forward,
    one_thread,  # noqa: F401
    patient,
    rate_matrix,
    states,
)

from diffusion_gpt.kernel import KERNELS
from diffusion_gpt.loss import Estimate, nelbo, nelbo_integrand, next_character_loss, nll, shifted, sigma_bar_of

each_kind = pytest.mark.parametrize("kind", KINDS)
SIGMA_BARS = [1e-6, 1e-4, 1e-2, 0.3, 1.0, 5.0, 20.0]
N = 5


def cases(kind: str, n: int = N) -> tuple[torch.Tensor, torch.Tensor]:
    """Every pair of a letter and what it can have become (cases, 1) each."""
    pairs = torch.cartesian_prod(torch.arange(n), torch.arange(states(kind, n)))
    if kind == "mask":
        pairs = pairs[(pairs[:, 1] == n) | (pairs[:, 0] == pairs[:, 1])]
    return pairs[:, :1], pairs[:, 1:]


def posterior(rows: int, n: int = N, seed: int = 0) -> torch.Tensor:
    return torch.randn(rows, 1, n, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).softmax(-1)


def double_sum(kind: str, score: torch.Tensor, x_0: int, x_t: int, sigma_bar: float) -> float:
    """Σ_{y ≠ x_t} Q(y → x_t) [s_y − r_y log s_y + r_y (log r_y − 1)], term by term (Lou et al. 2024, equation 10)."""
    n = len(score) - (kind == "mask")
    q, law, total = rate_matrix(kind, n), forward(kind, n, sigma_bar)[x_0], 0.0
    for y in range(len(score)):
        rate, s, r = q[y, x_t].item(), score[y].item(), (law[y] / law[x_t]).item()
        if y != x_t and rate > 0:
            total += rate * (s - r * math.log(s) + r * (math.log(r) - 1) if r > 0 else s)
    return total


@each_kind
@pytest.mark.parametrize("sigma_bar", SIGMA_BARS)
def test_score_entropy_is_its_definition(kind, sigma_bar):
    x_0, x_t = cases(kind)
    p, kernel = posterior(len(x_0)), KERNELS[kind](N)
    score = kernel.score(p, x_t, sigma_bar)
    expected = [double_sum(kind, s[0], a.item(), x.item(), sigma_bar) for s, a, x in zip(score, x_0, x_t)]
    actual = kernel.score_entropy(p.log(), x_0, x_t, torch.tensor([[sigma_bar]], dtype=torch.float64))
    torch.testing.assert_close(actual[:, 0], torch.tensor(expected, dtype=torch.float64), rtol=1e-6, atol=1e-7)


@each_kind
@patient
@given(
    logits=st.lists(st.floats(-30, 30), min_size=2, max_size=9),
    log_sigma_bar=st.floats(math.log(1e-6), math.log(20)),
    case=st.integers(0, 10**6),
)
def test_score_entropy_is_never_negative(kind, logits, log_sigma_bar, case):
    n = len(logits)
    x_0, x_t = (x[case % len(x)][None] for x in cases(kind, n))
    log_p = torch.tensor([[logits]], dtype=torch.float64).log_softmax(-1)
    sigma_bar = torch.tensor([[math.exp(log_sigma_bar)]], dtype=torch.float64)
    assert KERNELS[kind](n).score_entropy(log_p, x_0, x_t, sigma_bar).item() >= -1e-9


def notebooks_score_entropy(log_s: torch.Tensor, x_0: int, x_t: int, sigma_bar: float) -> torch.Tensor:
    """The seed notebook's loss for a moved letter: a mean over N − 1, its log term scaled by 1/(ratio (N − 1))."""
    n = len(log_s)
    ratio = 1 - n / (math.expm1(sigma_bar) + n)
    others = torch.arange(n) != x_t
    positive, negative = log_s.exp()[others].mean(), log_s[others].mean() + log_s[x_0] / (ratio * (n - 1))
    return positive - negative + ((-math.log(ratio) - 1) / ratio - (n - 2)) / (n - 1)


@pytest.mark.parametrize("sigma_bar", SIGMA_BARS)
def test_defect_1_at_the_true_score_the_loss_is_zero(sigma_bar):
    """If x_0 is certain the true score is q(y|x_0)/q(x_t|x_0). There the notebook's loss is negative: no bound."""
    n, x_0, x_t = 65, 3, 8
    law = forward("uniform", n, sigma_bar)[x_0].clamp(min=1e-300)
    truth = (law / law[x_t]).log()
    if sigma_bar < 5:
        assert notebooks_score_entropy(truth, x_0, x_t, sigma_bar) < -0.02
    for x in (x_t, x_0):
        log_p = F.one_hot(torch.tensor([[x_0]]), n).double().log()
        given = torch.tensor([[x_0]]), torch.tensor([[x]]), torch.tensor([[sigma_bar]], dtype=torch.float64)
        assert KERNELS["uniform"](n).score_entropy(log_p, *given).abs().item() < 1e-9


def test_defect_1_as_it_was_measured():
    """−0.206 at σ̄ = 1e-4 and −0.056 at σ̄ = 1 (there in units of the rate 1/N)."""
    for sigma_bar, expected in {1e-4: -0.206, 1.0: -0.056}.items():
        law = forward("uniform", 65, sigma_bar)[3]
        value = notebooks_score_entropy((law / law[8]).log(), 3, 8, sigma_bar).item()
        assert value * 64 / 65 == pytest.approx(expected, abs=1e-3)


def test_defect_1_the_notebooks_optimum_is_biased_ours_is_not():
    """At σ̄ = 20 nothing is left of x_0, every ratio is 1; the notebook's loss is least at s[x_0] = 2."""
    log_s = torch.zeros(65, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(notebooks_score_entropy(log_s, 3, 8, 20.0), log_s)
    assert slope[3].item() == pytest.approx(-1 / 64, rel=1e-6)
    at_two = log_s.detach().clone()
    at_two[3] = math.log(2)
    (slope,) = torch.autograd.grad(notebooks_score_entropy(at_two.requires_grad_(), 3, 8, 20.0), at_two)
    assert slope[3].item() == pytest.approx(0, abs=1e-8)


def expected_loss(world: World, kind: str, logits: torch.Tensor, sigma_bar: float) -> torch.Tensor:
    """E over x_0 and x_t of the score entropy (L,), by enumeration; `logits` are the network's for every x_t."""
    kernel, x_t = KERNELS[kind](world.n), all_strings(states(kind, world.n), world.length)
    joint = world.seen(kind, x_t, sigma_bar).prod(-1) * world.odds  # (T, S)
    sigma_bar, log_p = torch.tensor([[sigma_bar]], dtype=torch.float64), logits.log_softmax(-1)
    total = 0.0
    for s, x_0 in enumerate(world.strings):
        possible = joint[:, s] > 0
        x = x_t[possible]
        terms = kernel.score_entropy(log_p[possible], x_0.expand_as(x), x, sigma_bar)
        total = total + (joint[possible, s, None] * terms).sum(0)
    return total


@each_kind
@pytest.mark.parametrize("sigma_bar", [0.05, 0.7, 3.0])
def test_the_expected_loss_is_least_at_the_leave_one_out_posterior(kind, sigma_bar):
    world = correlated()
    x_t = all_strings(states(kind, world.n), world.length)
    truth = world.posterior(kind, x_t, sigma_bar).log().requires_grad_()
    least = expected_loss(world, kind, truth, sigma_bar).sum()
    (slope,) = torch.autograd.grad(least, truth)
    assert slope.abs().max() < 1e-10
    chance = torch.Generator().manual_seed(0)
    for size in (0.01, 1.0):
        other = truth.detach() + size * torch.randn(truth.shape, generator=chance, dtype=torch.float64)
        assert expected_loss(world, kind, other, sigma_bar).sum() > least


def exact_nelbo(world: World, kind: str, network, points: int = 60) -> float:
    """∫₀¹ E[score entropy]/(1 − c) dc by enumeration and Gauss-Legendre in v, c = v³(10 − 15 v + 6 v²)."""
    v, weights = np.polynomial.legendre.leggauss(points)
    v, weights = (v + 1) / 2, weights / 2
    shares, slopes = v**3 * (10 - 15 * v + 6 * v**2), 30 * v**2 * (1 - v) ** 2
    x_t, total = all_strings(states(kind, world.n), world.length), 0.0
    for c, weight, slope in zip(shares, weights, slopes):
        sigma_bar = -math.log1p(-c)
        loss = expected_loss(world, kind, network(sigma_bar)(x_t), sigma_bar).mean().item()
        total += weight * slope * loss / (1 - c)
    return total


@each_kind
def test_the_nelbo_of_the_truth_is_the_entropy(kind):
    """With the exact posterior the bound is tight: both kinds, to six digits, without chance."""
    world = correlated()
    assert exact_nelbo(world, kind, lambda s: world.network(kind, s)) == pytest.approx(world.entropy, rel=1e-6)


@each_kind
def test_any_other_network_pays_for_it(kind):
    """A network that takes the letters for independent cannot get below the entropy of single letters."""
    world = correlated()
    single = torch.stack([F.one_hot(world.strings[:, i], 3).double().T @ world.odds for i in range(3)])
    blind = exact_nelbo(world, kind, lambda s: lambda x: single.log().expand(len(x), -1, -1))
    assert blind == pytest.approx(torch.special.entr(single).sum().item() / 3, rel=1e-6)
    assert blind > world.entropy + 0.02


def estimates(world: World, kind: str, seeds: int, passes: int) -> list[Estimate]:
    """What `nelbo` says of the exact posterior, for many seeds."""
    kernel = Eavesdropper(KERNELS[kind](world.n))
    truth = lambda x_t: world.network(kind, kernel.sigma_bar)(x_t)  # noqa: E731
    generators = (torch.Generator().manual_seed(seed) for seed in range(seeds))
    return [nelbo(truth, kernel, world.windows, passes=passes, batch=512, generator=g) for g in generators]


@each_kind
def test_the_estimator_is_unbiased_and_its_error_honest(kind):
    """Over 40 seeds: the mean meets the entropy, 2 stderr hold at least 34 times, and are of the right size."""
    world = correlated()
    found = estimates(world, kind, seeds=40, passes=8)
    values, errors = torch.tensor([e.value for e in found]), torch.tensor([e.stderr for e in found])
    off = (values - world.entropy).abs()
    assert (values.mean() - world.entropy).abs() < 4 * values.std() / math.sqrt(40)
    assert (off < 2 * errors).sum() >= 34
    assert 0.7 < errors.square().mean().sqrt() / values.std() < 1.5


def test_every_window_is_seen_equally_often_at_shares_whose_roots_are_stratified():
    seen, shares, windows = [], [], torch.arange(9)[:, None].expand(9, 4)

    class Spy(Eavesdropper):
        def corrupt(self, x_0, sigma_bar, corruption):
            seen.extend(x_0[:, 0].tolist())
            shares.extend(-torch.expm1(-sigma_bar[:, 0]).double())
            return self.kernel.corrupt(x_0, sigma_bar, corruption)

    kernel = Spy(KERNELS["mask"](9))
    generator = torch.Generator().manual_seed(0)
    nelbo(lambda x: torch.zeros(*x.shape, 9), kernel, windows, passes=3, batch=4, generator=generator)
    assert sorted(seen) == sorted([*range(9)] * 3)
    strata = torch.stack(shares).sqrt().sort().values * 27
    assert torch.equal(strata.long(), torch.arange(27))
    assert (strata.frac().min() < 0.2) & (strata.frac().max() > 0.8)
    assert seen[:9] != list(range(9))


def test_what_neighbouring_levels_share_is_no_error():
    """For an undecided network on long windows terms hang on the level alone: the error is far below their spread."""
    windows, generator = torch.zeros(64, 512, dtype=torch.int64), torch.Generator().manual_seed(0)
    found = nelbo(lambda x: torch.zeros(*x.shape, 9), KERNELS["mask"](9), windows, generator=generator)
    assert abs(found.value - math.log(9)) < 4 * found.stderr
    assert found.stderr < 0.01 * math.log(9)


@each_kind
def test_the_integrand_weighs_score_entropy_with_the_rate(kind):
    """dσ̄ = dc/(1 − c); σ̄ = −log(1 − c)."""
    x_0, x_t = cases(kind)
    share = torch.full((len(x_0),), 0.25, dtype=torch.float64)
    logits = torch.randn(len(x_0), 1, N, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    kernel = KERNELS[kind](N)
    entropy = kernel.score_entropy(logits.log_softmax(-1), x_0, x_t, torch.tensor([[math.log(4 / 3)]]).double())
    torch.testing.assert_close(nelbo_integrand(kernel, logits, x_0, x_t, share), entropy / 0.75)
    torch.testing.assert_close(sigma_bar_of(share)[:1], torch.tensor([[math.log(4 / 3)]]).double())


def test_nll_is_the_chain_rule():
    """−log P(string), averaged, for a network that knows P(x_i | x_<i) of a whole world."""
    world = correlated()

    def causal(x):  # (B, L) shifted, the mask symbol first
        rows = []
        for row in x.tolist():
            like = [world.odds * (world.strings[:, :i] == torch.tensor(row[1 : i + 1])).all(1) for i in range(3)]
            rows.append(torch.stack([F.one_hot(world.strings[:, i], 3).double().T @ w for i, w in enumerate(like)]))
        return torch.stack(rows).log()

    surprise = -world.odds.log()
    per_string = next_character_loss(causal(shifted(world.strings, 3)), world.strings).sum(1)
    torch.testing.assert_close(per_string, surprise)
    estimate, by_window = nll(causal, world.windows, 3, batch=16), surprise.repeat_interleave(world.counts) / 3
    assert estimate.value == pytest.approx(world.entropy, rel=1e-12)
    assert estimate.stderr == pytest.approx(by_window.std().item() / math.sqrt(len(by_window)), rel=1e-9)

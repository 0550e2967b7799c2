"""The kernels against exp(σ̄ Q) and Bayes, by enumeration: law, score, belief, reverse step."""

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import example, given
from hypothesis import strategies as st
from worlds import KINDS, all_strings, correlated, forward, one_thread, patient, rate_matrix, states  # noqa: F401

from diffusion_gpt.kernel import KERNELS, Corruption
from diffusion_gpt.schedule import SCHEDULES, levels

each_kind = pytest.mark.parametrize("kind", KINDS)
each_noise = pytest.mark.parametrize("sigma_bar", [1e-6, 1e-3, 0.3, 2.0, 20.0])
N = 5


def some_posteriors(rows: int, n: int = N) -> torch.Tensor:
    """(rows, 1, n): from certain to even."""
    chance = torch.Generator().manual_seed(1)
    logits = torch.randn(rows, 1, n, generator=chance, dtype=torch.float64)
    return (logits * torch.logspace(-1, 2, rows, dtype=torch.float64)[:, None, None]).softmax(-1)


@each_kind
@each_noise
def test_the_law_of_corruption_is_the_exponential_of_q(kind, sigma_bar):
    """Without chance: every letter with every one of many evenly spaced thresholds."""
    count = 4000
    letter = torch.arange(N)[:, None].expand(N, count)
    threshold = ((torch.arange(count) + 0.5) / count).expand(N, count)
    for x_0 in range(N):
        x_t = KERNELS[kind](N).corrupt(torch.full_like(letter, x_0), sigma_bar, Corruption(threshold, letter))
        law = torch.bincount(x_t.flatten(), minlength=states(kind, N)).double() / x_t.numel()
        torch.testing.assert_close(law, forward(kind, N, sigma_bar)[x_0], rtol=0, atol=1 / count)


def test_chance_is_fair_and_independent():
    """Counts of (letter, tenth of threshold) within five standard deviations of even: one false alarm in 30,000."""
    count, cells = 400_000, N * 10
    corruption = Corruption.draw((count, 1), N, torch.Generator().manual_seed(3))
    assert corruption.threshold.min() >= 0
    assert corruption.threshold.max() < 1
    cell = corruption.letter * 10 + (corruption.threshold * 10).long()
    counts = torch.bincount(cell.flatten(), minlength=cells)
    deviation = math.sqrt(count / cells * (1 - 1 / cells))
    assert (counts - count / cells).abs().max() < 5 * deviation


@each_kind
def test_more_noise_only_adds_damage(kind):
    kernel, x_0 = KERNELS[kind](N), torch.randint(N, (50, 20), generator=torch.Generator().manual_seed(0))
    corruption = Corruption.draw(x_0.shape, N, torch.Generator().manual_seed(1))
    before = x_0
    for sigma_bar in [0.0, 0.1, 0.5, 1.0, 3.0, math.inf]:
        x_t = kernel.corrupt(x_0, sigma_bar, corruption)
        assert ((x_t == before) | (before == x_0)).all()
        before = x_t
    assert torch.equal(kernel.corrupt(x_0, 0.0, corruption), x_0)
    assert torch.equal(x_t, kernel.prior(corruption))


@each_kind
def test_each_row_has_its_own_noise(kind):
    kernel, x_0 = KERNELS[kind](N), torch.zeros(3, 40, dtype=torch.int64)
    corruption = Corruption.draw(x_0.shape, N, torch.Generator().manual_seed(1))
    sigma_bar = torch.tensor([[0.1], [1.0], [4.0]])
    together = kernel.corrupt(x_0, sigma_bar, corruption)
    alone = [kernel.corrupt(x_0, s.item(), corruption)[i] for i, s in enumerate(sigma_bar)]
    assert torch.equal(together, torch.stack(alone))


@each_kind
@pytest.mark.parametrize("sigma_bar", [0.05, 0.7, 4.0])
def test_the_score_is_the_ratio_of_marginals(kind, sigma_bar):
    """s(y) = P(x with y at i) / P(x), from the joint distribution of a whole correlated world."""
    world = correlated()
    symbols = states(kind, world.n)
    x_t = all_strings(symbols, world.length)
    law = world.marginal(kind, sigma_bar).view([symbols] * world.length)
    score = KERNELS[kind](world.n).score(world.posterior(kind, x_t, sigma_bar), x_t, sigma_bar)
    for x, s in zip(x_t.tolist(), score):
        for i in range(world.length):
            ratios = law[(*x[:i], slice(None), *x[i + 1 :])] / law[tuple(x)]
            hidden = kind == "uniform" or x[i] == world.n
            expected = ratios if hidden else F.one_hot(torch.tensor(x[i]), symbols).double()
            torch.testing.assert_close(s[i], expected, rtol=1e-9, atol=1e-12)


@each_kind
@pytest.mark.parametrize("sigma_bar", [0.05, 0.7, 4.0])
def test_belief_is_the_posterior_given_everything_seen(kind, sigma_bar):
    world = correlated()
    x_t = all_strings(states(kind, world.n), world.length)
    belief = KERNELS[kind](world.n).belief(world.posterior(kind, x_t, sigma_bar), x_t, sigma_bar)
    expected = world.posterior(kind, x_t, sigma_bar, leave_out=False)
    torch.testing.assert_close(belief, expected, rtol=1e-9, atol=1e-12)


STEPS = [(20.0, 3.0), (3.0, 1.0), (1.0, 0.99), (0.5, 1e-3), (1e-3, 0.0), (8.0, 0.0)]


@each_kind
@pytest.mark.parametrize(("now", "then"), STEPS)
def test_the_reverse_step_is_bayes(kind, now, then):
    """P(x_then = y | x_now) ∝ Σ_k p(k) P(y | k) P(x_now | y), for every x_now and many p."""
    p, kernel = some_posteriors(12), KERNELS[kind](N)
    for x in range(states(kind, N)):
        joint = (p @ forward(kind, N, then)[:N]) * forward(kind, N, now - then)[:, x]
        x_t = torch.full((len(p), 1), x)
        expected = joint / joint.sum(-1, keepdim=True)
        torch.testing.assert_close(kernel.reverse(p, x_t, now, then), expected, rtol=1e-8, atol=1e-12)


@each_kind
@pytest.mark.parametrize(("now", "then"), [(3.0, 1.0), (1.0, 0.2), (0.5, 0.0)])
def test_the_reverse_step_is_the_papers_tweedie_step_for_the_exact_score(kind, now, then):
    """exp(−δQ) s ⊙ exp(δQ), Lou et al. 2024, equation 19."""
    p, kernel, q = some_posteriors(12), KERNELS[kind](N), rate_matrix(kind, N)
    delta = now - then
    for x in range(N) if kind == "uniform" else [N]:
        x_t = torch.full((len(p), 1), x)
        undone = kernel.score(p, x_t, now) @ torch.linalg.matrix_exp(-delta * q)
        expected = undone * torch.linalg.matrix_exp(delta * q)[:, x]
        torch.testing.assert_close(kernel.reverse(p, x_t, now, then), expected, rtol=1e-7, atol=1e-10)


@each_kind
def test_the_reverse_step_undoes_the_forward_one_in_a_whole_world(kind):
    """P(x_then^i | all of x_now), by enumeration of x_0 and of the way between."""
    world, now, then = correlated(), 1.5, 0.6
    x_t = all_strings(states(kind, world.n), world.length)
    p = world.posterior(kind, x_t, now)
    step = KERNELS[kind](world.n).reverse(p, x_t, now, then)
    path = forward(kind, world.n, then)[:, :, None] * forward(kind, world.n, now - then)[None]  # (x_0, x_then, x_now)
    arrive = path.sum(1)
    for i in range(world.length):
        seen = world.seen(kind, x_t, now)
        joint = seen.prod(-1) * world.odds  # (B, S)
        between = path / arrive.clamp(min=1e-300)[:, None]  # P(x_then | x_0, x_now)
        given = between[world.strings[:, i]][:, :, x_t[:, i]].permute(2, 0, 1)  # (B, S, states)
        expected = (joint[..., None] * given).sum(1) / joint.sum(1, keepdim=True)
        torch.testing.assert_close(step[:, i], expected, rtol=1e-8, atol=1e-12)


LOGITS = st.lists(st.floats(-800, 800), min_size=2, max_size=12)


@pytest.mark.parametrize("schedule", SCHEDULES)
@each_kind
@patient
@given(logits=LOGITS, steps=st.integers(1, 1024), where=st.floats(0, 1), start=st.floats(1e-5, 30.0), data=st.data())
@example(logits=[800.0, -800.0], steps=1, where=0.0, start=30.0, data=None)
@example(logits=[800.0, -800.0], steps=1024, where=1.0, start=1e-5, data=None)
def test_the_reverse_step_is_a_distribution_whatever_the_levels(kind, schedule, logits, steps, where, start, data):
    n = len(logits)
    x = data.draw(st.integers(0, n - (kind == "uniform"))) if data else n - 1
    p = torch.tensor(logits, dtype=torch.float64).softmax(-1)[None, None]
    grid = levels(SCHEDULES[schedule], steps, start)
    k = min(int(where * steps), steps - 1)
    for now, then in [(grid[k], grid[k + 1]), (grid[-2], grid[-1])]:
        odds = KERNELS[kind](n).reverse(p, torch.tensor([[x]]), now, then)
        assert (odds >= 0).all()
        assert odds.sum().item() == pytest.approx(1, abs=1e-12)
    if kind == "mask":
        assert odds[..., n].item() == 0  # the last step: nothing stays hidden


@each_kind
@pytest.mark.parametrize("sigma_bar", [0.0, 0.8])
def test_no_step_changes_nothing(kind, sigma_bar):
    """Even if the network takes what is here for impossible, as a nucleus (top_p) can."""
    p, symbols = F.one_hot(torch.tensor([[2]]), N).double(), N if sigma_bar == 0 else states(kind, N)
    for x in range(symbols):
        odds = KERNELS[kind](N).reverse(p, torch.tensor([[x]]), sigma_bar, sigma_bar)
        assert odds[0, 0, x].item() == odds.sum().item() == 1


def test_the_formulas_keep_the_precision_of_the_network():
    """float32 in, float32 out: no silent doubling of a training step's memory."""
    p = some_posteriors(3).float()
    x_t, sigma_bar = torch.zeros(3, 1, dtype=torch.int64), torch.full((3, 1), 0.5)
    for kernel in (KERNELS[kind](N) for kind in KINDS):
        assert kernel.score_entropy(p.log(), x_t, x_t, sigma_bar).dtype == torch.float32
        assert kernel.belief(p, x_t, 0.5).dtype == torch.float32

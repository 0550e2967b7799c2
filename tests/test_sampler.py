"""One loop: its order of convergence on a known world, its draws, its locks; the notebook's defect 2 is absent."""

import math
from itertools import pairwise

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from worlds import KINDS, World, all_strings, correlated, distance, one_thread, patient, rate_matrix, states  # noqa: F401

from diffusion_gpt.kernel import KERNELS, Corruption
from diffusion_gpt.sampler import denoise, draw, sharpened
from diffusion_gpt.schedule import SCHEDULES, LogLinear, levels

each_kind = pytest.mark.parametrize("kind", KINDS)
each_schedule = pytest.mark.parametrize("schedule", SCHEDULES)


def seeded(*seeds: int) -> list[torch.Generator]:
    return [torch.Generator().manual_seed(seed) for seed in seeds]


def guessing(n: int, scale: float = 3.0):
    """A network with opinions of its own: each letter's odds hang on its neighbours."""
    weights = torch.randn(n + 1, n + 1, n, generator=torch.Generator().manual_seed(5)) * scale
    return lambda x, known=None: weights[x.roll(1, 1), x.roll(-1, 1)]


class Odds:
    """A step rule that stays where it is, and remembers what it would have drawn from."""

    def __call__(self, look) -> torch.Tensor:
        self.seen = look.reverse()
        return look.x_t


def transition(world: World, kind: str, now: float, then: float) -> torch.Tensor:
    """P(next page | page) of one step of `denoise`, over all pages (states^L, states^L): no sampling."""
    pages = all_strings(states(kind, world.n), world.length)
    odds, kernel = Odds(), KERNELS[kind](world.n)
    generators = seeded(0) * len(pages)
    list(denoise(world.network(kind, now), kernel, [now, then], pages, generators=generators, rule=odds))
    return torch.stack([odds.seen[:, i, pages[:, i]] for i in range(world.length)]).prod(0)


def law_of_samples(world: World, kind: str, grid: list[float]) -> torch.Tensor:
    """The exact law of what the sampler writes, begun with pages of the world at the noise grid[0]."""
    law = world.marginal(kind, grid[0])
    for now, then in pairwise(grid):
        law = law @ transition(world, kind, now, then)
    return law


def error(world: World, kind: str, grid: list[float]) -> float:
    return distance(law_of_samples(world, kind, grid), world.marginal(kind, 0.0))


@each_kind
@pytest.mark.parametrize("schedule", ["loglinear", "cosine"])
def test_the_error_halves_as_the_steps_double(kind, schedule):
    """Order 1 in total variation, by enumeration over all pages."""
    world = correlated()
    errors = [error(world, kind, levels(SCHEDULES[schedule], steps)) for steps in (16, 32, 64)]
    for coarse, fine in pairwise(errors):
        assert 1.75 < coarse / fine < 2.25
    assert errors[-1] < 0.02


@each_kind
def test_a_single_letter_takes_a_single_step(kind):
    """With nothing to depend on, the Tweedie step is exact whatever its size."""
    world = World(4, 1, torch.tensor([5, 1, 3, 2]))
    for steps in (1, 3):
        assert error(world, kind, levels(LogLinear(), steps, 2.0)) < 1e-12


@each_kind
def test_it_draws_from_the_law_that_was_enumerated(kind):
    """10,000 runs of three steps: chi-square within five standard deviations of its expectation."""
    world, rows = correlated(), 10_000
    grid = levels(LogLinear(), 3, 1.5)
    chance = torch.Generator().manual_seed(11)
    first = torch.multinomial(world.marginal(kind, grid[0]), rows, replacement=True, generator=chance)
    x = all_strings(states(kind, world.n), world.length)[first]
    given = iter(grid)
    truth = lambda x_t, known=None: world.network(kind, next(given))(x_t)  # noqa: E731
    *_, last = denoise(truth, KERNELS[kind](world.n), grid, x, generators=[chance] * rows)
    number = (last.x_next * torch.tensor([9, 3, 1])).sum(1)
    law = law_of_samples(world, kind, grid)
    law = law[(all_strings(states(kind, world.n), world.length) < world.n).all(1)]
    expected = law * rows
    square = ((torch.bincount(number, minlength=len(law)) - expected) ** 2 / expected).sum().item()
    freedom = len(law) - 1
    assert abs(square - freedom) < 5 * math.sqrt(2 * freedom)


def notebooks_step(score: torch.Tensor, x_t: int, delta: float) -> torch.Tensor:
    """exp(−δQ) s ⊙ exp(δQ)(x_t, ·): right for an exact score only."""
    q = rate_matrix("uniform", len(score))
    return (torch.linalg.matrix_exp(-delta * q) @ score) * torch.linalg.matrix_exp(delta * q)[x_t]


@pytest.mark.parametrize("steps", [4, 16, 64])
def test_defect_2_a_slightly_wrong_score_draws_nothing_impossible(steps):
    """Scores 5 % off: the notebook's form has negative entries, of which it takes logarithms; ours never has."""
    n, grid = 8, levels(SCHEDULES["geometric"], steps)
    chance, kernel = torch.Generator().manual_seed(0), KERNELS["uniform"](8)
    spoiled = 0
    for now, then in pairwise(grid):
        p = (4 * torch.randn(1, 1, n, generator=chance, dtype=torch.float64)).softmax(-1)
        wrong = 1 + 0.05 * torch.randn(n, generator=chance, dtype=torch.float64)
        score = kernel.score(p, torch.tensor([[0]]), now)[0, 0] * wrong
        score[0] = 1
        spoiled += (notebooks_step(score, 0, now - then) < 0).any().item()
        wrong_p = (p * wrong) / (p * wrong).sum()
        odds = kernel.reverse(wrong_p, torch.tensor([[0]]), now, then)
        assert (odds >= 0).all()
        assert odds.isfinite().all()
    assert spoiled > 0


@each_kind
@each_schedule
@pytest.mark.parametrize("steps", [1, 2, 33])
def test_a_call_a_step_and_a_clean_page_at_the_end(kind, schedule, steps):
    n, calls = 6, []

    def network(x, known=None):
        calls.append(x.clone())
        return guessing(n)(x)

    kernel, generators = KERNELS[kind](n), seeded(1, 2)
    x = kernel.prior(Corruption.draw((2, 9), n, generators[0]))
    grid = levels(SCHEDULES[schedule], steps)
    film = list(denoise(network, kernel, grid, x, generators=generators))
    assert len(calls) == len(film) == steps
    assert [step.sigma_bar for step in film] == grid[:-1]
    for call, step, following in zip(calls, film, [*film[1:], None]):
        assert torch.equal(call, step.x_t)
        assert following is None or torch.equal(step.x_next, following.x_t)
        torch.testing.assert_close(step.belief.sum(-1), torch.ones(2, 9, dtype=torch.float64))
    assert film[-1].x_next.max() < n


@pytest.mark.parametrize(("kind", "schedule"), [("uniform", "geometric"), ("mask", "cosine")])
def test_a_thousand_and_twenty_four_steps(kind, schedule):
    kernel = KERNELS[kind](6)
    x = kernel.prior(Corruption.draw((1, 5), 6, seeded(3)[0]))
    *_, last = denoise(guessing(6), kernel, levels(SCHEDULES[schedule], 1024), x, generators=seeded(4))
    assert last.x_next.max() < 6
    assert last.belief.isfinite().all()


def test_beliefs_are_the_networks_own_whatever_the_temperature():
    kernel, x, generators = KERNELS["uniform"](6), torch.randint(6, (1, 20), generator=seeded(0)[0]), seeded(0)
    p = guessing(6)(x).double().softmax(-1)
    (step,) = denoise(guessing(6), kernel, [1.0, 0.5], x, generators=generators, temperature=0.2, top_p=0.5)
    torch.testing.assert_close(step.belief, kernel.belief(p, x, 1.0))


@patient
@given(
    kind=st.sampled_from(KINDS),
    schedule=st.sampled_from(sorted(SCHEDULES)),
    steps=st.integers(1, 9),
    locked=st.lists(st.booleans(), min_size=1, max_size=12),
    seed=st.integers(0, 2**32 - 1),
)
def test_locked_letters_never_move_and_the_network_is_told_where_it_matters(kind, schedule, steps, locked, seed):
    told, locked = [], torch.tensor([locked])
    (generator,) = seeded(seed)
    kernel, x_0 = KERNELS[kind](5), torch.randint(5, locked.shape, generator=generator)
    x = torch.where(locked, x_0, kernel.prior(Corruption.draw(x_0.shape, 5, generator)))

    def network(x, known=None):
        told.append(known)
        return guessing(5)(x)

    grid = levels(SCHEDULES[schedule], steps)
    for step in denoise(network, kernel, grid, x, generators=[generator], locked=locked):
        assert torch.equal(step.x_t[locked], x_0[locked])
        assert torch.equal(step.x_next[locked], x_0[locked])
    assert all(known is locked if kind == "uniform" else known is None for known in told)


@each_kind
def test_a_row_depends_on_its_own_generator_alone(kind):
    kernel, seeds = KERNELS[kind](6), (4, 5, 6)
    starts = torch.stack([kernel.prior(Corruption.draw((1, 30), 6, g))[0] for g in seeded(*seeds)])
    grid = levels(LogLinear(), 12)
    together = list(denoise(guessing(6), kernel, grid, starts, generators=seeded(*seeds)))
    for i, seed in enumerate(seeds):
        alone = list(denoise(guessing(6), kernel, grid, starts[i : i + 1], generators=seeded(seed)))
        for a, b in zip(alone, together):
            assert torch.equal(a.x_next[0], b.x_next[i])
    again = list(denoise(guessing(6), kernel, grid, starts, generators=seeded(*seeds)))
    assert all(torch.equal(a.x_next, b.x_next) for a, b in zip(together, again))
    other = list(denoise(guessing(6), kernel, grid, starts, generators=seeded(7, 8, 9)))
    assert not torch.equal(other[-1].x_next, together[-1].x_next)


def test_draws_follow_their_distribution():
    """200,000 draws: every frequency within five standard deviations, chi-square too."""
    odds = torch.tensor([0.5, 0.0, 1e-3, 0.249, 0.25, 0.0], dtype=torch.float64)
    rows, length, count = 100, 2000, 200_000
    drawn = draw(odds.expand(rows, length, -1), seeded(*range(rows)))
    counts = torch.bincount(drawn.flatten(), minlength=6).double()
    assert ((counts - count * odds).abs() <= 5 * (count * odds * (1 - odds)).sqrt()).all()
    positive = odds > 0
    square = ((counts - count * odds)[positive] ** 2 / (count * odds)[positive]).sum()
    assert square < 3 + 5 * math.sqrt(6)


EDGES = [0.0, 2.0**-53, 0.1, 0.5, 1 - 2.0**-53]


@patient
@given(
    weights=st.lists(st.sampled_from([0.0, 1e-320, 1e-300, 1e-17, 0.1, 1 / 3, 0.7, 1.0]), min_size=1, max_size=70),
    u=st.sampled_from(EDGES),
)
def test_what_has_no_probability_is_never_drawn(weights, u):
    """Even if the uniform number is 0, or as near to 1 as it gets, and the sums are rounded."""
    assume(sum(weights) > 1e-300)
    odds = torch.tensor(weights, dtype=torch.float64) / sum(weights)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch, "rand", lambda length, **_: torch.full((length,), u, dtype=torch.float64))
        (drawn,) = draw(odds[None, None], [torch.Generator()])[0].tolist()
    assert odds[drawn] > 0


@patient
@given(logits=st.lists(st.floats(-15, 15), min_size=2, max_size=12), top_p=st.floats(0.05, 1.0))
def test_top_p_keeps_the_fewest_letters_that_suffice(logits, top_p):
    logits = torch.tensor(logits, dtype=torch.float64)
    p = logits.softmax(-1)
    kept = sharpened(logits, p, 1.0, top_p)
    chosen = kept > 0
    assert kept.sum().item() == pytest.approx(1)
    assert p[chosen].sum() >= top_p - 1e-9
    assert p[chosen].min() >= p.where(~chosen, 0.0).max()
    assert p[chosen & (p > p[chosen].min())].sum() < top_p + 1e-9
    torch.testing.assert_close(kept[chosen] / kept[chosen].sum(), p[chosen] / p[chosen].sum())


def test_temperature_is_a_power_of_the_posterior():
    logits = torch.randn(7, generator=seeded(0)[0], dtype=torch.float64)
    p = logits.softmax(-1)
    torch.testing.assert_close(sharpened(logits, p, 0.5, 1.0), p**2 / (p**2).sum())

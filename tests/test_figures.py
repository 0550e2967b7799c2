"""The numbers of the live figures against what they are said to be, by other ways of reckoning."""

import json
import math

import pytest
import torch

from diffusion_gpt import ages, figures
from diffusion_gpt.kernel import KERNELS, UniformKernel
from diffusion_gpt.rules import euler
from diffusion_gpt.sampler import Look
from diffusion_gpt.schedule import SCHEDULES

each_kernel = pytest.mark.parametrize("kernel", [make(5) for make in KERNELS.values()], ids=list(KERNELS))
MOST = 60_000  # characters that a figure may send


def tensor(values) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


@pytest.mark.parametrize("name", figures.FIGURES)
def test_a_figure_travels_as_json_and_is_short(name):
    sent = json.dumps(figures.FIGURES[name](), allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    assert 100 < len(sent) < MOST


@each_kernel
@pytest.mark.parametrize("sigma_bar", [0.0, 0.3, 2.0])
def test_the_transition_is_the_exponential_of_the_rates(kernel, sigma_bar):
    q = figures.rate_matrix(kernel)
    assert torch.allclose(q @ q, -q, atol=1e-12) and q.sum(1).abs().max() < 1e-12
    assert torch.allclose(torch.linalg.matrix_exp(sigma_bar * q), figures.transition(kernel, sigma_bar), atol=1e-12)


@pytest.mark.parametrize("name", KERNELS)
def test_rounds_of_the_chain_are_the_closed_form(name):
    rounds = figures.chain()["kinds"][name]["matrices"]
    for k in (0, 1, 7, figures.STEPS):
        closed = figures.transition(KERNELS[name](figures.WORLD.n), -k * math.log(1 - figures.STEP))
        assert torch.allclose(tensor(rounds[k]), closed, atol=1e-3)


def test_finer_pieces_come_closer_and_one_piece_can_be_impossible():
    for kind in figures.exponential()["kinds"].values():
        assert all(gaps[0] > gaps[-1] for gaps in kind["gaps"][1:])
        assert min(min(row) for row in kind["steps"][-1][0]) < 0 <= min(min(row) for row in kind["steps"][-1][-1])


@pytest.mark.parametrize("name", SCHEDULES)
def test_letters_die_as_the_schedule_says(name):
    data = figures.schedules()
    kind = data["kinds"][name]
    lost = torch.trapezoid(tensor(kind["dying"]), tensor(data["times"]))
    assert lost.item() == pytest.approx(kind["alpha"][0] - kind["alpha"][-1], abs=0.01)
    # Which letters die first is the same under every schedule.
    assert sorted(range(18), key=kind["deaths"].__getitem__) == sorted(
        range(18), key=data["kinds"]["loglinear"]["deaths"].__getitem__
    )
    for restored in kind["restored"].values():
        assert sum(restored) == pytest.approx(256, rel=2e-3)


def test_the_score_tells_how_many_times_as_probable_a_page_would_be():
    data = figures.score()
    p, noise = tensor(data["belief"]), tensor(data["percents"][9]) / 100
    m = figures.transition(UniformKernel(7), -math.log(1 - noise.item())).T @ p  # what the letter may have become
    for seen in range(7):
        assert torch.allclose(tensor(data["ratios"][9][seen]), m / m[seen], rtol=1e-3)
    hidden = tensor(data["ratios"][9][7])
    assert torch.allclose(hidden, torch.cat([(1 - noise) * p, noise[None]]) / noise, rtol=1e-3)


@pytest.mark.parametrize("truth", [0.1, 0.5, 2.0, 7.0])
def test_score_entropy_is_the_formula_and_touches_0_at_the_truth_alone(truth):
    s = torch.logspace(-2, 2, 401, dtype=torch.float64)
    expected = s - truth * s.log() + truth * (math.log(truth) - 1)
    assert torch.allclose(figures.score_entropy_of(s, truth), expected, atol=1e-9)
    assert figures.score_entropy_of(tensor([truth]), truth).item() == pytest.approx(0, abs=1e-12)
    assert (expected[(s / truth).log().abs() > 0.1] > 0).all()


@pytest.mark.parametrize("truth", [0.0, -1.0, 1.0])
def test_a_true_ratio_that_no_noise_makes(truth):
    with pytest.raises(ValueError, match="true ratio"):
        figures.score_entropy_of(tensor([1.0]), truth)


def test_the_mask_is_what_hides_the_letters_to_come():
    reach = figures.attention()
    ones = torch.ones(len(reach["line"]), len(reach["line"]), dtype=torch.long)
    assert torch.equal(torch.tensor(reach["causal"]), ones.tril())
    assert torch.equal(torch.tensor(reach["full"]), ones)


def test_tweedie_is_prior_times_likelihood():
    data = figures.tweedie()
    for step in (step for seen in data["steps"] for row in seen for step in row):
        product = tensor(step["prior"]) * tensor(step["likelihood"])
        assert torch.allclose(product / product.sum(), tensor(step["tweedie"]), atol=1e-3)
        assert min(step["tweedie"]) >= 0 and sum(step["euler"]) == pytest.approx(1, abs=1e-3)


def test_euler_agrees_in_a_short_step_and_fails_in_a_long_one():
    kernel, p, x = UniformKernel(3), tensor([[0.7, 0.2, 0.1]]), torch.tensor([2])
    now = figures.sigma_bar_at(30)
    errors = [
        (figures.euler_odds(kernel, p, x, now, now - step) - kernel.reverse(p, x, now, now - step)).abs().max().item()
        for step in (1e-2, 1e-3)
    ]
    assert errors[0] < 1e-3 and errors[1] < errors[0] / 50  # of second order in the step
    assert figures.euler_odds(kernel, p, x, figures.sigma_bar_at(90), 0.0).min() < 0


def test_euler_is_what_the_step_rule_draws_from():
    kernel, p, x = UniformKernel(3), tensor([[[0.7, 0.2, 0.1]]]), torch.tensor([[2]])
    count, now, then = 20_000, 0.8, 0.5
    rows = [p.expand(1, count, 3), x.expand(1, count)]
    free = torch.ones(1, count, dtype=torch.bool)
    drawn = euler(Look(kernel, *rows, now, then, free, [torch.Generator().manual_seed(0)]))
    odds = figures.euler_odds(kernel, p[0], x[0], now, then)[0]
    assert torch.allclose(drawn[0].bincount(minlength=3).double() / count, odds, atol=0.015)


def test_the_ages_are_those_that_were_filmed():
    told = figures.ages()
    assert told["ages"] == sorted(told["ages"]) and set(told["ages"][:-1]) <= set(ages.AGES)
    assert len({film[0] for film in told["films"]}) == 1  # the same noise
    assert len({film[-1] for film in told["films"]}) == len(told["ages"])
    assert {len(page) for film in told["films"] for page in film} == {ages.REQUEST.length}


def test_the_alphabet_is_the_models(checkpoint):
    assert json.loads((checkpoint / "config.json").read_text(encoding="utf-8"))["vocabulary"] == figures.ALPHABET

"""Step rules: what each claims of exactness, on worlds that can be enumerated; locks, chance, bad settings."""

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
import torch
from worlds import KINDS, SHAKESPEARE, World, all_strings, correlated, distance, one_thread  # noqa: F401

from diffusion_gpt.checkpoint import Checkpoint
from diffusion_gpt.gpt import GPT, GPTConfig
from diffusion_gpt.kernel import KERNELS, Corruption
from diffusion_gpt.rules import BEST, RECIPES, churn, euler, gibbs, hitting, recipe, revise, settled, spread, surest
from diffusion_gpt.sampler import Look, denoise, tweedie
from diffusion_gpt.schedule import SCHEDULES, LogLinear, levels
from diffusion_gpt.studio import Studio
from diffusion_gpt.trajectory import RULES, Request
from diffusion_gpt.vocabulary import Vocabulary

FITTING = [(name, kind) for name, kinds in RULES.items() for kind in kinds]
each_rule = pytest.mark.parametrize(("name", "kind"), FITTING, ids=map("-".join, FITTING))
EXACT = [
    *((kind, rule) for kind in KINDS for rule in (tweedie, spread, churn(1.0))),
    ("uniform", euler),
    ("mask", hitting),
]
"""What claims to be exact as steps grow in number."""
ROWS = 1500


def seeded(*seeds: int) -> list[torch.Generator]:
    return [torch.Generator().manual_seed(seed) for seed in seeds]


def look_at(kernel, p, x_t, now, then, *, free=None, seed=0) -> Look:
    free = torch.ones_like(x_t, dtype=torch.bool) if free is None else free
    return Look(kernel, p, x_t, now, then, free, seeded(seed) * len(x_t))


def odds_like(shape: tuple[int, ...], *, seed: int = 1) -> torch.Tensor:
    return torch.randn(shape, generator=seeded(seed)[0], dtype=torch.float64).mul(2).softmax(-1)


def surprise(world: World, law: torch.Tensor, x: torch.Tensor) -> float:
    """How far the counts of strings x (B, L) are from `law`: chi-square, in its standard deviations."""
    number = (x @ world.n ** torch.arange(world.length - 1, -1, -1)).long()
    expected = len(x) * law
    square = (torch.bincount(number, minlength=len(law)) - expected).square() / expected
    freedom = int((law > 0).sum()) - 1
    return (square[law > 0].sum().item() - freedom) / math.sqrt(2 * freedom)


def written(world: World, kind: str, rule, grid: list[float], *, rows: int = ROWS) -> torch.Tensor:
    """`rows` strings by a network that knows the truth, begun with the world's own pages at the noise grid[0]."""
    kernel, chance = KERNELS[kind](world.n), torch.Generator().manual_seed(3)
    start = torch.multinomial(world.odds, rows, replacement=True, generator=chance)
    x = kernel.corrupt(world.strings[start], grid[0], Corruption.draw((rows, world.length), world.n, chance))
    for now, then in pairwise(grid):
        pages, which = x.unique(dim=0, return_inverse=True)
        known = world.posterior(kind, pages, now).log()[which]
        (step,) = denoise(lambda x, k=known: k, kernel, [now, then], x, generators=[chance] * rows, rule=rule)
        x = step.x_next
    return x


@pytest.mark.parametrize(("kind", "rule"), EXACT, ids=lambda value: getattr(value, "__qualname__", value))
def test_exact_as_steps_grow_in_number(kind, rule):
    """Of many steps the law is the world's, as far as 1,500 strings tell; of one they tell that it is not."""
    world = correlated()
    many = written(world, kind, rule, levels(LogLinear(), 32, 3.0))
    few = written(world, kind, rule, levels(LogLinear(), 1, 3.0))
    assert surprise(world, world.odds, many) < 5
    assert surprise(world, world.odds, few) > 8


@pytest.mark.parametrize("kind", KINDS)
def test_gibbs_leaves_the_law_as_it_is_and_revising_does_not(kind):
    """A share below 1/L: one letter at a time."""
    world, still = correlated(), [1e-9] + [0.0] * 12
    assert surprise(world, world.odds, written(world, kind, gibbs(0.3), still)) < 5
    assert surprise(world, world.odds, written(world, kind, revise(0.3), still)) > 8


def test_gibbs_mixes():
    """Begun with one string, it visits the world in its proportions."""
    world, kernel, chance = correlated(), KERNELS["uniform"](3), torch.Generator().manual_seed(3)
    network = world.network("uniform", 1e-9)
    x = torch.zeros(ROWS, 3, dtype=torch.long)
    *_, last = denoise(network, kernel, [0.0] * 60, x, generators=[chance] * ROWS, rule=gibbs(0.33))
    assert surprise(world, world.odds, last.x_next) < 5


@pytest.mark.parametrize("kind", KINDS)
def test_fill_in_is_the_conditional_of_the_world(kind):
    """Locked letters are observed: what is written about them has the law given them, and the network is told so."""
    world, locked = correlated(), torch.tensor([False, True, False])
    kernel, chance = KERNELS[kind](3), torch.Generator().manual_seed(5)
    wanted = torch.where(world.strings[:, 1] == 2, world.odds, 0.0)
    grid = iter(levels(LogLinear(), 48))

    def network(x, known=None):
        """Certain letters have no noise: the posterior among the strings that agree with them."""
        now = next(grid)
        pages, which = x.unique(dim=0, return_inverse=True)
        seen = world.seen(kind, pages, now)
        if known is not None:
            agree = (world.strings[None, :, locked] == pages[:, None, locked]).double()
            seen[..., locked] = agree
        rows = []
        for i in range(3):
            joint = world.odds * seen[..., [j for j in range(3) if j != i]].prod(-1)
            rows.append(joint @ torch.nn.functional.one_hot(world.strings[:, i], 3).double())
        return torch.stack(rows, 1).log()[which]

    x = kernel.prior(Corruption.draw((ROWS, 3), 3, chance))
    x[:, 1] = 2
    options = {"generators": [chance] * ROWS, "locked": locked.expand(ROWS, 3), "rule": spread}
    *_, last = denoise(network, kernel, levels(LogLinear(), 48), x, **options)
    assert surprise(world, wanted / wanted.sum(), last.x_next) < 5
    assert distance(wanted / wanted.sum(), world.odds) > 0.5


@pytest.mark.parametrize("kind", KINDS)
def test_spread_moves_every_letter_as_often_as_tweedie(kind):
    """The odds of each position are the exact reverse ones; only who moves along with whom is another matter."""
    kernel, rows = KERNELS[kind](4), 20_000
    x = torch.tensor([[0, 1, 4, 3, 4, 2]]) if kind == "mask" else torch.tensor([[0, 1, 2, 3, 1, 2]])
    look = look_at(kernel, odds_like((1, 6, 4)).expand(rows, 6, 4), x.expand(rows, 6), 1.0, 0.4)
    drawn = torch.nn.functional.one_hot(spread(look), kernel.n + (kind == "mask")).double().mean(0)
    odds = look.reverse()[0]
    assert ((drawn - odds).abs() <= 5 * (odds * (1 - odds) / rows).sqrt() + 1e-12).all()


def test_spread_keeps_what_moves_apart():
    """Of 96 hidden letters a sixth: 16 of them, 6 places from each other, wherever they begin."""
    x, starts = torch.full((50, 96), 4), set()
    now, then = -math.log(1 - 0.6), -math.log(1 - 0.5)
    shown = spread(look_at(KERNELS["mask"](4), odds_like((50, 96, 4)), x, now, then)) < 4
    for row in shown:
        places = row.nonzero()[:, 0]
        assert (places.diff() == 6).all()
        starts.add(places[0].item())
    assert starts == set(range(6))


def test_locked_letters_take_no_part_in_it():
    """A step that shows a quarter of the hidden letters shows a quarter of the free ones."""
    free = torch.arange(64).expand(20, 64) % 2 == 0
    now, then = -math.log(1 - 0.8), -math.log(1 - 0.6)
    for rule in (spread, hitting):
        look = look_at(KERNELS["mask"](4), odds_like((20, 64, 4)), torch.full((20, 64), 4), now, then, free=free)
        assert ((rule(look) < 4) & free).sum(1).tolist() == [8] * 20


def test_hitting_shows_as_many_as_are_due():
    """Never more than one from what is expected, and that on average; each with the same chance."""
    now, then = -math.log(1 - 0.9), -math.log(1 - 0.7)
    look = look_at(KERNELS["mask"](4), odds_like((4000, 10, 4)), torch.full((4000, 10), 4), now, then)
    shown = hitting(look) < 4
    assert set(shown.sum(1).tolist()) == {2, 3}
    assert shown.double().mean(0) == pytest.approx(torch.full((10,), 2 / 9), abs=0.04)


def test_euler_jumps_at_the_rate_of_the_moment():
    kernel, p, x, rows = KERNELS["uniform"](4), odds_like((1, 1, 4)), torch.tensor([[2]]), 40_000
    look = look_at(kernel, p.expand(rows, 1, 4), x.expand(rows, 1), 1.0, 0.7)
    odds = 0.3 / 4 * kernel.score(p, x, 1.0)[0, 0]
    odds[2] = 1 - odds[[0, 1, 3]].sum()
    drawn = torch.bincount(euler(look)[:, 0], minlength=4) / rows
    assert ((drawn - odds).abs() < 5 * (odds / rows).sqrt()).all()


def test_revising_draws_the_least_likely_letters():
    p = odds_like((1, 40, 5))
    look = look_at(KERNELS["uniform"](5), p, p.argmax(-1).clone(), 0.0, 0.0)
    worst = p.argmin(-1)
    look.x_t[0, [3, 30]] = worst[0, [3, 30]]
    moved = {i for seed in range(40) for i in _moved(revise(0.05), look, seed)}
    assert moved == {3, 30}


def test_revising_takes_its_share_of_the_free_letters():
    """Of ten free letters among forty a tenth is one, not four."""
    p, free = odds_like((1, 40, 5)), torch.arange(40)[None] >= 30
    look = look_at(KERNELS["uniform"](5), p, p.argmin(-1), 0.0, 0.0, free=free)
    pages = [revise(0.1)(replace(look, generators=seeded(seed))) for seed in range(40)]
    moved = {i for page in pages for i in (page != look.x_t)[0].nonzero()[:, 0].tolist()}
    assert len(moved) == 1 and min(moved) >= 30


def _moved(rule, look: Look, seed: int) -> list[int]:
    again = look_at(look.kernel, look.p, look.x_t, look.now, look.then, seed=seed)
    return (rule(again) != look.x_t)[0].nonzero()[:, 0].tolist()


def test_settled_ends_with_the_most_probable_letters():
    look = look_at(KERNELS["mask"](5), odds_like((3, 20, 5)), torch.full((3, 20), 5), 0.5, 0.0)
    assert torch.equal(settled(spread)(look), look.p.argmax(-1))


@each_rule
def test_every_rule_ends_with_letters_and_leaves_locked_ones(name, kind):
    kernel, (chance,) = KERNELS[kind](6), seeded(1)
    weights = torch.randn(7, 7, 6, generator=chance) * 3
    x_0 = torch.randint(6, (2, 30), generator=chance)
    locked = torch.rand(2, 30, generator=chance) < 0.3
    for steps in (1, 2, 40):
        chosen = recipe(name, kind, steps)
        tail = int(chosen.tail * steps)
        x = torch.where(locked, x_0, kernel.prior(Corruption.draw((2, 30), 6, chance)))
        options = {"generators": seeded(1, 2), "locked": locked, "rule": chosen.rule, "top_p": chosen.top_p}
        grid = levels(LogLinear(), steps - tail) + [0.0] * tail
        film = list(denoise(lambda x, known=None: weights[x.roll(1, 1), x.roll(-1, 1)], kernel, grid, x, **options))
        assert len(film) == steps
        assert film[-1].x_next.max() < 6
        assert film[-1].x_next.min() >= 0
        assert torch.equal(film[-1].x_next[locked], x_0[locked])


@pytest.fixture(scope="module")
def studio() -> Iterator[Studio]:
    """A network of the real width, with opinions; on two threads, which share out the sum of a long product."""
    torch.set_num_threads(2)
    torch.manual_seed(0)
    gpt = GPT(GPTConfig(len(SHAKESPEARE), layers=2)).eval()
    torch.nn.init.normal_(gpt.head.weight, std=0.3)
    yield Studio(Checkpoint(gpt, Vocabulary(SHAKESPEARE)))
    torch.set_num_threads(1)


@each_rule
def test_a_batch_of_four_equals_four_singles_bit_for_bit(studio, name, kind):
    """Whoever shares the steps: the same pages, and the same beliefs to the last bit; short texts tell soonest."""
    requests = [Request("What light through yonder window", kind, 0.7, 4, rule=name, seed=seed) for seed in range(4)]
    together = list(studio.steps(requests))
    for row, request in enumerate(requests):
        for a, b in zip(studio.steps([request]), together, strict=True):
            assert torch.equal(a.x_next[0], b.x_next[row])
            assert torch.equal(a.belief[0], b.belief[row])


def test_names_are_the_same_everywhere():
    assert set(RULES) == {"best", *RECIPES}
    assert set(BEST) == {*KINDS, "mask alone", "restore", "typos"}


def test_the_surest_letters_move_first_and_on_average_as_many_as_are_due():
    """Three letters are wrong, more or less surely; the farther a step goes, the more of them are due."""
    kernel, rows = KERNELS["uniform"](4), 400
    p = torch.tensor([1.0, 0, 0, 0], dtype=torch.float64).repeat(rows, 8, 1)
    for position, trust in {1: 0.999, 4: 0.9, 6: 0.99}.items():
        p[:, position, :2] = torch.tensor([1 - trust, trust], dtype=torch.float64)
    now, x_t = -math.log1p(-0.5), torch.zeros(rows, 8, dtype=torch.int64)
    for share in (0.98, 0.6, 0.4, 0.0):
        look = look_at(kernel, p, x_t, now, share * now)
        moved, due = surest(look), (1 - look.reverse()[0, :, 0]).sum().item()
        assert {tuple(row.nonzero()[:, 0].tolist()) for row in moved} <= {(), (1,), (1, 6), (1, 4, 6)}
        assert moved.sum(-1).double().mean().item() == pytest.approx(due, abs=0.1)


def test_what_is_surely_wrong_is_mended_from_the_first_step_to_the_last():
    """Six letters of eight: each of three steps moves two of them, the surest first; what is right stays."""
    kernel, x = KERNELS["uniform"](4), torch.zeros(1, 8, dtype=torch.int64)
    p = torch.tensor([0.001, 0.999, 0, 0], dtype=torch.float64).repeat(1, 8, 1)
    p[0, 5:7] = torch.tensor([1.0, 0, 0, 0], dtype=torch.float64)
    p[0, [0, 7], 1] = 0.9999
    grid = levels(SCHEDULES["linear"], 3, 0.3)
    pages = []
    for now, then in pairwise(grid):
        x = RECIPES["mend"].rule(look_at(kernel, p, x, now, then))
        pages.append(x[0].tolist())
    assert [sum(page) for page in pages] == [2, 4, 6]
    assert pages[0] == [1, 0, 0, 0, 0, 0, 0, 1]
    assert pages[-1] == [1, 1, 1, 1, 1, 0, 0, 1]


@pytest.mark.parametrize("task", BEST)
@pytest.mark.parametrize("steps", [1, 7, 8, 31, 64, 1024])
def test_the_best_is_known_for_every_number_of_calls(task, steps):
    assert recipe("best", task, steps).rule


@pytest.mark.parametrize(("options", "words"), [
    ({"temperature": 0}, "temperature must be between 0.1 and 2.0, got 0"),
    ({"temperature": 100}, "temperature must be between 0.1 and 2.0, got 100"),
    ({"top_p": 0}, "top_p must be between 0.05 and 1.0, got 0"),
    ({"top_p": 1.5}, "top_p must be between 0.05 and 1.0, got 1.5"),
    ({"level": 1.2}, "level must be between 0.0 and 1.0, got 1.2"),
    ({"level": -0.1}, "level must be between 0.0 and 1.0, got -0.1"),
    ({"text": "abc", "locked": (0, 1, 2)}, "all 3 letters are locked; leave at least one free"),
    ({"rule": "magic"}, "rule must be one of best, tweedie"),
    ({"rule": "euler", "noise": "mask"}, "the rule euler does not fit mask noise"),
    ({"rule": "hitting"}, "the rule hitting does not fit uniform noise"),
    ({"strength": 2.0, "text": "abc"}, "strength must be between 0.0 and 1.0, got 2.0"),
    ({"strength": 0.1}, "strength is for a text under uniform noise"),
    ({"strength": 0.1, "text": "abc", "noise": "mask"}, "strength is for a text under uniform noise"),
])  # fmt: skip
def test_bad_settings_are_refused_in_a_sentence(options, words):
    with pytest.raises(ValueError, match=words):
        Request(**options)


def test_linear_noise_changes_equally_many_letters_in_every_step():
    """Whatever the world: the chance that a letter differs before and after a step is the same for all steps."""
    world, n = correlated(), 3
    grid = levels(SCHEDULES["linear"], 5, 2.0)
    x = all_strings(n, 3)
    shares = []
    for now, then in pairwise(grid):
        odds = KERNELS["uniform"](n).reverse(world.posterior("uniform", x, now), x, now, then)
        stay = odds.gather(-1, x[..., None])[..., 0]
        shares.append((world.marginal("uniform", now)[:, None] * (1 - stay)).sum().item())
    assert shares == pytest.approx([2 * (1 - math.exp(-0.4))] * 5)

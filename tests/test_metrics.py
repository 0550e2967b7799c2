"""Figures for people: against counts made by hand, by brute force, and by a network that knows the answer."""

import math
import random

import pytest
import torch
import torch.nn.functional as F

from diffusion_gpt.metrics import Repair, distinct, longest_copy, repair, unigram_entropy, word_validity

SOURCE = "the cat sat on the mat, and the dog ran off"


def test_words_cut_by_an_edge_do_not_count():
    assert word_validity(["he cat xyz sat o"], SOURCE) == pytest.approx(2 / 3)
    assert word_validity(["the"], SOURCE) == 0


def test_entropy_of_equal_shares_is_the_logarithm_of_their_number():
    assert unigram_entropy(["abab", "cdcd"]) == pytest.approx(math.log(4))
    assert unigram_entropy(["aaaa"]) == 0


def test_repeated_runs_are_counted_once():
    assert distinct(["abcde", "abcdx"], 4) == 3 / 4
    assert distinct(["aaaaaaaa"], 4) == 1 / 5


@pytest.mark.parametrize("seed", range(5))
def test_longest_copy_against_brute_force(seed):
    chance = random.Random(seed)
    text, source = ("".join(chance.choices("ab", k=k)) for k in (30, 60))
    pieces = {text[i:j] for i in range(len(text)) for j in range(i + 1, len(text) + 1)}
    assert longest_copy([text], source) == max((len(piece) for piece in pieces if piece in source), default=0)


def test_nothing_in_common_is_a_copy_of_nothing():
    assert longest_copy(["xyz"], SOURCE) == 0


def test_a_network_that_knows_the_answer_repairs_everything():
    truth = torch.randint(5, (40, 16), generator=torch.Generator().manual_seed(0))

    def oracle(rows: torch.Tensor):
        return lambda x, known=None: 200.0 * F.one_hot(rows, 5).double()

    assert repair(oracle(truth), 5, truth, 0.5, steps=4, batch=40) == Repair(restored=1.0, wrong=0.0, broken=0.0)


def test_a_network_that_is_surely_wrong_breaks_what_noise_may_have_touched():
    truth = torch.zeros(40, 64, dtype=torch.int64)
    wrong = repair(lambda x, known=None: 200.0 * F.one_hot(torch.ones_like(x), 5).double(), 5, truth, 0.3, steps=4)
    assert wrong.restored == 0
    assert wrong.wrong == 1
    assert wrong.broken > 0.9


def test_the_noise_put_on_and_the_noise_believed_are_two_things():
    """A rule that does nothing and tells what it was given."""
    truth = torch.randint(5, (40, 64), generator=torch.Generator().manual_seed(0))
    started, believed = [], []

    def rule(look):
        believed.append(look.now)
        started.append((look.x_t != truth).float().mean().item())
        return look.x_t

    done = repair(
        lambda x, known=None: torch.zeros(*x.shape, 5), 5, truth, 0.3, doubted=0.1, rule=rule, steps=3, batch=40
    )
    assert done == Repair(restored=0.0, wrong=1.0, broken=0.0)
    assert started[0] == pytest.approx(0.3 * 4 / 5, abs=0.04)
    assert believed[0] == pytest.approx(-math.log(0.9)) and len(believed) == 3

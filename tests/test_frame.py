"""Pages in plain values: what a frame says of a step, and what it keeps of the network's beliefs."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from worlds import patient

from diffusion_gpt.frame import GUESSES, PARTS, Beliefs, Frame, record
from diffusion_gpt.sampler import Step
from diffusion_gpt.untrusted import tuples
from diffusion_gpt.vocabulary import MASK, Vocabulary

ABC = Vocabulary("abc")


def step(sigma_bar: float, before: str, after: str, *beliefs: list[float]) -> Step:
    """A step of one row; `beliefs` are those of each position."""
    x_t, x_next = (torch.tensor([ABC.encode(text)]) for text in (before, after))
    return Step(sigma_bar, x_t, torch.tensor([beliefs], dtype=torch.float64), x_next)


RUN = [
    step(math.log(4), f"a{MASK}", f"b{MASK}", [0.5, 0.3, 0.2], [0.1, 0.7, 0.2]),
    step(math.log(2), f"b{MASK}", "bc", [0.25, 0.125, 0.625], [0.0, 0.0, 1.0]),
]


def test_a_frame_for_every_page_and_one_more():
    frames = list(record(RUN, ABC))
    assert [frame.text for frame in frames] == [f"a{MASK}", f"b{MASK}", "bc"]
    assert [frame.level for frame in frames] == pytest.approx([0.75, 0.5, 0.0])
    assert [frame.changed for frame in frames] == [(), (0,), (1,)]


def test_beliefs_are_of_the_page_that_was_looked_at():
    first, second, last = record(RUN, ABC)
    assert first.beliefs.guesses == ("abc", "bca")
    assert first.beliefs.odds.tolist() == [[0.5, 0.3, 0.2], [0.7, 0.2, 0.1]]
    assert second.beliefs.guesses[0] == "cab"
    assert second.beliefs.odds[0].tolist() == [0.625, 0.25, 0.125]
    assert last.beliefs.letters == second.beliefs.letters  # nobody looked at the last page
    assert last.beliefs.shares == second.beliefs.shares


def test_doubt_is_in_what_is_shown_or_in_the_best_guess_for_what_is_hidden():
    first, second, last = record(RUN, ABC)
    assert first.beliefs.doubt == pytest.approx((0.5, 0.3))
    assert second.beliefs.doubt == pytest.approx((0.875, 0.0))
    assert last.beliefs.doubt == pytest.approx((0.875, 0.0))


def test_frames_come_as_soon_as_they_can():
    seen = []

    def running():
        for one in RUN:
            seen.append(one)
            yield one

    frames = record(running(), ABC)
    next(frames)
    assert len(seen) == 1


def test_of_many_letters_only_the_best_are_kept():
    many = Vocabulary("abcdefgh")
    belief = torch.tensor([[[8.0, 1, 2, 3, 4, 5, 6, 7]]], dtype=torch.float64) / 36
    one, _ = record([Step(1.0, torch.tensor([[2]]), belief, torch.tensor([[0]]))], many)
    assert one.beliefs.guesses == ("ahgfe",)
    assert one.beliefs.ranks == GUESSES
    assert one.beliefs.doubt == pytest.approx((1 - 2 / 36,), abs=1e-4)


shares = st.integers(0, PARTS).map(lambda part: part / PARTS)
positions = st.integers(1, GUESSES).flatmap(
    lambda ranks: st.lists(
        st.tuples(st.text(min_size=ranks, max_size=ranks), st.tuples(*[shares] * ranks), shares), max_size=8
    )
)


@patient
@given(positions)
def test_what_is_packed_is_unpacked(beliefs):
    guesses, odds, doubt = map(tuple, zip(*beliefs)) if beliefs else ((), (), ())
    packed = Beliefs.of(guesses, odds, doubt)
    assert packed.guesses == guesses
    assert packed.odds.tolist() == [list(row) for row in odds]
    assert packed.doubt.tolist() == list(doubt)
    frame = Frame("To be", 0.5, (1, 2), packed)
    again = Frame.of(**{name: tuples(value) for name, value in frame.plain.items()})
    assert again == frame and hash(again) == hash(frame)


@pytest.mark.parametrize(("guesses", "odds", "doubt", "said"), [
    (("ab",), ((0.5, 0.2),), (), "missing"), (("ab",), ((0.5,),), (0.1,), "more odds than guesses"),
    (("ab", "c"), ((0.5, 0.2), (0.1,)), (0.1, 0.1), "more odds than guesses"),
    (("a",), ((1.5,),), (0.1,), "between 0 and 1"), (("a",), ((0.5,),), (math.nan,), "between 0 and 1"),
    (("a",), ((10**400,),), (0.1,), "between 0 and 1"), (("a",), (("b",),), (0.1,), "wrong kind"),
    (("a",), ((0.5,),), (None,), "wrong kind"), (("a",), (((0.5, 0.5),),), (0.1,), "wrong kind"),
    (("ab",), ((True, 0.5),), (0.1,), "wrong kind"), ({"a": 1}, ((0.5,),), (0.1,), "wrong kind"),
])  # fmt: skip
def test_beliefs_that_do_not_fit_together(guesses, odds, doubt, said):
    with pytest.raises(ValueError, match=said):
        Beliefs.of(guesses, odds, doubt)

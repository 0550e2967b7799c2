"""Letters that stand fast: locked from the start, given beside blanks, or forced into a film on its way."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import KINDS, SHAKESPEARE, one_thread, opinionated, patient  # noqa: F401

from diffusion_gpt.studio import Studio
from diffusion_gpt.trajectory import RULES, SCHEDULES, Request
from diffusion_gpt.vocabulary import MASK

STUDIO = Studio(opinionated(SHAKESPEARE))
LENGTH = 12
few = settings(patient, max_examples=60)

letters = st.text(SHAKESPEARE, min_size=LENGTH, max_size=LENGTH)
places = st.sets(st.integers(0, LENGTH - 1), max_size=LENGTH - 2)


@st.composite
def requests(draw) -> Request:
    """Of any rule, kind, schedule and number of steps: a text, a text with blanks, or none."""
    rule = draw(st.sampled_from(sorted(RULES)))
    locked = tuple(sorted(draw(places)))
    text = draw(st.sampled_from(["given", "blanks", "none"]))
    given_letters = draw(letters)
    asked = {
        "noise": draw(st.sampled_from(RULES[rule])), "schedule": draw(st.sampled_from(SCHEDULES)), "rule": rule,
        "steps": draw(st.integers(1, 40)), "seed": draw(st.integers(0, 2**32 - 1)), "length": LENGTH,
    }  # fmt: skip
    if text == "none":
        return Request(**asked)
    if text == "blanks":
        return Request(with_blanks(given_letters, locked), locked=locked, **asked)
    return Request(given_letters, level=draw(st.floats(0, 1)), locked=locked, **asked)


def with_blanks(text: str, kept) -> str:
    return "".join(letter if i in kept else MASK for i, letter in enumerate(text))


@st.composite
def forks(draw) -> tuple[Request, Request]:
    """A request, and the same with a letter forced where it is free."""
    asked = draw(requests())
    free = sorted(set(range(LENGTH)) - set(asked.locked))
    forced = draw(st.integers(0, asked.steps - 1)), draw(st.sampled_from(free)), draw(st.sampled_from(SHAKESPEARE))
    return asked, replace(asked, forced=(forced,))


@few
@given(forks())
def test_locked_and_forced_letters_stay_and_what_came_before_is_the_same_film(pair):
    """Through every rule, kind, schedule and number of steps, with a text, with blanks and with nothing."""
    asked, forked = pair
    ((step, position, letter),) = forked.forced
    first, second = list(STUDIO.run(asked)), list(STUDIO.run(forked))
    assert second[: step + 1] == first[: step + 1]  # beliefs included
    assert {frame.text[position] for frame in second[step + 1 :]} == {letter}
    for frame in first + second:
        assert all(frame.text[i] == asked.text[i] for i in asked.locked)
    assert len(second) == len(first) == asked.steps + 1
    assert MASK not in second[-1].text
    assert list(STUDIO.run(forked, first[: step + 1])) == second  # or from where it forks, without the looks before


def test_only_what_depends_on_the_letter_changes():
    """The same random numbers are drawn: under the mask noise, a letter that comes anyway changes nothing."""
    asked = Request(noise="mask", length=LENGTH, steps=8, seed=5, rule="tweedie")
    film = list(STUDIO.run(asked))
    came = [(step, i, film[step + 1].text[i]) for step in range(8) for i in film[step + 1].changed]
    assert len(came) == LENGTH
    for forced in came:
        assert list(STUDIO.run(replace(asked, forced=(forced,)))) == film


def test_a_fork_costs_no_further_network_call(monkeypatch):
    calls, look = [], STUDIO.gpt.forward
    monkeypatch.setattr(STUDIO.gpt, "forward", lambda *given: calls.append(given) or look(*given))
    list(STUDIO.run(Request(length=LENGTH, steps=6, forced=((2, 3, "o"),))))
    assert len(calls) == 6
    told = [known for _, known in [(*given, None)[:2] for given in calls]]
    assert told[:3] == [None] * 3 and [known.nonzero().tolist() for known in told[3:]] == [[[0, 3]]] * 3


def test_forks_in_shared_calls_are_those_made_alone():
    asked = Request(length=LENGTH, steps=5, seed=2)
    forks = [asked, replace(asked, forced=((1, 0, "a"),)), replace(asked, seed=3, forced=((1, 4, "b"), (3, 0, "c")))]
    *_, last = STUDIO.steps(forks)
    for row, fork in zip(last.x_next.tolist(), forks):
        *_, alone = STUDIO.run(fork)
        assert STUDIO.vocabulary.decode(row) == alone.text


@pytest.mark.parametrize("kind", KINDS)
def test_blanks_only_is_plain_writing(kind):
    blank, plain = Request(MASK * LENGTH, kind, steps=4), Request("", kind, length=LENGTH, steps=4)
    assert list(STUDIO.run(blank)) == list(STUDIO.run(plain))


def test_where_there_are_blanks_there_is_no_original():
    asked = Request(f"To {MASK}{MASK}", locked=(0, 1, 2), steps=2)
    assert STUDIO.film(asked, STUDIO.run(asked)).original == ""
    assert STUDIO.film(Request("To be", steps=2), STUDIO.run(Request("To be", steps=2))).original == "To be"


@pytest.mark.parametrize(("forced", "words"), [
    (((4, 0, "a"),), "last one"), (((5, 0, "a"),), "between 0 and 3"), (((-1, 0, "a"),), "between 0 and 3"),
    (((0, 5, "a"),), "between 0 and 4"), (((0, 0, "ab"),), "single character"), (((0, 0, ""),), "single character"),
    (((0, 0, MASK),), "single character"), (((0, 1, "a"),), "locked or forced"),
    (((0, 0, "a"), (1, 0, "b")), "locked or forced"), (tuple((0, i, "a") for i in (0, 2, 3, 4)), "all 5 letters"),
])  # fmt: skip
def test_what_cannot_be_forced_is_said_in_words(forced, words):
    with pytest.raises(ValueError, match=words) as refusal:
        Request("To be", locked=(1,), steps=4, forced=forced)
    assert "\n" not in str(refusal.value)


def test_a_letter_that_the_model_does_not_know_is_refused_at_once():
    with pytest.raises(ValueError, match="'é'"):
        STUDIO.run(Request(length=3, steps=2, forced=((0, 0, "é"),)))


def test_a_blank_cannot_be_locked():
    with pytest.raises(ValueError, match="blank"):
        Request(f"a{MASK}", locked=(1,))

"""Films in plain values: what a request may ask, what a frame says of a step, and back from JSON unchanged."""

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import patient

from diffusion_gpt import kernel, schedule
from diffusion_gpt.frame import Beliefs, Frame
from diffusion_gpt.rules import RECIPES
from diffusion_gpt.trajectory import KINDS, RULES, SCHEDULES, Request, Trajectory
from diffusion_gpt.vocabulary import MASK

FRAMES = (
    Frame(f"a{MASK}", 0.75, (), Beliefs.of(("abc", "bca"), ((0.5, 0.3, 0.2), (0.7, 0.2, 0.1)), (0.5, 0.3))),
    Frame(f"b{MASK}", 0.5, (0,), Beliefs.of(("cab", "cab"), ((0.625, 0.25, 0.125), (1.0, 0.0, 0.0)), (0.875, 0.0))),
    Frame("bc", 0.0, (1,)),
)


def film(**wishes) -> Trajectory:
    return Trajectory(Request(text="ab", steps=2, **wishes), "ab", FRAMES)


@pytest.mark.parametrize(
    "wishes", [{}, {"noise": "mask"}, {"locked": (1,)}, {"level": 1, "strength": 0.1}, {"forced": ((0, 1, "b"),)}]
)
def test_json_and_back_is_the_same_film(wishes):
    there = film(**wishes)
    back = Trajectory.from_json(there.to_json())
    assert back == there
    assert back.text == "bc"
    assert hash(back) == hash(there)


@patient
@given(text=st.text(min_size=1, max_size=30), share=st.floats(0, 1), seed=st.integers(0, 2**32 - 1))
def test_any_characters_and_figures_survive(text, share, seed):
    frame = Frame(text, share, (), Beliefs.of((text,), ((share,) * len(text),), (share,)))
    there = Trajectory(Request(text=text, seed=seed), text, (frame,))
    assert Trajectory.from_json(there.to_json()) == there


def test_another_version_is_refused():
    data = json.loads(film().to_json()) | {"version": 2}
    with pytest.raises(ValueError, match="version 2, expected 1"):
        Trajectory.from_json(json.dumps(data))


@pytest.mark.parametrize("change", [
    {"frames": None}, {"frames": []}, {"frames": [{}]}, {"frames": [{"colour": 1}]}, {"request": {"colour": 1}},
    {"request": []}, {"request": {"steps": 0}}, {"request": {"text": 5}},
])  # fmt: skip
def test_what_is_like_a_film_but_is_none(change):
    data = json.loads(film().to_json()) | change
    with pytest.raises(ValueError, match="film|steps"):
        Trajectory.from_json(json.dumps(data))


@pytest.mark.parametrize("text", ["", "{", "null", "[]", "7", '"film"', "{}", '{"version": 1}'])
def test_what_is_no_film(text):
    with pytest.raises(ValueError, match="this is not a film"):
        Trajectory.from_json(text)


NAN = math.nan


@pytest.mark.parametrize(("name", "fine", "wrong"), [
    ("text", ["", "x" * 256], ["x" * 257]),
    ("noise", ["mask"], ["", "fog", None]),
    ("level", [0, 0.0, 0.5, 1, 1.0], [-0.01, 1.01, NAN, "1", None, True]),
    ("steps", [1, 1024], [0, 1025, 10**9, 3.0, NAN, "3", True]),
    ("schedule", list(SCHEDULES), ["", "straight", None]),
    ("temperature", [0.1, 1, 2.0], [0.09, 2.01, 0, NAN, math.inf]),
    ("seed", [0, 2**32 - 1], [-1, 2**32, 0.5]),
    ("length", [1, 256], [0, 257, 2.5]),
    ("top_p", [None, 0.05, 1], [0, 1.1, NAN]),
    ("rule", ["best", "tweedie"], ["", "magic", None, "hitting"]),
])  # fmt: skip
def test_every_range(name, fine, wrong):
    for value in fine:
        assert getattr(Request(**{name: value}), name) == value
    for value in wrong:
        with pytest.raises(ValueError, match=name) as refusal:
            Request(**{name: value})
        assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("locked", [(-1,), (3,), (0, 1, 2), (0.5,)])
def test_locks_lie_in_the_text_and_leave_something_free(locked):
    assert Request(text="abc", locked=(0, 2)).locked == (0, 2)
    with pytest.raises(ValueError, match="lock"):
        Request(text="abc", locked=locked)


def test_locks_need_a_text():
    with pytest.raises(ValueError, match="locked"):
        Request(locked=(0,))


def test_strength_is_for_text_under_uniform_noise():
    assert Request(text="abc", strength=0.2).strength == 0.2
    for wrong in ({"text": ""}, {"noise": "mask"}, {"strength": 1.5}):
        with pytest.raises(ValueError, match="strength"):
            Request(**{"text": "abc", "strength": 0.2} | wrong)


def test_names_are_those_of_the_rooms_that_need_tensors():
    assert set(KINDS) == set(kernel.KERNELS)
    assert set(SCHEDULES) == set(schedule.SCHEDULES)
    assert set(RULES) == set(RECIPES) | {"best"}


def test_a_stopped_run_is_a_shorter_film():
    short = replace(film(), frames=film().frames[:2])
    assert Trajectory.from_json(short.to_json()).text == f"b{MASK}"

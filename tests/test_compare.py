"""Panes side by side: each is the single run, letter for letter, and one that fails does not stop the others."""

from dataclasses import replace

import pytest
from worlds import SHAKESPEARE, one_thread, opinionated  # noqa: F401

from diffusion_gpt.compare import Fault, side_by_side
from diffusion_gpt.studio import Studio
from diffusion_gpt.trajectory import Request

TEXT = "O Romeo, Romeo! wherefore art thou Romeo?\n"
STUDIO = Studio(opinionated(SHAKESPEARE))
ASKED = Request(TEXT, level=0.6, steps=8, seed=5)
VARIED = {
    "steps": [replace(ASKED, steps=steps) for steps in (3, 8, 5, 16)],
    "schedule": [replace(ASKED, schedule=name) for name in ("loglinear", "cosine", "geometric")],
    "rule": [replace(ASKED, rule=name) for name in ("best", "tweedie", "churn", "gibbs")],
    "daring": [replace(ASKED, temperature=heat) for heat in (0.5, 1.0, 2.0)],
    "noise": [replace(ASKED, noise=kind) for kind in ("uniform", "mask")],
    "nothing": [ASKED] * 4,
    "writing": [Request(length=30, steps=steps, seed=1) for steps in (2, 6)],
}


def films(panes, run=None) -> list[list]:
    """By the studio; by `run`, which needs nobody to look."""
    made = [[] for _ in panes]
    for pane, frame in side_by_side(run, list, panes) if run else STUDIO.compare(panes):
        made[pane].append(frame)
    return made


@pytest.mark.parametrize("what", VARIED)
def test_every_pane_is_the_single_run(what):
    panes = VARIED[what]
    assert films(panes) == [list(STUDIO.run(pane)) for pane in panes]


def test_panes_that_are_due_share_a_look(monkeypatch):
    looks, read = [], STUDIO._reader
    monkeypatch.setitem(STUDIO.__dict__, "_reader", lambda x, known=None: looks.append(len(x)) or read(x, known))
    films(VARIED["rule"])
    assert looks == [4] * 8
    looks.clear()
    films([replace(ASKED, steps=2), replace(ASKED, steps=4, noise="mask"), replace(ASKED, text=TEXT[:9], steps=4)])
    assert looks == [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]  # of other lengths


@pytest.mark.parametrize("what", ["steps", "schedule", "rule", "daring", "nothing"])
def test_panes_of_one_kind_begin_with_the_same_noise(what):
    assert len({film[0].text for film in films(VARIED[what])}) == 1


def test_panes_have_the_same_share_of_their_films_at_any_time():
    panes, made = VARIED["steps"], [0] * 4
    for pane, _ in STUDIO.compare(panes):
        made[pane] += 1
        shares = [count / asked.steps for count, asked in zip(made, panes)]
        assert max(shares) - min(shares) <= max(1 / asked.steps for asked in panes) + 1e-9
    assert made == [asked.steps + 1 for asked in panes]


def test_a_pane_that_fails_says_so_and_the_others_finish():
    def run(request):
        for k, frame in enumerate(STUDIO.run(request)):
            if request.temperature == 2 and k == 3:
                raise ValueError("too daring")
            yield frame

    unknown = replace(ASKED, text="é" * len(TEXT))
    refused = Fault("the rule confident does not fit")
    first, daring, strange, never = films([ASKED, replace(ASKED, temperature=2), unknown, refused], run)
    assert first == list(STUDIO.run(ASKED))
    assert [getattr(frame, "said", "") for frame in daring] == ["", "", "", "too daring"]
    assert len(strange) == 1 and "not in the vocabulary" in strange[0].said
    assert never == [refused]


def test_nothing_but_words_is_swallowed():
    def run(request):
        raise ZeroDivisionError
        yield

    with pytest.raises(ZeroDivisionError):
        films([ASKED, ASKED], run)


@pytest.mark.parametrize("panes", [0, 1, 5])
def test_a_comparison_of_too_few_or_too_many_is_refused_at_once(panes):
    with pytest.raises(ValueError, match=f"2 to 4 panes, got {panes}"):
        STUDIO.compare([ASKED] * panes)


def test_a_comparison_that_is_closed_closes_its_runs():
    closed = []

    def run(request):
        try:
            yield from STUDIO.run(request)
        finally:
            closed.append(request.steps)

    running = side_by_side(run, list, VARIED["steps"][:2])
    for _ in range(4):
        next(running)
    running.close()
    del running
    assert sorted(closed) == [3, 8]

"""The studio: the page's draft and the server's run agree to the letter; the same request is the same film."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from worlds import KINDS, SHAKESPEARE, one_thread, opinionated, patient  # noqa: F401

from diffusion_gpt.studio import GRAIN, Studio
from diffusion_gpt.trajectory import MAX_LENGTH, RULES, SCHEDULES, Request
from diffusion_gpt.vocabulary import MASK

TEXT = "O Romeo, Romeo! wherefore art thou Romeo?\n"
STUDIO = Studio(opinionated(SHAKESPEARE))
each_kind = pytest.mark.parametrize("kind", KINDS)
PAIRS = [(rule, kind) for rule, kinds in RULES.items() for kind in kinds]


def pages(request: Request) -> list[str]:
    return [frame.text for frame in STUDIO.run(request)]


@each_kind
@pytest.mark.parametrize("seed", [0, 2**32 - 1])
def test_the_page_can_corrupt_as_the_server_will(kind, seed):
    """For every whole percentage, by the rule that the browser follows."""
    draft = STUDIO.draft(TEXT, seed)
    for percent in range(101):
        hit = [threshold * 100 < GRAIN * percent for threshold in draft.thresholds]
        new = draft.letters if kind == "uniform" else MASK * len(TEXT)
        expected = "".join(b if h else a for a, b, h in zip(TEXT, new, hit))
        request = Request(TEXT, kind, percent / 100, steps=1, seed=seed)
        assert next(STUDIO.run(request)).text == expected


def test_a_network_that_knows_hidden_letters_alone_is_not_asked_about_visible_ones():
    """Its best rule has no corrector: once a letter shows it stays."""
    knowing = opinionated(SHAKESPEARE)
    knowing.provenance["noises"] = ("mask",)
    film = [frame.text for frame in Studio(knowing).run(Request(noise="mask", length=60, steps=32))]
    assert all(now in (MASK, then) for before, after in zip(film, film[1:]) for now, then in zip(before, after))
    assert film[-1] != pages(Request(noise="mask", length=60, steps=32))[-1]


@each_kind
def test_locked_letters_are_not_corrupted_and_never_change(kind):
    locked = (0, 2, 3, len(TEXT) - 1)
    for page in pages(Request(TEXT, kind, 1.0, steps=6, locked=locked)):
        assert all(page[i] == TEXT[i] for i in locked)


def test_typing_on_does_not_change_what_stands():
    whole = STUDIO.draft(TEXT * 5, 7)
    for length in (1, 2, 40, 150):
        part = STUDIO.draft((TEXT * 5)[:length], 7)
        assert part.thresholds == whole.thresholds[:length]
        assert part.letters == whole.letters[:length]
    assert STUDIO.draft(TEXT, 8).thresholds != STUDIO.draft(TEXT, 7).thresholds


def test_thresholds_are_even_and_never_on_a_percentage():
    """Counts in ten classes over 200 seeds within five standard deviations; letters in 65 classes."""
    drafts = [STUDIO.draft("x" * MAX_LENGTH, seed) for seed in range(200)]
    thresholds = torch.tensor([draft.thresholds for draft in drafts])
    assert (thresholds % 2 == 1).all()
    assert 0 < thresholds.min() < thresholds.max() < GRAIN
    counts = torch.bincount((thresholds * 10 // GRAIN).flatten(), minlength=10)
    total = thresholds.numel()
    assert (counts - total / 10).abs().max() < 5 * math.sqrt(total * 0.09)
    letters = "".join(draft.letters for draft in drafts)
    assert all(abs(letters.count(c) - total / 65) < 5 * math.sqrt(total / 65) for c in SHAKESPEARE)


def test_what_is_too_long_is_cut_and_counted():
    draft = STUDIO.draft("x" * 100_000, 0)
    assert (len(draft.text), draft.cut) == (MAX_LENGTH, 100_000 - MAX_LENGTH)
    assert len(draft.thresholds) == len(draft.letters) == MAX_LENGTH
    draft = STUDIO.draft("…" * 100, 0)
    assert (draft.text, draft.cut) == ("." * 256, 44)


@patient
@given(st.text(max_size=300), st.integers(0, 2**32 - 1))
def test_whatever_is_typed_can_be_drafted_and_run(text, seed):
    draft = STUDIO.draft(text, seed)
    assert len(draft.thresholds) == len(draft.letters) == len(draft.text) <= MAX_LENGTH
    assert set(draft.text) <= set(SHAKESPEARE)
    if draft.text:
        (_, last) = STUDIO.run(Request(draft.text, steps=1, seed=seed))
        assert len(last.text) == len(draft.text)


@pytest.mark.parametrize("text", [
    "", "\x00", "\ud800", "</script><script>alert(1)</script>", "{{ x }} ${y} %s", "a\u202eb", "👨\u200d👩\u200d👧",
    "a" + "\u0301" * 200, "\r\n\t", "٣", MASK * 3,
])  # fmt: skip
def test_hostile_strings(text):
    draft = STUDIO.draft(text, 0)
    assert set(draft.text) <= set(SHAKESPEARE)
    assert len(draft.replacements) == sum(c not in SHAKESPEARE for c in text.replace("\r\n", "\n"))


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5])
def test_seeds_outside_their_range_are_refused(seed):
    with pytest.raises(ValueError, match="seed must be"):
        STUDIO.draft("abc", seed)


@pytest.mark.parametrize("text", ["é", "\t"])
def test_a_run_of_unknown_characters_is_refused_at_once(text):
    with pytest.raises(ValueError, match="not in the vocabulary"):
        STUDIO.run(Request(text))


def test_a_hidden_letter_is_no_letter_under_uniform_noise():
    with pytest.raises(ValueError, match="hidden"):
        STUDIO.run(Request(f"a{MASK}c", "uniform", level=0.9))
    first, *_, last = pages(Request(f"a{MASK}c", "mask", level=0.0, steps=4))
    assert first == f"a{MASK}c"
    assert MASK not in last


@pytest.mark.parametrize(("rule", "kind"), PAIRS)
def test_the_same_request_is_the_same_film(rule, kind):
    request = Request(TEXT, kind, 0.7, steps=5, seed=3, rule=rule)
    assert list(STUDIO.run(request)) == list(STUDIO.run(request))
    assert pages(request) != pages(Request(TEXT, kind, 0.7, steps=5, seed=4, rule=rule))


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize(("rule", "kind"), PAIRS)
def test_every_film_ends_clean(rule, kind, schedule):
    """Every rule, kind and schedule; one step and many; little noise, much, none at all."""
    for steps in (1, 2, 9):
        for level in (0.0, 0.01, 0.4, 1.0):
            frames = list(STUDIO.run(Request(TEXT, kind, level, steps, schedule, rule=rule)))
            assert len(frames) == steps + 1
            assert frames[-1].level == 0
            assert set(frames[-1].text) <= set(SHAKESPEARE)
            assert all(map(math.isfinite, (share for frame in frames for share in frame.beliefs.doubt)))


@each_kind
def test_without_noise_nothing_changes(kind):
    for rule in ("tweedie", "spread", "best"):
        assert set(pages(Request(TEXT, kind, level=0.0, steps=5, rule=rule))) == {TEXT}


@pytest.mark.parametrize(("rule", "kind"), PAIRS)
def test_rows_in_shared_calls_are_what_they_are_alone(rule, kind):
    """The network's figures may differ in the last digit beside others; what is drawn does not."""
    requests = [Request(TEXT, kind, 0.6, steps=7, seed=seed, rule=rule) for seed in (1, 2, 3)]
    *_, together = STUDIO.steps(requests)
    alone = [pages(request)[-1] for request in requests]
    assert [STUDIO.vocabulary.decode(row) for row in together.x_next.tolist()] == alone


def test_rows_may_differ_in_letters_locks_and_seeds_only():
    first = Request("abc", level=0.5, steps=3)
    list(STUDIO.steps([first, Request("xyz", level=0.5, steps=3, seed=9, locked=(1,))]))
    for other in (Request("abcd", level=0.5, steps=3), Request("abc", steps=3), Request("abc", "mask", 0.5, 3)):
        with pytest.raises(ValueError, match="must be alike"):
            STUDIO.steps([first, other])


@each_kind
def test_writing_starts_from_noise_alone(kind):
    frames = list(STUDIO.run(Request(noise=kind, length=50, steps=3)))
    assert [len(frame.text) for frame in frames] == [50] * 4
    assert (frames[0].text == MASK * 50) == (kind == "mask")
    film = STUDIO.film(Request(noise=kind, length=50, steps=3), frames)
    assert film.original == ""


def test_noise_falls_from_what_was_put_on_to_nothing():
    levels = [frame.level for frame in STUDIO.run(Request(TEXT, level=0.4, steps=8, rule="tweedie"))]
    assert levels[0] == pytest.approx(0.4)
    assert levels == sorted(levels, reverse=True)
    assert levels[-1] == 0


@pytest.mark.parametrize("rule", ["best", "gibbs"])
@pytest.mark.parametrize("wishes", [{}, {"strength": 0.1, "level": 0.0}, {"schedule": "cosine"}], ids=str)
def test_the_course_is_told_before_the_run(rule, wishes):
    request = Request(TEXT, **{"level": 0.4, "steps": 6, "rule": rule, **wishes})
    assert STUDIO.course(request) == pytest.approx([frame.level for frame in STUDIO.run(request)])

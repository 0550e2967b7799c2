"""What is told of a film: every count, by hand."""

import pytest

from diffusion_gpt.frame import Frame
from diffusion_gpt.render.words import account
from diffusion_gpt.trajectory import Request, Trajectory
from diffusion_gpt.vocabulary import MASK


def film(original: str, *texts: str, **wishes) -> Trajectory:
    frames, before = [], texts[0]
    for text in texts:
        changed = tuple(i for i, (a, b) in enumerate(zip(before, text)) if a != b)
        frames.append(Frame(text, 0.0, changed))
        before = text
    request = Request(**{"text": original, "steps": len(texts) - 1} | wishes)
    return Trajectory(request, original, tuple(frames))


def test_letters_that_were_scrambled():
    """Hit: e, l, o. The e came back; l and o did not; of the untouched h and l, the h was lost."""
    assert account(film("hello", "hxyla", "hxylo", "jeylz")) == (
        "You scrambled 3 letters. 1 came back, 2 became something else, 1 untouched letter changed."
    )


def test_letters_that_were_hidden():
    told = account(film("hello", f"h{MASK}llo", "hello", noise="mask"))
    assert told == "You hid 1 letter. 1 came back, 0 became something else, 0 untouched letters changed."


def test_a_letter_hit_by_itself_was_not_hit():
    assert account(film("ab", "ab", "ax")) == "Nothing was damaged. The model changed 1 letter."


def test_mistakes_that_were_looked_for():
    told = account(film("ab", "ab", "ax", level=0.0, strength=0.05))
    assert told == "The model looked for mistakes and changed 1 letter."


def test_what_was_written_from_noise():
    """Changes of all steps count, those that were taken back too."""
    told = account(film("", "xxxx", "abxx", "axxx", "abcd"))
    assert told == "Written from pure noise: 4 letters, 6 changes."


@pytest.mark.parametrize(("original", "begins"), [("ab", "You scrambled"), ("", "Written from")])
def test_a_run_that_was_stopped(original, begins):
    told = account(film(original, "xb", "ab", steps=30))
    assert told.startswith(begins)
    assert told.endswith(" Stopped after 1 of 30 steps.")


def test_thousands_are_readable():
    texts = ["x" * 256, "y" * 256] * 4
    assert "256 letters, 1,792 changes" in account(film("", *texts))

"""What hands do to a film, without a browser: locks that are read, blanks, several pages, branches that are kept."""

import json

import pytest
from fake_studio import FakeStudio

from diffusion_gpt.render.words import account
from diffusion_gpt.trajectory import Request, Trajectory
from diffusion_gpt.ui import fill, forks, opening, restore, several, write
from diffusion_gpt.ui.desk import Desk
from diffusion_gpt.ui.films import MAX_FAMILY, Films
from diffusion_gpt.vocabulary import MASK

FINER = (4, "loglinear", "best", 1.0, 0)
"""Steps, schedule, rule, daring, seed."""
TEXT = "O Romeo, Romeo!"


def desk() -> Desk:
    return Desk(FakeStudio(), Films(), None, None)


def film_of(request: Request) -> Trajectory:
    studio = FakeStudio()
    return studio.film(request, studio.run(request))


def told(messages) -> list[dict]:
    """All single messages, those inside others included."""
    return [one for text in messages for one in _single(json.loads(text))]


def _single(message: dict) -> list[dict]:
    return (
        [one for text in message["messages"] for one in _single(json.loads(text))]
        if "messages" in message
        else [message]
    )


def wish(parent: int, step: int = 2, position: int = 3, letter: str = "x") -> forks.Wish:
    return forks.Wish(parent, step, position, letter)


def with_film(at: Desk, **wishes) -> int:
    """Makes a film of visitor "a"; its number."""
    list(at.run("a", lambda: Request(TEXT, level=0.5, steps=4, **wishes)))
    return at.films.newest("a").number


def test_a_branch_keeps_the_pages_before_and_streams_those_after():
    at = desk()
    first = with_film(at)
    news = told(forks.run(at, "a", wish(first)))
    branch = at.films.newest("a")
    assert (branch.parent, branch.family) == (first, first)
    parent = at.films.run("a", first).film
    assert branch.film.frames[:3] == parent.frames[:3]
    assert all(frame.text[3] == "x" for frame in branch.film.frames[3:])
    assert branch.film.request.forced == ((2, 3, "x"),)
    assert news[0]["first"] == 3 and news[0]["parent"] == news[0]["family"] == first


@pytest.mark.parametrize(("asked", "words"), [
    (wish(0, 4), "last one"), (wish(0, 99), "between 0 and 3"), (wish(0, -1), "between 0 and 3"),
    (wish(0, 2, 15), "position"), (wish(0, 2, 0), "locked"), (wish(0, letter="é"), "does not know"),
    (wish(0, letter=""), "single"), (wish(7), "not kept"),
])  # fmt: skip
def test_a_branch_that_cannot_be_is_said_in_words_and_the_film_stays(asked, words):
    at = desk()
    first = with_film(at, locked=(0,))
    number = asked.parent or first
    assert [
        one["kind"] for one in told(forks.run(at, "a", forks.Wish(number, asked.step, asked.position, asked.letter)))
    ] == ["idle"]
    run = at.films.newest("a")
    assert words in run.fault and "\n" not in run.fault
    assert asked.parent or run.number == first and run.film  # the film that was left is on the stage, as before


def test_a_branch_of_a_stopped_film_begins_where_there_is_a_page():
    at = desk()
    running = at.run("a", lambda: Request(TEXT, steps=8))
    next(running)
    running.close()
    stopped = at.films.newest("a")
    list(forks.run(at, "a", wish(stopped.number, step=7)))
    assert "stopped before page 7" in at.films.newest("a").fault
    list(forks.run(at, "a", wish(stopped.number, step=0)))
    assert len(at.films.newest("a").film.frames) == 9


def test_a_branch_of_a_branch_leaves_what_was_forced_later():
    parent = film_of(Request(TEXT, steps=4, forced=((1, 0, "a"), (3, 1, "b"))))
    assert wish(1, step=2).request(parent).forced == ((1, 0, "a"), (2, 3, "x"))
    assert wish(1, step=3, position=1).request(parent).forced == ((1, 0, "a"), (3, 1, "x"))


def test_the_opening_film_can_be_branched_off():
    at = desk()
    list(forks.run(at, "a", wish(opening.RUN, letter="t")))
    branch = at.films.newest("a")
    assert branch.parent == opening.RUN and branch.film.frames[:3] == opening.film().frames[:3]


def test_a_family_is_kept_until_another_begins():
    at = desk()
    first = with_film(at)
    for letter in "xyz":
        list(forks.run(at, "a", wish(first, letter=letter)))
    at.films.pick("a", first)
    assert at.films.newest("a").number == first
    list(forks.run(at, "b", wish(first)))  # another visitor's film is out of reach
    assert at.films.newest("b").film is None
    second = with_film(at)
    assert at.films.run("a", first) is None and at.films.newest("a").number == second


def test_branches_are_bounded():
    films, film = Films(), film_of(Request(TEXT, steps=1))
    numbers = [films.begin("a")]
    films.end("a", numbers[0], film)
    for _ in range(MAX_FAMILY + 3):
        films.end("a", films.begin("a", numbers[0], numbers[0]), None)  # comes to nothing
        numbers.append(films.begin("a", numbers[0], numbers[0]))
        films.end("a", numbers[-1], film)
    assert [bool(films.run("a", number)) for number in numbers].count(True) == MAX_FAMILY
    assert films.newest("a").number == numbers[-1] and films.run("a", numbers[1]) is None


@pytest.mark.parametrize("count", [1, 2, 4])
def test_several_pages_at_once_are_those_made_alone(count):
    at = desk()
    asked = write.requests_of(at)(40, "ROMEO:", "Adieu.", "uniform", count, *FINER)
    news = told(several.run(at, "a", lambda: asked))
    runs = at.films.together("a")
    assert [run.film for run in runs] == [film_of(request) for request in asked]
    assert at.films.newest("a").number == runs[0].number == news[0]["run"]
    assert {one["family"] for one in news} == {runs[0].number} and len(news) % count == 0
    for frame in runs[-1].film.frames:
        assert frame.text.startswith("ROMEO:") and frame.text.endswith("Adieu.") and len(frame.text) == 40


def test_ends_that_leave_no_room():
    with pytest.raises(ValueError, match="leave no room"):
        write.requests_of(desk())(12, "ROMEO:", "Adieu.", "uniform", 1, *FINER)
    assert write.requests_of(desk())(12, "", None, "mask", 1, *FINER)[0] == Request("", "mask", length=12, steps=4)


def test_blanks_become_the_only_free_letters():
    asked = fill.request_of(desk())("To__e, é!", "mask", *FINER)
    assert (asked.text, asked.locked) == (f"To{MASK}{MASK}e, e!", (0, 1, 4, 5, 6, 7, 8))
    assert fill.request_of(desk())("____", "uniform", *FINER).locked == ()
    for text in ("To be", "", None):
        with pytest.raises(ValueError, match="no blank"):
            fill.request_of(desk())(text, "mask", *FINER)


def test_each_example_has_blanks_and_fits():
    for text in fill.EXAMPLES.values():
        draft = FakeStudio().draft(text, 0, blank=fill.BLANK)
        assert MASK in draft.text and not draft.replacements and not draft.cut


def locks(text: str, *positions) -> str:
    return json.dumps({"text": text, "locked": positions})


def test_locks_are_those_of_the_text_they_were_made_for():
    ask = restore.request_of(desk())
    assert ask(locks(TEXT, 0, 2), TEXT, "uniform", 50, *FINER).locked == (0, 2)
    assert ask("", TEXT, "uniform", 50, *FINER).locked == ()
    for said, words in (
        (locks("Another text", 0), "has changed"), (locks(TEXT, *range(len(TEXT))), "all 15 letters are locked"),
        (locks(TEXT, 15), "locked position"), (locks(TEXT, "a"), "locked position"), ("[]", "could not be read"),
        ("{", "could not be read"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=words):
            ask(said, TEXT, "uniform", 50, *FINER)


def test_what_is_told_of_blanks_and_forced_letters():
    filled = film_of(Request(f"To{MASK}{MASK}", locked=(0, 1), steps=1))
    assert account(filled) == "2 blanks filled in, in 2 changes. Your 2 letters stayed."
    forced = film_of(Request(TEXT, level=0, steps=4, forced=((1, 0, " "), (2, 14, "?"))))
    assert account(forced).endswith("You forced “·” at step 1, “?” at step 2.")

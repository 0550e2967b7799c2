"""Panes without a browser: what travels, what is kept when a run is stopped, what is said, and what is refused."""

import json
from dataclasses import replace

import pytest
from fake_studio import FakeRacer, FakeStudio
from hypothesis import given
from hypothesis import strategies as st

from diffusion_gpt.compare import Fault
from diffusion_gpt.render import sides, verdict
from diffusion_gpt.render.changes import pieces
from diffusion_gpt.trajectory import Request
from diffusion_gpt.ui import compare, race, typos
from diffusion_gpt.ui.app import build_app
from diffusion_gpt.ui.desk import Desk
from diffusion_gpt.ui.films import Films
from diffusion_gpt.ui.sides import Panes

DESK = Desk(FakeStudio(), Films(), None, None)
FINER = (8, "loglinear", "best", 1.0, 0)
ASKED = Request("O Romeo, Romeo!", level=0.5, steps=4)
TITLES = ["four", "eight"]


def boards(*asked):
    return list(compare.boards_of(DESK, TITLES, asked or [ASKED, replace(ASKED, steps=8)]))


def asked_for(start="text", what="steps", values=(4, 8), text="O Romeo", kind="uniform", noise=50, finer=FINER):
    return list(compare._boards(DESK)(start, what, values, text, kind, noise, *finer))[-1]


def raced(request=None):
    return list(race.boards_of(FakeRacer(), request or Request(length=40, steps=8)))


def test_what_is_told_of_a_board_is_the_board():
    told, before = [[], []], None
    for board in boards():
        for piece in json.loads(sides.news(7, board, before))["news"]:
            frames = json.loads(piece["message"])
            assert frames["first"] == len(told[piece["pane"]])
            told[piece["pane"]] += zip(piece["moments"], frames["pages"])
        before = board
    for pages, side in zip(told, before.sides):
        assert pages == [(moment, frame.text) for moment, frame in zip(side.moments, side.frames)]
        assert [side.moments[0], side.moments[-1]] == [0, 1]


def test_only_new_panes_are_given_titles():
    first, *_, last = boards()
    assert json.loads(sides.news(7, first, None))["titles"] == TITLES
    assert "titles" not in json.loads(sides.news(7, last, first))
    whole = json.loads(sides.whole(7, last, 9, verdict.film, "All."))
    assert (whole["titles"], whole["ticks"], whole["ended"], whole["account"]) == (TITLES, 8, True, "All.")


def test_a_frame_that_is_kept_is_light():
    frame = boards()[-1].sides[0].frames[-1]
    assert frame.beliefs.letters == "" and len(frame.beliefs.doubt) == len(frame.text)


def panes_of(films=None) -> Panes:
    return Panes(films or Films(), None, None, verdict.film, verdict.agreement)


def test_closing_panes_keeps_what_was_made(monkeypatch):
    monkeypatch.setattr("diffusion_gpt.ui.sides.PAUSE", 0.0)
    panes = panes_of()
    running = panes.run("a", lambda: iter(boards()))
    for _ in range(5):
        next(running)
    running.close()
    kept = panes.films.newest("a").film
    assert all(1 <= len(side.frames) <= side.request.steps for side in kept.sides)
    assert "Stopped after" in verdict.film(kept.sides[0])


def test_boards_are_bounded_like_films():
    films, board = Films(max_frames=40), boards()[-1]
    assert len(board.frames) == 5 + 9
    for visitor in "abcd":
        list(panes_of(films).run(visitor, lambda: iter([board])))
    assert [bool(films.newest(visitor)) for visitor in "abcd"] == [False, False, True, True]


def test_a_pane_that_cannot_be_asked_for_stands_beside_one_that_can():
    board = boards(ASKED, Fault("no such thing"))[-1]
    assert len(board.sides[0].frames) == 5
    told = json.loads(sides.whole(1, board, 2, verdict.film, ""))["news"]
    assert [bool(piece["message"]) for piece in told] == [True, False]
    assert [piece["fault"] for piece in told] == ["", "no such thing"]
    assert verdict.agreement(board) == ""


def test_what_differs_is_the_one_thing_chosen():
    for what, (_, choices, _) in compare.VARIABLES.items():
        chosen = [value for _, value in choices][:2]
        requests = [side.request for side in asked_for(what=what, values=chosen).sides]
        assert [getattr(request, what) for request in requests] == chosen
        assert len({replace(request, **{what: chosen[0]}) for request in requests}) == 1


def test_a_rule_for_the_other_noise_is_a_fault_of_its_own_pane():
    board = asked_for(what="rule", values=["best", "euler", "confident"])
    assert [side.fault for side in board.sides] == ["", "", "“The surest first” is for Hide alone."]
    assert [len(side.frames) for side in board.sides] == [9, 9, 0]


@pytest.mark.parametrize(("wish", "words"), [
    ({"values": []}, "Choose 2 to 4 to compare; 0 are chosen"),
    ({"values": None}, "0 are chosen"),
    ({"values": [4]}, "1 are chosen"),
    ({"values": [1, 2, 4, 8, 16]}, "5 are chosen"),
    ({"text": "  "}, "There is no text under Restore"),
    ({"noise": 0}, "Nothing is damaged"),
    ({"noise": None}, "Noise is empty"),
    ({"finer": (None, *FINER[1:])}, "Steps is empty"),
    ({"finer": (*FINER[:4], "x")}, "The seed is a whole number"),
])  # fmt: skip
def test_a_comparison_that_cannot_be_is_refused_in_words(wish, words):
    with pytest.raises(ValueError, match=words):
        asked_for(**wish)


def test_pure_noise_needs_no_text():
    assert [side.request.text for side in asked_for(start="noise", text="", noise=0).sides] == ["", ""]


def test_agreement_counts_the_places_where_all_are_the_same():
    first, second = boards()[-1].sides
    other = replace(second.frames[-1], text="O Juliet, Romeo")
    board = sides.Board((first, replace(second, frames=(*second.frames[:-1], other))))
    same = sum(a == b for a, b in zip("O Romeo, Romeo!", "O Juliet, Romeo"))
    assert verdict.agreement(board) == f"At the end the 2 panes agree on {same} of 15 letters."


def timed(seconds: tuple[float, float]) -> sides.Board:
    board = raced()[-1]
    for number, end in enumerate(seconds):
        side = board.sides[number]
        board = board.put(number, replace(side, moments=(*side.moments[:-1], end)))
    return board


@pytest.mark.parametrize(("seconds", "said"), [
    ((2.0, 1.0), "Its twin was 2.0 times as fast"),
    ((1.0, 3.45), "This model was 3.5 times as fast"),
    ((1.0, 1.04), "Both took about the same time"),
])  # fmt: skip
def test_the_verdict_is_what_the_figures_say(seconds, said):
    assert verdict.race(timed(seconds)).startswith(said)


def test_there_is_no_verdict_on_a_race_that_was_stopped():
    for board in raced()[:-1]:
        assert verdict.race(board) == ""


def test_a_runner_is_told_of_by_its_figures():
    denoiser, twin = raced()[-1].sides
    assert verdict.laps(denoiser) == "80.00 seconds, 8 network passes, 40 letters."
    assert verdict.laps(twin) == "40.00 seconds, 40 network passes, 40 letters."
    stopped = raced()[8 + 1 + 10].sides[1]
    assert verdict.laps(stopped) == "10.00 seconds, 10 network passes, 10 letters. Stopped before the 40 that were due."


def test_the_gap_is_told_by_the_letters_behind_it():
    request = race.gapped(DESK, race.LINES, {"seed": 0, "steps": 4})
    first, *_, last = race.LINES.split("\n")
    assert "".join(request.text[i] for i in request.locked) == f"{first}\n\n{last}"
    board = raced(request)[-1]
    behind, hits = len(last) + 1, last.count("x")
    assert race.account(board) == (
        f"Behind the gap you wrote {behind} letters. This model has {behind} of them as you wrote them. "
        f"Its twin has {hits} of them as you wrote them."
    )


@pytest.mark.parametrize("lines", ["", "one", "one\ntwo", "one\n\n", "\n\n\n"])
def test_a_gap_needs_two_lines_to_lie_between(lines):
    with pytest.raises(ValueError, match="at least three lines"):
        race.gapped(DESK, lines, {"seed": 0})


@pytest.mark.parametrize(("before", "after", "changed"), [
    ("tha sun", "the sun", [("tha", "the")]),
    ("tha\nsan", "the\nsun", [("tha", "the"), ("san", "sun")]),
    ("a way", "away ", [("a way", "away ")]),
    ("in xdeed", "in indeed"[:8], [("xdeed", "indee")]),
    ("same", "same", []),
    ("", "", []),
])  # fmt: skip
def test_changes_word_by_word(before, after, changed):
    found = pieces(before, after)
    assert [(piece.before, piece.after) for piece in found if piece.before != piece.after] == changed


@given(st.lists(st.tuples(st.sampled_from("ab \n"), st.sampled_from("ab \n"))))
def test_the_pieces_are_the_texts(letters):
    before, after = ("".join(column) for column in zip(*letters)) if letters else ("", "")
    found = pieces(before, after)
    assert ("".join(piece.before for piece in found), "".join(piece.after for piece in found)) == (before, after)
    assert all(len(piece.before) == len(piece.after) for piece in found)
    calm = [piece.before == piece.after for piece in found]
    assert not any(a and b for a, b in zip(calm, calm[1:]))


def test_texts_of_two_lengths_are_refused():
    with pytest.raises(ValueError, match="of one length, got 1 and 2"):
        pieces("a", "ab")


def test_typos_are_asked_for_with_their_strength():
    request = typos.request_of(DESK)("tha sun", 5, *FINER)
    assert (request.level, request.strength, request.noise) == (0.0, 0.05, "uniform")
    for text, strength, words in (("", 2, "at least one letter"), ("tha", None, "Strength is empty")):
        with pytest.raises(ValueError, match=words):
            typos.request_of(DESK)(text, strength, *FINER)


@pytest.mark.parametrize("racer", [None, FakeRacer()], ids=["alone", "twins"])
def test_without_a_twin_there_is_a_sentence_and_nothing_to_press(racer):
    parts = build_app(DESK.studio, racer).blocks.values()
    said = [part.value for part in parts if getattr(part, "elem_id", "") == "no-twin"]
    buttons = [part for part in parts if getattr(part, "elem_id", "") == "race"]
    assert (said, len(buttons)) == (([race.NO_TWIN], 0) if racer is None else ([], 1))

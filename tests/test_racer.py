"""The race: both really run, what is timed is their own work, and the twin sees nothing behind a gap."""

import pytest
from worlds import SHAKESPEARE, one_thread, opinionated  # noqa: F401

from diffusion_gpt.checkpoint import CheckpointError
from diffusion_gpt.racer import Racer, _timed
from diffusion_gpt.studio import Studio
from diffusion_gpt.trajectory import Request

STUDIO = Studio(opinionated(SHAKESPEARE))
TWIN = opinionated(SHAKESPEARE, causal=True)
RACER = Racer(STUDIO, TWIN)
LINES = "Now is the winter\nof our discontent\nMade glorious"
LOCKED = (*range(18), *range(36, len(LINES)))
GAP = Request(LINES, level=1.0, steps=6, locked=LOCKED)


def test_the_denoiser_runs_the_studios_own_film():
    request = Request(length=40, steps=6, seed=3)
    laps = list(RACER.denoiser(request))
    assert [lap.page for lap in laps] == [frame.text for frame in STUDIO.run(request)]


def test_the_twin_writes_a_letter_a_lap():
    laps = list(RACER.twin(Request(length=40, seed=3)))
    assert [len(lap.page.rstrip(" ")) <= k for k, lap in enumerate(laps)] == [True] * 41
    assert all(after.page.startswith(before.page[:k]) for k, (before, after) in enumerate(zip(laps, laps[1:])))
    assert [lap.page for lap in RACER.twin(Request(length=40, seed=3))] == [lap.page for lap in laps]
    assert laps[-1].page != list(RACER.twin(Request(length=40, seed=4)))[-1].page


@pytest.mark.parametrize("runner", [RACER.denoiser, RACER.twin])
def test_time_begins_at_nothing_and_grows(runner):
    seconds = [lap.seconds for lap in runner(Request(length=40, steps=6))]
    assert seconds[0] == 0 < seconds[1] and seconds == sorted(seconds)


def test_the_clock_stands_still_between_laps():
    """A clock that counts its own readings, two a lap; whoever takes the laps reads it, too."""
    ticks = iter(range(1000))
    laps = []
    for lap in _timed(iter("abc"), lambda: next(ticks)):
        laps.append((lap.page, lap.seconds))
        for _ in range(100):
            next(ticks)
    assert laps == [("a", 1), ("b", 2), ("c", 3)]


def test_a_gap_is_filled_between_what_is_kept():
    for lap in RACER.denoiser(GAP):
        assert all(lap.page[i] == LINES[i] for i in LOCKED)


def test_the_twin_is_given_what_stands_before_the_gap_and_nothing_else():
    other = Request(LINES[:36] + "x" * (len(LINES) - 36), level=1.0, steps=6, locked=LOCKED)
    laps = [list(RACER.twin(request)) for request in (GAP, other)]
    assert [lap.page for lap in laps[0]] == [lap.page for lap in laps[1]]
    assert all(lap.page.startswith(LINES[:18]) for lap in laps[0])
    assert len(laps[0]) == 1 + len(LINES) - 18


def test_a_twin_that_does_not_match_is_refused(tmp_path):
    with pytest.raises(CheckpointError, match="needs a causal network"):
        Racer(STUDIO, opinionated(SHAKESPEARE))
    with pytest.raises(CheckpointError, match="knows other characters"):
        Racer(STUDIO, opinionated("abc", causal=True))


def test_a_twin_is_found_or_there_is_none(tmp_path):
    assert Racer.find(STUDIO, tmp_path / "nowhere") is None
    with pytest.raises(CheckpointError, match="is not a checkpoint"):
        Racer.find(STUDIO, tmp_path)
    TWIN.save(tmp_path)
    assert len(list(Racer.find(STUDIO, tmp_path).twin(Request(length=5)))) == 6

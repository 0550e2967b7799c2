"""Films of a network while it learns: when they are taken, what is in them, and that the stored ones can be shown."""

import pytest
from worlds import SHAKESPEARE, opinionated

from diffusion_gpt import ages, assets
from diffusion_gpt.checkpoint import Checkpoint
from diffusion_gpt.frame import Beliefs
from diffusion_gpt.trajectory import Trajectory

STORED = sorted((assets.ROOT / "examples" / "ages").glob("age-*.json"))


def test_a_film_is_due_at_every_age_and_at_the_end():
    assert [step for step in range(1_200) if ages.due(step, 1_100)] == [0, 100, 300, 1_000, 1_100]


def test_a_film_holds_every_page_and_no_beliefs(tmp_path):
    made = opinionated(SHAKESPEARE)
    ages.keep(Checkpoint(made.gpt, made.vocabulary, {"step": 300}), tmp_path / "films")
    film = Trajectory.from_json((tmp_path / "films" / "age-000300.json").read_text(encoding="utf-8"))
    assert len(film.frames) == ages.REQUEST.steps + 1
    assert {frame.beliefs for frame in film.frames} == {Beliefs()}
    assert len({len(frame.text) for frame in film.frames}) == 1


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_the_stored_films_begin_with_the_same_noise(path):
    first = Trajectory.from_json(STORED[0].read_text(encoding="utf-8"))
    film = Trajectory.from_json(path.read_text(encoding="utf-8"))
    assert film.frames[0].text == first.frames[0].text
    assert (film.text == first.text) == (path == STORED[0])

"""The commands that try a server can do so: a small crowd, a few who vanish, a few rude requests, and no model."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests import abuse, load, slots, vanish
from tests.judge import has_sentence
from tests.served import Served
from tests.slots import most_overlapping


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Nothing is measured here, so nothing has to rest, and a few buttons will do."""
    monkeypatch.setattr(slots, "BUTTONS", ("restore", "write"))
    monkeypatch.setattr(load, "REST", 0.0)
    monkeypatch.setattr(vanish, "WINDOW", 0.1)
    monkeypatch.setattr(vanish, "IDLE", 1.0)


def to_end(measured):
    """In a thread of its own: in this one the browser of other tests may have its loop."""
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(asyncio.run, measured).result()


def test_a_small_crowd_makes_the_films_that_each_makes_alone(racing):
    figures = to_end(load.measure(Served(racing), users=2, steps=4, turns=lambda: range(1)))
    assert (figures.runs, figures.other_films, figures.faults) == (2, 0, ())
    assert figures.live_fewest >= 1


def test_who_vanishes_is_no_fault_and_leaves_the_place_to_others(racing):
    figures = to_end(vanish.measure(Served(racing, os.getpid()), users=4, number=0))
    assert (sum(figures.moments.values()), figures.faults, figures.answers) == (4, (), True)


def test_rude_requests_do_no_harm(racing):
    with ThreadPoolExecutor(1) as aside:
        figures = aside.submit(abuse.abuse, Served(racing, os.getpid()), requests=25, number=0, huge=100_000).result()
    assert figures.requests >= 25
    assert figures.faults == {}
    assert figures.same_film
    assert figures.strays == ()


def test_runs_at_once_are_those_that_have_a_moment_in_common():
    assert most_overlapping([(0.0, 2.0), (1.0, 3.0), (2.0, 4.0)]) == 2


def test_an_error_needs_words():
    assert has_sentence(b'{"detail": "There is nothing here."}')
    assert not any(map(has_sentence, (b'{"error": null}', b"Internal Server Error", b"", b"<html> x")))

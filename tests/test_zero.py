"""Zero: what makes frames runs on a lent GPU, in a process of its own, and gives what it gives anywhere else."""

import ast
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import fake_spaces
import pytest
from test_architecture import imports
from worlds import SHAKESPEARE, one_thread, opinionated  # noqa: F401

from diffusion_gpt import zero
from diffusion_gpt.checkpoint import Checkpoint
from diffusion_gpt.compare import Fault
from diffusion_gpt.gpt import GPT
from diffusion_gpt.racer import Racer
from diffusion_gpt.studio import Studio
from diffusion_gpt.trajectory import Request

ROOT = Path(__file__).resolve().parent.parent
ASKED = Request(text="To be, or not to be", level=0.5, steps=4, seed=7)


@pytest.fixture(scope="module")
def own() -> tuple[Studio, Racer]:
    """A studio and a racer of this process."""
    denoiser = opinionated(SHAKESPEARE, length=32)
    twin = Checkpoint(GPT(replace(denoiser.gpt.config, causal=True)).eval(), denoiser.vocabulary)
    studio = Studio(denoiser)
    return studio, Racer(studio, twin)


@pytest.fixture
def lent(own, monkeypatch) -> tuple:
    """The same two where a GPU is lent."""
    monkeypatch.setattr(zero, "LENDING", True)
    monkeypatch.setattr(zero, "spaces", fake_spaces, raising=False)
    fake_spaces.asked.clear()
    return zero.lend(*own)


def test_where_nothing_is_lent_all_stays_as_it_is(own):
    assert zero.lend(*own) == own


def test_a_film_is_the_same_on_a_lent_gpu(own, lent):
    (studio, racer), (lent_studio, lent_racer) = own, lent
    others, panes = [ASKED, replace(ASKED, seed=8)], [ASKED, Fault("not this one"), replace(ASKED, steps=2)]
    begun = list(studio.run(ASKED))[:3]
    assert list(lent_studio.run(ASKED)) == list(studio.run(ASKED))
    assert list(lent_studio.run(ASKED, begun)) == list(studio.run(ASKED, begun))
    assert list(lent_studio.runs(others)) == list(studio.runs(others))
    assert list(lent_studio.compare(panes)) == list(studio.compare(panes))
    for name in ("denoiser", "twin"):
        pages = [[lap.page for lap in getattr(each, name)(ASKED)] for each in (racer, lent_racer)]
        assert pages[0] == pages[1]


def test_what_makes_no_frames_stays_here(own, lent):
    studio, _ = lent
    assert (studio.fingerprint, studio.vocabulary) == (own[0].fingerprint, own[0].vocabulary)
    assert studio.draft("Romeo", 3) == own[0].draft("Romeo", 3)
    assert studio.film(ASKED, []).request == ASKED
    assert fake_spaces.asked == []


def test_the_time_asked_for_grows_with_the_steps(lent):
    studio, racer = lent
    list(studio.run(ASKED))
    list(studio.compare([replace(ASKED, steps=120), replace(ASKED, steps=80)]))
    list(racer.twin(ASKED))
    assert fake_spaces.asked == [11, 20, 23]


def test_a_refusal_keeps_its_words(lent):
    with pytest.raises(ValueError, match="hidden letters"):
        list(lent[0].run(replace(ASKED, text="To ▒e")))


def test_a_stop_is_heard_there(lent):
    frames = lent[0].run(replace(ASKED, steps=1024))
    next(frames)
    frames.close()
    fake_spaces.workers[-1].join(timeout=10)
    assert fake_spaces.workers[-1].exitcode == 0


def test_nothing_that_is_written_there_survives(lent):
    seen = []

    class Owner:
        def run(self, value):
            seen.append(value)
            yield os.getpid(), value

    assert list(zero.Lent(Owner(), {"run": lambda value: 1}).run(5)) != [(os.getpid(), 5)]
    assert seen == []


@pytest.mark.parametrize(("says", "lends"), [("true", True), ("", False)])
def test_the_platform_says_whether_it_lends(says, lends, tmp_path):
    shutil.copy(fake_spaces.__file__, tmp_path / "spaces.py")
    code = "import sys; from diffusion_gpt import zero; print(zero.LENDING, *({'spaces', 'torch'} & set(sys.modules)))"
    told = {**os.environ, "SPACES_ZERO_GPU": says, "PYTHONPATH": os.pathsep.join([str(ROOT), str(tmp_path)])}
    run = subprocess.run([sys.executable, "-c", code], env=told, capture_output=True, text=True)
    assert run.stdout.split() == ["True", "spaces"] if lends else ["False"], run.stderr


def test_the_app_asks_for_it_before_anything_else_of_the_package():
    named = [node.module for node in ast.parse((ROOT / "app.py").read_text()).body if isinstance(node, ast.ImportFrom)]
    assert next(name for name in named if name.startswith("diffusion_gpt")) == "diffusion_gpt"
    assert "diffusion_gpt.zero" in imports(ROOT / "app.py")

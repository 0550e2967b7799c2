"""Faults of the machine: a kill, a full disk, no model, a clock that is set. Each is survived and told in words."""

import errno
import json
import os
import runpy
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from fake_studio import FakeStudio

from diffusion_gpt.checkpoint import CONFIG, WEIGHTS
from diffusion_gpt.trajectory import Request
from diffusion_gpt.ui import budget, scratch, take_home
from diffusion_gpt.ui.desk import Desk
from diffusion_gpt.ui.films import Films

ROOT = Path(__file__).resolve().parent.parent
VISITOR = SimpleNamespace(session_hash="a", headers={})
FULL = Path("/dev/full")
"""A file that can be written to, and never has room."""

INTERRUPTED = """
import sys, time
from diffusion_gpt.render.forms import FORMS, Wishes
from diffusion_gpt.ui import opening, scratch
with scratch.folder(sys.argv[1]) as folder:
    for share in FORMS["mp4"](opening.film(), folder / "film.mp4", Wishes()):
        print(share, flush=True)
        time.sleep(60)
"""


def made(form: str, cache: Path) -> tuple[str, str | None]:
    """What the menu says at last, and the file that it hands out."""
    make = take_home._make(Desk(FakeStudio(), Films(), None, None), form, str(cache))
    said, button = list(make(VISITOR, "light", "png", True, False))[-1]
    return json.loads(said)["said"], button.value


def test_a_killed_export_leaves_no_file_and_its_remains_go_by_age(tmp_path):
    run = [sys.executable, "-c", INTERRUPTED, tmp_path]
    with subprocess.Popen(run, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    (left,) = tmp_path.iterdir()
    assert [path.name for path in left.iterdir() if not path.name.startswith(".")] == []
    scratch.sweep(tmp_path)
    assert left.is_dir()  # another server may be at work there
    os.utime(left, (0, time.time() - 2 * budget.KEPT))
    with scratch.folder(tmp_path) as new:
        assert list(tmp_path.iterdir()) == [new]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # PyAV's, once more, when it is gone
@pytest.mark.parametrize("form", take_home.BUTTONS)
def test_a_full_disk_is_a_sentence_and_no_file(form, tmp_path, monkeypatch):
    if not FULL.exists():
        pytest.skip("this system has no file that is always full")
    folder = tmp_path / "made-there"
    folder.mkdir()
    with monkeypatch.context() as full:
        full.setattr(scratch, "mkdtemp", lambda **_: folder)
        full.setattr("diffusion_gpt.render.whole.uuid.uuid4", lambda: SimpleNamespace(hex="full"))
        for ending in ("", ".gif", ".mp4"):
            (folder / f".full{ending}").symlink_to(FULL)
        said, file = made(form, tmp_path)
    assert said == "There is no room left here for files. Nothing was made; try again later."
    assert file is None and list(tmp_path.iterdir()) == []
    said, file = made(form, tmp_path)
    assert Path(file["path"] if isinstance(file, dict) else file).stat().st_size > 1000


def test_no_folder_is_named_to_a_visitor():
    said = scratch.fault(PermissionError(errno.EACCES, "Permission denied", "/srv/secret"))
    assert "secret" not in said and said.endswith(".")


def spoilt(folder: Path, what: str) -> None:
    for name in ("shakespeare", "baby-gpt"):
        shutil.copytree(ROOT / "checkpoints" / name, folder / "checkpoints" / name)
    shakespeare, twin = (folder / "checkpoints" / name for name in ("shakespeare", "baby-gpt"))
    config = json.loads((shakespeare / CONFIG).read_text(encoding="utf-8"))
    {
        "missing": lambda: shutil.rmtree(shakespeare),
        "truncated": lambda: os.truncate(shakespeare / WEIGHTS, 1_000_000),
        "of another version": lambda: (shakespeare / CONFIG).write_text(json.dumps(config | {"format": 2})),
        "with a truncated twin": lambda: os.truncate(twin / WEIGHTS, 1_000_000),
    }[what]()


@pytest.mark.parametrize(("what", "words"), [
    ("missing", "there is no checkpoint folder checkpoints/shakespeare"),
    ("truncated", "checkpoints/shakespeare/model.safetensors is damaged or of another network"),
    ("of another version", "has checkpoint format 2, this package reads format 1"),
    ("with a truncated twin", "checkpoints/baby-gpt/model.safetensors is damaged or of another network"),
])  # fmt: skip
def test_without_its_model_the_app_ends_with_a_sentence(what, words, tmp_path, monkeypatch, capsys, checkpoint):
    spoilt(tmp_path, what)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / "app.py"), run_name="__main__")
    (said,) = capsys.readouterr().err.splitlines()
    assert ended.value.code == 2 and said.startswith("app: ") and words in said


@pytest.mark.parametrize("jump", [-1e9, 1e9])
def test_a_clock_that_is_set_changes_nothing(jump, monkeypatch, tmp_path):
    films = Films()
    desk = Desk(FakeStudio(), films, None, None)
    (tmp_path / "made-before").mkdir()
    number, now, now_ns = films.number(), time.time, time.time_ns
    monkeypatch.setattr(time, "time", lambda: now() + jump)
    monkeypatch.setattr(time, "time_ns", lambda: now_ns() + int(jump * 1e9))
    assert list(desk.run("a", lambda: Request(steps=4)))
    run = films.newest("a")
    assert run.number > number and len(run.film.frames) == 5
    scratch.sweep(tmp_path)  # what seems ages away goes: nothing may stay for ever
    assert list(tmp_path.iterdir()) == []


def test_a_running_server_tells_its_visitors_films_apart_however_its_clock_was_set(monkeypatch):
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    films = Films()
    assert [films.begin("a") < films.begin("b") < films.number()] == [True]

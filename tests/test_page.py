"""The strings that travel to the page, the films that are kept, the scripts that are joined: all without a browser."""

import base64
import json
import random
import re
import subprocess
import threading
import zlib
from pathlib import Path

import pytest
from fake_studio import CHARACTERS, FakeStudio

from diffusion_gpt import assets
from diffusion_gpt.frame import Beliefs, Frame
from diffusion_gpt.render import page
from diffusion_gpt.render.script import joined, needed
from diffusion_gpt.trajectory import Request, Trajectory
from diffusion_gpt.ui import launch, messages, opening, take_home
from diffusion_gpt.ui.desk import Desk
from diffusion_gpt.ui.films import Films

PLAYER = Path(assets.path("player/stage.js")).parent


def film_of(steps: int = 8, text: str = "O Romeo, Romeo!", **wishes) -> Trajectory:
    studio, request = FakeStudio(), Request(text=text, steps=steps, level=0.5, **wishes)
    return studio.film(request, studio.run(request))


def restless_film(steps: int, length: int) -> Trajectory:
    """A film in which a third of the letters change in every step, and so does every belief."""
    draw, frames = random.Random(0), []
    letters = draw.choices(CHARACTERS, k=length)
    for step in range(steps + 1):
        letters = [draw.choice(CHARACTERS) if draw.random() < 0.3 else letter for letter in letters]
        sure = [draw.random() for _ in letters]
        guesses = tuple(letter + "".join(draw.sample("etaoinshr", 4)) for letter in letters)
        odds = tuple((s, (1 - s) / 2, (1 - s) / 4, (1 - s) / 8, (1 - s) / 16) for s in sure)
        frames.append(
            Frame("".join(letters), 1 - step / steps, (), Beliefs.of(guesses, odds, tuple(1 - s for s in sure)))
        )
    return Trajectory(Request(steps=steps, length=length), "", tuple(frames))


def unpacked(data: str) -> bytes:
    return zlib.decompress(base64.b64decode(data))


def test_a_film_survives_the_wire():
    film = film_of()
    sent = json.loads(page.film(7, film, "It went well."))
    text, length = unpacked(sent["pages"]).decode(), sent["length"]
    assert [text[i : i + length] for i in range(0, len(text), length)] == [frame.text for frame in film.frames]
    assert (sent["run"], sent["original"], sent["account"]) == (7, film.original, "It went well.")
    assert sent["levels"] == [round(frame.level, 4) for frame in film.frames]


def test_beliefs_survive_the_wire():
    film = film_of()
    sent = json.loads(page.beliefs(7, film))
    data, frames, length, ranks = unpacked(sent["packed"]), len(film.frames), len(film.text), sent["ranks"]
    size = frames * length
    assert len(data) == size * (1 + 2 * ranks)
    for k, frame in enumerate(film.frames):
        for i in range(length):
            assert data[i * frames + k] == round(100 * frame.beliefs.doubt[i])
            at = [(rank * length + i) * frames + k for rank in range(ranks)]
            assert "".join(sent["symbols"][data[size + a]] for a in at) == frame.beliefs.guesses[i]
            assert [data[size * (1 + ranks) + a] for a in at] == [round(100 * odds) for odds in frame.beliefs.odds[i]]


def test_the_wire_is_short_even_for_a_restless_film():
    film = restless_film(steps=128, length=256)
    assert len(page.film(1, film)) <= 40_000
    assert len(page.film(1, film)) + len(page.beliefs(1, film)) <= 350_000


def test_live_frames_carry_their_place():
    film = film_of()
    sent = json.loads(page.live(3, 8, 2, film.frames[2:4]))
    assert (sent["kind"], sent["run"], sent["steps"], sent["first"]) == ("frames", 3, 8, 2)
    assert sent["pages"] == [frame.text for frame in film.frames[2:4]]


def test_a_note_names_each_replacement_once():
    draft = FakeStudio().draft("é🙂é🙂" + "x" * 400, 0)
    note = json.loads(messages.note(1, draft))
    assert note["replaced"] == [["é", "e"], ["🙂", "?"]]
    assert (note["count"], note["limit"], note["more"], note["cut"]) == (256, 256, 0, 148)


def test_a_note_is_short_whatever_was_pasted():
    draft = FakeStudio().draft("".join(map(chr, range(0x4E00, 0x4F00))), 0)
    note = json.loads(messages.note(1, draft))
    assert len(note["replaced"]) == messages.NAMED and note["more"] == 256 - messages.NAMED


def test_films_are_bounded_and_the_oldest_goes_first():
    films = Films(max_frames=30)
    for visitor in "abcd":
        films.end(visitor, films.begin(visitor), film_of())
    assert [bool(films.newest(visitor)) for visitor in "abcd"] == [False, True, True, True]
    assert [films.forgotten(visitor) for visitor in "abcde"] == [True, False, False, False, False]


def test_a_run_that_is_being_stopped_is_waited_for():
    films, film = Films(), film_of()
    number = films.begin("a")
    ending = threading.Timer(0.05, films.end, ("a", number, film))
    ending.start()
    assert films.newest("a").film is film


def test_the_film_of_an_older_run_is_forgotten():
    films = Films()
    old, new = films.begin("a"), films.begin("a")
    films.end("a", old, film_of())
    films.end("a", new, None)
    assert films.newest("a").film is None and old < new


def test_closing_a_run_keeps_what_was_made():
    films = Films()
    desk = Desk(FakeStudio(), films, None, None)
    running = desk.run("a", lambda: Request(text="O Romeo", steps=8))
    next(running)
    running.close()
    kept = films.newest("a").film
    assert 1 <= len(kept.frames) < 9 and kept.original == "O Romeo"


def test_a_fault_is_kept_in_words():
    films = Films()
    desk = Desk(FakeStudio(), films, None, None)
    assert json.loads(*desk.run("a", lambda: Request(steps=0)))["kind"] == "idle"
    run = films.newest("a")
    assert run.film is None and "steps must be a whole number between 1 and" in run.fault


@pytest.mark.parametrize(
    "text, name", [("O Romeo, Romeo! <b>", "diffusion-o-romeo-romeo-b.gif"), ("...", "diffusion.gif")]
)
def test_a_file_has_a_sensible_name(text, name):
    assert take_home.file_name(film_of(text=text), "gif") == name


def test_the_opening_film_is_a_film_with_an_original():
    film = opening.film()
    assert film.original and film.frames[0].text != film.original
    assert len(opening.message()) < 120_000


@pytest.mark.parametrize("element", ["stage", "note", "status", "taken", "panes", "diff"])
def test_modules_are_joined_after_what_they_import(element):
    script = joined(element)
    assert not re.search(r"^\s*(import|export)\b", script, re.MULTILINE)
    known, modules = set(), needed(element)
    assert modules[-1] == element and len(modules) == len(set(modules))
    for name in modules:
        known.add(name)
        assert set(re.findall(r'from "\./(\w+)\.js";', assets.text(f"player/{name}.js"))) <= known


def test_nothing_in_the_head_comes_from_elsewhere():
    assert not re.search(r"https?://", launch.head())


def test_user_text_is_never_markup():
    for script in PLAYER.glob("*.js"):
        assert "innerHTML" not in script.read_text() and "insertAdjacentHTML" not in script.read_text()


def test_the_scripts_are_typed(npm, tmp_path):
    options = {
        "allowJs": True, "checkJs": True, "strict": True, "noEmit": True, "target": "ES2023", "module": "ES2022",
        "moduleResolution": "bundler", "lib": ["ES2023", "DOM", "DOM.Iterable"], "types": [],
    }  # fmt: skip
    # Listeners are expressions that stand alone; the modules are the program.
    names = ("begin", "settings", "download", "asked", "arrive", "arrived", "locked", "to_own", "to_blanks", "to_none")
    listeners = [f"{PLAYER}/{name}.js" for name in names]
    project = {"compilerOptions": options, "include": [f"{PLAYER}/*.js"], "exclude": listeners}
    (tmp_path / "tsconfig.json").write_text(json.dumps(project))
    command = [npm("typescript") / ".bin" / "tsc", "--project", tmp_path]
    checked = subprocess.run(command, capture_output=True, text=True)
    assert (checked.returncode, checked.stdout) == (0, "")

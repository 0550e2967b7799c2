"""Films as files: what is read back is what was written, to the byte; strangers' files are refused in one sentence."""

import json
import re
from pathlib import Path

import pytest
from fake_studio import FakeStudio

from diffusion_gpt import assets, saved
from diffusion_gpt.trajectory import Request, Trajectory

EXAMPLES = sorted(Path(assets.path("examples/opening.json")).parent.rglob("*.json"))


def film_of(text: str = "O Romeo, Romeo!", steps: int = 6, **wishes) -> Trajectory:
    studio, request = FakeStudio(), Request(text, steps=steps, **{"level": 0.5} | wishes)
    return studio.film(request, studio.run(request))


@pytest.mark.parametrize("wishes", [{}, {"noise": "mask"}, {"text": "", "length": 30}, {"locked": (1, 2), "seed": 9}])
def test_written_read_and_written_is_the_same_file(tmp_path, wishes):
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    saved.write(film_of(**wishes), first)
    film = saved.load(first)
    assert film == film_of(**wishes)
    saved.write(film, second)
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_the_projects_own_films_are_read(path):
    film = saved.load(path)
    assert film == Trajectory.from_json(path.read_text(encoding="utf-8"))


def test_a_film_that_was_stopped_is_a_film():
    film = film_of()
    short = Trajectory(film.request, film.original, film.frames[:3], film.model)
    assert saved.read(short.to_json().encode()) == short


def test_the_schema_names_every_member():
    said = saved.__doc__
    data = json.loads(film_of().to_json())
    for name in (*data, *data["frames"][0]):
        assert re.search(rf"^ +{name}  ", said, re.MULTILINE), name


def changed(**members) -> bytes:
    return json.dumps(json.loads(film_of().to_json()) | members).encode()


def with_frame(**members) -> bytes:
    data = json.loads(film_of().to_json())
    data["frames"][2] |= members
    return json.dumps(data).encode()


HOSTILE = {
    "empty": b"", "no text": b"\xff\xfe\x00", "half": changed()[:-40], "deep": b"[" * 1_000_000, 
    "digits": b"9" * 100_000,
    "nan": b'{"version": NaN}', "null": b"null", "list": b"[]", "no members": b"{}", "picture": b"GIF89a" + bytes(99),
    "markup": b"<script>alert(1)</script>",
    "version": changed(version=2), "request": changed(request={"colour": 1}), "steps": changed(request={"steps": 0}),
    "text 5": changed(request={"text": 5}), "frames": changed(frames=7), "none": changed(frames=[]),
    "model": changed(model=5), "original": changed(original="longer than the text"),
    "half a letter": changed(original="\ud800" * 15),
    "too many": changed(request={"text": "O Romeo, Romeo!", "steps": 1}), "length": with_frame(text="O Rome"),
    "kind": with_frame(level="high"), "level": with_frame(level=1.5), "endless": with_frame(level=float("inf")),
    "changed": with_frame(changed=[0, 1, 99]), "guesses": with_frame(guesses=["a"]),
    "ranks": with_frame(guesses=["a"] * 15), "odds": with_frame(odds=[[2.0]] * 15),
    "doubt": with_frame(doubt=[-1.0] * 15),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_one_sentence(name):
    with pytest.raises(ValueError, match="^This file is no film: ") as refusal:
        saved.read(HOSTILE[name])
    said = str(refusal.value)
    assert "\n" not in said and len(said) <= 200 and said.endswith(".")


def test_guesses_of_too_many_characters_would_not_fit_the_wire():
    film = film_of("x" * 64)
    data = json.loads(film.to_json())
    for number, frame in enumerate(data["frames"]):
        frame["guesses"] = ["".join(chr(0x4E00 + 320 * number + 5 * i + k) for k in range(5)) for i in range(64)]
    with pytest.raises(ValueError, match="more than 256 different characters"):
        saved.read(json.dumps(data).encode())


def test_a_large_file_is_not_even_opened(tmp_path):
    path = tmp_path / "film.json"
    with path.open("wb") as file:
        file.truncate(saved.MAX_BYTES + 1)
    with pytest.raises(ValueError, match="too large to be a film: at most 8 MB"):
        saved.load(path)

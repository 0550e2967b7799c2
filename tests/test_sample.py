"""Writing from the command line: one JSON object, the same texts every time, one sentence if it cannot."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from worlds import KINDS, SHAKESPEARE, call, one_thread, opinionated, refused  # noqa: F401

from diffusion_gpt import saved
from diffusion_gpt.link import Link
from diffusion_gpt.sample import main, sample
from diffusion_gpt.studio import Studio
from diffusion_gpt.trajectory import BEST_SCHEDULES, SCHEDULES, Request

ROOT = Path(__file__).resolve().parent.parent
SHORT = ("--length", 20, "--steps", 3)


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    opinionated(SHAKESPEARE).save(folder)
    return folder


def test_one_json_object_and_progress_elsewhere(model):
    """As a process of its own, as the README calls it."""
    command = [sys.executable, "-m", "diffusion_gpt.sample", model, "--json", "--count", 3, *SHORT, "--seed", 5]
    done = subprocess.run(list(map(str, command)), cwd=ROOT, capture_output=True, text=True, check=True)
    (line,) = done.stdout.splitlines()
    answer = json.loads(line)
    assert set(answer) == {"texts", "seconds", "network_calls"}
    assert answer["network_calls"] == 3
    assert answer["seconds"] > 0
    assert "3/3" in done.stderr
    request = Request(length=20, steps=3, seed=5, level=0.5, schedule=BEST_SCHEDULES["uniform"])
    expected = sample(Studio.load(model), request, count=3).texts
    assert answer["texts"] == expected


def test_the_same_texts_every_time_and_others_for_another_seed(model):
    texts = [json.loads(call(main, model, *SHORT, "--json", "--seed", seed)[1])["texts"] for seed in (0, 0, 1)]
    assert texts[0] == texts[1] != texts[2]


def test_the_ith_text_is_that_of_its_own_seed(model):
    together = json.loads(call(main, model, *SHORT, "--json", "--seed", 3, "--count", 4)[1])["texts"]
    alone = [json.loads(call(main, model, *SHORT, "--json", "--seed", 3 + i)[1])["texts"][0] for i in range(4)]
    assert together == alone


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_and_schedule(model, kind, schedule):
    for steps in (1, 17):
        options = ("--noise", kind, "--schedule", schedule, "--steps", steps, "--length", 30, "--json")
        code, out, _ = call(main, model, *options)
        answer = json.loads(out)
        assert (code, answer["network_calls"]) == (0, steps)
        assert len(answer["texts"][0]) == 30
        assert set(answer["texts"][0]) <= set(SHAKESPEARE)


def test_without_json_the_texts_stand_alone(model):
    code, out, _ = call(main, model, "--text", "O Romeo", "--level", 0, "--steps", 2)
    assert (code, out) == (0, "O Romeo\n")


def test_unknown_characters_are_told(model):
    code, out, err = call(main, model, "--text", "Ro\u00e9 7", "--level", 0, "--steps", 1)
    assert (code, out) == (0, "Roe ?\n")
    assert "does not know 2 of the characters: 'é' → 'e', '7' → '?'" in err


def test_a_gif_of_the_first_text(model, tmp_path):
    path = tmp_path / "film.gif"
    code, out, _ = call(main, model, *SHORT, "--gif", path, "--json", "--count", 2)
    assert code == 0
    assert len(json.loads(out)["texts"]) == 2
    with Image.open(path) as picture:
        assert picture.format == "GIF"
        assert picture.n_frames >= 2


def test_every_form_and_a_link_that_makes_it_again(model, tmp_path):
    forms = {"gif": "a.gif", "mp4": "a.mp4", "poster": "a.svg", "html": "a.html", "save-json": "a.json"}
    options = [word for form, name in forms.items() for word in (f"--{form}", tmp_path / name)]
    code, out, _ = call(main, model, *SHORT, "--noise", "mask", *options, "--title", "--dark", "--once", "--link")
    assert code == 0 and all((tmp_path / name).stat().st_size for name in forms.values())
    link = out.splitlines()[-1]
    assert Link.read(link).request == saved.load(tmp_path / "a.json").request
    code, out, err = call(main, model, "--link", link, "--save-json", tmp_path / "b.json", "--steps", 9)
    assert code == 0 and "model has changed" not in err
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    opinionated(SHAKESPEARE, seed=1).save(tmp_path / "other")
    assert "The model has changed" in call(main, tmp_path / "other", "--link", link)[2]


def test_a_link_in_the_json_object_only_if_asked_for(model):
    answer = json.loads(call(main, model, *SHORT, "--seed", 4, "--json", "--link")[1])
    assert Link.read(answer["link"]).request.seed == 4


@pytest.mark.parametrize(("options", "words"), [
    (("--link", "film=abc"), "This link is damaged"),
    (("--poster", "film.pdf", *SHORT), "a poster is a .png or a .svg"),
    (("--steps", 0), "steps must be a whole number between 1 and 1024, got 0"),
    (("--steps", 10**9), "got 1000000000"),
    (("--level", 1.5), "level must be between 0.0 and 1.0, got 1.5"),
    (("--level", "nan"), "level must be between"),
    (("--temperature", 0), "temperature"),
    (("--seed", -1), "seed"),
    (("--seed", 2**32 - 1, "--count", 2), "seed"),
    (("--count", 0), "count must be between 1 and 4096, got 0"),
    (("--length", 257), "length must be a whole number between 1 and 256, got 257"),
    (("--text", "x" * 100_000), "the text has 100,000 characters, at most 256"),
])  # fmt: skip
def test_bad_input_is_one_sentence(model, options, words):
    assert refused(call(main, model, *options), "sample: ", words)


def test_a_text_of_nothing_that_can_be_read(model):
    code, out, err = call(main, model, "--text", "\u0301")
    assert (code, out) == (2, "")
    assert "no character that the model can read" in err


def test_a_model_that_is_not_there(tmp_path):
    assert refused(call(main, tmp_path / "nothing"), "there is no checkpoint folder")
    assert refused(call(main, tmp_path), "no readable config.json")


def test_the_causal_twin_cannot_denoise(tmp_path):
    opinionated(SHAKESPEARE, causal=True).save(tmp_path)
    assert refused(call(main, tmp_path), "causal")


def test_a_gif_that_cannot_be_written(model, tmp_path):
    code, out, err = call(main, model, *SHORT, "--gif", tmp_path / "no" / "film.gif")
    assert (code, out) == (2, "")
    assert "does not exist" in err.splitlines()[-1]

"""A checkpoint: what is saved comes back; whatever else lies there is refused in a sentence."""

import json
import socket
from dataclasses import replace

import huggingface_hub
import pytest
import torch
from safetensors.torch import save_file
from worlds import opinionated

from diffusion_gpt.checkpoint import CONFIG, WEIGHTS, Checkpoint, CheckpointError


def small(seed: int = 0) -> Checkpoint:
    return replace(opinionated("abc\n", seed, length=16), provenance={"steps": 3, "noises": ("mask",)})


@pytest.fixture
def folder(tmp_path):
    small().save(tmp_path / "model")
    return tmp_path / "model"


def rewrite(folder, **changes):
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    (folder / CONFIG).write_text(json.dumps(config | changes), encoding="utf-8")


def refusal(source) -> str:
    with pytest.raises(CheckpointError) as refused:
        Checkpoint.load(source)
    assert "\n" not in str(refused.value)
    assert str(source) in str(refused.value)
    return str(refused.value)


def test_what_is_saved_comes_back_rounded_to_half_precision(folder):
    saved, loaded = small(), Checkpoint.load(folder)
    for (name, a), (other, b) in zip(saved.gpt.named_parameters(), loaded.gpt.named_parameters(), strict=True):
        assert name == other
        assert b.dtype == torch.float32
        assert torch.equal(a.half().float(), b)
    assert loaded.vocabulary == saved.vocabulary
    assert loaded.gpt.config == saved.gpt.config
    assert loaded.provenance == {"steps": 3, "noises": ["mask"]}
    assert loaded.noises == ("mask",)
    assert not loaded.gpt.training


def test_no_weights_are_drawn_before_they_are_loaded(folder, monkeypatch):
    for name in ("normal_", "uniform_"):
        monkeypatch.setattr(torch.Tensor, name, lambda *_: pytest.fail("weights were drawn"))
    Checkpoint.load(folder)


def test_a_second_trip_changes_nothing(folder, tmp_path):
    Checkpoint.load(folder).save(tmp_path / "again")
    assert (tmp_path / "again" / WEIGHTS).read_bytes() == (folder / WEIGHTS).read_bytes()
    assert (tmp_path / "again" / CONFIG).read_bytes() == (folder / CONFIG).read_bytes()
    assert {path.name for path in folder.iterdir()} == {WEIGHTS, CONFIG}


def test_the_fingerprint_is_the_weights(folder):
    loaded = Checkpoint.load(folder)
    assert loaded.fingerprint == small().fingerprint
    assert loaded.fingerprint != small(seed=1).fingerprint
    with torch.no_grad():
        loaded.gpt.certain[0] += 1
    assert loaded.fingerprint != small().fingerprint


@pytest.mark.parametrize("source", ["nothing", "{}/nothing", "{}", "./nothing", "tests/nothing", "a/b/c", "/x/y", "~x"])
def test_what_is_not_there_is_not_looked_for_in_the_net(source, tmp_path, monkeypatch):
    def unexpected(*_, **__):
        raise AssertionError("the network was asked")

    (tmp_path / "tests").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", unexpected)
    monkeypatch.setattr(socket, "create_connection", unexpected)
    assert "there is no checkpoint folder" in (message := refusal(source.format(tmp_path))) or CONFIG in message


def test_a_name_on_the_hub_is_asked_for_there(folder, monkeypatch):
    asked = []
    monkeypatch.setattr(huggingface_hub, "snapshot_download", lambda name, **_: asked.append(name) or str(folder))
    assert Checkpoint.load("somebody/something").provenance["steps"] == 3
    assert asked == ["somebody/something"]


@pytest.mark.parametrize("failure", [OSError("no route\nat all"), ValueError("Repo id must be alphanumeric")])
def test_the_hubs_failures_are_a_sentence(failure, monkeypatch):
    def fail(*_, **__):
        raise failure

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fail)
    assert "nor a repository the Hub gave" in refusal("somebody/something")


def test_missing_parts(folder):
    (folder / WEIGHTS).unlink()
    assert "damaged" in refusal(folder)
    (folder / CONFIG).unlink()
    assert f"no readable {CONFIG}" in refusal(folder)


@pytest.mark.parametrize("keep", [0, 4, 100, -1])
def test_truncated_weights(folder, keep):
    data = (folder / WEIGHTS).read_bytes()
    (folder / WEIGHTS).write_bytes(data[:keep])
    assert "damaged or of another network" in refusal(folder)


@pytest.mark.parametrize("foreign", [{"a": torch.zeros(2)}, {}, {"certain": torch.zeros(9)}])
def test_foreign_weights(folder, foreign):
    save_file(foreign, folder / WEIGHTS)
    assert "damaged or of another network" in refusal(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "7", '{"model_type": "gpt2"}', "\xff\xfe"])
def test_foreign_config(folder, text):
    (folder / CONFIG).write_bytes(text.encode("latin-1"))
    assert "is not a checkpoint of this package" in refusal(folder)


def test_another_format(folder):
    rewrite(folder, format=2)
    assert "has checkpoint format 2, this package reads format 1" in refusal(folder)


SHAPE = {"n": 4, "layers": 1, "heads": 1, "width": 8, "length": 16}


@pytest.mark.parametrize("changes", [
    {"gpt": SHAPE | {"colour": 1}}, {"gpt": {"layers": 1}}, {"gpt": SHAPE | {"n": "4"}}, {"gpt": SHAPE | {"width": 7}},
    {"gpt": 3}, {"vocabulary": ""}, {"vocabulary": "aab"}, {"vocabulary": 5}, {"provenance": None},
    {"vocabulary": "abcde"},
])  # fmt: skip
def test_what_describes_no_network(folder, changes):
    rewrite(folder, **changes)
    assert "does not describe a network of this package" in refusal(folder)


def test_weights_of_another_shape(folder):
    rewrite(folder, gpt=SHAPE | {"layers": 2})
    assert "damaged or of another network" in refusal(folder)


def test_a_failed_write_leaves_the_old_file(folder, monkeypatch):
    before = (folder / WEIGHTS).read_bytes()

    def fail(weights, path):
        path.write_bytes(b"half")
        raise OSError("disk full")

    monkeypatch.setattr("diffusion_gpt.checkpoint.save_file", fail)
    with pytest.raises(OSError, match="disk full"):
        small(seed=1).save(folder)
    assert (folder / WEIGHTS).read_bytes() == before
    assert Checkpoint.load(folder).fingerprint == small().fingerprint

"""A Space: what the README's command sends keeps the Hub's rules, and what it says of itself is understood there."""

import re

import pytest
from huggingface_hub import SpaceCard
from packaging.version import Version
from test_packaging import ROOT, requirements
from upload import command, sent

KEYS = {
    *("title", "emoji", "colorFrom", "colorTo", "sdk", "sdk_version", "python_version", "app_file"),
    *("short_description", "license", "suggested_hardware", "pinned"),
}
"""Of the front matter; https://huggingface.co/docs/hub/spaces-config-reference has more, but no other of ours."""
COLOURS = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
ZERO_TORCH, ZERO_PYTHON = {"2.8.0", "2.9.1", "2.10.0", "2.11.0"}, {"3.10", "3.12"}
"""What ZeroGPU runs: https://huggingface.co/docs/hub/spaces-zerogpu."""
LARGEST, ALL = 50 * 10**6, 100 * 10**6
"""Bytes: a page that wants to start soon has to be small."""


@pytest.fixture(scope="module")
def card() -> dict:
    return SpaceCard.load(ROOT / "README.md").data.to_dict()


def test_the_front_matter_is_understood(card):
    assert set(card) <= KEYS
    assert {card["colorFrom"], card["colorTo"]} <= COLOURS
    assert len(card["short_description"]) <= 60
    assert all(isinstance(card[name], str) for name in ("sdk_version", "python_version"))  # 3.10 would read 3.1
    assert len(card["emoji"]) == 1 and card["suggested_hardware"] == "cpu-basic"


def test_both_kinds_of_machine_get_a_torch_and_a_python_that_they_run(card):
    first = requirements("pre-requirements.txt")["torch"]
    assert str(first.specifier).removeprefix("==") in ZERO_TORCH
    allowed = requirements("requirements.txt")["torch"].specifier
    assert all(allowed.contains(version) for version in ZERO_TORCH)
    assert card["python_version"] in ZERO_PYTHON
    assert Version(card["python_version"]) >= Version("3.10")


def test_the_command_goes_to_a_space():
    words = command()
    assert words[:2] == ["hf", "upload"] and words[3] == "." and words[words.index("--repo-type") + 1] == "space"


def test_what_is_sent_is_the_app_and_nothing_of_the_workshop():
    paths = sent()
    assert {"app.py", "README.md", "LICENSE", "requirements.txt", "pre-requirements.txt"} <= set(map(str, paths))
    assert {"diffusion_gpt", "assets", "checkpoints"} <= {path.parts[0] for path in paths}
    assert not {"tests", ".ci", ".git", ".venv", "__pycache__"} & {part for path in paths for part in path.parts}


def test_names_and_sizes_keep_the_rules():
    paths = sent()
    sizes = [(ROOT / path).stat().st_size for path in paths]
    assert max(sizes) < LARGEST and sum(sizes) < ALL
    assert all(re.fullmatch(r"[\w.\-/]{1,120}", path.as_posix(), re.ASCII) for path in paths)
    assert len({path.as_posix().lower() for path in paths}) == len(paths)
    assert not any((ROOT / path).is_symlink() for path in paths)

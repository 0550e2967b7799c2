"""The model card: its tables stand where they belong, hold what was measured, and nothing else is touched."""

import re

import pytest
from worlds import SHAKESPEARE, call, one_thread, opinionated, refused  # noqa: F401

from diffusion_gpt import card
from diffusion_gpt.evaluate import main

BEGIN, END = card.marks("figures")
CARD = f"# A model\n\nWords before.\n\n{BEGIN}\nold\n{END}\n\nWords after.\n"


@pytest.fixture
def model(tmp_path, monkeypatch):
    """A small checkpoint with a card, and bounds that keep the measuring short."""
    monkeypatch.setattr(card, "LENGTHS", (8, 16))
    monkeypatch.setattr(card, "FULL", 16)
    monkeypatch.setattr(card, "SAMPLES", 2)
    monkeypatch.setattr(card, "REPAIRED", 2)
    monkeypatch.setattr(card, "MENDED", 2)
    opinionated(SHAKESPEARE).save(tmp_path / "model")
    (tmp_path / "model" / "README.md").write_text(CARD, encoding="utf-8")
    (tmp_path / "corpus").write_text(SHAKESPEARE * 20, encoding="utf-8")
    return tmp_path


def report(model):
    return call(
        main, model / "model", "--corpus", model / "corpus", "--length", 16, "--passes", 1, "--json", "--report"
    )


def test_every_table_is_there_and_the_words_around_stay(model):
    code, _, _ = report(model)
    text = (model / "model" / "README.md").read_text(encoding="utf-8")
    assert code == 0
    assert text.startswith("# A model\n\nWords before.\n")
    assert text.endswith("\n\nWords after.\n")
    assert "old" not in text
    for title in ("Likelihood of", "Repair of", "Typos mended (2 windows of 16", "texts of 16 letters from pure noise"):
        assert title in text
    assert len(re.findall(r"^\| (?:scrambled|hidden) \| (?:8|16) \| \d\.\d{4} ± \d\.\d{4} \|", text, re.MULTILINE)) == 4
    assert len(re.findall(r"^\| (?:2|5|15|30|50)% \|", text, re.MULTILINE)) == 4 + 2


def test_a_card_without_a_place_for_figures_is_left_alone(model):
    path = model / "model" / "README.md"
    path.write_text("nothing here", encoding="utf-8")
    assert refused(report(model), "has no place for its figures")
    assert path.read_text(encoding="utf-8") == "nothing here"

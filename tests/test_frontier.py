"""The frontier: every setting once, real text first, figures that are those of the texts, files that agree."""

import json
from dataclasses import replace

import pytest
import torch
from worlds import SHAKESPEARE, call, one_thread, refused  # noqa: F401

from diffusion_gpt import card, frontier
from diffusion_gpt.checkpoint import Checkpoint
from diffusion_gpt.corpus import Corpus
from diffusion_gpt.gpt import GPT, GPTConfig
from diffusion_gpt.metrics import distinct, unigram_entropy, word_validity
from diffusion_gpt.studio import Studio
from diffusion_gpt.trajectory import RULES, Request
from diffusion_gpt.vocabulary import Vocabulary

TEXT = "".join(
    f"Scene {'I' * (i % 3 + 1)}. Enter the King, and {name}.\n" for i in range(40) for name in ("York", "Bona")
)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A folder with a tiny denoiser, its twin and a corpus."""
    folder = tmp_path_factory.mktemp("frontier")
    for name in ("denoiser", "twin"):
        torch.manual_seed(0)
        gpt = GPT(GPTConfig(len(SHAKESPEARE), layers=1, heads=2, width=16, length=32, causal=name == "twin"))
        torch.nn.init.normal_(gpt.head.weight, std=0.3)
        Checkpoint(gpt, Vocabulary(SHAKESPEARE)).save(folder / name)
    (folder / "corpus.txt").write_text(TEXT, encoding="utf-8")
    return folder


def test_settings_are_all_that_fit_and_no_other():
    made = frontier.settings(("uniform", "mask"), tuple(RULES), ("sine",), (8, 16), (0.9,), Request(length=40))
    assert len(made) == len(set(made)) == 2 * sum(map(len, RULES.values()))
    assert all(request.length == 40 and request.top_p == 0.9 for request in made)
    swept = frontier.settings(("mask",), ("spread", "hitting"), ("sine",), (8,), (), Request())
    assert [(r.rule, r.top_p) for r in swept] == [
        *(("spread", top_p) for top_p in frontier.SWEPT["spread"]), ("hitting", None),
    ]  # fmt: skip


def test_rows_measure_what_was_written(saved):
    studio, judge, corpus = Studio.load(saved / "denoiser"), Checkpoint.load(saved / "twin"), Corpus(TEXT)
    request = Request(length=32, steps=3, noise="mask", rule="spread", seed=5)
    real, row = frontier.frontier(studio, judge, corpus, [request], count=6)
    texts = [list(studio.run(replace(request, seed=5 + i)))[-1].text for i in range(6)]
    quality = row.quality
    assert (quality.words, quality.entropy, quality.distinct) == (
        word_validity(texts, corpus.train), unigram_entropy(texts), distinct(texts, 4),
    )  # fmt: skip
    assert real.request is None
    assert real.quality.words > 0.9


def test_its_files(saved, tmp_path):
    given = [saved / "denoiser", "--judge", saved / "twin", "--corpus", saved / "corpus.txt", "--out", tmp_path / "new"]
    options = "--noise uniform mask --rules spread euler --steps 1 2 --top-p 0.9 --count 3 --length 16"
    code, out, _ = call(frontier.main, *given, *options.split())
    assert code == 0
    rows = json.loads((tmp_path / "new" / "frontier.json").read_text())
    made = [row["request"] and row["request"]["rule"] for row in rows]
    assert made == [None, "spread", "spread", "euler", "euler", "spread", "spread"]
    table = (tmp_path / "new" / "frontier.md").read_text()
    assert table in out
    assert table.count("\n") == 2 + len(rows)
    assert f"| uniform | spread | cosine | 0.9 | 1 | {rows[1]['nll']:.3f} ±" in table
    assert (tmp_path / "new" / "frontier.png").read_bytes().startswith(b"\x89PNG")


def test_the_model_card_gets_table_and_figure(saved):
    path = saved / "denoiser" / "README.md"
    path.write_text("Before.\n{}\nold\n{}\nAfter.\n".format(*card.marks("frontier")), encoding="utf-8")
    given = [saved / "denoiser", "--judge", saved / "twin", "--corpus", saved / "corpus.txt", "--report"]
    options = "--noise mask --rules best --steps 1 --count 2 --length 16"
    code, out, _ = call(frontier.main, *given, *options.split())
    text = path.read_text(encoding="utf-8")
    path.unlink()
    assert code == 0
    assert out.strip() in text
    assert text.startswith("Before.\n") and text.endswith("\nAfter.\n") and "old" not in text
    assert (saved / "denoiser" / "frontier.png").is_file()


@pytest.mark.parametrize(("judge", "options", "words"), [
    ("twin", "--report", "has no place for its frontier"),
    ("denoiser", "", "is a denoiser; a judge predicts the next character"),
    ("twin", "--count 1", "count must be at least 2, got 1"),
    ("twin", "--noise mask --rules euler --length 16", "none of the rules euler fits mask noise"),
    ("twin", "--top-p 0 --length 16", "top_p must be between 0.05 and 1.0, got 0.0"),
    ("twin", "--length 64", "length must be at most 32"),
])  # fmt: skip
def test_what_cannot_be_is_refused_in_words(saved, tmp_path, judge, options, words):
    given = [saved / "denoiser", "--judge", saved / judge, "--corpus", saved / "corpus.txt", "--out", tmp_path / "none"]
    assert refused(call(frontier.main, *given, *options.split()), "frontier: ", words)
    assert not (tmp_path / "none").exists()

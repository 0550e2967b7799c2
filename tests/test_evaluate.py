"""Measuring from the command line: all figures in one JSON object, one sentence if it cannot."""

import json
import math
import os
from pathlib import Path

import pytest
import torch
from worlds import SHAKESPEARE, call, one_thread, opinionated, refused  # noqa: F401

from diffusion_gpt.checkpoint import Checkpoint
from diffusion_gpt.corpus import Corpus, windows
from diffusion_gpt.evaluate import main
from diffusion_gpt.kernel import KERNELS
from diffusion_gpt.loss import Estimate, nelbo
from diffusion_gpt.metrics import likelihood, report

KINDS = ("uniform", "mask")
SMALL = ("--length", 16, "--passes", 3)


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    opinionated(SHAKESPEARE).save(folder)
    return folder


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "text"
    path.write_text(SHAKESPEARE * 120)
    return path


def test_one_json_object_with_every_figure(model, corpus):
    code, out, _ = call(main, model, "--corpus", corpus, *SMALL, "--json")
    (line,) = out.splitlines()
    figures = json.loads(line)
    assert code == 0
    for kind in KINDS:
        value = figures[f"nelbo_{kind}"]
        assert 0 < figures[f"nelbo_{kind}_stderr"] < value
        assert figures[f"nelbo_{kind}_bits"] == pytest.approx(value / math.log(2))
    assert (figures["length"], figures["passes"]) == (16, 3)
    assert figures["characters"] == 780 // 16 * 16
    assert "nll" not in figures


def test_the_figures_are_those_of_the_estimator(model, corpus):
    figures = json.loads(call(main, model, "--corpus", corpus, *SMALL, "--seed", 4, "--json")[1])
    loaded = Checkpoint.load(model)
    pieces = windows(Corpus.read(corpus).validation, loaded.vocabulary, 16)
    for kind in KINDS:
        generator = torch.Generator().manual_seed(4)
        expected = nelbo(loaded.gpt, KERNELS[kind](65), pieces, passes=3, generator=generator)
        assert figures[f"nelbo_{kind}"] == expected.value
        assert figures[f"nelbo_{kind}_stderr"] == expected.stderr


def test_an_undecided_network_knows_nothing(corpus):
    """log 65 for letters that are all alike to it: for both kinds that is what not knowing costs."""
    gpt = opinionated(SHAKESPEARE).gpt
    torch.nn.init.zeros_(gpt.head.weight)
    pieces = windows(Corpus.read(corpus).text, opinionated(SHAKESPEARE).vocabulary, 16)
    for estimate in likelihood(gpt, KINDS, pieces, passes=8).values():
        assert abs(estimate.value - math.log(65)) < 4 * estimate.stderr
        assert estimate.stderr < 0.1


def test_the_causal_twin_has_an_exact_likelihood(corpus, tmp_path):
    opinionated(SHAKESPEARE, causal=True).save(tmp_path)
    figures = json.loads(call(main, tmp_path, "--corpus", corpus, *SMALL, "--json")[1])
    assert {name for name in figures if name.startswith("n")} == {"nll", "nll_stderr", "nll_bits"}


def test_a_network_of_one_kind_is_measured_by_that(corpus, tmp_path):
    model = opinionated(SHAKESPEARE)
    model.provenance["noises"] = ("mask",)
    model.save(tmp_path)
    figures = json.loads(call(main, tmp_path, "--corpus", corpus, *SMALL, "--json")[1])
    assert "nelbo_mask" in figures
    assert "nelbo_uniform" not in figures


def test_for_people_a_figure_a_line(model, corpus):
    _, out, _ = call(main, model, "--corpus", corpus, *SMALL)
    assert any(line.startswith("nelbo_uniform: ") for line in out.splitlines())


def test_report_says_nats_and_bits():
    assert report({"x": Estimate(math.log(2), 0.5)}) == {"x": math.log(2), "x_stderr": 0.5, "x_bits": 1.0}


@pytest.mark.parametrize(("options", "words"), [
    (("--length", 300), "at most 256 characters, got 300"), (("--length", 0), "at least 1 character, got 0"),
    (("--length", 400), "needs two"), (("--length", 200_000), "too few"),
    (("--passes", 0), "passes must be at least 1, got 0"),
])  # fmt: skip
def test_bad_input_is_one_sentence(model, corpus, options, words):
    assert refused(call(main, model, "--corpus", corpus, *SMALL, *options), "evaluate: ", words)


def test_a_text_of_other_letters(model, tmp_path):
    (tmp_path / "text").write_text("Größe\n" * 1000, encoding="utf-8")
    assert refused(call(main, model, "--corpus", tmp_path / "text"), "not in the vocabulary: 'ß' 'ö'")


def test_what_is_not_there(model, tmp_path):
    assert refused(call(main, tmp_path / "nothing"), "there is no checkpoint folder")
    assert refused(call(main, model, "--corpus", tmp_path / "nothing"), "cannot be read: No such file")


def test_the_shipped_model_on_the_true_corpus(checkpoint):
    """A few windows only: that the weights are those of the figures, not their third digit."""
    path = os.environ.get("DIFFUSION_GPT_CORPUS")
    if not path:
        pytest.skip("DIFFUSION_GPT_CORPUS does not name Tiny Shakespeare's file")
    model = Checkpoint.load(checkpoint)
    pieces = windows(Corpus.read(path).validation, model.vocabulary, 256)[::64]
    for estimate in likelihood(model.gpt, KINDS, pieces, passes=2).values():
        assert estimate.value - 2 * estimate.stderr < 1.8

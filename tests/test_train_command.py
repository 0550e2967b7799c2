"""Training from the command line: figures and a checkpoint, several processes, and one sentence if it cannot."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from test_train import CONFIG, ROOT, SHAPE, TEXT
from worlds import call, one_thread, refused  # noqa: F401

from diffusion_gpt.checkpoint import Checkpoint
from diffusion_gpt.gpt import GPTConfig
from diffusion_gpt.run import STATE
from diffusion_gpt.train import SIZES, main
from diffusion_gpt.trainer import Trainer


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "text"
    path.write_text(TEXT * 2)
    return path


QUICK = ("--size", "tiny", "--rows", 4, "--steps", 2, "--check", 1, "--dropout", 0.0, "--warmup", 1)


def test_two_processes_learn_what_one_learns(corpus, tmp_path):
    """The command line under torchrun, gloo: the same global batch, so the same figures but for rounding."""
    options = list(map(str, ("--corpus", corpus, *QUICK, "--out")))
    run = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m"]
    command = [*run, "diffusion_gpt.train", *options, str(tmp_path / "two")]
    shared = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    code, out, _ = call(main, *options, tmp_path / "one")
    shared_out, shared_err = shared.communicate()
    assert (code, shared.returncode) == (0, 0), shared_err
    alone, together = json.loads(out), json.loads(shared_out)
    assert together == pytest.approx(alone, rel=1e-3)
    a, b = (load_file(tmp_path / name / STATE) for name in ("one", "two"))
    moved = sum((a[name] - b[name]).square().sum() for name in a if name.startswith("gpt.")).sqrt()
    fresh = Trainer(GPTConfig(n=SHAPE.n, **SIZES["tiny"]), CONFIG, "cpu").state()
    learned = sum((a[name] - fresh[name]).square().sum() for name in fresh if name.startswith("gpt.")).sqrt()
    assert moved < 0.02 * learned


def test_the_command_line_ends_with_figures_and_a_checkpoint(corpus, tmp_path):
    code, out, err = call(main, "--corpus", corpus, *QUICK, "--noise", "none", "--out", tmp_path / "run")
    assert code == 0
    assert set(json.loads(out)) == {"nll", "nll_stderr", "nll_bits"}
    assert "2/2" in err
    kept = Checkpoint.load(tmp_path / "run")
    assert kept.gpt.config.causal
    assert kept.provenance["train"]["noise"] == "none"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_folder_with_something_in_it_is_left_alone(corpus, tmp_path):
    (tmp_path / "mine.txt").write_text("precious")
    assert refused(call(main, "--corpus", corpus, *QUICK, "--out", tmp_path), "train: ", "is not empty")
    assert contents(tmp_path) == {"mine.txt": b"precious"}


def test_a_run_goes_on_only_as_itself(corpus, tmp_path):
    options = ("--corpus", corpus, *QUICK, "--out", tmp_path / "run", "--noise", "mask")
    assert call(main, *options)[0] == 0
    before = contents(tmp_path / "run")
    changes = (("--seed", 1), ("--learning-rate", 0.5), ("--noise", "uniform"), ("--steps", 3), ("--dropout", 0.2))
    for change in (*changes, ("--no-muon",)):
        answer = call(main, *options, "--resume", *change)
        assert refused(answer, "another configuration or corpus"), change
    (tmp_path / "other").write_text(TEXT * 2 + "!")
    answer = call(main, *options, "--resume", "--corpus", tmp_path / "other")
    assert refused(answer, "another configuration or corpus")
    assert contents(tmp_path / "run") == before


def test_there_must_be_a_run_to_resume(corpus, tmp_path):
    options = ("--corpus", corpus, *QUICK, "--resume", "--out", tmp_path)
    assert refused(call(main, *options), "there is no run to resume in")
    (tmp_path / STATE).write_bytes(b"not safetensors")
    assert refused(call(main, *options), "there is no run to resume in")
    save_file({"a": torch.zeros(1)}, tmp_path / STATE)
    assert refused(call(main, *options), "there is no run to resume in")


@pytest.mark.parametrize(("content", "words"), [
    (None, "cannot be read: No such file"), (b"", "is empty"), (b"\xff\xfe", "is not UTF-8 text (byte 0)"),
    (b"ab" * 50, "the corpus has 100 characters; its training part (90) must fill one window of 128"),
    (b"ab" * 1000, "the corpus has 2,000 characters; its validation part (200) must fill two windows of 128"),
])  # fmt: skip
def test_a_corpus_that_cannot_be_learned(tmp_path, content, words):
    path = tmp_path / "text"
    if content is not None:
        path.write_bytes(content)
    assert refused(call(main, "--corpus", path, *QUICK, "--out", tmp_path / "run"), "train: ", words)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(("options", "words"), [
    (("--rows", 3), "rows must be a multiple of 2"), (("--rows", 0), "rows must be"), (("--steps", 0), "steps"),
    (("--check", 0), "check"), (("--dropout", 1), "dropout must be between 0 and 1"), (("--ema", 1.5), "ema"),
    (("--short", -1), "short must be between 0 and 1"), (("--learning-rate", 0), "learning rate"),
])  # fmt: skip
def test_options_outside_their_range(corpus, tmp_path, options, words):
    assert refused(call(main, "--corpus", corpus, *QUICK, "--out", tmp_path / "run", *options), "train: ", words)
    assert not (tmp_path / "run").exists() or not contents(tmp_path / "run")

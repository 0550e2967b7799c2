"""Training: it learns, and can be stopped, killed and resumed without a difference."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from worlds import one_thread  # noqa: F401

from diffusion_gpt.batch import BatchConfig, draw_batch
from diffusion_gpt.checkpoint import Checkpoint
from diffusion_gpt.corpus import Corpus
from diffusion_gpt.gpt import GPTConfig
from diffusion_gpt.loss import nelbo_integrand
from diffusion_gpt.muon import Muon
from diffusion_gpt.run import STATE, Run
from diffusion_gpt.train import finish, stop, train
from diffusion_gpt.trainer import TrainConfig, Trainer, learning_rate
from diffusion_gpt.vocabulary import Vocabulary

ROOT = Path(__file__).resolve().parent.parent
TEXT = "To be, or not to be, that is the question:\n" * 40
CORPUS = Corpus(TEXT)
SHAPE = GPTConfig(n=Vocabulary.of(TEXT).n, layers=1, heads=2, width=16, length=32, dropout=0.1)
CONFIG = TrainConfig(
    steps=12, learning_rate=1e-2, warmup=3, ema=0.9, batch=BatchConfig(rows=8, length=32, short=0.3, known=0.3)
)


def start(folder: Path, *, shape: GPTConfig = SHAPE, **changes) -> Run:
    return Run.start(CORPUS, folder, shape, replace(CONFIG, **changes), "cpu")


def losses(run: Run, steps: int | None = None, **options) -> list[float]:
    """The loss of each step, of all or the first `steps`."""
    return [loss.item() for _, loss in zip(range(steps or 10**9), train(run, **options))]


def weights(run: Run) -> dict[str, torch.Tensor]:
    return {name: tensor.clone() for name, tensor in run.trainer.state().items()}


def same(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


@pytest.mark.parametrize("muon", [False, True])
def test_stopped_and_resumed_is_as_if_never_stopped(tmp_path, muon):
    """Bit for bit: losses, weights, averages, moments, validation figures. Dropout and chance included."""
    whole = start(tmp_path / "whole", muon=muon)
    expected = losses(whole, check=4)
    first = start(tmp_path / "parts", muon=muon)
    curve = losses(first, 5, check=4)
    stop(first)
    resumed = Run.resume(CORPUS, tmp_path / "parts", SHAPE, replace(CONFIG, muon=muon), "cpu")
    assert resumed.trainer.step == 5
    torch.manual_seed(99)  # whatever happened in between
    curve += losses(resumed, check=4)
    assert curve == expected
    assert same(weights(resumed), weights(whole))
    assert resumed.history == whole.history
    assert [entry["step"] for entry in whole.history] == [4, 8, 12]


def test_the_same_seed_learns_the_same_and_another_does_not(tmp_path):
    curves = [
        losses(start(tmp_path / str(i), batch=replace(CONFIG.batch, seed=seed)), 3) for i, seed in enumerate((0, 0, 1))
    ]
    assert curves[0] == curves[1] != curves[2]


@pytest.mark.parametrize(("noise", "changes"), [
    ("both", {}), ("uniform", {}), ("mask", {}), ("none", {}), ("both", {"muon": True, "learning_rate": 3e-2}),
])  # fmt: skip
def test_it_learns(tmp_path, noise, changes):
    """Of a text in which every letter tells all others it soon knows most; the network that is kept is measured."""
    corpus, batch = Corpus("abcdef" * 200), BatchConfig(rows=16, length=32, short=0.3, known=0.0)
    shape = GPTConfig(n=6, layers=2, heads=2, width=32, length=32, dropout=0.0, causal=noise == "none")
    config = replace(CONFIG, noise=noise, steps=100, weight_decay=0.01, batch=batch, **changes)
    run = Run.start(corpus, tmp_path / "run", shape, config, "cpu")
    curve = losses(run, check=50)
    assert sum(curve[-20:]) < 0.5 * sum(curve[:20])
    figures = finish(run)
    kept = Checkpoint.load(tmp_path / "run")
    named = {"both": ["nelbo_uniform", "nelbo_mask"], "none": ["nll"]}.get(noise, [f"nelbo_{noise}"])
    assert [name for name in figures if not name.endswith(("_stderr", "_bits"))] == named
    assert kept.gpt.config.causal == (noise == "none")
    assert kept.provenance["validation"] == figures
    assert kept.provenance["corpus_sha256"] == corpus.sha256
    assert len(kept.noises) == (0 if noise == "none" else len(named))


def test_what_is_kept_is_the_average_at_its_best(tmp_path):
    run = start(tmp_path / "run", steps=6)
    losses(run, check=2)
    best = min(run.history, key=lambda entry: entry["nelbo_uniform"] + entry["nelbo_mask"])
    kept = Checkpoint.load(tmp_path / "run")
    assert kept.provenance["step"] == best["step"]
    if best["step"] == 6:
        assert torch.equal(kept.gpt.characters.weight, run.trainer.ema.characters.weight.half().float())


def test_the_average_follows_the_weights():
    """ema ← decay · ema + (1 − decay) · weights, the decay growing with the step up to its end."""
    trainer, ids = Trainer(SHAPE, replace(CONFIG, ema=0.3), "cpu"), torch.arange(400) % SHAPE.n
    before = trainer.ema.characters.weight.detach().clone()
    for decay in (1 / 11, 2 / 12, 3 / 13, 4 / 14, 0.3, 0.3):
        trainer.learn(ids)
        before = decay * before + (1 - decay) * trainer.gpt.characters.weight.detach()
        torch.testing.assert_close(trainer.ema.characters.weight.detach(), before)


def test_certain_letters_teach_nothing():
    """A letter that is given is no loss; one that is not is, as much as the kernel says."""
    trainer, ids = Trainer(SHAPE, CONFIG, "cpu"), torch.arange(400) % SHAPE.n
    part, _ = draw_batch(ids, SHAPE.n, trainer.kernels, CONFIG.batch, 0)
    whole, none = (replace(part, known=torch.full_like(part.known, known)) for known in (True, False))
    assert trainer.objective([whole]).item() == 0
    terms = nelbo_integrand(part.kernel, torch.zeros(*part.x_0.shape, SHAPE.n), part.x_0, part.x_t, part.share)
    assert trainer.objective([none]).item() == pytest.approx(terms.mean().item(), rel=1e-6)


def test_the_learning_rate_rises_in_a_line_and_falls_in_a_cosine():
    config = TrainConfig(steps=1100, learning_rate=2.0, warmup=100)
    rates = [learning_rate(config, step) for step in range(1100)]
    assert rates[:100] == pytest.approx([2 * (step + 1) / 100 for step in range(100)])
    assert rates[100] == pytest.approx(2.0)
    assert rates[600] == pytest.approx(2 * (0.02 + 0.98 / 2))
    assert rates[-1] == pytest.approx(0.04, rel=1e-2)
    assert all(a > b for a, b in zip(rates[100:], rates[101:]))


@pytest.mark.parametrize("muon", [False, True])
def test_each_weight_has_one_optimiser_and_only_matrices_decay(muon):
    trainer = Trainer(SHAPE, replace(CONFIG, muon=muon), "cpu")
    assert list(trainer.optimizers) == ["muon", "adamw"][not muon :]
    groups = [group for optimizer in trainer.optimizers.values() for group in optimizer.param_groups]
    decay = {p: group["weight_decay"] for group in groups for p in group["params"]}
    assert all(decay[p] == (1.0 if p.ndim > 1 else 0.0) for p in trainer.gpt.parameters())
    assert sum(len(group["params"]) for group in groups) == len(decay) == len(list(trainer.gpt.parameters()))


def test_muon_turns_each_matrix_by_itself():
    """A step from 0 is the nearest orthogonal matrix, of each part, as long as AdamW's; what it was shrinks first."""
    gradient, before = torch.randn(2, 24, 16), torch.randn(2, 24, 16)
    weights = [torch.nn.Parameter(w.clone()) for w in before]
    for w, g in zip(weights, gradient):
        w.grad = g
    muon = Muon([{"params": weights, "parts": 3}], weight_decay=0.5)
    muon.param_groups[0]["lr"] = 0.1
    muon.step()
    parts = (0.95 * before - torch.stack([w.detach() for w in weights])).view(6, 8, 16) / (0.1 * 0.2 * 4)
    u, _, vh = torch.linalg.svd(gradient.view(6, 8, 16), full_matrices=False)
    turned = u.mT @ parts @ vh.mT  # diagonal, about 1
    stretch = turned.diagonal(dim1=1, dim2=2)
    assert (stretch > 0.65).all() and (stretch < 1.25).all()
    torch.testing.assert_close(turned, stretch.diag_embed(), atol=1e-4, rtol=0)


ENDLESS = """
import sys; from pathlib import Path; from test_train import *
for _ in train(start(Path(sys.argv[1]), steps=10**6), check=1): pass
"""


def step_of(folder: Path) -> int:
    with safe_open(folder / STATE, "pt") as file:
        return file.get_tensor("step").item()


def test_killed_at_any_moment_it_can_go_on(tmp_path):
    """kill -9 in the midst of it: all the time it measures and writes."""
    paths = {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "OMP_NUM_THREADS": "1"}
    folder = tmp_path / "run"
    process = subprocess.Popen([sys.executable, "-c", ENDLESS, folder], cwd=ROOT, env=os.environ | paths)
    while process.poll() is None and not ((folder / STATE).exists() and step_of(folder) >= 5):
        time.sleep(0.05)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    assert Checkpoint.load(folder).vocabulary == Vocabulary.of(TEXT)
    reached = step_of(folder)
    run = Run.resume(CORPUS, folder, SHAPE, replace(CONFIG, steps=10**6), "cpu")
    assert len(losses(run, 3, check=1)) == 3
    assert step_of(folder) == reached + 3

"""Training: from a text to a checkpoint, on a CPU, a GPU, or several (`torchrun -m diffusion_gpt.train`).

Knows nothing of sampling or films. `train` is a generator: who runs it decides what to show and when to stop.
"""

import argparse
import json
import math
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch
import torch.distributed as dist
from torch import Tensor
from tqdm import tqdm

from diffusion_gpt import ages
from diffusion_gpt.batch import BatchConfig
from diffusion_gpt.checkpoint import Checkpoint, default_device
from diffusion_gpt.corpus import Corpus, windows
from diffusion_gpt.gpt import GPTConfig
from diffusion_gpt.metrics import likelihood, report
from diffusion_gpt.render.plots import learning_curve
from diffusion_gpt.run import Run, is_chief
from diffusion_gpt.trainer import NOISES, TrainConfig
from diffusion_gpt.vocabulary import Vocabulary

SIZES = {
    "tiny": {"layers": 3, "heads": 4, "width": 128, "length": 128},
    "small": {"layers": 6, "heads": 6, "width": 192, "length": 256},
    "baby": {"layers": 6, "heads": 6, "width": 384, "length": 256},
}
RECIPES = {
    "tiny": {
        "steps": 7_000, "rows": 4, "learning_rate": 2e-3, "weight_decay": 0.1, "warmup": 200, "ema": 0.998,
        "dropout": 0.0, "muon": True,
    },
    "small": {
        "steps": 12_000, "rows": 64, "learning_rate": 2e-3, "weight_decay": 1.0, "warmup": 300, "ema": 0.999,
        "dropout": 0.1, "muon": False,
    },
    "baby": {
        "steps": 28_000, "rows": 384, "learning_rate": 1.2e-3, "weight_decay": 1.0, "warmup": 1000, "ema": 0.9995,
        "dropout": 0.1, "muon": False,
    },
}  # fmt: skip
"""How each size is trained unless told otherwise: "baby" made the shipped checkpoint, and "tiny" is for two CPU cores,
which make many small steps sooner than fewer large ones, and learn most from each by Muon: some 100 KB of text give
words in less than ten minutes."""


def train(run: Run, *, check: int = 1000, films: Path | None = None) -> Iterator[Tensor]:
    """Train to the end, yielding each step's loss, a scalar still on its device.

    Every `check` steps it measures, saves the state, and keeps the network in the folder if it is the best so far.
    At certain ages the network is filmed, into the folder `films`.
    """
    trainer, device = run.trainer, next(run.trainer.gpt.parameters()).device
    ids = torch.tensor(run.vocabulary.encode(run.corpus.train), device=device)
    held_out = windows(run.corpus.validation, run.vocabulary, trainer.gpt.config.length).to(device)
    started = time.perf_counter() - run.seconds
    _film(run, films)
    while trainer.step < trainer.config.steps:
        loss = trainer.learn(ids)
        run.seconds = time.perf_counter() - started
        if trainer.step % check == 0 or trainer.step == trainer.config.steps:
            _measure(run, held_out, loss.item())
        _film(run, films)
        yield loss


def _film(run: Run, folder: Path | None) -> None:
    """Keep a film if the network has come of age for one."""
    if folder and is_chief() and ages.due(run.trainer.step, run.trainer.config.steps):
        ages.keep(run.checkpoint, folder)


def _measure(run: Run, held_out: Tensor, loss: float) -> None:
    """One look at the validation text; if it is the best so far, keep the network."""
    estimates = likelihood(run.trainer.ema, NOISES[run.trainer.config.noise], held_out, passes=1)
    figures = {name: round(estimate.value, 5) for name, estimate in estimates.items()}
    run.history.append({"step": run.trainer.step, "loss": round(loss, 5)} | figures)
    if not math.isfinite(_score(figures)):
        raise ValueError(f"training has diverged by step {run.trainer.step}; a lower learning rate may help")
    if is_chief():
        if _score(run.history[-1]) <= min(map(_score, run.history)):
            run.checkpoint.save(run.folder)
        run.save()


def _score(entry: dict[str, float]) -> float:
    """All kinds of noise together; lower is better."""
    return sum(value for name, value in entry.items() if name.startswith(("nelbo_", "nll")))


def stop(run: Run) -> None:
    """Keep what there is of an unfinished run: its state, and a network if none was kept yet."""
    if is_chief():
        run.save()
        if not run.history:
            run.checkpoint.save(run.folder)


def finish(run: Run) -> dict[str, float]:
    """Measure the kept network well, and write the figures into its provenance."""
    kept = Checkpoint.load(run.folder, str(next(run.trainer.gpt.parameters()).device))
    held_out = windows(run.corpus.validation, run.vocabulary, kept.gpt.config.length)
    held_out = held_out.to(next(kept.gpt.parameters()).device)
    figures = report(likelihood(kept.gpt, NOISES[run.trainer.config.noise], held_out))
    about = kept.provenance | {"seconds": round(run.seconds), "validation": figures, "history": run.history}
    replace(kept, provenance=about).save(run.folder)
    learning_curve(run.history, run.folder / "curve.png")
    return figures


def parse() -> argparse.Namespace:
    """The command line's options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", help="UTF-8 text to learn (default: Tiny Shakespeare, fetched)")
    parser.add_argument("--out", required=True, type=Path, help="folder for the checkpoint")
    parser.add_argument("--size", choices=SIZES, default="baby", help="of the network (default: %(default)s)")
    parser.add_argument("--noise", choices=NOISES, default="both", help="to undo; none: causal (default: %(default)s)")
    for name, kind, words in (
        ("steps", int, "of the optimiser"),
        ("rows", int, "windows a step, over all processes"),
        ("learning-rate", float, "at its highest"),
        ("weight-decay", float, "of the matrices"),
        ("warmup", int, "steps of rising learning rate"),
        ("ema", float, "decay of the running average of the weights"),
        ("dropout", float, "share of activations dropped"),
    ):
        defaults = ", ".join(f"{size} {recipe[name.replace('-', '_')]:g}" for size, recipe in RECIPES.items())
        parser.add_argument(f"--{name}", type=kind, help=f"{words} (default: {defaults})")
    sizes = ", ".join(size for size, recipe in RECIPES.items() if recipe["muon"])
    by_muon = f"the blocks' matrices learn by Muon instead of AdamW (default: {sizes})"
    parser.add_argument("--muon", action=argparse.BooleanOptionalAction, help=by_muon)
    for name, default, words in (
        ("short", 0.25, "share of steps with short windows"),
        ("known", 0.25, "share of windows with certain letters, under uniform noise"),
        ("seed", 0, "of everything random"),
        ("check", 250, "steps between two looks at the validation text"),
    ):
        parser.add_argument(f"--{name}", type=type(default), default=default, help=f"{words} (default: %(default)s)")
    parser.add_argument("--ages", type=Path, help="folder for films of the network at several ages (default: none)")
    parser.add_argument("--resume", action="store_true", help="go on with the run in --out")
    options = parser.parse_args()
    for name, value in RECIPES[options.size].items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    return options


def prepare(options: argparse.Namespace) -> Run:
    """The run that the options ask for."""
    if options.check < 1:
        raise ValueError(f"check must be at least 1, got {options.check}")
    corpus = Corpus.read(options.corpus)
    shape = {"n": Vocabulary.of(corpus.text).n, "causal": options.noise == "none", "dropout": options.dropout}
    shape = GPTConfig(**shape, **SIZES[options.size])
    batch = BatchConfig(options.rows, shape.length, options.short, options.known, options.seed)
    names = ("noise", "steps", "learning_rate", "weight_decay", "warmup", "ema", "muon")
    config = TrainConfig(**{name: getattr(options, name) for name in names}, batch=batch)
    make = Run.resume if options.resume else Run.start
    return make(corpus, options.out, shape, config, default_device())


def join_group() -> None:
    """Take one's place among the processes that torchrun started, if it did."""
    if "LOCAL_RANK" in os.environ:
        if torch.cuda.is_available():
            torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
        dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo")


def follow(run: Run, options: argparse.Namespace) -> None:
    """Train under a progress bar; Ctrl-C ends it after the step in progress, and keeps what there is."""
    stopping = threading.Event()
    signal.signal(signal.SIGINT, lambda *_: stopping.set())
    steps, quiet = train(run, check=options.check, films=options.ages), not is_chief()
    bar = tqdm(steps, initial=run.trainer.step, total=options.steps, unit="step", disable=quiet)
    for loss in bar:
        if run.trainer.step % 50 == 0:
            bar.set_postfix({"loss": f"{loss.item():.3f}"} | (run.history or [{}])[-1])
        if stopping.is_set():
            stop(run)
            sys.exit(f"stopped after step {run.trainer.step}; go on with --resume")


def main() -> None:
    """The command line."""
    options = parse()
    join_group()
    try:
        run = prepare(options)
        follow(run, options)
    except (ValueError, OSError) as error:
        print(f"train: {error}", file=sys.stderr)
        sys.exit(2)
    if is_chief():
        print(json.dumps(finish(run)))


if __name__ == "__main__":
    main()

"""Training: from a text to a checkpoint, on a CPU, a GPU, or several (`torchrun -m diffusion_gpt.train`).

Knows nothing of sampling or films. `train` is a generator: who runs it decides what to show and when to stop.
"""

import argparse
import json
import os
import platform
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import torch
import torch.distributed as dist
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor
from tqdm import tqdm

from diffusion_gpt.batch import BatchConfig
from diffusion_gpt.checkpoint import Checkpoint, default_device, replace_file
from diffusion_gpt.corpus import Corpus, windows
from diffusion_gpt.evaluate import likelihood, report
from diffusion_gpt.gpt import GPTConfig
from diffusion_gpt.trainer import NOISES, TrainConfig, Trainer
from diffusion_gpt.vocabulary import Vocabulary

SIZES = {
    "tiny": {"layers": 4, "heads": 4, "width": 128, "length": 128},
    "small": {"layers": 6, "heads": 6, "width": 192, "length": 256},
    "baby": {"layers": 6, "heads": 6, "width": 384, "length": 256},
}
STATE = "state.safetensors"
FINAL_PASSES = 16
"""How often the finished network looks at each validation window."""


@dataclass(slots=True)
class Run:
    """A training run as it stands: what is learned from what, how far it is, and where it is kept."""

    trainer: Trainer
    corpus: Corpus
    vocabulary: Vocabulary
    folder: Path
    seconds: float = 0.0
    history: list[dict[str, float]] = field(default_factory=list)
    """Figures of the validation text, each with its step and the loss at the time."""

    @classmethod
    def start(cls, corpus: Corpus, folder: Path, shape: GPTConfig, config: TrainConfig, device: str) -> "Run":
        """A fresh run. Raises ValueError if the corpus is too short to split or `folder` holds a run."""
        for part, text in {"training": corpus.train, "validation": corpus.validation}.items():
            if len(text) < shape.length:
                raise ValueError(
                    f"the corpus has {len(corpus.text):,} characters; its {part} part ({len(text):,}) must fill "
                    f"one window of {shape.length}"
                )
        if folder.exists() and any(folder.iterdir()):
            raise ValueError(f"the folder {folder} is not empty; name another, or go on with --resume")
        folder.mkdir(parents=True, exist_ok=True)
        return cls(Trainer(shape, config, device), corpus, Vocabulary.of(corpus.text), folder)

    @classmethod
    def resume(cls, corpus: Corpus, folder: Path, shape: GPTConfig, config: TrainConfig, device: str) -> "Run":
        """A run that goes on where `save` left it. Raises ValueError if it is not there, or was another one."""
        try:
            with safe_open(folder / STATE, "pt") as file:
                about = json.loads(file.metadata()["about"])
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        except (OSError, SafetensorError) as error:
            raise ValueError(f"there is no run to resume in {folder}: {error}") from error
        run = cls(Trainer(shape, config, device), corpus, Vocabulary.of(corpus.text), folder)
        if about["identity"] != run.identity:
            raise ValueError(f"the run in {folder} has another configuration or corpus; resume it with its own")
        run.trainer.restore(tensors)
        run.seconds, run.history = about["seconds"], about["history"]
        return run

    @property
    def identity(self) -> dict:
        """What must be equal for a run to be the same."""
        shape, config = asdict(self.trainer.gpt.config), asdict(self.trainer.config)
        return json.loads(json.dumps({"gpt": shape, "train": config, "corpus": self.corpus.sha256}))

    @property
    def checkpoint(self) -> Checkpoint:
        """The averaged network as it stands, with its provenance."""
        config = self.trainer.config
        provenance = {
            "corpus_sha256": self.corpus.sha256,
            "corpus_characters": len(self.corpus.text),
            "noises": NOISES[config.noise],
            "step": self.trainer.step,
            "train": asdict(config),
            "seconds": round(self.seconds),
            "hardware": hardware(),
            "torch": torch.__version__,
            "history": self.history,
        }
        return Checkpoint(self.trainer.ema, self.vocabulary, provenance)

    def save(self) -> None:
        """Keep all that is needed to go on, in one file that appears whole or not at all."""
        about = {"identity": self.identity, "seconds": self.seconds, "history": self.history}
        metadata = {"about": json.dumps(about)}
        replace_file(self.folder / STATE, lambda path: save_file(self.trainer.state(), path, metadata))


def hardware() -> str:
    """The device in words."""
    if torch.cuda.is_available():
        count = dist.get_world_size() if dist.is_initialized() else 1
        return f"{count} × {torch.cuda.get_device_name()}"
    return f"{platform.machine()} CPU, {torch.get_num_threads()} threads"


def train(run: Run, *, check: int = 1000) -> Iterator[Tensor]:
    """Train to the end, yielding each step's loss, a scalar still on its device.

    Every `check` steps it measures, saves the state, and keeps the network in the folder if it is the best so far.
    """
    trainer, device = run.trainer, next(run.trainer.gpt.parameters()).device
    ids = torch.tensor(run.vocabulary.encode(run.corpus.train), device=device)
    held_out = windows(run.corpus.validation, run.vocabulary, trainer.gpt.config.length).to(device)
    started = time.perf_counter() - run.seconds
    while trainer.step < trainer.config.steps:
        loss = trainer.learn(ids)
        run.seconds = time.perf_counter() - started
        if trainer.step % check == 0 or trainer.step == trainer.config.steps:
            _measure(run, held_out, loss.item())
        yield loss


def _measure(run: Run, held_out: Tensor, loss: float) -> None:
    """One look at the validation text; if it is the best so far, keep the network."""
    estimates = likelihood(run.trainer.ema, NOISES[run.trainer.config.noise], held_out, passes=1)
    figures = {name: round(estimate.value, 5) for name, estimate in estimates.items()}
    run.history.append({"step": run.trainer.step, "loss": round(loss, 5)} | figures)
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
    figures = report(likelihood(kept.gpt, NOISES[run.trainer.config.noise], held_out, passes=FINAL_PASSES))
    about = kept.provenance | {"seconds": round(run.seconds), "validation": figures, "history": run.history}
    replace(kept, provenance=about).save(run.folder)
    return figures


def is_chief() -> bool:
    """Whether this process is the one that writes and speaks."""
    return not dist.is_initialized() or dist.get_rank() == 0


def parse() -> argparse.Namespace:
    """The command line's options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    train, batch = TrainConfig(), BatchConfig()
    parser.add_argument("--corpus", help="UTF-8 text to learn (default: Tiny Shakespeare, fetched)")
    parser.add_argument("--out", required=True, type=Path, help="folder for the checkpoint")
    parser.add_argument("--size", choices=SIZES, default="baby", help="of the network (default: %(default)s)")
    parser.add_argument("--noise", choices=NOISES, default="both", help="to undo; none: causal (default: %(default)s)")
    for name, default, words in (
        ("steps", train.steps, "of the optimiser"),
        ("rows", batch.rows, "windows a step"),
        ("learning-rate", train.learning_rate, "at its highest"),
        ("weight-decay", train.weight_decay, "of the matrices"),
        ("warmup", train.warmup, "steps of rising learning rate"),
        ("ema", train.ema, "decay of the running average of the weights"),
        ("dropout", 0.1, "share of activations dropped"),
        ("short", batch.short, "share of steps with short windows"),
        ("known", batch.known, "share of windows with certain letters, under uniform noise"),
        ("seed", batch.seed, "of everything random"),
        ("check", 1000, "steps between two looks at the validation text"),
    ):
        parser.add_argument(f"--{name}", type=type(default), default=default, help=f"{words} (default: %(default)s)")
    parser.add_argument("--resume", action="store_true", help="go on with the run in --out")
    return parser.parse_args()


def prepare(options: argparse.Namespace) -> Run:
    """The run that the options ask for."""
    corpus = Corpus.read(options.corpus)
    shape = {"n": Vocabulary.of(corpus.text).n, "causal": options.noise == "none", "dropout": options.dropout}
    shape = GPTConfig(**shape, **SIZES[options.size])
    batch = BatchConfig(options.rows, shape.length, options.short, options.known, options.seed)
    config = TrainConfig(
        options.noise, options.steps, options.learning_rate, options.weight_decay, options.warmup, options.ema, batch
    )
    make = Run.resume if options.resume else Run.start
    return make(corpus, options.out, shape, config, default_device())


def join_group() -> None:
    """Take one's place among the processes that torchrun started, if it did."""
    if "LOCAL_RANK" in os.environ:
        if torch.cuda.is_available():
            torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
        dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo")


def main() -> None:
    """The command line."""
    options = parse()
    join_group()
    try:
        run = prepare(options)
    except ValueError as error:
        print(f"train: {error}", file=sys.stderr)
        sys.exit(2)
    stopping = threading.Event()
    signal.signal(signal.SIGINT, lambda *_: stopping.set())
    bar = tqdm(
        train(run, check=options.check), initial=run.trainer.step, total=options.steps, unit="step", disable=not is_chief()
    )
    for loss in bar:
        if run.trainer.step % 50 == 0:
            bar.set_postfix({"loss": f"{loss.item():.3f}"} | (run.history or [{}])[-1])
        if stopping.is_set():
            stop(run)
            sys.exit(f"stopped after step {run.trainer.step}; go on with --resume")
    if is_chief():
        print(json.dumps(finish(run)))


if __name__ == "__main__":
    main()

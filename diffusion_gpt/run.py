"""A training run and the folder it lives in: begun, kept, gone on with.

Knows nothing of what is learned or measured.
"""

import json
import platform
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
import torch.distributed as dist
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from diffusion_gpt.checkpoint import Checkpoint, replace_file
from diffusion_gpt.corpus import Corpus
from diffusion_gpt.gpt import GPTConfig
from diffusion_gpt.trainer import NOISES, TrainConfig, Trainer
from diffusion_gpt.vocabulary import Vocabulary

STATE = "state.safetensors"


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
        for part, text, needed in ("training", corpus.train, 1), ("validation", corpus.validation, 2):  # for its error
            if len(text) < needed * shape.length:
                raise ValueError(
                    f"the corpus has {len(corpus.text):,} characters; its {part} part ({len(text):,}) must fill "
                    f"{'one window' if needed == 1 else 'two windows'} of {shape.length}"
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
        except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:  # the last three: a foreign file
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


def is_chief() -> bool:
    """Whether this process is the one that writes and speaks."""
    return not dist.is_initialized() or dist.get_rank() == 0

"""A trained network with all that it needs to be used: weights, shape, vocabulary, provenance.

Knows nothing of noise. A checkpoint is a folder of two files, model.safetensors (fp16) and config.json, or the name
of a Hugging Face Hub repository that holds them.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch.overrides import TorchFunctionMode

from diffusion_gpt.gpt import GPT, GPTConfig
from diffusion_gpt.vocabulary import Vocabulary

FORMAT = 1
WEIGHTS, CONFIG = "model.safetensors", "config.json"


class CheckpointError(ValueError):
    """A checkpoint that is missing, damaged or of another kind."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A network ready to use. `provenance` tells how it came to be: corpus, steps, seed, hardware, figures."""

    gpt: GPT
    vocabulary: Vocabulary
    provenance: dict = field(default_factory=dict)

    @classmethod
    def load(cls, source: str | Path, device: str = "cpu") -> "Checkpoint":
        """The checkpoint in the folder `source`, or in the Hub repository of that name. Raises CheckpointError."""
        folder = _folder(source)
        config = _read_config(folder)
        try:
            vocabulary = Vocabulary(config["vocabulary"])
            with torch.device("meta"), Undrawn():  # the weights are about to be loaded
                gpt = GPT(GPTConfig(**config["gpt"]))
            provenance = dict(config["provenance"])
            if vocabulary.n != gpt.config.n:
                raise ValueError(f"{vocabulary.n} characters in its vocabulary, {gpt.config.n} in its network")
        except (KeyError, TypeError, ValueError) as error:
            raise CheckpointError(f"{folder / CONFIG} does not describe a network of this package: {error}") from error
        try:
            gpt.load_state_dict({name: w.float() for name, w in load_file(folder / WEIGHTS).items()}, assign=True)
        except Exception as error:  # safetensors and torch raise many kinds for a damaged or foreign file
            message = f"{folder / WEIGHTS} is damaged or of another network: {_first_line(error)}"
            raise CheckpointError(message) from error
        return cls(gpt.eval().to(device), vocabulary, provenance)

    def save(self, folder: str | Path) -> None:
        """Write the two files; each appears whole or not at all."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        weights = {name: w.detach().half().cpu().contiguous() for name, w in self.gpt.state_dict().items()}
        config = {
            "format": FORMAT,
            "gpt": asdict(self.gpt.config),
            "vocabulary": self.vocabulary.characters,
            "provenance": self.provenance,
        }
        replace_file(folder / WEIGHTS, lambda path: save_file(weights, path))
        text = json.dumps(config, indent=2, ensure_ascii=False) + "\n"
        replace_file(folder / CONFIG, lambda path: path.write_text(text, encoding="utf-8"))

    @property
    def noises(self) -> tuple[str, ...]:
        """The kinds of noise it was trained to undo; none for a causal network."""
        return () if self.gpt.config.causal else tuple(self.provenance.get("noises", ("uniform", "mask")))

    @property
    def fingerprint(self) -> str:
        """Eight hexadecimal digits that change with the weights."""
        digest = hashlib.sha256()
        for weight in self.gpt.state_dict().values():
            digest.update(weight.half().cpu().numpy().tobytes())
        return digest.hexdigest()[:8]


class Undrawn(TorchFunctionMode):
    """No first weights are drawn; to do so on the device "meta" torch would fetch its compiler, for two seconds."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        if getattr(func, "__module__", "") == "torch.nn.init":
            return kwargs["tensor"]
        return func(*args, **(kwargs or {}))


def replace_file(path: Path, write) -> None:
    """Let `write(temporary path)` make a file and move it to `path` in one go."""
    temporary = path.with_name(f".{path.name}.part")
    write(temporary)
    temporary.replace(path)


def default_device() -> str:
    """The GPU where there is one ("cuda"), else "cpu"."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def _folder(source: str | Path) -> Path:
    folder = Path(source)
    if folder.is_dir():
        return folder
    if len(parts := str(source).split("/")) != 2 or not all(parts) or folder.parent.is_dir():
        raise CheckpointError(f"there is no checkpoint folder {source}")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(str(source), allow_patterns=[WEIGHTS, CONFIG]))
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError, ValueError) as error:  # ValueError: no name at all
        raise CheckpointError(f"{source} is no folder, nor a repository the Hub gave: {_first_line(error)}") from error


def _read_config(folder: Path) -> dict:
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        found = config["format"]
    except OSError as error:
        raise CheckpointError(f"{folder} is not a checkpoint: it has no readable {CONFIG}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise CheckpointError(f"{folder / CONFIG} is not a checkpoint of this package") from error
    if found != FORMAT:
        raise CheckpointError(f"{folder} has checkpoint format {found!r}, this package reads format {FORMAT}")
    return config


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]

"""A text to learn from: split in train and validation, cut into windows.

Knows nothing of networks. Tiny Shakespeare is fetched from its public address and checked.
"""

import hashlib
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from diffusion_gpt.vocabulary import Vocabulary

URL = "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt"
SHA256 = "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"
CACHE = Path.home() / ".cache" / "diffusion_gpt" / "tinyshakespeare.txt"


@dataclass(frozen=True, slots=True)
class Corpus:
    """A text; the first 90 % are for training, the rest for validation."""

    text: str

    @classmethod
    def read(cls, path: str | Path | None) -> "Corpus":
        """The UTF-8 file at `path`; None: Tiny Shakespeare. Raises ValueError in words."""
        path = Path(path) if path is not None else _tiny_shakespeare()
        try:
            return cls(path.read_bytes().decode("utf-8"))
        except OSError as error:
            raise ValueError(f"the corpus {path} cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise ValueError(f"the corpus {path} is not UTF-8 text (byte {error.start})") from error

    @property
    def sha256(self) -> str:
        """The checksum of the text in UTF-8."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def train(self) -> str:
        return self.text[: self._border]

    @property
    def validation(self) -> str:
        return self.text[self._border :]

    @property
    def _border(self) -> int:
        return int(0.9 * len(self.text))


def windows(text: str, vocabulary: Vocabulary, length: int) -> Tensor:
    """`text` cut into ids (W, length), one window after the other; an incomplete last one is left out."""
    count = len(text) // length
    if count == 0:
        raise ValueError(f"the text has {len(text):,} characters, too few for one window of {length}")
    return torch.tensor(vocabulary.encode(text[: count * length])).view(count, length)


def _tiny_shakespeare() -> Path:
    """The cached copy, fetched on first use."""
    if not CACHE.is_file():
        try:
            with urllib.request.urlopen(URL, timeout=30) as answer:
                data = answer.read()
        except OSError as error:
            raise ValueError(f"Tiny Shakespeare could not be fetched from {URL} ({error}); name a file: --corpus FILE") from error
        if hashlib.sha256(data).hexdigest() != SHA256:
            raise ValueError(f"what {URL} sent is not Tiny Shakespeare (wrong checksum); name a file: --corpus FILE")
        CACHE.parent.mkdir(parents=True, exist_ok=True)
        CACHE.write_bytes(data)
    return CACHE

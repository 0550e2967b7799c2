"""A text to learn from: split in train and validation, cut into windows.

Knows nothing of networks. Tiny Shakespeare is fetched from its public address and checked.
"""

import hashlib
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
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
            corpus = cls(path.read_bytes().decode("utf-8"))
        except OSError as error:
            raise ValueError(f"the corpus {path} cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise ValueError(f"the corpus {path} is not UTF-8 text (byte {error.start})") from error
        if len(set(corpus.text)) < 2:
            raise ValueError(f"the corpus {path} is empty or one character repeated; there is nothing to learn")
        return corpus

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
    if length < 1:
        raise ValueError(f"a window has at least 1 character, got {length}")
    count = len(text) // length
    if count == 0:
        raise ValueError(f"the text has {len(text):,} characters, too few for one window of {length}")
    return torch.tensor(vocabulary.encode(text[: count * length])).view(count, length)


def _tiny_shakespeare() -> Path:
    """The cached copy, fetched on first use, or anew if it is not what it should be."""
    if not (CACHE.is_file() and _is_genuine(CACHE.read_bytes())):
        try:
            with urllib.request.urlopen(URL, timeout=30) as answer:
                data = answer.read()
            if not _is_genuine(data):
                raise ValueError(f"{URL} did not send Tiny Shakespeare (wrong checksum); name a file: --corpus FILE")
            CACHE.parent.mkdir(parents=True, exist_ok=True)
            CACHE.write_bytes(data)
        except (OSError, HTTPException) as error:
            raise ValueError(f"Tiny Shakespeare could not be fetched ({error}); name a file: --corpus FILE") from error
    return CACHE


def _is_genuine(data: bytes) -> bool:
    return hashlib.sha256(data).hexdigest() == SHA256

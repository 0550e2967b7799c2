"""The model card's figures: measured, laid out as Markdown tables, and put in their place in the card.

Knows nothing of how a figure is measured.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from diffusion_gpt.checkpoint import Checkpoint, replace_file
from diffusion_gpt.corpus import Corpus, windows
from diffusion_gpt.metrics import (
    PASSES,
    distinct,
    judged_nll,
    likelihood,
    longest_copy,
    repair,
    unigram_entropy,
    word_validity,
)
from diffusion_gpt.rules import mend, surest
from diffusion_gpt.studio import Studio
from diffusion_gpt.trajectory import Request

WRITERS = {"figures": "evaluate --report", "frontier": "frontier --report"}
"""The parts of a card that commands write, each between two marks."""
LENGTHS = (16, 64, 256)
FULL = 256
"""Letters of a text that is repaired or written."""
SHARES = (0.05, 0.15, 0.3, 0.5)
SAMPLES = 192
REPAIRED, MENDED = 48, 200
"""Validation windows that are damaged and restored, and whose typos are mended."""
TYPOS, LOOKS = 0.05, 8
DOUBTED = (0.02, TYPOS, 0.1)
"""Shares of letters that are taken for wrong, around as many as are."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is measured, on which text, and who judges."""

    checkpoint: Checkpoint
    corpus: Corpus
    judge: Checkpoint | None

    @property
    def device(self):
        return next(self.checkpoint.gpt.parameters()).device

    @property
    def network(self):
        """The network and its number of characters."""
        return self.checkpoint.gpt, self.checkpoint.vocabulary.n

    def windows(self, length: int, most: int | None = None):
        """The validation text in windows (W, length), on the network's device; evenly over it, `most` of them."""
        pieces = windows(self.corpus.validation, self.checkpoint.vocabulary, length).to(self.device)
        count = min(most or len(pieces), len(pieces))
        return pieces[torch.linspace(0, len(pieces) - 1, count).long()]


def figures(subject: Subject) -> str:
    """All tables, as Markdown."""
    makers: Sequence[Callable[[Subject], str]] = [likelihoods]
    if not subject.checkpoint.gpt.config.causal:
        makers = [likelihoods, repairs, typos, samples]
    return "\n\n".join(maker(subject) for maker in makers)


def likelihoods(subject: Subject) -> str:
    """Nats and bits per character by length of the text."""
    rows = []
    for length in LENGTHS:
        kinds = subject.checkpoint.noises
        passes = PASSES if length == FULL else PASSES // 3
        for name, estimate in likelihood(subject.checkpoint.gpt, kinds, subject.windows(length), passes=passes).items():
            nats = f"{estimate.value:.4f} ± {estimate.stderr:.4f}"
            rows.append((NAMES[name], str(length), nats, f"{estimate.value / math.log(2):.3f}"))
    title = "Likelihood of the validation text (for noise: an upper bound of the negative logarithm)"
    return table(title, ("", "letters", "nats per letter", "bits per letter"), sorted(rows, key=lambda row: row[0]))


NAMES = {"nelbo_uniform": "scrambled", "nelbo_mask": "hidden", "nll": "next letter"}


def repairs(subject: Subject) -> str:
    """What becomes of damaged validation text."""
    pieces, rows, (gpt, n) = subject.windows(FULL, REPAIRED), [], subject.network
    for share in SHARES:
        done = repair(gpt, n, pieces, share, rule=surest)
        rows.append((f"{share:.0%}", *(f"{value:.1%}" for value in (done.restored, done.wrong, done.broken))))
    title = f"Repair of scrambled validation text ({len(pieces)} windows of {FULL} letters, 32 steps)"
    head = ("letters hit", "changed letters restored", "changed letters still wrong", "untouched letters broken")
    return table(title, head, rows)


def typos(subject: Subject) -> str:
    """What becomes of typos in validation text, where nobody says how many there are."""
    pieces, rows, (gpt, n) = subject.windows(FULL, MENDED), [], subject.network
    for doubted in DOUBTED:
        done = repair(gpt, n, pieces, TYPOS, doubted=doubted, rule=mend, steps=LOOKS)
        rows.append((f"{doubted:.0%}", *(f"{value:.1%}" for value in (done.restored, done.wrong, done.broken))))
    title = f"Typos mended ({len(pieces)} windows of {FULL} letters, {TYPOS:.0%} of them replaced, {LOOKS} steps)"
    head = ("letters taken for wrong", "typos restored", "typos still wrong", "right letters newly broken")
    return table(title, head, rows)


def samples(subject: Subject) -> str:
    """How text written from pure noise compares with the real one."""
    studio, vocabulary = Studio(subject.checkpoint), subject.checkpoint.vocabulary
    written = {"real validation text": [vocabulary.decode(ids) for ids in subject.windows(FULL, SAMPLES).tolist()]}
    for kind in subject.checkpoint.noises:
        *_, last = studio.steps([Request(noise=kind, seed=seed, length=FULL) for seed in range(SAMPLES)])
        written[f"written, {NAMES[f'nelbo_{kind}']}, {Request().steps} steps"] = [
            vocabulary.decode(ids) for ids in last.x_next.tolist()
        ]
    rows = [(name, *_qualities(texts, subject)) for name, texts in written.items()]
    head = ("", "words of the training text", "entropy, nats", "distinct 4-letter runs", "longest copy, letters")
    head += ("nats per letter, judged by the twin",) if subject.judge else ()
    return table(f"{SAMPLES} texts of {FULL} letters from pure noise", head, rows)


def _qualities(texts: list[str], subject: Subject) -> tuple[str, ...]:
    train = subject.corpus.train
    shares = (f"{word_validity(texts, train):.1%}", f"{unigram_entropy(texts):.2f}", f"{distinct(texts):.1%}")
    judged = (f"{judged_nll(subject.judge, texts).value:.3f}",) if subject.judge else ()
    return *shares, str(longest_copy(texts, train)), *judged


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table under a title."""
    lines = [" | ".join(row) for row in (head, ["---", *["--:"] * (len(head) - 1)], *rows)]
    return f"**{title}**\n\n" + "\n".join(f"| {line} |" for line in lines)


def marks(part: str) -> tuple[str, str]:
    """The lines of a card between which a command writes this part (of WRITERS)."""
    return f"<!-- {part}: begin (written by `{WRITERS[part]}`) -->", f"<!-- {part}: end -->"


def around(card: Path, part: str) -> tuple[str, str]:
    """The card up to and from the place of this part. Raises ValueError if it has none."""
    begin, end = marks(part)
    before, begun, rest = card.read_text(encoding="utf-8").partition(begin) if card.is_file() else ("", "", "")
    _, ended, after = rest.partition(end)
    if not (begun and ended):
        raise ValueError(f"{card} has no place for its {part}: it needs the lines {begin} and {end}")
    return before + begun, ended + after


def put(card: Path, part: str, text: str) -> None:
    """Put `text` in the place of this part. Raises ValueError if the card has none."""
    before, after = around(card, part)
    replace_file(card, lambda path: path.write_text(f"{before}\n\n{text}\n\n{after}", encoding="utf-8"))

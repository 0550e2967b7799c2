"""How good a network is: its likelihood of a validation text, with the error of the measurement.

Knows nothing of training. Figures are nats per character, and in bits.
"""

import argparse
import json
import sys
import time
from pathlib import Path

from diffusion_gpt import card
from diffusion_gpt.checkpoint import Checkpoint, default_device
from diffusion_gpt.corpus import Corpus, windows
from diffusion_gpt.metrics import PASSES, likelihood, report
from diffusion_gpt.render.plots import learning_curve


def evaluate(checkpoint: Checkpoint, corpus: Corpus, *, length: int, passes: int, seed: int) -> dict[str, float]:
    """Likelihood of the corpus' validation part, cut into windows of `length` characters."""
    device = next(checkpoint.gpt.parameters()).device
    pieces = windows(corpus.validation, checkpoint.vocabulary, length).to(device)
    if len(pieces) < 2:
        raise ValueError(f"the validation part fills one window of {length}, but an error needs two: choose a shorter")
    start = time.perf_counter()
    figures = report(likelihood(checkpoint.gpt, checkpoint.noises, pieces, passes=passes, seed=seed))
    seconds = round(time.perf_counter() - start, 1)
    return figures | {"characters": pieces.numel(), "length": length, "passes": passes, "seconds": seconds}


def write_report(folder: Path, subject: card.Subject) -> None:
    """Measure all that the model card of `folder` shows, and write it there with the learning curve."""
    card.put(folder / "README.md", "figures", card.figures(subject))
    if history := subject.checkpoint.provenance.get("history"):
        learning_curve(history, folder / "curve.png")


def parse() -> argparse.Namespace:
    """The command line's options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", help="folder or Hub repository of a checkpoint")
    parser.add_argument("--corpus", help="UTF-8 text, its last 10 %% are measured (default: Tiny Shakespeare, fetched)")
    parser.add_argument("--length", type=int, default=256, help="characters a window, 1..256 (default: %(default)s)")
    parser.add_argument("--passes", type=int, default=PASSES, help="looks at every window (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of the noise (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--report", action="store_true", help="write the model card's tables and figures (half an hour on a CPU)"
    )
    parser.add_argument("--judge", help="causal checkpoint that judges what is written, for --report")
    return parser.parse_args()


def main() -> None:
    """The command line."""
    options = parse()
    try:
        checkpoint = Checkpoint.load(options.checkpoint, default_device())
        corpus = Corpus.read(options.corpus)
        figures = evaluate(checkpoint, corpus, length=options.length, passes=options.passes, seed=options.seed)
        if options.report:
            judge = Checkpoint.load(options.judge, default_device()) if options.judge else None
            write_report(Path(options.checkpoint), card.Subject(checkpoint, corpus, judge))
    except ValueError as error:
        print(f"evaluate: {error}", file=sys.stderr)
        sys.exit(2)
    print(json.dumps(figures) if options.json else "\n".join(f"{name}: {value:.6g}" for name, value in figures.items()))


if __name__ == "__main__":
    main()

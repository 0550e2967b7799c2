"""How good a network is: its likelihood of a validation text, with the error of the measurement.

Knows nothing of training. Figures are nats per character, divided by ln 2 also bits.
"""

import argparse
import json
import math
import sys
import time
from collections.abc import Sequence

import torch
from torch import Tensor

from diffusion_gpt.checkpoint import Checkpoint, default_device
from diffusion_gpt.corpus import Corpus, windows
from diffusion_gpt.gpt import GPT
from diffusion_gpt.kernel import KERNELS
from diffusion_gpt.loss import Estimate, nelbo, nll


def likelihood(
    gpt: GPT, kinds: Sequence[str], windows: Tensor, *, passes: int = 4, seed: int = 0
) -> dict[str, Estimate]:
    """NELBO of `windows` (W, L) for each kind of noise; for a causal network its exact NLL. Nats per character."""
    if gpt.config.causal:
        return {"nll": nll(gpt, windows, gpt.config.n)}
    estimates = {}
    for kind in kinds:
        generator = torch.Generator(windows.device).manual_seed(seed)
        estimates[f"nelbo_{kind}"] = nelbo(gpt, KERNELS[kind](gpt.config.n), windows, passes=passes, generator=generator)
    return estimates


def report(estimates: dict[str, Estimate]) -> dict[str, float]:
    """The estimates as flat figures: the value, its standard error, and the value in bits."""
    figures = {}
    for name, estimate in estimates.items():
        figures |= {name: estimate.value, f"{name}_stderr": estimate.stderr}
        figures[f"{name}_bits"] = estimate.value / math.log(2)
    return figures


def evaluate(checkpoint: Checkpoint, corpus: Corpus, *, length: int, passes: int, seed: int) -> dict[str, float]:
    """Likelihood of the corpus' validation part, cut into windows of `length` characters."""
    device = next(checkpoint.gpt.parameters()).device
    pieces = windows(corpus.validation, checkpoint.vocabulary, length).to(device)
    kinds = checkpoint.provenance.get("noises", tuple(KERNELS))
    start = time.perf_counter()
    figures = report(likelihood(checkpoint.gpt, kinds, pieces, passes=passes, seed=seed))
    seconds = round(time.perf_counter() - start, 1)
    return figures | {"characters": pieces.numel(), "length": length, "passes": passes, "seconds": seconds}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", help="folder or Hub repository of a checkpoint")
    parser.add_argument("--corpus", help="UTF-8 text whose last 10 %% are measured (default: Tiny Shakespeare, fetched)")
    parser.add_argument("--length", type=int, default=256, help="characters a window, 1..256 (default: %(default)s)")
    parser.add_argument("--passes", type=int, default=4, help="looks at every window (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of the noise (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    try:
        checkpoint = Checkpoint.load(options.checkpoint, default_device())
        corpus = Corpus.read(options.corpus)
        figures = evaluate(checkpoint, corpus, length=options.length, passes=options.passes, seed=options.seed)
    except ValueError as error:
        print(f"evaluate: {error}", file=sys.stderr)
        sys.exit(2)
    lines = json.dumps(figures) if options.json else "\n".join(f"{name}: {value:.6g}" for name, value in figures.items())
    print(lines)


if __name__ == "__main__":
    main()

"""How fast it is: ratios within one run, so that they hold on other machines too.

Knows nothing of quality. What is compared is timed one right after the other, again and again, so that a machine that
slows down slows both; the median of the ratios counts.
"""

import argparse
import json
import math
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

import torch
from torch import Tensor
from tqdm import tqdm

from diffusion_gpt import race
from diffusion_gpt.frame import record
from diffusion_gpt.gpt import GPT, GPTConfig
from diffusion_gpt.render.gif import write_gif
from diffusion_gpt.studio import Studio
from diffusion_gpt.trajectory import Request

GIF_FRAMES = 64


@dataclass(frozen=True, slots=True)
class Bench:
    """All on texts as long as the network reads."""

    length: int
    threads: int
    forward_seconds: float
    """One look at one text."""
    forward_over_matmuls: float
    """That, against its matrix products alone."""
    step_over_forward: float
    """A step with the best rule, its beliefs, doubts and frame recorded, against the look within it."""
    four_panes_over_one: float
    """A step of four runs at once, against a step of one: a quarter of four such steps, which a burst of other work on
    the machine hits as often."""
    four_compared_over_four_alone: float
    """Four films of 32 steps side by side, as the page compares them, against the same four one after the other."""
    gif_seconds: float
    """To write a film of 64 frames as a GIF, not counting the film."""
    gif_bytes: int
    gif_over_forwards: float
    """That time, against 64 looks."""
    twin_cached_seconds: float
    """The twin writes one text, remembering what it has read."""
    twin_uncached_seconds: float
    """The same, reading all anew for every character."""


def bench(studio: Studio, *, repeats: int = 200) -> Bench:
    """All figures: medians of `repeats`, for four panes of a fourth; comparison and GIF: of 3, the twin: of 1."""
    gpt, length = studio.gpt, studio.gpt.config.length
    x = torch.randint(gpt.config.n, (1, length), device=studio.device)
    request = Request(length=length, steps=repeats + 2)
    film = record(studio.steps([request]), studio.vocabulary)
    alone = [studio.steps([replace(request, seed=i)]) for i in range(4)]
    four = studio.steps([replace(request, seed=i) for i in range(4)])
    forward, over_products = against(lambda: gpt(x), matrix_products(gpt, x), repeats)
    _, over_forward = against(film.__next__, lambda: gpt(x), repeats)
    _, over_alone = against(four.__next__, lambda: list(map(next, alone)), math.ceil(repeats / 4))
    compared = comparison(studio, [Request(length=length, seed=i) for i in range(4)])
    gif_seconds, gif_bytes = gif(studio, replace(request, steps=GIF_FRAMES - 1))
    cached, uncached = twin(gpt.config, studio.device)
    return Bench(
        length, torch.get_num_threads(), forward, over_products, over_forward, 4 * over_alone,
        compared, gif_seconds, gif_bytes, gif_seconds / (GIF_FRAMES * forward), cached, uncached,
    )  # fmt: skip


@torch.inference_mode()
def against(call: Callable[[], object], reference: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Median seconds of `call`, and the median of what it takes over what `reference` takes right before or after.

    A first pair does not count. Which comes first changes: what a call leaves in the caches serves the next one.
    """
    pairs = []
    for number in tqdm(range(repeats + 1), unit="pair"):
        if number % 2:
            pairs.append((seconds(call), seconds(reference)))
        else:
            pairs.append((seconds(reference), seconds(call))[::-1])
    del pairs[0]
    return statistics.median(time for time, _ in pairs), statistics.median(time / base for time, base in pairs)


def seconds(call: Callable[[], object]) -> float:
    """How long it takes, until the device is done."""
    start = time.perf_counter()
    call()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - start


def matrix_products(gpt: GPT, x: Tensor) -> Callable[[], None]:
    """All matrix products of gpt(x), and nothing else: those with weights, and per head Q Kᵀ and the weights times V.

    The operands have the shapes of the real ones, and lie ready in memory; all of what they give is thrown away.
    """
    c, kind = gpt.config, {"device": x.device}
    narrow, wide = torch.randn(x.numel(), c.width, **kind), torch.randn(x.numel(), 4 * c.width, **kind)
    q = torch.randn(len(x) * c.heads, x.shape[1], c.width // c.heads, **kind)
    odds = torch.randn(len(x) * c.heads, x.shape[1], x.shape[1], **kind)
    turned = q.transpose(1, 2).contiguous()
    linear = torch.nn.functional.linear

    def products() -> None:
        for block in gpt.blocks:
            linear(narrow, block.attention.qkv.weight)
            q @ turned
            odds @ q
            linear(narrow, block.attention.project.weight)
            linear(narrow, block.mlp.expand.weight)
            linear(wide, block.mlp.contract.weight)
        linear(narrow, gpt.head.weight)

    return products


def comparison(studio: Studio, requests: list[Request], rounds: int = 3) -> float:
    """How many times as long the films take side by side as one after the other: the median of `rounds`.

    After each of the films that are made alone comes as much of those that are made together: a machine that slows
    down slows both. A first round does not count.
    """
    ratios = []
    for _ in tqdm(range(rounds + 1), unit="round"):
        together, alone, beside = studio.compare(requests), 0.0, 0.0
        for request in requests:
            alone += seconds(partial(list, studio.run(request)))
            beside += seconds(partial(list, islice(together, request.steps + 1)))
        ratios.append(beside / alone)
    return statistics.median(ratios[1:])


def gif(studio: Studio, request: Request) -> tuple[float, int]:
    """Median seconds of three writings, and bytes."""
    film = studio.film(request, studio.run(request))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "film.gif")
        times = [seconds(lambda: list(write_gif(film, path))) for _ in range(3)]
        return statistics.median(times), path.stat().st_size


def twin(shape: GPTConfig, device: str) -> tuple[float, float]:
    """Seconds of a causal network of this shape to write a text, with memory and without; its weights do not matter."""
    network = GPT(replace(shape, causal=True)).eval().to(device)
    generators = [torch.Generator().manual_seed(0)]
    pages = [torch.zeros(1, read, dtype=torch.long, device=device) for read in range(1, shape.length + 1)]
    list(race.write(network, min(8, shape.length), generators=generators))
    cached = seconds(lambda: list(race.write(network, shape.length, generators=generators)))
    with torch.inference_mode():
        return cached, seconds(lambda: [network(page) for page in pages])


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", help="folder or Hub repository of a denoiser")
    parser.add_argument("--repeats", type=int, default=200, help="pairs, 3..1000 (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    try:
        if not 3 <= options.repeats <= 1000:
            raise ValueError(f"repeats must be between 3 and 1000, got {options.repeats}")
        figures = asdict(bench(Studio.load(options.checkpoint), repeats=options.repeats))
    except ValueError as error:
        print(f"bench: {error}", file=sys.stderr)
        sys.exit(2)
    print(json.dumps(figures) if options.json else "\n".join(f"{name}: {value:.4g}" for name, value in figures.items()))


if __name__ == "__main__":
    main()

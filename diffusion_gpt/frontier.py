"""What the step rules are worth: likelihood against diversity, for each rule, number of calls and kind of noise.

Knows nothing of how rules work. Texts are written from pure noise and compared with real text; no rule is good that
buys likelihood with sameness, so the four figures of a row belong together.
"""

import argparse
import json
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from pathlib import Path

import torch
from tqdm import tqdm

from diffusion_gpt import card
from diffusion_gpt.checkpoint import Checkpoint, default_device, replace_file
from diffusion_gpt.corpus import Corpus, windows
from diffusion_gpt.metrics import distinct, judged_nll, unigram_entropy, word_validity
from diffusion_gpt.studio import Studio
from diffusion_gpt.trajectory import BEST_SCHEDULES, KINDS, RULES, SCHEDULES, Request

BUDGETS = (8, 16, 32, 64, 128)
WRITING = tuple(rule for rule in RULES if rule not in ("best", "mend", "surest"))
SWEPT = {"spread": (1.0, 0.95, 0.9, 0.85)} | dict.fromkeys(("churn", "gibbs", "revise"), (1.0, 0.95))
"""Rules that are tried with several top-p if none is asked for; the others with their own."""
NAME = "frontier"


@dataclass(frozen=True, slots=True)
class Quality:
    """How texts read, next to real ones."""

    nll: float
    """Of the judge, nats per character."""
    nll_stderr: float
    words: float
    """Share of whole words that the training text has."""
    entropy: float
    """Of single characters, nats."""
    distinct: float
    """Share of different ones among sequences of four characters."""

    @classmethod
    def of(cls, texts: Sequence[str], judge: Checkpoint, training_text: str) -> "Quality":
        """The quality of texts of one length."""
        nll = judged_nll(judge, texts)
        return cls(
            nll.value, nll.stderr, word_validity(texts, training_text), unigram_entropy(texts), distinct(texts, 4)
        )


@dataclass(frozen=True, slots=True)
class Row:
    """A setting and what came of it; real text has no setting."""

    request: Request | None
    quality: Quality


def settings(
    kinds: Sequence[str],
    rules: Sequence[str],
    schedules: Sequence[str],
    budgets: Sequence[int],
    top_ps: Sequence[float],
    base: Request,
) -> list[Request]:
    """All combinations in which the rule fits the kind of noise, otherwise as in `base`.

    Without `schedules` the best of each kind of noise; without `top_ps` those of SWEPT.
    """
    return [
        replace(base, noise=kind, schedule=schedule, rule=rule, top_p=top_p, steps=steps)
        for kind, rule in product(kinds, rules)
        if kind in RULES[rule]
        for schedule in schedules or (BEST_SCHEDULES[kind],)
        for top_p in top_ps or SWEPT.get(rule, (None,))
        for steps in budgets
    ]


def frontier(
    studio: Studio, judge: Checkpoint, corpus: Corpus, requests: Sequence[Request], *, count: int
) -> Iterator[Row]:
    """A row for real text, then one for each request, from `count` texts with seeds from the request's on."""
    length = requests[0].length
    real = windows(corpus.validation, studio.vocabulary, length)
    # Evenly over the validation text, whose scenes differ; it may have fewer windows than asked for.
    chosen = real[torch.linspace(0, len(real) - 1, min(count, len(real))).long()]
    yield Row(None, Quality.of([studio.vocabulary.decode(ids) for ids in chosen.tolist()], judge, corpus.train))
    for request in requests:
        yield Row(request, Quality.of(write(studio, request, count), judge, corpus.train))


def write(studio: Studio, request: Request, count: int) -> list[str]:
    """`count` texts, made together."""
    steps = studio.steps([replace(request, seed=request.seed + i) for i in range(count)])
    (last,) = deque(steps, maxlen=1)
    return [studio.vocabulary.decode(ids) for ids in last.x_next.tolist()]


def table(rows: Sequence[Row]) -> str:
    """The rows in Markdown."""
    lines = [
        "| noise | rule | schedule | top-p | calls | judged NLL | words | entropy | different 4-grams |",
        "|---|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        r, q = row.request, row.quality
        top_p = "" if r is None or r.top_p is None else f"{r.top_p:g}"
        setting = f"{r.noise} | {r.rule} | {r.schedule} | {top_p} | {r.steps}" if r else "real text | | | |"
        figures = f"{q.nll:.3f} ± {q.nll_stderr:.3f} | {q.words:.3f} | {q.entropy:.3f} | {q.distinct:.3f}"
        lines.append(f"| {setting} | {figures} |")
    return "\n".join(lines) + "\n"


def draw_figure(rows: Sequence[Row], path: Path) -> None:
    """One picture for each kind of noise: a line a rule, from few calls (thin dots) to many (thick ones)."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    real = rows[0].quality
    kinds = list(dict.fromkeys(row.request.noise for row in rows[1:]))
    figure, axes = plt.subplots(1, len(kinds), figsize=(6 * len(kinds), 5), squeeze=False, layout="constrained")
    for axis, kind in zip(axes[0], kinds):
        axis.set_prop_cycle(color=plt.get_cmap("tab20").colors)
        of_kind = [row for row in rows[1:] if row.request.noise == kind]
        for label in dict.fromkeys(map(_label, of_kind)):
            line = [row for row in of_kind if _label(row) == label]
            points = [(row.quality.nll, row.quality.distinct) for row in line]
            axis.plot(*zip(*points), label=label, linewidth=1)
            axis.scatter(*zip(*points), [row.request.steps**0.5 * 4 for row in line])
        axis.plot(real.nll, real.distinct, "k*", markersize=14, label="real text")
        axis.set(title=f"{kind} noise", xlabel="NLL of the judge, nats per character", ylabel="different 4-grams")
        axis.legend(fontsize="small")
    figure.savefig(path, dpi=120)
    plt.close(figure)


def _label(row: Row) -> str:
    return f"{row.request.rule}, {row.request.schedule}" + (f", {row.request.top_p:g}" if row.request.top_p else "")


def save(rows: Sequence[Row], folder: Path) -> None:
    """frontier.json, frontier.md and, once there is something to draw, frontier.png."""
    folder.mkdir(parents=True, exist_ok=True)
    figures = [{"request": row.request and asdict(row.request), **asdict(row.quality)} for row in rows]
    replace_file(folder / f"{NAME}.json", lambda path: path.write_text(json.dumps(figures, indent=1), encoding="utf-8"))
    replace_file(folder / f"{NAME}.md", lambda path: path.write_text(table(rows), encoding="utf-8"))
    if len(rows) > 1:
        draw_figure(rows, folder / f"{NAME}.png")


def report(rows: Sequence[Row], path: Path) -> None:
    """Table and figure into the model card at `path`. Raises ValueError if there is no place for them."""
    draw_figure(rows, path.with_name(f"{NAME}.png"))
    folded = f"<details>\n<summary>All {len(rows) - 1} settings</summary>\n\n{table(rows)}\n</details>"
    card.put(path, NAME, f"![What the step rules are worth]({NAME}.png)\n\n{folded}")


def parse() -> argparse.Namespace:
    """The command line's options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    default = Request()
    parser.add_argument("checkpoint", help="folder or Hub repository of a denoiser")
    parser.add_argument("--judge", required=True, help="folder or Hub repository of a causal twin")
    parser.add_argument("--corpus", help="UTF-8 text, last 10 %% for validation (default: Tiny Shakespeare, fetched)")
    parser.add_argument("--out", type=Path, help="folder for frontier.json, .md and .png")
    parser.add_argument("--report", action="store_true", help="put table and figure into the checkpoint's model card")
    parser.add_argument("--noise", nargs="+", choices=KINDS, default=KINDS, help="(default: all)")
    parser.add_argument("--rules", nargs="+", choices=RULES, default=WRITING, help="(default: all that write)")
    parser.add_argument("--steps", nargs="+", type=int, default=BUDGETS, help="network calls (default: 8 16 32 64 128)")
    parser.add_argument("--top-p", nargs="+", type=float, default=(), help="0.05..1 (default: some that tell)")
    parser.add_argument("--temperature", type=float, default=default.temperature, help="0.1..2 (default: %(default)s)")
    parser.add_argument("--schedule", nargs="+", choices=SCHEDULES, default=(), help="(default: the best of each)")
    parser.add_argument("--count", type=int, default=192, help="texts a setting (default: %(default)s)")
    parser.add_argument("--length", type=int, default=default.length, help="characters a text (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of the first text (default: %(default)s)")
    return parser.parse_args()


def prepare(options: argparse.Namespace) -> tuple[Iterator[Row], int]:
    """The rows to come, and how many. Raises ValueError in words."""
    studio, judge = Studio.load(options.checkpoint), Checkpoint.load(options.judge, default_device())
    if not judge.gpt.config.causal:
        raise ValueError(f"{options.judge} is a denoiser; a judge predicts the next character (train --noise none)")
    if options.report:
        card.around(_card(options), NAME)  # before hours of work, not after
    if options.count < 2:
        raise ValueError(f"count must be at least 2, got {options.count}")
    if options.length > (most := min(studio.gpt.config.length, judge.gpt.config.length)):
        raise ValueError(f"length must be at most {most}, for these networks read no more, got {options.length}")
    base = Request(length=options.length, temperature=options.temperature, seed=options.seed)
    requests = settings(options.noise, options.rules, options.schedule, options.steps, options.top_p, base)
    if not requests:
        raise ValueError(f"none of the rules {', '.join(options.rules)} fits {', '.join(options.noise)} noise")
    return frontier(studio, judge, Corpus.read(options.corpus), requests, count=options.count), len(requests) + 1


def _card(options: argparse.Namespace) -> Path:
    return Path(options.checkpoint) / "README.md"


def main() -> None:
    """The command line. What is done is saved, also when it is interrupted."""
    options = parse()
    torch.set_float32_matmul_precision("high")  # on a GPU thrice as fast, and the figures are the same to their error
    rows = []
    try:
        planned, count = prepare(options)
        for row in tqdm(planned, total=count, unit="setting"):
            rows.append(row)
    except ValueError as error:
        print(f"frontier: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print(f"frontier: stopped after {len(rows)} settings", file=sys.stderr)
    if options.out:
        save(rows, options.out)
    if options.report and len(rows) > 1:
        report(rows, _card(options))
    print(table(rows))


if __name__ == "__main__":
    main()

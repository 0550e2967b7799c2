"""Writing and restoring from the command line: texts, figures, and the film in every form.

Knows nothing of tensors: it asks the studio and prints.
"""

import argparse
import json
import sys
import time
from collections import deque
from dataclasses import dataclass, replace
from pathlib import Path

from tqdm import tqdm

from diffusion_gpt.frame import record
from diffusion_gpt.link import Link, again
from diffusion_gpt.render.forms import FORMS, Wishes
from diffusion_gpt.render.words import caption
from diffusion_gpt.studio import Studio
from diffusion_gpt.trajectory import BEST_SCHEDULES, KINDS, RULES, SCHEDULES, Request, Trajectory


@dataclass(frozen=True, slots=True)
class Sample:
    """What a call of `sample` made."""

    texts: list[str]
    seconds: float
    """Wall time of all steps."""
    network_calls: int
    film: Trajectory | None
    """The film of the first text."""


def sample(studio: Studio, request: Request, *, count: int = 1, film: bool = False) -> Sample:
    """`count` texts, made together; the i-th is the one of seed + i. Progress goes to standard error."""
    if not 1 <= count <= 4096:
        raise ValueError(f"count must be between 1 and 4096, got {count}")
    steps = studio.steps([replace(request, seed=request.seed + i) for i in range(count)])
    start = time.perf_counter()
    kept = deque(tqdm(steps, total=request.steps, unit="step"), maxlen=None if film else 1)
    seconds = round(time.perf_counter() - start, 3)
    texts = [studio.vocabulary.decode(row) for row in kept[-1].x_next.tolist()]
    frames = studio.film(request, record(kept, studio.vocabulary)) if film else None
    return Sample(texts, seconds, request.steps, frames)


def parse() -> argparse.Namespace:
    """The command line's options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    default = Request()
    parser.add_argument("checkpoint", help="folder or Hub repository of a checkpoint")
    parser.add_argument("--text", default="", help="what to corrupt and restore (default: write from pure noise)")
    parser.add_argument("--noise", choices=KINDS, default=default.noise, help="replace or hide (default: %(default)s)")
    parser.add_argument("--level", type=float, default=0.5, help="share of letters hit, 0..1 (default: %(default)s)")
    parser.add_argument("--steps", type=int, default=default.steps, help="network calls, 1..1024 (%(default)s)")
    parser.add_argument("--schedule", choices=SCHEDULES, help="(default: cosine; for mask loglinear)")
    parser.add_argument("--rule", choices=RULES, default=default.rule, help="how letters move (default: %(default)s)")
    parser.add_argument("--temperature", type=float, default=1.0, help="0.1..2, lower is safer (default: %(default)s)")
    parser.add_argument("--top-p", type=float, help="0.05..1, lower is safer (default: what is best for the rule)")
    parser.add_argument("--strength", type=float, default=0.0, help="share of typos in the text, 0..1 (default: 0)")
    parser.add_argument("--seed", type=int, default=0, help="of everything random (default: %(default)s)")
    parser.add_argument("--count", type=int, default=1, help="texts, with seed, seed + 1, … (default: %(default)s)")
    parser.add_argument("--length", type=int, default=256, help="characters to write, 1..256 (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    film = parser.add_argument_group("the film of the first text")
    film.add_argument("--gif", type=Path, metavar="FILE", help="save it as an animated GIF")
    film.add_argument("--mp4", type=Path, metavar="FILE", help="save it as a video")
    film.add_argument("--poster", type=Path, metavar="FILE", help="save it as a picture to print, .png or .svg")
    film.add_argument("--html", type=Path, metavar="FILE", help="save it as a page with the player, for any browser")
    film.add_argument("--save-json", type=Path, metavar="FILE", help="save it as data, which the page can open")
    film.add_argument("--dark", action="store_true", help="light letters on dark paper")
    film.add_argument("--title", action="store_true", help="say the settings above the text of a GIF or a video")
    film.add_argument("--once", action="store_true", help="a GIF that does not begin again")
    film.add_argument(
        "--link", nargs="?", const="", metavar="LINK",
        help="make the film of this link, whatever else is asked for; alone: print the link that makes this film again",
    )  # fmt: skip
    return parser.parse_args()


def fitted(studio: Studio, options: argparse.Namespace) -> Request:
    """The request in the options, its text in the model's characters; what was replaced is told on standard error."""
    text, replacements = studio.vocabulary.fit(options.text)
    if replacements:
        told = ", ".join(f"{r.given!r} → {r.used!r}" for r in replacements[:12])
        print(f"sample: the model does not know {len(replacements)} of the characters: {told}", file=sys.stderr)
    if options.text and not text:
        raise ValueError("the text has no character that the model can read")
    names = ("noise", "level", "steps", "schedule", "temperature", "seed", "length", "rule", "top_p", "strength")
    wishes = {name: getattr(options, name) for name in names}
    return Request(text, **wishes | {"schedule": options.schedule or BEST_SCHEDULES[options.noise]})


def asked(studio: Studio, options: argparse.Namespace) -> Request:
    """The request of the link in the options, else of all others; a model that has changed is told."""
    if not options.link:
        return fitted(studio, options)
    link = Link.read(options.link)
    if warning := link.warning(studio.fingerprint):
        print(f"sample: {warning}", file=sys.stderr)
    return link.request


def files(options: argparse.Namespace) -> dict[str, Path]:
    """The forms that the options ask for, and where each is to be written."""
    named = {form: getattr(options, "save_json" if form == "json" else form) for form in FORMS}
    return {form: path for form, path in named.items() if path}


def save(film: Trajectory, options: argparse.Namespace) -> None:
    """Write the film in every form that the options name."""
    title = caption(film.request) if options.title else ""
    wishes = Wishes(options.dark, not options.once, title, again(film.request, film.model))
    for form, path in files(options).items():
        deque(FORMS[form](film, path, wishes), maxlen=0)


def main() -> None:
    """The command line."""
    options = parse()
    try:
        studio = Studio.load(options.checkpoint)
        request = asked(studio, options)
        made = sample(studio, request, count=options.count, film=bool(files(options)))
        if made.film:
            save(made.film, options)
        link = {"link": Link(request, studio.fingerprint).address()} if options.link == "" else {}
    except (ValueError, OSError) as error:
        print(f"sample: {error}", file=sys.stderr)
        sys.exit(2)
    figures = {"texts": made.texts, "seconds": made.seconds, "network_calls": made.network_calls, **link}
    print(json.dumps(figures, ensure_ascii=False) if options.json else "\n\n".join([*made.texts, *link.values()]))


if __name__ == "__main__":
    main()

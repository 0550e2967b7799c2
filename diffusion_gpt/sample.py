"""Writing and restoring from the command line: texts, figures, a GIF.

Knows nothing of tensors: it asks the studio and prints.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from tqdm import tqdm

from diffusion_gpt.render.gif import write_gif
from diffusion_gpt.sampler import Step
from diffusion_gpt.studio import Studio
from diffusion_gpt.trajectory import KINDS, SCHEDULES, Request, Trajectory, record


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
    kept = list(_last_or_all(tqdm(steps, total=request.steps, unit="step"), keep_all=film))
    seconds = round(time.perf_counter() - start, 3)
    texts = [studio.vocabulary.decode(row) for row in kept[-1].x_next.tolist()]
    frames = studio.film(request, record(kept, studio.vocabulary)) if film else None
    return Sample(texts, seconds, request.steps, frames)

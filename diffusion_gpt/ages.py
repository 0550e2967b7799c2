"""The age of the model: the same page written from the same noise, again and again while it learns.

Knows nothing of how it learns.
"""

from dataclasses import replace
from pathlib import Path

from diffusion_gpt.checkpoint import Checkpoint
from diffusion_gpt.frame import Beliefs
from diffusion_gpt.studio import Studio
from diffusion_gpt.trajectory import Request, Trajectory

AGES = (0, 100, 300, 1_000, 3_000, 10_000)
"""Steps of training after which a film is kept, and after the last."""
REQUEST = Request(length=160, steps=24, seed=1)


def due(step: int, last: int) -> bool:
    """Whether a film is to be kept after this step."""
    return step in AGES or step == last


def keep(checkpoint: Checkpoint, folder: Path) -> None:
    """Film what the network writes at its age; only the pages are kept, not the beliefs."""
    request = replace(REQUEST, length=min(REQUEST.length, checkpoint.gpt.config.length))
    frames = (replace(frame, beliefs=Beliefs()) for frame in Studio(checkpoint).run(request))
    film = Trajectory(request, "", tuple(frames))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"age-{checkpoint.provenance['step']:06}.json").write_text(film.to_json() + "\n", encoding="utf-8")

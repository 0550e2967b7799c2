"""The demo: `python app.py`, or a Hugging Face Space.

Knows nothing but where the model lies.
"""

import sys
from threading import Event, Thread

from diffusion_gpt import zero  # first of all: it has to come before CUDA
from diffusion_gpt.checkpoint import CheckpointError
from diffusion_gpt.racer import Racer
from diffusion_gpt.studio import Studio
from diffusion_gpt.trajectory import Request
from diffusion_gpt.ui.app import build_app
from diffusion_gpt.ui.launch import launch

try:
    studio = Studio.load("checkpoints/shakespeare")
    racer = Racer.find(studio, "checkpoints/baby-gpt")
except CheckpointError as error:
    print(f"app: {error}", file=sys.stderr)
    sys.exit(2)

warm = Event()


def warm_up() -> None:
    """The first look is the slowest: it is to be nobody's."""
    list(studio.run(Request(steps=1)))
    warm.set()


if zero.LENDING:  # there is no GPU but for a call
    warm.set()
else:
    Thread(target=warm_up, daemon=True).start()
demo = build_app(*zero.lend(studio, racer))

if __name__ == "__main__":
    launch(demo, ready=warm.is_set)

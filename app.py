"""The demo: `python app.py`, or a Hugging Face Space.

Knows nothing but where the model lies.
"""

import sys
from threading import Thread

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

if not zero.LENDING:  # the first look is the slowest: it is to be nobody's
    Thread(target=lambda: list(studio.run(Request(steps=1))), daemon=True).start()
demo = build_app(*zero.lend(studio, racer))

if __name__ == "__main__":
    launch(demo)

"""The demo: `python app.py`, or a Hugging Face Space.

Knows nothing but where the model lies.
"""

import sys

from diffusion_gpt.checkpoint import CheckpointError
from diffusion_gpt.racer import Racer
from diffusion_gpt.studio import Studio
from diffusion_gpt.ui.app import build_app
from diffusion_gpt.ui.launch import launch

try:
    studio = Studio.load("checkpoints/shakespeare")
    demo = build_app(studio, Racer.find(studio, "checkpoints/baby-gpt"))
except CheckpointError as error:
    print(f"app: {error}", file=sys.stderr)
    sys.exit(2)

if __name__ == "__main__":
    launch(demo)

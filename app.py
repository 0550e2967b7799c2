"""The demo: `python app.py`, or a Hugging Face Space.

Knows nothing but where the model lies.
"""

from diffusion_gpt.studio import Studio
from diffusion_gpt.ui.app import build_app
from diffusion_gpt.ui.launch import launch

demo = build_app(Studio.load("checkpoints/shakespeare"))

if __name__ == "__main__":
    launch(demo)

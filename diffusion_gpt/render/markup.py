"""The HTML of the player's elements; a piece that several of them have lies in a file of its own.

Knows nothing of what the elements do.
"""

import re

from diffusion_gpt import assets

PIECE = re.compile(r"<!-- (\w+\.html) -->\n")


def markup(name: str) -> str:
    """The HTML of the element `name`, with its pieces in their places."""
    return PIECE.sub(lambda piece: assets.text(f"player/{piece[1]}"), assets.text(f"player/{name}.html"))

"""Fonts and styles of the page as text that can stand inside it: no request to another place.

Knows nothing of what is on the page.
"""

import base64

from diffusion_gpt import assets

STYLES = ("theme.css", "player/stage.css")
FONTS = {"JetBrains Mono": "fonts/JetBrainsMono-Regular.woff2", "Newsreader": "fonts/Newsreader-Medium.woff2"}


def styles(*more: str) -> str:
    """All of it, with the styles of these assets too."""
    return "\n".join([*map(_font_face, FONTS), *map(assets.text, (*STYLES, *more))])


def _font_face(family: str) -> str:
    data = base64.b64encode(assets.path(FONTS[family]).read_bytes()).decode("ascii")
    source = f'url("data:font/woff2;base64,{data}") format("woff2")'
    return f'@font-face {{ font-family: "{family}"; src: {source}; font-display: swap; }}'

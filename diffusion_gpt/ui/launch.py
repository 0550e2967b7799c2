"""How the page is served: queue, limits, looks. The one place for these settings.

Knows nothing of what is on the page.
"""

import base64

import gradio as gr

from diffusion_gpt import assets

STYLES = ("theme.css", "player/stage.css", "player/panes.css")
FONTS = {"JetBrains Mono": "fonts/JetBrainsMono-Regular.woff2", "Newsreader": "fonts/Newsreader-Medium.woff2"}
QUEUE = {"max_size": 16, "default_concurrency_limit": 1, "api_open": False}
SETTINGS = {
    "ssr_mode": False,
    "run_history": False,
    "enable_monitoring": False,
    "show_error": False,
    "state_session_capacity": 300,
    "max_file_size": "1mb",
    "max_threads": 20,
    "strict_cors": True,
    "mcp_server": False,
    "pwa": False,
    "footer_links": ["gradio", "settings"],
}


def launch(demo: gr.Blocks, **more):
    """Serves the page; `more` goes to Gradio's own launch, over the settings here."""
    return demo.queue(**QUEUE).launch(**{"theme": gr.themes.Base(), "head": head(), **SETTINGS, **more})


def head() -> str:
    """Fonts and styles, inside the page itself: no request to another place."""
    styles = [*map(_font_face, FONTS), *map(assets.text, STYLES)]
    return "<style>\n" + "\n".join(styles) + "\n</style>"


def _font_face(family: str) -> str:
    data = base64.b64encode(assets.path(FONTS[family]).read_bytes()).decode("ascii")
    source = f'url("data:font/woff2;base64,{data}") format("woff2")'
    return f'@font-face {{ font-family: "{family}"; src: {source}; font-display: swap; }}'

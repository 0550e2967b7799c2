"""How the page is served: queue, limits, looks. The one place for these settings.

Knows nothing of what is on the page.
"""

import gradio as gr

from diffusion_gpt.render.looks import styles
from diffusion_gpt.saved import MAX_BYTES

QUEUE = {"max_size": 16, "default_concurrency_limit": 1, "api_open": False}
SETTINGS = {
    "ssr_mode": False,
    "run_history": False,
    "enable_monitoring": False,
    "show_error": False,
    "state_session_capacity": 300,
    "max_file_size": MAX_BYTES,
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
    return f"<style>\n{styles('home.css', 'player/panes.css', 'walk.css', 'tour.css')}\n</style>"

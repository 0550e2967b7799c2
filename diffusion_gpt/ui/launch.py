"""How the page is served: queue, limits, looks. The one place for these settings.

Knows nothing of what is on the page.
"""

import logging
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import gradio as gr
from starlette.middleware import Middleware

from diffusion_gpt.render.looks import styles
from diffusion_gpt.saved import MAX_BYTES
from diffusion_gpt.ui import budget, faults, health, heap, places, sessions
from diffusion_gpt.ui.door import Door

log = logging.getLogger(__name__)

QUEUE = {"max_size": budget.PLACES, "default_concurrency_limit": 1, "api_open": False}
SETTINGS = {
    "ssr_mode": False,
    "run_history": False,
    "enable_monitoring": False,
    "show_error": False,
    "state_session_capacity": budget.SESSIONS,
    "max_file_size": MAX_BYTES,
    "max_threads": 40,
    "strict_cors": True,
    "mcp_server": False,
    "pwa": False,
    "footer_links": ["api", "gradio", "settings"],
}
NEVER_SERVED = ("checkpoints", "runs", ".git")
"""Folders of the place that the server is started in."""


def launch(demo: gr.Blocks, *, ready: Callable[[], bool] = lambda: True, **more):
    """Serves the page; `more` goes to Gradio's own launch, over the settings here.

    `ready` tells the health route whether the model is warm.
    """
    tell()
    faults.keep_discreet()
    sessions.keep_small()
    listening: Counter[str] = Counter()
    places.keep(demo.queue(**QUEUE), listening)
    heap.share()
    app = {
        "middleware": [Middleware(Door, listening=listening)],
        "routes": [health.route(lambda: len(demo._queue), ready)],
        "openapi_url": None,
    }
    blocked = [str(Path.cwd() / name) for name in NEVER_SERVED]
    given = {"theme": gr.themes.Base(), "head": head(), "app_kwargs": app, "blocked_paths": blocked, **SETTINGS, **more}
    log.info("the server starts")
    try:
        return demo.launch(**given)
    finally:
        log.info("the server runs" if demo.is_running else "the server has ended")


def tell() -> None:
    """Writes the package's log lines to the standard error, unless somebody has other plans for them."""
    ours = logging.getLogger("diffusion_gpt")
    ours.setLevel(logging.INFO)
    if not (ours.handlers or logging.root.handlers):
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        ours.addHandler(handler)


def head() -> str:
    """Fonts and styles, inside the page itself: no request to another place."""
    return f"<style>\n{styles('home.css', 'player/panes.css', 'walk.css', 'tour.css')}\n</style>"

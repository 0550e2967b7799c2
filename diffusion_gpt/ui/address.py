"""Where the page can be reached from anywhere.

Knows nothing of what is on it.
"""

import os
from urllib.parse import urlsplit, urlunsplit

import gradio as gr

from diffusion_gpt.link import HOME


def home(visitor: gr.Request) -> str:
    """The page's address without a query: a Space's own, else where this visitor has opened it."""
    if space := os.environ.get("SPACE_ID"):
        return f"https://huggingface.co/spaces/{space}"
    opened = urlsplit(visitor.headers.get("referer", ""))
    if opened.scheme not in ("http", "https") or not opened.netloc:
        return HOME
    return urlunsplit((opened.scheme, opened.netloc, opened.path or "/", "", ""))

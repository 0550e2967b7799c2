"""The row that turns the film on the stage into a file.

Knows nothing of how a GIF is drawn.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import gradio as gr

from diffusion_gpt import assets
from diffusion_gpt.render.gif import write_gif
from diffusion_gpt.trajectory import Trajectory
from diffusion_gpt.ui import opening
from diffusion_gpt.ui.controls import QUIETLY
from diffusion_gpt.ui.films import Films

LABEL = "Make a GIF"


def row(films: Films) -> None:
    """A button that draws the film on the stage, and one that hands the file over."""
    with gr.Row(elem_id="take-home"):
        button = gr.Button(LABEL, elem_id="make-gif")
        file = gr.DownloadButton("Download", elem_id="gif", visible="hidden")
    made = button.click(
        _make(films), None, [button, file], trigger_mode="once", concurrency_id="gif", concurrency_limit=1,
        show_progress="hidden", api_visibility="private",
    )  # fmt: skip
    made.success(None, js=assets.text("player/download.js"), **QUIETLY)


def file_name(film: Trajectory) -> str:
    """A name that says what is in it."""
    words = re.findall(r"[a-z]+", (film.original or film.text).lower())[:5]
    return "-".join(["diffusion", *words])[:60] + ".gif"


def _make(films: Films):
    def make(visitor: gr.Request) -> Iterator[tuple]:
        run = films.newest(visitor.session_hash)
        film = run.film if run else opening.film()
        if film is None:
            raise gr.Error("There is no film to draw; press Restore first.", title="No film", print_exception=False)
        with TemporaryDirectory() as folder:
            path = Path(folder) / file_name(film)
            for share in write_gif(film, path):
                yield gr.Button(f"Drawing the GIF … {share:.0%}", interactive=False), gr.skip()
            yield gr.Button(LABEL, interactive=True), gr.DownloadButton(value=path)

    return make

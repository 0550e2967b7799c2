"""The whole page, put together.

Knows nothing of what its parts do; each is a module beside this one.
"""

from typing import TYPE_CHECKING

import gradio as gr

from diffusion_gpt import assets
from diffusion_gpt.ui import arrival, controls, fill, forks, opening, player, restore, take_home, tour, walk, write
from diffusion_gpt.ui.desk import Desk
from diffusion_gpt.ui.films import Films

if TYPE_CHECKING:
    from diffusion_gpt.studio import Studio

TITLE = "Letters out of noise"


def build_app(studio: "Studio") -> gr.Blocks:
    """The page on which a visitor works with this studio."""
    films = Films()
    with gr.Blocks(title=TITLE, analytics_enabled=False, delete_cache=(3600, 7200)) as demo:
        gr.Markdown(assets.text("prose/welcome.md"), elem_id="welcome")
        tour.tour()
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="show"):
                stage = player.stage(opening.message())
                menu = take_home.menu()
            with gr.Column(elem_id="controls"):
                with gr.Tabs() as tabs:
                    restoring = restore.tab(opening.text(), opening.percent())
                    writing = write.tab()
                    filling = fill.tab()
                status = player.status()
                finer = controls.finer()
        walk.section(studio)
        gr.Markdown(assets.text("prose/about.md"), elem_id="about")

        desk = Desk(studio, films, stage, status)
        restore.connect(restoring, desk, finer, demo)
        write.connect(writing, desk, finer)
        fill.connect(filling, desk, finer, demo)
        forks.connect(desk, [restoring.stop, writing.stop, filling.stop])
        take_home.connect(menu, desk)
        arrival.connect(arrival.Controls(tabs, restoring, writing, finer), desk, demo)
    return demo

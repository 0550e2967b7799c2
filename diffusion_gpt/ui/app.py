"""The whole page, put together.

Knows nothing of what its parts do; each is a module beside this one.
"""

from typing import TYPE_CHECKING

import gradio as gr

from diffusion_gpt import assets
from diffusion_gpt.render import verdict
from diffusion_gpt.ui import (
    api,
    arrival,
    budget,
    compare,
    controls,
    fill,
    forks,
    hosted,
    kept,
    opening,
    player,
    race,
    restore,
    take_home,
    tour,
    typos,
    walk,
    write,
)
from diffusion_gpt.ui.desk import Desk
from diffusion_gpt.ui.films import Films
from diffusion_gpt.ui.sides import Panes

if TYPE_CHECKING:
    from diffusion_gpt.racer import Racer
    from diffusion_gpt.studio import Studio

TITLE = "Letters out of noise"
BOARDS = 1024
"""Pages of comparisons, and as many of races, that are kept over all visitors."""


def build_app(studio: "Studio", racer: "Racer | None" = None) -> gr.Blocks:
    """The page on which a visitor works with this studio; without a racer nobody races."""
    studio, racer = hosted.host(studio, racer)
    with gr.Blocks(title=TITLE, analytics_enabled=False, delete_cache=(budget.SWEEP, budget.KEPT)) as demo:
        gr.Markdown(assets.text("prose/welcome.md"), elem_id="welcome")
        tour.tour()
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="show"):
                stage = player.stage(opening.message())
                menu = take_home.menu()
                beside = player.panes("compare-panes", compare.INVITATION)
                course = player.panes("race-panes", race.INVITATION)
            with gr.Column(elem_id="controls"):
                with gr.Tabs() as tabs:
                    restoring = restore.tab(opening.text(), opening.percent())
                    writing = write.tab()
                    filling = fill.tab()
                    mending = typos.tab()
                    comparing = compare.tab()
                    racing = race.tab(racer)
                status, finer = player.status(), controls.finer()
        walk.section(studio)
        gr.Markdown(assets.text("prose/about.md"), elem_id="about")
        desk = Desk(studio, Films(), stage, status)
        restore.connect(restoring, desk, finer, demo)
        write.connect(writing, desk, finer)
        fill.connect(filling, desk, finer, demo)
        typos.connect(mending, desk, finer)
        working = [tab for tab in (restoring, writing, filling, mending, comparing, racing) if tab]
        desk.forget(tabs.change, *[tab.button.click for tab in working])
        side_by_side = Panes(Films(BOARDS), beside, status, verdict.film, verdict.agreement)
        compare.connect(comparing, desk, side_by_side, finer, restoring)
        race.connect(racing, desk, Panes(Films(BOARDS), course, status, verdict.laps, race.account), finer, racer)
        take_home.connect(menu, desk)
        settable = arrival.Controls(tabs, restoring, writing, filling, mending, finer)
        forks.connect(desk, [tab.stop for tab in working])
        arrival.connect(settable, desk, demo, menu, [tab.stop for tab in working])
        api.connect(desk)
        kept.connect(settable.kept + ([racing.lines] if racing else []), demo)
    return demo

"""How it works: the ages of the model and the walk-through, a chapter at a time, each made when it is opened.

Knows nothing of what the chapters say or how a figure's numbers come about.
"""

import json
from typing import TYPE_CHECKING

import gradio as gr

from diffusion_gpt import assets, walk
from diffusion_gpt.render.script import joined

if TYPE_CHECKING:
    from diffusion_gpt.studio import Studio

DOLLARS = [{"left": "$$", "right": "$$", "display": True}, {"left": "$", "right": "$", "display": False}]
GROWING_UP = "Watch it learn"


def section(studio: "Studio") -> None:
    """The whole section, folded; what is in a fold is made by the server when it is opened for the first time."""
    with gr.Column(elem_id="walk"):
        gr.Markdown("## How it works", elem_id="walk-title")
        gr.Markdown(assets.text(f"{walk.FOLDER}/intro.md"), elem_classes="walk-prose")
        _fold(GROWING_UP, lambda: _ages(studio))
        for chapter in walk.chapters():
            _fold(f"{chapter.number}. {chapter.title}", lambda chapter=chapter: _chapter(studio, chapter))
        gr.Markdown(assets.text(f"{walk.FOLDER}/sources.md"), elem_classes="walk-prose sources")


def _fold(title: str, fill) -> None:
    with gr.Accordion(title, open=False, elem_classes="chapter") as fold:
        gr.render(triggers=[fold.expand], queue=False, show_progress="hidden")(fill)


def _ages(studio: "Studio") -> None:
    _prose(assets.text(f"{walk.FOLDER}/ages.md"), key="ages")
    _figure(studio, "ages")


def _chapter(studio: "Studio", chapter: walk.Chapter) -> None:
    for i, piece in enumerate(chapter.pieces):
        if isinstance(piece, walk.Figure):
            _figure(studio, piece.name)
        else:
            text = piece.text if isinstance(piece, walk.Prose) else f"```python\n{piece.source}\n```"
            _prose(walk.unlinked(text), key=f"{chapter.number}-{i}")
    _prose(_sources(chapter), key=f"{chapter.number}-sources")


def _prose(text: str, *, key: str) -> None:
    gr.Markdown(text, latex_delimiters=DOLLARS, elem_classes="walk-prose", key=key)


def _figure(studio: "Studio", name: str) -> None:
    """A live figure; a key lets it stay as the visitor left it when the fold is opened again."""
    gr.HTML(
        json.dumps(studio.figure(name), ensure_ascii=False, separators=(",", ":")),
        html_template=assets.text("player/figure.html"),
        js_on_load=f"{joined('live', f'figure_{name}')}\nlive_js.mount(element, props, watch, figure_{name}_js.draw);",
        apply_default_css=False,
        elem_id=f"figure-{name}",
        key=f"figure-{name}",
    )


def _sources(chapter: walk.Chapter) -> str:
    """The functions of a chapter, to be unfolded."""
    folds = (
        f"<details><summary><code>{name}</code></summary>\n\n```python\n{walk.source(name)}\n```\n\n</details>"
        for name in chapter.functions
    )
    return "**The functions themselves**\n\n" + "\n".join(folds)

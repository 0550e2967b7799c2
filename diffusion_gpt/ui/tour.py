"""The tour: a button that leads a visitor over the controls, a card at a time.

Knows nothing of the controls; what the cards say and move is in `assets/player/tour_cards.js`.
"""

import gradio as gr

from diffusion_gpt import assets
from diffusion_gpt.render.script import joined


def tour() -> gr.HTML:
    """The button, and the card that it opens."""
    return gr.HTML(
        elem_id="tour",
        html_template=assets.text("player/tour.html"),
        js_on_load=f"{joined('tour')}\ntour_js.mount(element);",
        apply_default_css=False,
    )

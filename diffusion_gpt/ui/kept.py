"""What a visitor has typed and set stays when the page loads again, as it does when the server was started anew.

Knows nothing of what the controls mean. It stays in the browser; the server is told nothing.
"""

import gradio as gr

from diffusion_gpt.render.script import joined
from diffusion_gpt.ui.controls import QUIETLY


def connect(controls: list, demo: gr.Blocks) -> None:
    """Puts back what was kept of these controls once the page is there, and keeps what they are changed to."""
    demo.load(None, controls, controls, js=_listener("restored"), **QUIETLY)
    gr.on(
        [control.change for control in controls], None, controls, js=_listener("keep"), trigger_mode="always_last",
        **QUIETLY,
    )  # fmt: skip


def _listener(name: str) -> str:
    return f"(...values) => {{\n{joined('kept')}\nreturn kept_js.{name}(values);\n}}"

"""The page's own elements, made of the files of `assets/player/`: the stage, the note, the status, the menu's line.

Knows nothing of films; it hands strings to the browser, where scripts make pictures of them.

Gradio runs one function body per element: its modules are joined into one.
"""

import gradio as gr

from diffusion_gpt.render.markup import markup
from diffusion_gpt.render.page import message
from diffusion_gpt.render.script import joined


def stage(value: str) -> gr.HTML:
    """The player; its value is one message of `render.page` or `ui.messages`."""
    return _element("stage", value)


def note(elem_id: str = "note") -> gr.HTML:
    """The line under a text box: letters counted, characters replaced."""
    return _element("note", "", elem_id)


def status() -> gr.HTML:
    """The line under the button: what is wrong, in one sentence."""
    return _element("status", "")


def taken() -> gr.HTML:
    """The line of the menu under the stage: what is being made, and a link; its value is a message of `take_home`."""
    return _element("taken", "")


def panes(elem_id: str, invitation: str) -> gr.HTML:
    """Several films beside each other on one clock; its value is one message of `render.sides`."""
    return _element("panes", message("invitation", 0, said=invitation), elem_id)


def diff() -> gr.HTML:
    """A text with what was changed in it."""
    return _element("diff", "")


def _element(name: str, value: str, elem_id: str = "") -> gr.HTML:
    # Gradio takes for an event of the element what stands in quotes: the stage's are "fork" and "shown".
    return gr.HTML(
        value,
        elem_id=elem_id or name,
        html_template=markup(name),
        js_on_load=f"{joined(name)}\n{name}_js.mount(element, props, watch, trigger);",
        apply_default_css=False,
    )

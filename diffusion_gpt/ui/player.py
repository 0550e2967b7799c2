"""The page's own elements, made of the files of `assets/player/`: the stage, the note, the status.

Knows nothing of films; it hands strings to the browser, where scripts make pictures of them.

Gradio runs one function body per element: the modules are joined into one.
"""

import re

import gradio as gr

from diffusion_gpt import assets
from diffusion_gpt.render.page import message

STAGE = (
    *("wire", "film", "corrupt", "layout", "words", "dom"),
    *("letters", "strip", "curve", "inspector", "transport", "state", "view", "stage"),
)
NOTE = ("dom", "words", "note")
STATUS = ("dom", "status")
PANES = (
    *("wire", "film", "corrupt", "layout", "words", "dom", "letters", "strip", "transport", "state", "view"),
    *("several", "together", "pane", "panes"),
)
DIFF = ("dom", "words", "diff")


def stage(value: str) -> gr.HTML:
    """The player; its value is one message of `render.page` or `ui.messages`."""
    return _element("stage", STAGE, value)


def note(elem_id: str = "note") -> gr.HTML:
    """The line under a text box: letters counted, characters replaced."""
    return _element("note", NOTE, "", elem_id)


def status() -> gr.HTML:
    """The line under the button: what is wrong, in one sentence."""
    return _element("status", STATUS, "")


def panes(elem_id: str, invitation: str) -> gr.HTML:
    """Several films beside each other on one clock; its value is one message of `render.sides`."""
    return _element("panes", PANES, message("invitation", 0, said=invitation), elem_id)


def diff() -> gr.HTML:
    """A text with what was changed in it."""
    return _element("diff", DIFF, "")


def joined(modules: tuple[str, ...]) -> str:
    """The modules as one script, each in a scope of its own, in an order where every import has come before."""
    return "\n".join(_scoped(name, assets.text(f"player/{name}.js")) for name in modules)


def _scoped(name: str, source: str) -> str:
    """`import { a } from "./b.js"` becomes `const { a } = b_js`, and the exports what the scope returns."""
    exports = ", ".join(re.findall(r"^export (?:async )?(?:function|class|const) (\w+)", source, re.MULTILINE))
    body = re.sub(r'^import (\{.*\}) from "\./(\w+)\.js";$', r"const \1 = \2_js;", source, flags=re.MULTILINE)
    body = re.sub(r"^export ", "", body, flags=re.MULTILINE)
    return f"const {name}_js = (() => {{\n{body}\nreturn {{ {exports} }};\n}})();"


def _element(name: str, modules: tuple[str, ...], value: str, elem_id: str = "") -> gr.HTML:
    return gr.HTML(
        value,
        elem_id=elem_id or name,
        html_template=assets.text(f"player/{name}.html"),
        js_on_load=f"{joined(modules)}\n{name}_js.mount(element, props, watch);",
        apply_default_css=False,
    )

"""The modules of `assets/player/` as one script, for pages that take no modules: Gradio's, and a file on a disk.

Knows nothing of what they do.
"""

import re

from diffusion_gpt import assets

IMPORT = re.compile(r'^import (\{.*\}) from "\./(\w+)\.js";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?:async )?(?:function|class|const) (\w+)", re.MULTILINE)


def joined(*names: str) -> str:
    """The modules and all that they need as one script, each in a scope of its own: `name`_js has its exports."""
    modules = dict.fromkeys(module for name in names for module in needed(name))
    return "\n".join(_scoped(module, _source(module)) for module in modules)


def needed(name: str) -> list[str]:
    """The modules that `name` imports, and those that they import, each after its own; `name` last."""
    found: dict[str, None] = {}
    for _, other in IMPORT.findall(_source(name)):
        found |= dict.fromkeys(needed(other))
    return [*found, name]


def _source(name: str) -> str:
    return assets.text(f"player/{name}.js")


def _scoped(name: str, source: str) -> str:
    """`import { a } from "./b.js"` becomes `const { a } = b_js`, and the exports what the scope returns."""
    body = re.sub(r"^export ", "", IMPORT.sub(r"const \1 = \2_js;", source), flags=re.MULTILINE)
    return f"const {name}_js = (() => {{\n{body}\nreturn {{ {', '.join(EXPORT.findall(source))} }};\n}})();"

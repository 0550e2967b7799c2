"""The house rules that a program can check: who may know whom, how long a thing may be, what is never used."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "diffusion_gpt"
MODULES = sorted(PACKAGE.rglob("*.py"))
SCRIPTS = sorted((ROOT / "assets" / "player").rglob("*.js"))

ORDER = (
    *("assets", "untrusted", "vocabulary", "schedule", "kernel", "corpus", "gpt", "loss", "sampler", "rules", "race"),
    *("checkpoint", "cpu", "frame", "trajectory", "link", "saved", "compare", "figures", "render", "studio", "racer"),
    *("batch", "muon", "trainer", "metrics", "ages", "run", "train", "card", "evaluate", "frontier", "bench", "sample"),
    *("walk", "annotate", "zero", "ui", "app"),
)
"""A room may import the rooms before it, and what lies within itself. `compare` needs films only, and plain ones;
 `racer` needs the studio to run against the twin; `zero` lends a GPU to what the page uses, and knows films only."""
WITHOUT_TORCH = (
    *("assets", "untrusted", "walk", "vocabulary", "frame", "trajectory", "link", "saved", "compare"),
    *("render", "ui"),
)
MAX_FILE, MAX_FUNCTION = 250, 40
FORBIDDEN_IMPORTS = {"pickle", "cPickle", "dill", "joblib", "marshal", "shelve"}
FORBIDDEN_CALLS = {"eval", "exec", "torch.load"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts if path.is_relative_to(PACKAGE) else ("app",)
    return parts[0]


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def at_runtime(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes below `node`, those in functions included, less what stands under `if TYPE_CHECKING`."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            for other in child.orelse:
                yield other
                yield from at_runtime(other)
        else:
            yield child
            yield from at_runtime(child)


def imports(path: Path) -> set[str]:
    """Full names of the modules that `path` imports; of `from a import b` both a and a.b, for b may be a module."""
    found = set()
    package = path.relative_to(ROOT).parent.parts
    for node in at_runtime(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else ()
            module = ".".join([*above, *filter(None, [node.module])])
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return found


def rooms_imported(path: Path) -> set[str]:
    names = (name.split(".") for name in imports(path))
    return {parts[1] for parts in names if parts[0] == PACKAGE.name and len(parts) > 1}


def app_and_modules() -> list[Path]:
    return [*MODULES, *filter(Path.exists, [ROOT / "app.py"])]


each_module = pytest.mark.parametrize("path", MODULES, ids=name_of)
each_module_and_app = pytest.mark.parametrize("path", app_and_modules(), ids=name_of)


def test_every_room_has_its_place_in_the_order():
    rooms = {room_of(path) for path in MODULES} - {"__init__"}
    assert rooms <= set(ORDER), f"give these rooms a place in ORDER: {sorted(rooms - set(ORDER))}"


@each_module_and_app
def test_imports_point_one_way(path):
    room = room_of(path)
    if room == "__init__":
        assert imports(path) == set()
        return
    # `from diffusion_gpt import x` may name what is no room (a constant of the package): there are none such.
    later = {other for other in rooms_imported(path) if ORDER.index(other) > ORDER.index(room)}
    assert not later, f"{name_of(path)} imports {sorted(later)}, which come after {room}"


def test_no_two_modules_of_a_room_import_each_other():
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in MODULES}
    graph = {name: imports(path) & names.keys() - {name} for name, path in names.items()}
    while leaves := {name for name, others in graph.items() if not others}:
        graph = {name: others - leaves for name, others in graph.items() if name not in leaves}
    assert not graph, f"these import each other in a circle: {sorted(graph)}"


@each_module_and_app
def test_only_the_ui_knows_gradio(path):
    if room_of(path) not in ("ui", "app"):
        assert not {name for name in imports(path) if name.split(".")[0].startswith("gradio")}


def test_rooms_without_torch_can_be_imported_without_it():
    modules = [path for path in MODULES if room_of(path) in WITHOUT_TORCH]
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in modules]
    run_python(f"import sys; sys.modules['torch'] = None; import {', '.join(names)}")


def test_importing_the_package_imports_nothing():
    run_python(
        "import sys; before = set(sys.modules); import diffusion_gpt; "
        "new = set(sys.modules) - before - {'diffusion_gpt'}; sys.exit(f'also imported: {new}' if new else 0)"
    )


def run_python(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@each_module_and_app
def test_every_module_says_what_it_is_and_what_it_knows_nothing_of(path):
    docstring = ast.get_docstring(tree_of(path))
    assert docstring, f"{name_of(path)} has no docstring"
    assert docstring.splitlines()[0].endswith((".", ":")), "the first line is a sentence"


@pytest.mark.parametrize("path", [*app_and_modules(), *SCRIPTS], ids=name_of)
def test_no_file_is_too_long(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_FILE


@each_module_and_app
def test_no_function_is_too_long(path):
    functions = [n for n in ast.walk(tree_of(path)) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]
    lengths = {function.name: function.end_lineno - function.lineno + 1 for function in functions}
    assert not {name: length for name, length in lengths.items() if length > MAX_FUNCTION}


@each_module_and_app
def test_nothing_runs_code_from_data(path):
    assert not {name for name in imports(path) if name.split(".")[0] in FORBIDDEN_IMPORTS}
    calls = {ast.unparse(node.func) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)}
    assert not calls & FORBIDDEN_CALLS


@each_module
def test_paths_are_found_from_the_file_not_from_this_machine(path):
    texts = [n.value for n in ast.walk(tree_of(path)) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    assert not [text for text in texts if text.startswith(("/home/", "/usr/", "/root/", "/tmp/", "C:\\"))]

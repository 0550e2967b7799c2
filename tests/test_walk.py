"""The walk-through keeps its word: what its prose names exists, and the notebook is what the prose says, and runs."""

import ast
import json
import re
import sys

import matplotlib
import pytest
from test_architecture import MODULES, ROOT

from diffusion_gpt import annotate, assets, walk
from diffusion_gpt.figures import FIGURES

FILES = sorted((assets.ROOT / walk.FOLDER).glob("*.md"))
NUMBERS = re.compile(r"\bEquation (\d+)")
LINK = re.compile(r"\]\(([^)\s]+)\)")
CITED = re.compile(r"([A-Z][a-z]+) et al\. (\d{4})")
each_chapter = pytest.mark.parametrize("chapter", walk.chapters(), ids=lambda chapter: chapter.title)
each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def docstrings() -> str:
    nodes = [node for path in MODULES for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    return "\n".join(ast.get_docstring(node) or "" for node in nodes if isinstance(node, documented))


def test_there_are_eight_chapters_with_a_figure_each():
    assert [chapter.number for chapter in walk.chapters()] == list(range(1, 9))
    for chapter in walk.chapters():
        assert sum(isinstance(piece, walk.Figure) for piece in chapter.pieces) == 1


def test_equations_are_numbered_in_their_order():
    numbers = [number for chapter in walk.chapters() for number in chapter.equations]
    assert numbers == list(range(1, len(numbers) + 1))


def test_every_equation_has_a_docstring_and_the_other_way_round():
    prose = {number for chapter in walk.chapters() for number in chapter.equations}
    assert {int(number) for number in NUMBERS.findall(docstrings())} == prose


def test_the_readme_has_every_equation_once_and_where_it_is():
    rows = re.findall(r"^\| ([\d, ]+) \|.*\| (`.*) \|$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    numbers = [int(number) for row, _ in rows for number in row.split(",")]
    assert numbers == [number for chapter in walk.chapters() for number in chapter.equations]
    for name in (name for _, names in rows for name in re.findall(r"`([^`]+)`", names)):
        assert walk.source(name)


@each_chapter
def test_an_equation_that_is_referred_to_exists(chapter):
    known = {number for other in walk.chapters() for number in other.equations}
    assert {int(number) for number in re.findall(r"\((\d{1,2})\)", chapter.prose)} <= known


@each_chapter
def test_every_function_exists_where_its_link_leads(chapter):
    assert chapter.functions
    for name, target in walk.FUNCTION.findall(chapter.prose):
        assert walk.source(name).startswith(("def ", "class ", "@"))
        assert (assets.ROOT / walk.FOLDER / target).resolve() == ROOT / "diffusion_gpt" / f"{name.split('.')[0]}.py"


@pytest.mark.parametrize("name", ["kernel", "nowhere.thing", "kernel.UniformKernel.nothing", "kernel.Nothing.reverse"])
def test_a_function_that_is_not_there(name):
    with pytest.raises(ValueError, match=name.split(".")[-1]):
        walk.source(name)


def test_every_figure_is_computed_and_drawn():
    named = {piece.name for chapter in walk.chapters() for piece in chapter.pieces if isinstance(piece, walk.Figure)}
    assert named | {"ages"} == set(FIGURES)
    drawn = {path.stem.removeprefix("figure_") for path in (assets.ROOT / "player").glob("figure_*.js")}
    assert drawn == set(FIGURES)


@each_file
def test_links_within_the_repository_resolve(path):
    for target in LINK.findall(path.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (path.parent / target).exists(), target


def test_links_of_the_readme_and_the_notebook_resolve():
    cells = json.loads(annotate.notebook())["cells"]
    prose = "".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for folder, text in ((ROOT, readme), (assets.ROOT, prose)):
        for target in LINK.findall(text):
            assert target.startswith("https://") or (folder / target).exists(), target


def test_who_is_cited_is_among_the_sources():
    sources = assets.text(f"{walk.FOLDER}/sources.md")
    cited = {pair for chapter in walk.chapters() for pair in CITED.findall(chapter.prose)}
    assert {name for name, _ in cited} == {"Austin", "Campbell", "Sun", "Lou", "Sahoo", "Shi", "Ou"}
    for name, year in cited:
        assert re.search(rf"\b{name}\b[^\n]*\b{year}\b", sources), (name, year)


@each_file
def test_fences_are_told_apart(path):
    found = [piece.text for piece in walk.pieces(path.read_text(encoding="utf-8")) if isinstance(piece, walk.Prose)]
    assert not [text for text in found if "```" in text]


def test_the_notebook_is_what_the_chapters_say():
    assert assets.text(annotate.FILE) == annotate.notebook(), "run `python -m diffusion_gpt.annotate`"


def test_the_command_writes_the_notebook(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.argv", ["annotate", "--out", str(tmp_path / "walk.ipynb")])
    annotate.main()
    assert (tmp_path / "walk.ipynb").read_text(encoding="utf-8") == annotate.notebook()


@pytest.fixture
def drawn(monkeypatch):
    """Figures are drawn without a screen, and none is left behind."""
    monkeypatch.chdir(assets.ROOT)
    monkeypatch.setattr(sys, "path", [*sys.path])
    with matplotlib.rc_context():
        matplotlib.use("Agg")
        import matplotlib.pyplot as plt

        yield plt.get_fignums
        plt.close("all")


def test_the_notebook_runs_from_top_to_bottom(drawn, capsys):
    import torch

    cells = [cell for cell in json.loads(assets.text(annotate.FILE))["cells"] if cell["cell_type"] == "code"]
    space = {"__name__": "__main__"}
    for cell in cells:
        exec(compile("".join(cell["source"]), cell["id"], "exec"), space)
    torch.set_printoptions(profile="default")
    assert len(drawn()) == 6
    assert capsys.readouterr().out.rstrip().endswith("to be or not to be")


def test_the_notebook_says_what_it_lacks(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first = next(cell for cell in json.loads(annotate.notebook())["cells"] if cell["cell_type"] == "code")
    with pytest.raises(FileNotFoundError, match="bring the project's folder"):
        exec("".join(first["source"]), {})

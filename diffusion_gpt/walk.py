"""The walk-through: eight chapters of prose, equations, code and figures, as they lie in `assets/prose/walk/`.

Knows nothing of how they are shown: the page (`ui.walk`) and the notebook (`annotate`) are both made from it.

A chapter is Markdown. A fence marked `python` is code to be run; one marked `figure NAME` stands for the live figure
`figures.NAME`, and holds the code that draws it where nothing is live. An equation has its number as `\\tag{N}`; the
docstring of what computes it says `Equation N`. A function is a link whose text is `room.name` and whose target is
the room's file.
"""

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from diffusion_gpt import assets

FOLDER = "prose/walk"
PACKAGE = Path(__file__).resolve().parent
FENCE = re.compile(r"^```(python|figure \w+)\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
EQUATION = re.compile(r"\\tag\{(\d+)\}")
FUNCTION = re.compile(r"\[`([\w.]+)`\]\(([^)]*diffusion_gpt/\w+\.py)\)")


@dataclass(frozen=True, slots=True)
class Prose:
    """Markdown with LaTeX between dollars."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Python that runs after all the code before it."""

    source: str


@dataclass(frozen=True, slots=True)
class Figure:
    """The figure `figures.NAME`, and code that draws it where nothing is live."""

    name: str
    source: str


Piece = Prose | Code | Figure


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter, in pieces."""

    number: int
    title: str
    pieces: tuple[Piece, ...]

    @property
    def prose(self) -> str:
        return "\n".join(piece.text for piece in self.pieces if isinstance(piece, Prose))

    @property
    def equations(self) -> list[int]:
        """The numbers of its equations, in the order of appearance."""
        return [int(number) for number in EQUATION.findall(self.prose)]

    @property
    def functions(self) -> list[str]:
        """The functions that it names, as room.name, each once."""
        return list(dict.fromkeys(name for name, _ in FUNCTION.findall(self.prose)))


@cache
def chapters() -> tuple[Chapter, ...]:
    """All chapters in their order."""
    return tuple(_chapter(path) for path in sorted((assets.ROOT / FOLDER).glob("[0-9]-*.md")))


def pieces(text: str) -> tuple[Piece, ...]:
    """A text cut at its fences."""
    prose, *fences = FENCE.split(text)  # prose, then again and again: mark, source, prose
    found: list[Piece] = [Prose(prose.strip())]
    for mark, source, after in zip(fences[::3], fences[1::3], fences[2::3]):
        kind, _, name = mark.partition(" ")
        found += [Figure(name, source.strip()) if kind == "figure" else Code(source.strip()), Prose(after.strip())]
    return tuple(piece for piece in found if piece != Prose(""))


def source(name: str) -> str:
    """The source of a function or class of the package, given as room.name, as it stands in its file.

    Raises ValueError if there is none of that name.
    """
    room, *names = name.split(".")
    path = PACKAGE / f"{room}.py"
    if not names or not path.is_file():
        raise ValueError(f"a function is named room.name, and its room is a file of the package; got {name!r}")
    text = path.read_text(encoding="utf-8")
    node: ast.AST = ast.parse(text)
    for wanted in names:
        node = next((n for n in ast.iter_child_nodes(node) if getattr(n, "name", None) == wanted), None)
        if node is None:
            raise ValueError(f"{path.name} has no {'.'.join(names)}")
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return "\n".join(line[node.col_offset :] for line in text.splitlines()[first - 1 : node.end_lineno])


def linked(text: str, folder: str) -> str:
    """Its links to files of the repository, seen from another folder: `folder` leads from there to the root."""
    return text.replace("](../../../", f"]({folder}")


def unlinked(text: str) -> str:
    """Its links to files of the repository as plain names, for where there are no files."""
    return FUNCTION.sub(r"`\1`", text)


def _chapter(path: Path) -> Chapter:
    heading, text = path.read_text(encoding="utf-8").split("\n", 1)
    return Chapter(int(path.stem[0]), heading.removeprefix("# "), pieces(text))

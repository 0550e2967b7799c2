"""The walk-through as a notebook: `assets/annotated.ipynb`, written from the same chapters as the page.

Knows nothing of running it: a notebook is JSON, cells of Markdown and of code.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from diffusion_gpt import assets, walk

FILE = "annotated.ipynb"
TO_ROOT = "../"
"""From the notebook's folder to the repository's root."""


def notebook() -> str:
    """The whole notebook, without outputs."""
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    cells = [_cell(f"cell-{i}", piece) for i, piece in enumerate(_pieces())]
    whole = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _pieces() -> Iterator[walk.Piece]:
    yield walk.Prose("# The annotated walk-through\n\n" + assets.text(f"{walk.FOLDER}/intro.md").strip())
    yield from walk.pieces(assets.text(f"{walk.FOLDER}/setup.md"))
    for chapter in walk.chapters():
        yield walk.Prose(f"## {chapter.number}. {chapter.title}")
        yield from chapter.pieces
    yield walk.Prose(assets.text(f"{walk.FOLDER}/sources.md").strip())


def _cell(identity: str, piece: walk.Piece) -> dict:
    if isinstance(piece, walk.Prose):
        text = walk.linked(piece.text, TO_ROOT)
        return {"cell_type": "markdown", "id": identity, "metadata": {}, "source": text.splitlines(keepends=True)}
    code = {"cell_type": "code", "id": identity, "metadata": {}, "source": piece.source.splitlines(keepends=True)}
    return {**code, "execution_count": None, "outputs": []}


def main() -> None:
    """Writes the notebook."""
    parser = argparse.ArgumentParser(description="Write the walk-through's notebook from its chapters.")
    parser.add_argument("--out", type=Path, default=assets.ROOT / FILE, help="the file to write (default: %(default)s)")
    path = parser.parse_args().out
    path.write_text(notebook(), encoding="utf-8")
    print(path)


if __name__ == "__main__":
    main()

"""Finds and reads the files of `assets/`.

Knows nothing of what is in them.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_INSTALLED = _PACKAGE / "_assets"
ROOT = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent / "assets"
"""Inside an installed package; in the repository, beside it."""


def path(name: str) -> Path:
    """Where the asset `name` (a path below assets/) lies. Raises FileNotFoundError."""
    found = ROOT / name
    if not found.is_file():
        raise FileNotFoundError(f"there is no asset {name!r} below {ROOT}")
    return found


def text(name: str) -> str:
    """The text of the asset `name`."""
    return path(name).read_text(encoding="utf-8")

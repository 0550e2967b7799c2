"""What the README's command sends to a Space.

Knows nothing of the Hub but the filter that its own client uses, and of .gitignore, which the Hub heeds, folder names.
"""

import re
import shlex
from fnmatch import fnmatch
from pathlib import Path

from huggingface_hub.utils import DEFAULT_IGNORE_PATTERNS, filter_repo_objects

ROOT = Path(__file__).resolve().parent.parent


def command() -> list[str]:
    """The command, in words."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    return shlex.split(re.search(r"^hf upload .*?[^\\]$", readme, re.MULTILINE | re.DOTALL)[0].replace("\\\n", ""))


def sent() -> list[Path]:
    """The files that go, relative to the root."""
    words = command()
    excluded = [words[i + 1] for i, word in enumerate(words) if word == "--exclude"]
    names = [path.relative_to(ROOT).as_posix() for path in sorted(ROOT.rglob("*")) if path.is_file()]
    filtered = filter_repo_objects(names, ignore_patterns=[*excluded, *DEFAULT_IGNORE_PATTERNS])
    return [Path(name) for name in filtered if not _ignored(name)]


def _ignored(name: str) -> bool:
    folders = [line.rstrip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()]
    return any(fnmatch(part, folder) for part in Path(name).parts[:-1] for folder in folders)

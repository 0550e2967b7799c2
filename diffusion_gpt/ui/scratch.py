"""The folders in which files are made for visitors, and how what is left in them goes.

Knows nothing of what is in the files. A folder lies where Gradio hands files out from, so that none is copied; what a
killed server left behind goes by its age.
"""

import errno
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from diffusion_gpt.ui import budget

PREFIX = "made-"
FULL = {errno.ENOSPC, errno.EDQUOT}


@contextmanager
def folder(cache: str | Path) -> Iterator[Path]:
    """A new folder in `cache` for a file to be handed out; gone if it is not finished. What is old there goes first."""
    Path(cache).mkdir(parents=True, exist_ok=True)
    sweep(cache)
    made = Path(mkdtemp(prefix=PREFIX, dir=cache))
    try:
        yield made
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise


def sweep(cache: str | Path) -> None:
    """Removes the folders that are too old, or from a time that is still to come: the clock may be set."""
    for old in Path(cache).glob(f"{PREFIX}*"):
        try:
            if abs(time.time() - old.stat().st_mtime) > budget.KEPT:
                shutil.rmtree(old, ignore_errors=True)
        except OSError:  # another has just removed it
            continue


def fault(error: OSError) -> str:
    """What a visitor is told when a file could not be made or read; the operating system's words name folders here."""
    if error.errno in FULL:
        return "There is no room left here for files. Nothing was made; try again later."
    return "The file could not be made or read here. Try again later."

"""How long it takes from `python app.py` to a served page: `python -m tests.cold_start`.

Knows nothing of the app. It is started in a fresh folder, from the files that a Space gets, in turns with a program
that does no more than `import torch, gradio` and serve an empty page; what is told is the ratio of the two.
"""

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from tests.upload import ROOT, sent

EMPTY = "import torch, gradio\nwith gradio.Blocks() as demo: pass\ndemo.launch(ssr_mode=False, pwa=False, quiet=True)"
PATIENCE = 180.0
"""Seconds until a page that has not come is given up."""


def copied(folder: Path) -> int:
    """Puts the files that a Space gets into the folder; their bytes."""
    for path in sent():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, folder / path)
    return sum((folder / path).stat().st_size for path in sent())


def seconds(program: list[str], folder: Path) -> float:
    """From the start of this Python program to its page."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = {"GRADIO_SERVER_PORT": str(port), "GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1"}
    begun = time.perf_counter()
    program, quiet = [sys.executable, *program], subprocess.DEVNULL
    process = subprocess.Popen(program, cwd=folder, env={**os.environ, **told}, stdout=quiet)
    try:
        while not served(f"http://127.0.0.1:{port}/"):
            if process.poll() is not None or time.perf_counter() - begun > PATIENCE:
                raise RuntimeError(f"no page came from {program}")
            time.sleep(0.02)
        return time.perf_counter() - begun
    finally:
        process.terminate()
        process.wait()


def pair(folder: Path, *, app_first: bool) -> tuple[float, float]:
    """Seconds of the app and of the empty page, one right after the other."""
    programs = [["app.py"], ["-c", EMPTY]][:: 1 if app_first else -1]
    first, second = (seconds(program, folder) for program in programs)
    return (first, second) if app_first else (second, first)


def served(address: str) -> bool:
    """Whether a page comes from there."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status == 200 and b"<html" in answer.read()
    except OSError:  # nobody listens yet, or not to the end
        return False


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="of both, after one that does not count (default: 5)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        size = copied(Path(name))
        pairs = [pair(Path(name), app_first=number % 2 == 0) for number in range(options.rounds + 1)]
    app, empty = zip(*pairs[1:])
    figures = {
        "files": len(sent()), "bytes": size,
        "app_seconds": statistics.median(app), "empty_seconds": statistics.median(empty),
        "ratio": statistics.median(a / e for a, e in pairs[1:]), "ratio_of_fastest": min(app) / min(empty),
    }  # fmt: skip
    print(json.dumps(figures))


if __name__ == "__main__":
    main()

"""A server to be tried: `python app.py` in a process of its own, and what that process costs.

Knows nothing of visitors. What it costs is read from /proc, so it is known on Linux alone.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent
TICK = os.sysconf("SC_CLK_TCK")
FULL = 150.0
"""Megabytes that a server may grow by while it keeps as many films and visitors as it ever will."""
PATIENCE = 120.0
"""Seconds that a server may take to start."""


@dataclass(frozen=True, slots=True)
class Served:
    """A server that is up."""

    url: str
    pid: int | None = None
    folder: Path | None = None
    """Where it keeps files for a while."""
    log: Path | None = None

    @property
    def megabytes(self) -> float:
        """Of memory that it holds; nan where that is not known."""
        return _status(self.pid, "VmRSS")

    @property
    def seconds(self) -> float:
        """Of processor time since it was started; nan where that is not known."""
        if self.pid is None:
            return float("nan")
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    @property
    def files(self) -> list[Path]:
        """What lies in its folder."""
        return [path for path in self.folder.rglob("*") if path.is_file()] if self.folder else []


@contextmanager
def served(url: str | None = None, pid: int | None = None) -> Iterator[Served]:
    """The server at `url`, else one that is started here and ended after."""
    if url:
        yield Served(url.rstrip("/"), pid)
        return
    with tempfile.TemporaryDirectory() as place:
        folder, log = Path(place, "files"), Path(place, "log")
        port = _free_port()
        more = {"GRADIO_SERVER_PORT": str(port), "GRADIO_TEMP_DIR": str(folder), "TMPDIR": str(folder)}
        quiet = {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1", "PYTHONUNBUFFERED": "1"}
        folder.mkdir()
        with log.open("w") as said:
            command = [sys.executable, "app.py"]
            process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **quiet, **more}, stdout=said, stderr=said)
        try:
            here = Served(f"http://127.0.0.1:{port}", process.pid, folder, log)
            _await(here, process)
            yield here
        finally:
            process.terminate()
            process.wait(30)


def add_server(parser: argparse.ArgumentParser) -> None:
    """The options that name a server which is up already."""
    parser.add_argument("--url", help="of a server that is up (default: one is started on a free port)")
    parser.add_argument("--pid", type=int, help="its process, if it is on this machine, for memory and processor time")


def report(figures, *, as_json: bool) -> None:
    """Prints the figures and the bounds that are broken; ends the program, with 1 if there are any."""
    told = {**asdict(figures), "broken": figures.broken}
    if as_json:
        print(json.dumps(told))
    else:
        print(
            "\n".join(
                f"{name:20} {value:.4g}" if isinstance(value, float) else f"{name:20} {value}"
                for name, value in told.items()
            )
        )
    sys.exit(1 if figures.broken else 0)


def _await(here: Served, process: subprocess.Popen) -> None:
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        if process.poll() is not None:
            raise RuntimeError(f"the server has ended while starting:\n{here.log.read_text()[-2000:]}")
        try:
            return httpx.get(f"{here.url}/gradio_api/startup-events", timeout=5).raise_for_status() and None
        except httpx.HTTPError:
            time.sleep(0.5)
    raise RuntimeError(f"the server has not started within {PATIENCE:.0f} seconds")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _status(pid: int | None, name: str) -> float:
    if pid is None:
        return float("nan")
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1024

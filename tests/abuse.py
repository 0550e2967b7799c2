"""Rude visitors: `python -m tests.abuse --requests 5000`. Exit code 1 if the server does what it must not.

Knows nothing of how the requests are drawn. A victim makes a film first; then come the strangers, and in the end the
victim makes it once more.
"""

import argparse
import asyncio
import json
import random
import secrets
import string
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import gradio as gr
import httpx
from gradio.routes import App
from hypothesis import HealthCheck, Phase, given, seed, settings

from diffusion_gpt.ui.budget import LANES
from tests import rude, slots
from tests.guest import Guest, crowd
from tests.judge import Answer, Judge
from tests.load import film_in
from tests.rude import Rude, Targets
from tests.served import FULL, ROOT, Served, add_server, report, served

SLOWEST = 10.0
"""Seconds that an answer may take."""
HUGE = 50_000_000
"""Bytes of the largest bodies."""
MOST = 5_000_000
"""Bytes that are read of an answer."""
LISTENING = 0.15
"""Seconds for which a stranger listens to a run."""
STREAMS = ("heartbeat", "queue/data", "upload_progress")
"""Routes that may stay open without a word."""


@dataclass(frozen=True, slots=True)
class Abuse:
    """What came of it."""

    requests: int
    seed: int
    answers: dict[str, int]
    """By their status."""
    faults: dict[str, dict]
    """What the server must not do: how often it did, and the smallest request that made it."""
    tracebacks: dict[str, int]
    """In the log: where something was raised that nobody had expected."""
    slowest_seconds: float
    runs_at_once: int
    """Of all visitors together, at most."""
    runs_of_one: int
    """Of one visitor, at most."""
    same_film: bool
    """Whether the victim's second film is the first."""
    strays: tuple[str, ...]
    """Files that lie where none should."""
    before_megabytes: float
    peak_megabytes: float
    after_megabytes: float

    @property
    def broken(self) -> list[str]:
        """The bounds that do not hold, in words."""
        bounds = {
            f"{len(self.faults)} kinds of faults": self.faults,
            f"an answer took {self.slowest_seconds:.0f} s": self.slowest_seconds > SLOWEST,
            f"{self.runs_at_once} runs at once, {LANES} are allowed": self.runs_at_once > LANES,
            f"{self.runs_of_one} runs at once of one visitor": self.runs_of_one > 1,
            "the film after it all is another one": not self.same_film,
            f"files where none should be: {self.strays}": self.strays,
            f"memory grew beyond {FULL:.0f} MB": self.peak_megabytes - self.before_megabytes > FULL,
        }
        return [said for said, is_broken in bounds.items() if is_broken]


def send(client: httpx.Client, request: Rude) -> Answer:
    """The answer; of one that asks to wait, what is told within a while."""
    began = time.monotonic()
    streams = any(name in request.route for name in STREAMS)
    try:
        asked = client.build_request(
            request.method, request.path, content=request.content or None, headers=request.headers, files=request.files,
            timeout=LISTENING if streams else 60.0,
        )  # fmt: skip
        answer = client.send(asked, stream=True)
        with closing(answer):
            body = _read(answer, began)
    except httpx.TimeoutException:
        return Answer(0 if streams else 599, b"", time.monotonic() - began)
    except (httpx.InvalidURL, httpx.LocalProtocolError, UnicodeError, ValueError):
        return Answer(0, b"", 0.0)  # this client cannot say it
    except httpx.TransportError as error:
        return Answer(598, repr(error).encode(), time.monotonic() - began)
    return Answer(answer.status_code, body, time.monotonic() - began)


def _read(answer: httpx.Response, began: float) -> bytes:
    """All of it, or as much as comes in time and is worth reading."""
    body, streams = bytearray(), "event-stream" in answer.headers.get("content-type", "")
    try:
        for piece in answer.iter_bytes():
            body += piece
            if len(body) > MOST or (streams and time.monotonic() - began > LISTENING):
                break
    except httpx.TimeoutException:
        if not streams:  # one that has gone quiet is judged by what it has said
            raise
    return bytes(body)


def overhear(client: httpx.Client, request: Rude, answer: Answer) -> Answer:
    """What is told of the run that was begun by this, if one was."""
    try:
        event = json.loads(answer.body)["event_id"]
        session = json.loads(request.content).get("session_hash") or event
    except (ValueError, KeyError, TypeError, AttributeError):
        return answer
    where = f"{rude.API}/queue/data"
    heard = send(client, Rude(where, "GET", f"{where}?session_hash={rude.quote(str(session))}"))
    return Answer(answer.status, answer.body + b"\n" + heard.body, answer.seconds)


def harass(server: Served, judge: Judge, targets: Targets, *, requests: int, number: int, huge: int) -> list[float]:
    """Sends them all; the server's memory along the way."""
    memory = [server.megabytes]
    with httpx.Client(base_url=server.url, timeout=60) as client:
        config, openapi = client.get("/config").json(), App.create_app(gr.Blocks()).openapi()

        @seed(number)
        @settings(max_examples=requests, deadline=None, database=None, phases=[Phase.generate],
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(rude.anything(config, openapi, targets))
        def one(request: Rude) -> None:
            judge.hear(request, overhear(client, request, send(client, request)))
            if judge.count % 50 == 0:
                memory.append(server.megabytes)
                judge.progress(requests)

        one()
        for request in rude.huge(config, huge):
            judge.hear(request, overhear(client, request, send(client, request)))
            memory.append(server.megabytes)
    return memory


async def film(server: Served, text: str, session: str) -> tuple[dict, set[int]]:
    """The victim's film, and its numbers."""
    async with crowd(server.url) as client:
        victim = Guest(client, session)
        await victim.open()
        victim.put(text=text, noise=30, Steps=16, Seed=7)
        given = (await victim.press("restore")).given
        victim.leave()
    return film_in(given), {json.loads(message)["run"] for message in given}


def abuse(server: Served, *, requests: int, number: int, huge: int = HUGE) -> Abuse:
    """All of it."""
    marker, session = "".join(random.choices(string.ascii_lowercase, k=24)), secrets.token_hex(8)
    with tempfile.TemporaryDirectory() as place:
        canary = Path(place, "canary.txt")
        canary.write_text(marker[::-1])
        there = _files(place)
        victim = partial(film, server, f"Thus {marker} spake", session)
        first, numbers = asyncio.run(victim())
        judge = Judge(server, (marker, marker[::-1], session, "root:x:0:0", "GRADIO_TEMP_DIR="))
        ids = ("0", session[:-1], session.upper(), "*", "null")
        targets = Targets(_paths(canary, server), ids, tuple(numbers), "stranger")
        memory = harass(server, judge, targets, requests=requests, number=number, huge=huge)
        at_once = asyncio.run(slots.of_many(server)), asyncio.run(slots.of_one(server))
        again, _ = asyncio.run(victim())
        judge.read_log((marker, session, *rude.INJECTIONS[:3]))
        strays = tuple(sorted(_files(place) - there))
    return Abuse(
        judge.count, number, dict(Counter(judge.statuses)), judge.faults, judge.tracebacks, judge.slowest, *at_once,
        "film" in first and first == again, strays, memory[0], max(memory), server.megabytes,
    )  # fmt: skip


def _paths(canary: Path, server: Served) -> tuple[str, ...]:
    """Files that lie on the server, and are not for strangers."""
    up, inside = "../" * 12, (str(server.folder / "x"), str(server.log)) if server.folder else ()
    secret = (str(canary), "/etc/passwd", "/proc/self/environ", str(ROOT / "app.py"), ".", "app.py", *inside)
    return (*secret, up + "etc/passwd", up + str(canary)[1:], f"file://{canary}", "http://127.0.0.1:1/")


def _files(place: str) -> set[str]:
    """What lies in the repository and in the canary's folder, and wherever else an upload might have strayed."""
    kept = (path for folder in (ROOT, Path(place)) for path in folder.rglob("*"))
    own = {str(path) for path in kept if not {".git", "__pycache__", ".hypothesis"} & set(path.parts)}
    around = (ROOT.parent, Path("/"), Path(tempfile.gettempdir()), Path.home())
    return own | {str(path) for folder in around for path in folder.glob(f"*{rude.STRAY}*")}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=5000, help="how many (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of the requests (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_server(parser)
    options = parser.parse_args()
    with served(options.url, options.pid) as server:
        report(abuse(server, requests=options.requests, number=options.seed), as_json=options.json)


if __name__ == "__main__":
    sys.exit(main())

"""Many visitors at once: `python -m tests.load --users 16 --runs 3`. Exit code 1 if a bound is broken.

Knows nothing of the model. The same visitors come one after the other and all together, in turns of a run each: the
ratio of the two times holds on a machine that slows down meanwhile, and the first make the films that the second must
make too.
"""

import argparse
import asyncio
import itertools
import json
import secrets
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from statistics import median

from tests.guest import Guest, Heard, crowd
from tests.served import Served, add_server, report, served

RATIO = 1.15
GROWTH = 150.0
"""Megabytes that the server may grow by while it is full."""
KEPT = 50.0
"""Megabytes of these that it may keep when all have left."""
REST = 45.0
"""Seconds between the last film and the last look at the memory: a quiet server gives back what it does not need."""
VERSE = "Shall I compare thee to a summer's day? Thou art more lovely and more temperate:\n"


@dataclass(frozen=True, slots=True)
class Load:
    """What was measured."""

    users: int
    runs: int
    """Of all visitors together; as many were made one after the other."""
    steps: int
    alone_seconds: float
    together_seconds: float
    ratio: float
    slowest_seconds: float
    """The longest that a visitor has waited for a film in the crowd."""
    live_alone: float
    """Messages of a run, median."""
    live_fewest: int
    """Messages of the run in the crowd that had fewest."""
    other_films: int
    """Films in the crowd that differ from those made alone."""
    faults: tuple[str, ...]
    """All different ones."""
    before_megabytes: float
    peak_megabytes: float
    after_megabytes: float

    @property
    def broken(self) -> list[str]:
        """The bounds that do not hold, in words."""
        bounds = {
            f"the crowd takes {self.ratio:.2f} × the time of one after the other, at most {RATIO}": self.ratio > RATIO,
            f"{self.other_films} films differ from those made alone": self.other_films,
            f"a run in the crowd had {self.live_fewest} live messages": self.live_fewest < max(1, self.live_alone / 2),
            f"{len(self.faults)} different faults": self.faults,
            f"memory grew beyond {GROWTH:.0f} MB": self.peak_megabytes - self.before_megabytes > GROWTH,
            f"more than {KEPT:.0f} MB were kept": self.after_megabytes - self.before_megabytes > KEPT,
        }
        return [said for said, is_broken in bounds.items() if is_broken]


class Reader:
    """A visitor with a text and seeds of their own, and the films that they have made."""

    def __init__(self, guest: Guest, number: int, steps: int):
        self.guest, self.number, self.steps = guest, number, steps
        self.films: list[dict] = []
        self.heard: list[Heard] = []
        self.waited: list[float] = []

    async def open(self) -> None:
        """Opens the page."""
        await self.guest.open()
        text = (VERSE[self.number % len(VERSE) :] + 4 * VERSE)[:256]
        self.guest.put(text=text, noise=50, Steps=self.steps)

    async def make(self, turn: int) -> None:
        """One film, with what the model believed."""
        self.guest.put(Seed=1000 * turn + self.number)
        began = time.monotonic()
        heard = await self.guest.press("restore")
        self.waited.append(time.monotonic() - began)
        self.heard.append(heard)
        self.films.append(film_in(heard.given))


def film_in(given: list[str]) -> dict:
    """What decides the pictures of the newest film: its pages, and what was believed on each."""
    told = [one for message in map(json.loads, given) for one in map(json.loads, message.get("messages", ()))]
    return {
        one["kind"]: [one.get(name) for name in ("pages", "packed", "symbols", "levels", "doubts", "account")]
        for one in told
    }


async def measure(server: Served, *, users: int, steps: int, turns: Callable[[], Iterator[int]]) -> Load:
    """All figures. `turns` gives the numbers of the turns to be had, each when the one before is over."""
    async with crowd(server.url) as client:
        warm = Reader(Guest(client), 0, steps)
        sessions = [secrets.token_hex(6) for _ in range(users)]  # the same visitors twice: what is kept, is kept once
        readers = [Reader(Guest(client, sessions[i % users]), i % users, steps) for i in range(2 * users)]
        await warm.open()
        await warm.make(0)
        alone, together, memory = readers[:users], readers[users:], [server.megabytes]
        watching = asyncio.create_task(_watch(server, memory))
        times = [await _one_by_one([reader.open for reader in alone]), await _at_once([r.open for r in together])]
        for turn in turns():
            times[0] += await _one_by_one([partial(reader.make, turn) for reader in alone])
            times[1] += await _at_once([partial(reader.make, turn) for reader in together])
        watching.cancel()
        for reader in (warm, *readers):
            reader.guest.leave()
    await asyncio.sleep(REST)
    return _summed(alone, together, times, [*memory, server.megabytes], steps)


def _summed(alone: list[Reader], together: list[Reader], times: list[float], memory: list[float], steps: int) -> Load:
    pairs = [pair for one, other in zip(alone, together) for pair in zip(one.films, other.films)]
    heard = [heard for reader in together for heard in reader.heard]
    every = [*heard, *(heard for reader in alone for heard in reader.heard)]
    return Load(
        users=len(together),
        runs=len(heard),
        steps=steps,
        alone_seconds=times[0],
        together_seconds=times[1],
        ratio=times[1] / times[0],
        slowest_seconds=max(seconds for reader in together for seconds in reader.waited),
        live_alone=median(heard.live for reader in alone for heard in reader.heard),
        live_fewest=min(one.live for one in heard),
        other_films=sum(one != other or "film" not in one for one, other in pairs),
        faults=tuple(sorted({fault for one in every for fault in one.faults})),
        before_megabytes=memory[0],
        peak_megabytes=max(memory),
        after_megabytes=memory[-1],
    )


async def _one_by_one(visits: list[Callable[[], Awaitable]]) -> float:
    began = time.monotonic()
    for visit in visits:
        await visit()
    return time.monotonic() - began


async def _at_once(visits: list[Callable[[], Awaitable]]) -> float:
    began = time.monotonic()
    await asyncio.gather(*(visit() for visit in visits))
    return time.monotonic() - began


async def _watch(server: Served, memory: list[float]) -> None:
    while True:
        memory.append(server.megabytes)
        await asyncio.sleep(0.5)


def for_seconds(seconds: float) -> Iterator[int]:
    """Numbers of turns, one at least, until the time is up."""
    began = time.monotonic()
    for turn in itertools.count():
        yield turn
        if time.monotonic() - began >= seconds:
            return


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--users", type=int, default=16, help="visitors at once (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=3, help="films that each makes (default: %(default)s)")
    parser.add_argument("--seconds", type=float, help="instead of --runs: as many as fit, one at least")
    parser.add_argument("--steps", type=int, default=32, help="of a film (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_server(parser)
    options = parser.parse_args()
    turns = partial(for_seconds, options.seconds) if options.seconds else partial(range, options.runs)
    with served(options.url, options.pid) as server:
        load = asyncio.run(measure(server, users=options.users, steps=options.steps, turns=turns))
    report(load, as_json=options.json)


if __name__ == "__main__":
    main()

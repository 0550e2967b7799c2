"""Visitors that start a run and vanish: `python -m tests.vanish --users 200`. Exit code 1 if a bound is broken.

Knows nothing of films. Each opens the page, presses a button and hangs up at a moment drawn by chance; then it is
measured how long the server goes on working for nobody, and what it keeps of them.
"""

import argparse
import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass

import httpx

from tests.guest import Guest, crowd
from tests.served import FULL, Served, add_server, report, served
from tests.slots import BUTTONS

MINUTE = 60.0
"""Seconds after which nobody may be worked for any more."""
WINDOW = 3.0
"""Seconds over which the processor is watched."""
IDLE = 0.1
"""Of a core: what a server may use while it does nothing, beyond what it used before."""
STEPS = 32
AT_ONCE = 12
"""Visitors with an open page at the same time."""
MOMENTS = ("before joining", "before listening", "while waiting", "while running", "after the film")


@dataclass(frozen=True, slots=True)
class Vanish:
    """What was measured."""

    users: int
    moments: dict[str, int]
    """How many have vanished when; "refused" were told that the queue is full."""
    faults: tuple[str, ...]
    """All different ones that the visitors met."""
    idle_seconds: float
    """From the last one's leaving until the processor rests."""
    files: int
    """Left in the server's folder, beyond those that were there before."""
    before_megabytes: float
    after_megabytes: float
    answers: bool
    """Whether one more visitor gets a film."""

    @property
    def broken(self) -> list[str]:
        """The bounds that do not hold, in words."""
        bounds = {
            f"the processor was busy for {self.idle_seconds:.0f} s more": not self.idle_seconds <= MINUTE,
            f"{self.files} files are left": self.files,
            f"memory grew beyond {FULL:.0f} MB": self.after_megabytes - self.before_megabytes > FULL,
            "one more visitor got no film": not self.answers,
            f"{len(self.faults)} different faults": self.faults,
        }
        return [said for said, is_broken in bounds.items() if is_broken]


async def vanish_at(client: httpx.AsyncClient, moment: str, chance: random.Random) -> str:
    """One visitor; what became of them."""
    guest = Guest(client)
    try:
        await guest.open()
        guest.values[guest.component("Steps")] = STEPS
        if moment == "before joining":
            return moment
        try:
            await guest.join(guest.button(chance.choice(BUTTONS)))
        except ValueError as error:
            if str(error).startswith("503"):
                return "refused"
            raise
        return moment if moment == "before listening" else await _listen(guest, moment, chance)
    finally:
        guest.leave()


async def _listen(guest: Guest, moment: str, chance: random.Random) -> str:
    """Hangs up at this moment, or when there is nothing more to be heard."""
    patience = {"while waiting": 0, "while running": chance.randint(1, 20)}.get(moment, 10_000)
    live, said = 0, "after the film"
    hearing = guest.listen()
    async for told in hearing:
        live += told["msg"] == "process_generating"
        if live >= patience or (moment == "while waiting" and told["msg"] == "estimation"):
            said = moment
            break
    await hearing.aclose()
    return said


async def measure(server: Served, *, users: int, number: int) -> Vanish:
    """All figures."""
    chance, moments, faults = random.Random(number), Counter(), set()
    async with crowd(server.url) as client:
        await vanish_at(client, "while running", chance)
        rest, files, before = await _busy(server), len(server.files), server.megabytes
        places = asyncio.Semaphore(AT_ONCE)

        async def visit() -> None:
            async with places:
                try:
                    moments[await vanish_at(client, chance.choice(MOMENTS), chance)] += 1
                except (ValueError, httpx.HTTPError) as error:
                    faults.add(str(error) or repr(error))

        await asyncio.gather(*(visit() for _ in range(users)))
        gone = time.monotonic()
        while await _busy(server) > rest + IDLE and time.monotonic() - gone < 5 * MINUTE:
            pass
        idle = max(0.0, time.monotonic() - gone - WINDOW)
        left = len(server.files) - files
        one_more = Guest(client)
        await one_more.open()
        heard = await one_more.press("restore")
        one_more.leave()
    after = server.megabytes
    return Vanish(users, dict(moments), tuple(sorted(faults)), idle, left, before, after, not heard.faults)


async def _busy(server: Served) -> float:
    """Cores that the server uses."""
    used, began = server.seconds, time.monotonic()
    await asyncio.sleep(WINDOW)
    return (server.seconds - used) / (time.monotonic() - began)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--users", type=int, default=200, help="how many (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of their moments (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_server(parser)
    options = parser.parse_args()
    with served(options.url, options.pid) as server:
        figures = asyncio.run(measure(server, users=options.users, number=options.seed))
    report(figures, as_json=options.json)


if __name__ == "__main__":
    main()

"""How many runs of the model a server lets go on at once, whoever presses whichever button.

Knows nothing of rude requests.
"""

import asyncio
import time

from tests.guest import Guest, crowd
from tests.served import Served

BUTTONS = ("restore", "write", "fill", "fix", "compare", "race")
JITTER = 0.05
"""Seconds by which what is told over one connection may overtake another's."""
Span = tuple[float, float]
"""When a run began and ended."""


async def of_many(server: Served) -> int:
    """The most runs at once, while two visitors press each button at the same moment."""
    async with crowd(server.url) as client:
        spans = await asyncio.gather(*(_spans(Guest(client), [name]) for name in 2 * BUTTONS))
    return most_overlapping(sum(spans, []))


async def of_one(server: Served) -> int:
    """The most runs at once of one visitor who presses all buttons without waiting for any."""
    async with crowd(server.url) as client:
        return most_overlapping(await _spans(Guest(client), 2 * BUTTONS))


def most_overlapping(spans: list[Span]) -> int:
    """How many of these spans have a moment in common, at most, each shortened by JITTER."""
    return max((sum(begun <= start < ended - JITTER for begun, ended in spans) for start, _ in spans), default=0)


async def _spans(guest: Guest, names) -> list[Span]:
    """When the runs of this visitor began and ended."""
    begun, spans = {}, []
    await guest.open()
    guest.values[guest.component("Steps")] = 8
    for name in names:
        await guest.join(guest.button(name))
    async for told in guest.listen():
        event = told.get("event_id")
        if told["msg"] == "process_starts":
            begun[event] = time.monotonic()
        elif told["msg"] == "process_completed" and event in begun:
            spans.append((begun.pop(event), time.monotonic()))
    return spans

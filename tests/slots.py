"""How many runs of the model a server lets go on at once, whoever presses whichever button.

Knows nothing of rude requests.
"""

import asyncio
import time

import httpx

from tests.guest import Guest, crowd
from tests.served import Served

BUTTONS = ("restore", "write", "fill", "fix", "compare", "race")
JITTER = 0.05
"""Seconds by which what is told over one connection may overtake another's."""


async def most_at_once(server: Served) -> int:
    """The most, while two visitors press each button at the same moment."""
    async with crowd(server.url) as client:
        spans = await asyncio.gather(*(_span(client, name) for name in 2 * BUTTONS))
    return most_overlapping([span for span in spans if span])


def most_overlapping(spans: list[tuple[float, float]]) -> int:
    """How many of these spans have a moment in common, at most, each shortened by JITTER."""
    return max((sum(begun <= start < ended - JITTER for begun, ended in spans) for start, _ in spans), default=0)


async def _span(client: httpx.AsyncClient, name: str) -> tuple[float, float] | None:
    """When the run began and ended."""
    guest, began = Guest(client), None
    await guest.open()
    guest.values[guest.component("Steps")] = 8
    try:
        await guest.join(guest.button(name))
    except (LookupError, ValueError, StopIteration):
        return None
    async for told in guest.listen():
        if told["msg"] == "process_starts":
            began = time.monotonic()
        elif told["msg"] == "process_completed" and began:
            return began, time.monotonic()
    return None

"""Several runs at one model: each makes a page, then the next one does.

Knows nothing of pages or models. Whoever waits longest is next, so a long run slows the others down and never stops
them; the pages themselves are made one at a time, each with all cores, as if no other run were there. One thread makes
them all: what a network needs beside its weights, helpers for every core and room to reckon in, is there for each
thread that it runs on.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context


class Turns:
    """The order in which work is done: first come, first served."""

    def __init__(self):
        self._thread = ThreadPoolExecutor(1, "turns")

    def take(self, work: Callable, *given):
        """What `work(*given)` gives, once all that came before is done."""
        return self._thread.submit(copy_context().run, work, *given).result()

"""Several runs at one model: each makes a page, then the next one does.

Knows nothing of pages or models. Whoever waits longest is next, so a long run slows the others down and never stops
them; the pages themselves are made one at a time, each with all cores, as if no other run were there.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition


class Turns:
    """The order in which threads may work: first come, first served."""

    def __init__(self):
        self._waiting: deque[object] = deque()
        self._changed = Condition()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Waits until all who came before are done; the block is this thread's turn."""
        me = object()
        with self._changed:
            self._waiting.append(me)
            self._changed.wait_for(lambda: self._waiting[0] is me)
        try:
            yield
        finally:
            with self._changed:
                self._waiting.popleft()
                self._changed.notify_all()

"""One heap for all threads, and what nobody needs is given back now and then; Linux's C library alone has both.

Knows nothing of what is kept there. That library gives threads heaps of their own, so that they need not wait for each
other; in a server whose threads come and go each heap keeps its holes.
"""

import ctypes
import sys
import time
from collections.abc import Callable
from threading import Thread

M_ARENA_MAX = -8
"""As malloc.h has it."""
NAP = 20.0
"""Seconds between two times that memory is given back; each takes a few milliseconds."""


def share() -> None:
    """Lets all threads to come share one heap; what is free in it goes back to the system."""
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    if hasattr(library, "mallopt") and hasattr(library, "malloc_trim"):
        library.mallopt(M_ARENA_MAX, 1)
        Thread(target=_tidy, args=(library.malloc_trim,), daemon=True).start()


def _tidy(trim: Callable[[int], int]) -> None:
    while True:
        time.sleep(NAP)
        trim(0)

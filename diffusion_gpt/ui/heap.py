"""One heap for all threads: what one has freed, another takes.

Knows nothing of what is kept there. Linux's C library gives every few threads a heap of their own, so that they need
not wait for each other; in a server whose threads come and go, each heap keeps its share of holes.
"""

import ctypes
import sys

M_ARENA_MAX = -8
"""As malloc.h has it."""


def share() -> None:
    """Lets the threads to come share one heap, where the C library knows of such a thing."""
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    if hasattr(library, "mallopt"):
        library.mallopt(M_ARENA_MAX, 1)

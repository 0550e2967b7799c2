"""How much one visitor may ask of the server: every bound in one place, with its reason.

Knows nothing of what is asked for. How many letters and steps a film may have is up to `trajectory.Request`.
"""

from diffusion_gpt.saved import MAX_BYTES

LANES = 2
"""Runs under way at the same time. They take turns step by step (`turns`), so beside a long one the short ones go on;
while a page of one is on its way to its visitor, the other's is made. With more of them every film is slower to watch,
more messages are sent, and none comes sooner."""
PLACES = 64
"""Runs that may wait: 16 visitors with three each and some to spare; longer than that nobody waits."""
PLACES_OF_PROGRAMS = 16
"""Of these, how many may be held by callers of the API: visitors of the page always find the rest."""
CALLS = 1024
"""Looks of the model at pages that one press may ask for: steps times films."""
SECONDS = 60.0
"""The model's own time for one film, waiting not counted; what is made by then is kept."""
UNHEARD = 10.0
"""Seconds after which a run whose visitor has never listened for its answer is given up."""
SESSIONS = 500
"""Visitors whose controls Gradio remembers, for about 20 KB each; the one who was away longest is forgotten first."""
BODY = 2**20
"""Bytes of a request that is no file; the longest that the page itself sends is a text pasted into a box."""
UPLOAD = MAX_BYTES + 2**16
"""Bytes of a request with a film in a file, wrapping included."""
KEPT = 3600
"""Seconds that a file made for a visitor is kept."""
SWEEP = 600
"""Seconds between two looks for files that are too old."""


def checked(calls: int) -> int:
    """This many looks of the model. Raises ValueError in words if they are too many."""
    if calls > CALLS:
        raise ValueError(f"This asks for {calls:,} looks of the model, {CALLS:,} are allowed: take fewer steps.")
    return calls

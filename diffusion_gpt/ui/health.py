"""Whether the server is well, for whoever watches over it.

Knows nothing of visitors.
"""

import time
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

PATH = "/healthz"


def route(waiting: Callable[[], int], ready: Callable[[], bool]) -> Route:
    """Answers 200 once `ready`, and 503 until then; in JSON, how many runs wait and how long the server is up."""
    begun = time.monotonic()

    def health(_: Request) -> JSONResponse:
        up, well = round(time.monotonic() - begun), ready()
        told = {"status": "ok" if well else "starting", "waiting": waiting(), "seconds": up}
        return JSONResponse(told, 200 if well else 503, {"cache-control": "no-store"})

    return Route(PATH, health, methods=["GET", "HEAD"])

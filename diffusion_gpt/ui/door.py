"""The door of the server: which addresses there are, how much may be carried in, who is listening, what is said.

Knows nothing of the page. A plain ASGI layer around Gradio's app, which offers many more addresses than the page needs
and sets no bound to a body of JSON.
"""

import json
import logging
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs

from gradio.route_utils import FnIndexInferError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from diffusion_gpt.ui import budget

log = logging.getLogger(__name__)

OPEN = re.compile(
    r"/|/config|/theme\.css|/favicon\.ico|/robots\.txt|/manifest\.json|/healthz|/(?:assets|static)/.*"
    r"|/gradio_api/(?:info|openapi\.json|app_id|startup-events|queue/join|queue/data|cancel|reset|upload|upload_progress"
    r"|(?:file=|heartbeat/|run/|call/).*)"
)
"""What the page, its client libraries and the Hub ask for; all else is not there."""
STREAM = re.compile(r"/gradio_api/(?:queue/data|call/(?:v2/)?[^/]+/([^/]+))")

NOT_HERE = "There is nothing at this address."
TOO_MUCH = "This is more than can be taken in: at most {:,} bytes are allowed here."
NOT_UNDERSTOOD = "This request could not be understood."
FAILED = "Something went wrong here, and it was written down. Please try once more."


class Door:
    """The layer; `listening` counts, by session or event, the open streams of answers."""

    def __init__(self, app: ASGIApp, listening: Counter[str]):
        self._app, self._listening = app, listening

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"].removeprefix(scope.get("root_path", "")).rstrip("/") or "/"
        load = Load(receive, budget.UPLOAD if path == "/gradio_api/upload" else budget.BODY)
        if not OPEN.fullmatch(path):
            await _answer(send, 404, NOT_HERE)
        elif load.announced(scope):
            await _answer(send, 413, load.said)
        else:
            with self._listened(_listener(scope, path)):
                await self._guarded(scope, load, send)

    @contextmanager
    def _listened(self, who: str) -> Iterator[None]:
        self._listening[who] += 1
        try:
            yield
        finally:
            self._listening[who] -= 1
            if not self._listening[who]:
                del self._listening[who]

    async def _guarded(self, scope: Scope, load: "Load", send: Send) -> None:
        """Lets the request in; one that fails is answered in a sentence."""
        begun, status, words = False, 413, load.said

        async def noted(message: Message) -> None:
            nonlocal begun
            if not load.exceeded:  # what Gradio has to say of half a body is of no use
                begun = True
                await send(message)

        try:
            await self._app(scope, load.receive, noted)
        except Exception as error:
            foreseen = isinstance(error, LookupError | TypeError | ValueError | FnIndexInferError)  # no such event
            if not load.exceeded:
                status, words = (400, NOT_UNDERSTOOD) if foreseen else (500, FAILED)
                log.warning("%s %s: %s", scope["method"], _kind_of(scope["path"]), type(error).__name__)
            if begun:  # the stream has said what there was to say, and is ended in order
                await send({"type": "http.response.body", "body": b""})
        if not begun:
            await _answer(send, status, words)


class Load:
    """The body of a request, as far as it may go."""

    def __init__(self, receive: Receive, most: int):
        self._receive, self._most, self._came = receive, most, 0
        self.said = TOO_MUCH.format(most)

    def announced(self, scope: Scope) -> bool:
        """Whether the body is said to be too long."""
        length = dict(scope["headers"]).get(b"content-length", b"")
        return length.isdigit() and int(length) > self._most

    @property
    def exceeded(self) -> bool:
        """Whether it was longer, announced or not."""
        return self._came > self._most

    async def receive(self) -> Message:
        """The next piece; nothing more once there was too much."""
        message = await self._receive()
        self._came += len(message.get("body", b""))
        return {"type": "http.disconnect"} if self.exceeded else message


def _listener(scope: Scope, path: str) -> str:
    """Who opens a stream of answers with this request; empty: it is something else."""
    stream = STREAM.fullmatch(path)
    if not stream or scope["method"] != "GET":
        return ""
    return stream[1] or parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [""])[0]


def _kind_of(path: str) -> str:
    """What kind of address it is; the rest of it may be anybody's words."""
    return "/".join(path.split("=")[0].split("/")[:3])


async def _answer(send: Send, status: int, words: str) -> None:
    body = json.dumps({"detail": words, "error": words}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

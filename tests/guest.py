"""A visitor without a browser: opens the page, presses its buttons and hears the server, as the page's script does.

Knows nothing of what is measured. The wire is Gradio's own: what costs nothing goes to `run`, what waits for the model
to `queue/join`, and its messages come over `queue/data`.
"""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx

API = "gradio_api"
PATIENCE = httpx.Timeout(30.0, read=600.0)


@dataclass(slots=True)
class Heard:
    """What came of one press of a button."""

    live: int = 0
    """Messages while it ran."""
    faults: list[str] = field(default_factory=list)
    """Errors, in the server's words."""
    given: list[str] = field(default_factory=list)
    """All messages that came to the page, the live ones left out."""


def crowd(url: str) -> httpx.AsyncClient:
    """The connections that all visitors share; each still has a session of its own."""
    return httpx.AsyncClient(base_url=url, timeout=PATIENCE, limits=httpx.Limits(max_connections=None))


class Guest:
    """One visitor with one open page."""

    def __init__(self, client: httpx.AsyncClient, session: str = ""):
        self.client, self.session = client, session or secrets.token_hex(6)
        self.values: dict[int, object] = {}
        """What every component of the page holds, by its number."""
        self.config: dict = {}
        self._pulse: asyncio.Task | None = None

    async def open(self) -> None:
        """Fetches the page and does what it does when it is loaded."""
        (await self.client.get("/")).raise_for_status()
        self.config = (await self.client.get("/config")).raise_for_status().json()
        self.values = {one["id"]: one["props"].get("value") for one in self.config["components"]}
        if self.config["connect_heartbeat"]:
            self._pulse = asyncio.create_task(self._beat())
        for function in self.functions:
            if [0, "load"] in function["targets"]:
                await self._follow(function, Heard())

    def leave(self) -> None:
        """Closes the page."""
        if self._pulse:
            self._pulse.cancel()

    @property
    def functions(self) -> list[dict]:
        """Those that the server runs."""
        return [function for function in self.config["dependencies"] if function["backend_fn"]]

    def component(self, name: str) -> int:
        """The number of the component with this id, else the first with this label."""
        for key in ("elem_id", "label"):
            for one in self.config["components"]:
                if one["props"].get(key) == name:
                    return one["id"]
        raise LookupError(f"the page has no component {name}")

    def put(self, **values) -> None:
        """Puts values into components, by their ids or labels."""
        self.values |= {self.component(name): value for name, value in values.items()}

    def button(self, name: str) -> dict:
        """What the button with this id lets the model do."""
        pressed = [self.component(name), "click"]
        return next(function for function in self.functions if function["queue"] and pressed in function["targets"])

    async def press(self, name: str) -> Heard:
        """Presses a button, listens to its end, and does all that follows."""
        heard = Heard()
        await self._follow(self.button(name), heard)
        return heard

    async def join(self, function: dict) -> None:
        """Asks for a place in the queue. Raises ValueError in the server's words if there is none."""
        answer = await self.client.post(f"/{API}/queue/join", json=self._asked(function))
        if answer.is_error:
            raise ValueError(f"{answer.status_code}: {answer.text[:200]}")

    async def listen(self) -> AsyncIterator[dict]:
        """The messages of this session, until the server closes it; a consumer that breaks off hangs up."""
        where, whose = f"/{API}/queue/data", {"session_hash": self.session}
        async with self.client.stream("GET", where, params=whose) as answer:
            answer.raise_for_status()
            async for line in answer.aiter_lines():
                if line.startswith("data:"):
                    yield json.loads(line[5:])

    async def _follow(self, function: dict, heard: Heard) -> None:
        """Runs a function, and then those that wait for how it ends."""
        try:
            given = await (self._queued(function, heard) if function["queue"] else self._at_once(function))
            self.values |= {number: value for number, value in zip(function["outputs"], given) if _is_value(value)}
            heard.given += [value for value in given if isinstance(value, str)]
        except (ValueError, httpx.HTTPError) as error:
            heard.faults.append(str(error) or repr(error))
        went_well = not heard.faults
        for later in self.functions:
            missed = later["trigger_only_on_success" if not went_well else "trigger_only_on_failure"]
            if later["trigger_after"] == function["id"] and not missed:
                await self._follow(later, heard)

    async def _beat(self) -> None:
        """Tells the server that the page is open, by a connection that stays."""
        async with self.client.stream("GET", f"/{API}/heartbeat/{self.session}") as answer:
            async for _ in answer.aiter_bytes():
                pass

    async def _queued(self, function: dict, heard: Heard) -> list:
        await self.join(function)
        given: list = []
        async for told in self.listen():
            if told["msg"] == "process_generating":
                heard.live += 1
            elif told["msg"] in ("process_completed", "unexpected_error"):
                if not told["success"]:
                    raise ValueError(str(told.get("message") or told.get("output")))
                given = told["output"]["data"]
        return given

    async def _at_once(self, function: dict) -> list:
        answer = await self.client.post(f"/{API}/run/predict", json=self._asked(function))
        if answer.is_error:
            raise ValueError(f"{answer.status_code}: {answer.text[:200]}")
        return answer.json()["data"]

    def _asked(self, function: dict) -> dict:
        data = [self.values.get(number) for number in function["inputs"]]
        return {"data": data, "fn_index": function["id"], "session_hash": self.session, "event_data": None}


def _is_value(given) -> bool:
    return not (isinstance(given, dict) and "__type__" in given)

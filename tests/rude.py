"""Rude requests, drawn by hypothesis from what the app says of itself: its functions, its routes, its bodies.

Knows nothing of what an answer should be.
"""

import json
from dataclasses import dataclass, field
from urllib.parse import quote

from hypothesis import strategies as st

API = "/gradio_api"
DEEP = "[" * 20_000 + "]" * 20_000
STRAY = "stray-film.json"
"""The name of a file that nobody should find."""
DOORS = ("/queue/join",) * 4 + tuple(f"/{kind}/{{api_name}}" for kind in ("run", "run", "api", "call", "call/v2"))
"""Where a function can be called."""
JSON = {"content-type": "application/json"}


@dataclass(frozen=True, slots=True)
class Rude:
    """One request."""

    route: str
    """As the app describes it, with its parameters in braces."""
    method: str
    path: str
    content: bytes = b""
    headers: dict = field(default_factory=dict)
    files: dict | None = None

    @property
    def size(self) -> int:
        files = sum(len(part) for file in (self.files or {}).values() for part in file)
        return len(self.path) + len(self.content) + len(repr(self.headers)) + files

    def __str__(self) -> str:
        what = repr(self.files)[:300] if self.files else self.content[:300].decode(errors="replace")
        return f"{self.method} {self.path[:300]} {what} {'' if self.headers == JSON else self.headers}".rstrip()


@dataclass(frozen=True, slots=True)
class Targets:
    """What is worth a try: files and ids that are none of a stranger's business, and a session of their own."""

    files: tuple[str, ...]
    ids: tuple[str, ...]
    films: tuple[int, ...]
    """Numbers of other visitors' films."""
    session: str


INJECTIONS = (
    "${7*7}", "{{7*7}}", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "'; DROP TABLE films; --",
    "${window.stop()}", "{{constructor.constructor('return 1')()}}", "%00", "\x00", "a\r\nX-Evil: 1", "`id`", "$(id)",
    "▒" * 300, "\ud800", "e\u0301" * 200, "‮evil", "\ufeff", "__class__", "__proto__", "1e999", "%s%s%n", "x" * 5000,
)  # fmt: skip
NUMBERS = (
    0, -1, 1e9, 10**9, 2**63, 10**30, -(10**30), 1e308, float("nan"), float("inf"), float("-inf"), 0.1, 257, 65536,
)  # fmt: skip
EVENT = ("run", "number", "step", "position", "letter", "index", "value", "_data")
"""What the page's own events carry, and what they might."""


def hostile(targets: Targets) -> st.SearchStrategy:
    """A value that no control of the page would send."""
    files = st.sampled_from(targets.files).map(
        lambda path: {"path": path, "url": path, "orig_name": "../x", "meta": {"_type": "gradio.FileData"}}
    )
    update = st.sampled_from(INJECTIONS).map(lambda text: {"__type__": "update", "value": text, "visible": text})
    leaf = st.one_of(
        st.none(), st.booleans(), st.sampled_from(NUMBERS), st.integers(), st.floats(), st.text(max_size=40),
        st.sampled_from(INJECTIONS + targets.files + targets.ids), files, update,
    )  # fmt: skip
    return st.recursive(
        leaf,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
        max_leaves=8,
    )


def events(targets: Targets) -> st.SearchStrategy:
    """What the page's own elements say when something is done to them, or something like it."""
    values = st.sampled_from(targets.films) | st.integers(-1, 40) | st.sampled_from(NUMBERS + INJECTIONS)
    return st.none() | st.dictionaries(st.sampled_from(EVENT), values)


def calls(config: dict, targets: Targets) -> st.SearchStrategy[Rude]:
    """A function of the page, public or private, called by its number or its name with something wrong in it."""
    values = {one["id"]: one["props"].get("value") for one in config["components"]}
    functions = st.sampled_from([one for one in config["dependencies"] if one["backend_fn"] or one["cancels"]])
    wrong, event = hostile(targets), events(targets)

    @st.composite
    def call(draw) -> Rude:
        function = draw(functions)
        body = {"data": draw(_data([values.get(i) for i in function["inputs"]], wrong)), "event_data": draw(event)}
        body |= {"fn_index": function["id"], "session_hash": targets.session}
        body |= draw(st.dictionaries(st.sampled_from(("event_data", "trigger_id", "event_id", "batched",
            "simple_format", "fn_index", "session_hash", "data", "oauth_token")), wrong, max_size=1))  # fmt: skip
        gone = draw(st.sampled_from(("", "", "", "", "", "fn_index", "session_hash", "data")))
        body.pop(gone, None)
        route = API + draw(st.sampled_from(DOORS))
        name = draw(st.sampled_from((function["api_name"], "predict", "0")))
        return Rude(route, "POST", route.replace("{api_name}", name), as_json(body), JSON)

    return call()


def _data(usual: list, wrong: st.SearchStrategy) -> st.SearchStrategy[list]:
    """What a function expects, but for some of it; or another number of values."""

    def usually(value) -> st.SearchStrategy:
        return st.sampled_from(("To be, or not", 8, "scramble")) if value is None else st.just(value)

    @st.composite
    def data(draw) -> list:
        given = [draw(usually(value) if draw(st.integers(0, 3)) else wrong) for value in usual]
        more = draw(st.sampled_from((0, 0, 0, 0, 1, -1)))
        return given[:more] if more < 0 else given + [draw(wrong) for _ in range(more)]

    return data()


def routes(openapi: dict, targets: Targets) -> st.SearchStrategy[Rude]:
    """A route as the app describes it, with hostile parameters and a hostile body."""
    known = [(path, method, said) for path, methods in openapi["paths"].items() for method, said in methods.items()]
    schemas, wrong = openapi.get("components", {}).get("schemas", {}), hostile(targets)
    words = st.sampled_from(targets.files + targets.ids + INJECTIONS) | st.text(max_size=20)

    @st.composite
    def route(draw) -> Rude:
        path, method, said = draw(st.sampled_from(known))
        filled, asked = path, []
        for parameter in said.get("parameters", ()):
            word = draw(words)
            if parameter["in"] == "path":
                raw = draw(st.booleans()) and word.isascii() and word.isprintable() and not set(word) & set(" #?%")
                filled = filled.replace(f"{{{parameter['name']}}}", word if raw else _quoted(word))
            elif parameter["required"] or draw(st.booleans()):
                asked.append(f"{parameter['name']}={_quoted(word)}")
        query = f"?{'&'.join(asked)}" if asked else ""
        content, headers = draw(_body(said.get("requestBody", {}), schemas, wrong)) if method == "post" else (b"", {})
        return Rude(path, method.upper(), filled + query, content, headers)

    return route()


def _body(said: dict, schemas: dict, wrong: st.SearchStrategy) -> st.SearchStrategy[tuple[bytes, dict]]:
    """All fields of the schema with hostile values, some of them; or no such thing at all."""
    schema = next(iter(said.get("content", {}).values()), {}).get("schema", {})
    shape = schemas.get(schema.get("$ref", "").rpartition("/")[2], {})
    names = list(shape.get("properties", ("data", "session_hash", "component_id", "fn_name")))
    fields = st.dictionaries(st.sampled_from(names), wrong | st.text(max_size=10))
    whole = st.fixed_dictionaries(dict.fromkeys(names, st.text(max_size=10) | st.integers(-1, 200) | wrong))
    as_form = st.dictionaries(st.sampled_from(names), st.text(max_size=10)).map(
        lambda form: (
            "&".join(f"{name}={_quoted(value)}" for name, value in form.items()).encode(),
            {"content-type": "application/x-www-form-urlencoded"},
        )
    )
    nonsense = st.sampled_from(
        (b"", b"{", b"null", b"[]", b"NaN", b"\xff\xfe", DEEP.encode(), b'{"data":' + b"9" * 5000)
    )
    bodies = (fields | whole | wrong).map(as_json) | nonsense
    return bodies.map(lambda body: (body, JSON)) | as_form


def pages(targets: Targets) -> st.SearchStrategy[Rude]:
    """The page itself, by a hostile link or for a hostile host."""
    words = st.sampled_from(targets.files + INJECTIONS) | st.text(max_size=60)
    names = st.sampled_from(("film", "__theme", "view", "page", "deep_link", "session_hash", "__sign"))
    doors = st.sampled_from(("/", "/config", f"{API}/info", f"{API}/startup-events"))
    heads = st.dictionaries(
        st.sampled_from(("x-forwarded-host", "x-forwarded-proto", "x-forwarded-for", "x-forwarded-server", "referer",
                         "accept-language", "cookie", "origin", "x-gradio-server", "range", "if-none-match")),
        st.sampled_from([text for text in INJECTIONS if text.isascii() and text.isprintable() and len(text) < 99])
        | st.sampled_from(("evil.example", "http://evil.example/x", "bytes=0-999999999999", "a=b; c")),
        max_size=2,
    )  # fmt: skip
    return st.builds(
        lambda door, name, word, head: Rude(door, "GET", f"{door}?{name}={_quoted(word)}", headers=head),
        *(doors, names, words, heads),
    )


def uploads() -> st.SearchStrategy[Rude]:
    """Files with names and contents that no player has written."""
    names = st.sampled_from(
        (f"../../../{STRAY}", f"/{STRAY}", f"..\\{STRAY}", f"/tmp/{STRAY}", "a" * 300, ".", "x.html")
    )
    inside = st.sampled_from((b"", b"{}", b"<script>alert(1)</script>", b"\x00" * 1000, DEEP.encode(), b"[NaN]"))
    kinds = st.sampled_from(("application/json", "text/html", "image/svg+xml", "evil"))
    files = st.tuples(names, inside, kinds).map(lambda file: {"files": file})
    return files.map(lambda files: Rude(f"{API}/upload", "POST", f"{API}/upload", files=files))


def anything(config: dict, openapi: dict, targets: Targets) -> st.SearchStrategy[Rude]:
    """All of these; calls of functions most often."""
    call, route = calls(config, targets), routes(openapi, targets)
    return st.one_of(call, call, call, call, route, route, pages(targets), uploads())


def huge(config: dict, size: int) -> list[Rude]:
    """Bodies of this many bytes, wherever one is read."""
    first = next(one for one in config["dependencies"] if one["backend_fn"] and len(one["inputs"]) > 1)
    body = {"data": ["x" * size] * 1 + [None] * (len(first["inputs"]) - 1), "fn_index": first["id"]}
    body["session_hash"] = "stranger"
    doors = [f"{API}/{door}" for door in ("queue/join", "run/predict", "call/v2/restore", "component_server", "cancel")]
    files = {"files": ("film.json", b"[" * size, "application/json")}
    upload = Rude(f"{API}/upload", "POST", f"{API}/upload", files=files)
    return [*(Rude(door, "POST", door, as_json(body), JSON) for door in doors), upload]


def as_json(body) -> bytes:
    """JSON, with NaN and half characters if there are any."""
    return json.dumps(body).encode()


def _quoted(word: str) -> str:
    return quote(word.encode("utf-8", "surrogatepass"), safe="")

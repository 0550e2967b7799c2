"""The server in front of strangers: bounds, one place each, who leaves frees the model, no visitor's word in a log."""

import json
import logging
import random
import threading
import time

import gradio as gr
import httpx
import pytest
from fake_studio import FakeRacer, FakeStudio
from gradio_client import Client
from gradio_client.exceptions import AppError

from diffusion_gpt.link import Link
from diffusion_gpt.trajectory import Request
from diffusion_gpt.ui import budget, controls, door, hosted
from diffusion_gpt.ui.sessions import Session
from diffusion_gpt.ui.turns import Turns

SECRET = "Wherefore art thou, Zephaniah?"
NUMBERS = (True, -1, 1e9, 2**70, 1e308, float("nan"), float("inf"))
TEXTS = ("", "x" * 5000, "${7*7}{{value}}", "\ud800", "../../x")
FILE = {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}
RUDE = (*NUMBERS, *TEXTS, None, [], {}, [["a"]], FILE, {"__type__": "update"})
HIDDEN = (
    *("monitoring", "openapi.json", "login", "svelte/x", "gradio_api/vibe-code", "gradio_api/component_server"),
    *("gradio_api/proxy=http://a.b", "gradio_api/token", "gradio_api/deep_link?session_hash=x"),
)


class Watched(FakeStudio):
    """Remembers how many pages it has made."""

    made = 0

    def run(self, request, begun=()):
        for frame in super().run(request, begun):
            self.made += 1
            yield frame


@pytest.fixture(scope="module")
def studio():
    return Watched(pause=0.02)


@pytest.fixture(scope="module")
def url(serve, studio):
    return serve(studio, FakeRacer())


@pytest.fixture
def http(url):
    with httpx.Client(base_url=url, timeout=30) as client:
        yield client


def events(http) -> list[dict]:
    """What the page can ask for, less what happens in the browser alone."""
    config = http.get("config").json()
    values = {block["id"]: block["props"].get("value") for block in config["components"]}
    return [
        {"index": event["id"], "name": event["api_name"], "queue": event["queue"],
         "values": [values[block] for block in event["inputs"]]}
        for event in config["dependencies"] if event["backend_fn"]
    ]  # fmt: skip


def join(http, event: dict, session: str, values=None, data=None) -> httpx.Response:
    """Presses a button."""
    body = {"fn_index": event["index"], "session_hash": session, "data": values or event["values"], "event_data": data}
    path = "gradio_api/queue/join" if event["queue"] else "gradio_api/run/predict"
    return http.post(path, content=json.dumps(body), headers={"content-type": "application/json"})


def messages(http, session: str):
    """What comes back, message by message; closed, the visitor is gone."""
    with http.stream("GET", "gradio_api/queue/data", params={"session_hash": session}) as stream:
        for line in stream.iter_lines():
            if line.startswith("data:"):
                yield json.loads(line[5:])


def ended(http, session: str) -> dict:
    return next(message for message in messages(http, session) if message["msg"] == "process_completed")


def restoring(http) -> dict:
    return next(event for event in events(http) if event["name"] == "run")


def arriving(http) -> dict:
    """The event that runs a link of 1,024 steps."""
    event = next(event for event in events(http) if event["name"] == "run_5")
    return event | {"values": [Link(Request(SECRET, level=0.4, steps=1024)).query()]}


def idle(studio) -> bool:
    """Whether no page is made any more."""
    time.sleep(0.3)
    before = studio.made
    time.sleep(0.5)
    return studio.made == before


def test_the_api_restores_and_writes(url):
    client = Client(url, verbose=False)
    restored = client.predict(text=SECRET, percent=50, steps=4, seed=3, api_name="/restore")
    assert restored["text"] == restored["original"] == SECRET and restored["damaged"] != SECRET
    assert (restored["step"], restored["steps"], restored["seed"]) == (4, 4, 3)
    assert Link.read(restored["link"]).request == Request(SECRET, level=0.5, steps=4, seed=3)
    written = client.predict(beginning="ROMEO:", length=20, noise="hide", steps=3, api_name="/write")
    assert written["text"].startswith("ROMEO:") and len(written["text"]) == 20 and written["damaged"] != written["text"]


@pytest.mark.parametrize("wrong", [{"text": 3}, {"noise": "both"}, {"percent": 500}, {"steps": 10**9}, {"seed": -1}])
def test_the_api_refuses_in_a_sentence(url, wrong):
    with pytest.raises(AppError, match=r"(?i)text|noise|between|whole"):
        Client(url, verbose=False).predict(**{"text": "To be", **wrong}, api_name="/restore")


def test_nothing_else_is_public(http):
    told = http.get("gradio_api/info").json()
    assert set(told["named_endpoints"]) == {"/restore", "/write"} and told["unnamed_endpoints"] == {}
    assert all(endpoint["description"] for endpoint in told["named_endpoints"].values())
    for path in HIDDEN:
        assert (http.get(path).status_code, http.get(path).json()["error"]) == (404, door.NOT_HERE)
    assert http.get("gradio_api/file=checkpoints/shakespeare/config.json").status_code in (403, 404)
    assert http.get("healthz").json()["status"] == "ok"


def test_a_body_has_a_bound_announced_or_not(http):
    body = b'{"data": ["' + b"x" * budget.BODY + b'"]}'
    for content in (body, iter([body])):
        answer = http.post("gradio_api/queue/join", content=content, headers={"content-type": "application/json"})
        assert answer.status_code == 413 and "at most 1,048,576 bytes" in answer.json()["error"]


def test_private_events_answer_rude_values_in_a_sentence(http, caplog):
    draw, heard = random.Random(0), 0
    for event in [event for event in events(http) if event["values"] or event["name"] in ("start_1", "pick")]:
        values, session = list(event["values"]), f"rude-{event['index']}"
        if values:
            values[draw.randrange(len(values))] = draw.choice(RUDE)
        letter = {"run": 0, "step": draw.choice(RUDE), "position": 2, "letter": draw.choice(RUDE)}
        answer = join(http, event, session, values, draw.choice([None, 3, letter]))
        told = ended(http, session)["output"] if event["queue"] and answer.status_code == 200 else answer.json()
        if told.get("error") or answer.status_code >= 400:
            heard += 1
            assert len(told["error"]) > 20
    assert heard > 10
    ours = [record.getMessage() for record in caplog.records if "diffusion_gpt/" in record.getMessage()]
    assert not ours  # no exception came as far as a handler of the page
    assert http.get("healthz").status_code == 200


def test_who_leaves_frees_the_model_and_who_waited_never_runs(http, studio):
    gone = [messages(http, f"gone-{i}") for i in range(budget.LANES + 2)]
    for i, stream in enumerate(gone):
        assert join(http, arriving(http), f"gone-{i}").status_code == 200
        awaited = "process_generating" if i < budget.LANES else "estimation"
        next(message for message in stream if message["msg"] == awaited)
    for stream in reversed(gone):
        stream.close()
    assert idle(studio) and http.get("healthz").json()["waiting"] == 0


def test_who_never_listens_is_given_up(http, studio, monkeypatch):
    monkeypatch.setattr(budget, "UNHEARD", 0.5)
    for i in range(3):
        join(http, arriving(http), f"deaf-{i}")
    time.sleep(0.6)
    assert idle(studio) and http.get("healthz").json()["waiting"] == 0


def test_whoever_presses_again_gives_up_the_run_before(http, studio):
    stream = messages(http, "twice")
    join(http, arriving(http), "twice")
    next(message for message in stream if message["msg"] == "process_generating")
    join(http, restoring(http), "twice")
    completed = [message for message in stream if message["msg"] == "process_completed"]
    assert len(completed) == 2 and all(message["success"] for message in completed)
    assert idle(studio)


def test_a_program_has_one_place(url):
    client = Client(url, verbose=False)
    first = client.submit(text=SECRET, steps=200, api_name="/restore")
    while not first.outputs():
        time.sleep(0.05)
    with pytest.raises(ValueError, match="One run at a time"):
        client.predict(text=SECRET, api_name="/restore")
    first.cancel()


def test_no_log_holds_what_a_visitor_typed(http, url, caplog, capfd):
    with caplog.at_level(logging.DEBUG):
        Client(url, verbose=False).predict(text=SECRET, steps=2, api_name="/restore")
        http.get(f"?film={Link(Request(SECRET)).query()}&text=Zephaniah")
        event = restoring(http)
        join(http, event, "Zephaniah", [*event["values"][:2], "Zephaniah", *event["values"][3:]])
        ended(http, "Zephaniah")
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith(("http", "asyncio"))]
    assert any(f"restore, scramble, {len(SECRET)} letters, 2 steps: 3 pages" in line for line in ours)
    assert "Zephaniah" not in "".join(ours) + "".join(capfd.readouterr())


def test_nothing_is_fetched_for_a_stranger(http, caplog):
    """A file may be given by any address; a film to be opened is not got from there."""
    opening = next(event for event in events(http) if event["name"] == "open_film")
    there = {"path": "https://example.org/film.json", "meta": {"_type": "gradio.FileData"}}
    answer = join(http, opening, "fetcher", [there])
    assert answer.is_error and "(fetch)" in caplog.text


def test_a_run_has_its_time_and_keeps_what_is_made(monkeypatch):
    monkeypatch.setattr(budget, "SECONDS", 0.05)
    host, made = hosted.HostedStudio(FakeStudio(pause=0.02), Turns()), []
    with pytest.raises(hosted.Overdue, match="what was made is here"):
        for page in host.run(Request("To be", level=0.5, steps=100)):
            made.append(page)
    assert 1 <= len(made) < 100
    with pytest.raises(ValueError, match="looks of the model"):
        host.runs([Request(steps=controls.MAX_STEPS, seed=seed) for seed in range(5)])


def test_who_waits_is_next():
    """A run that has had its turn stands behind those that waited meanwhile."""
    turns, order, begun, go_on = Turns(), [], threading.Event(), threading.Event()

    def first() -> None:
        begun.set()
        go_on.wait()

    def long() -> None:
        turns.take(first)
        turns.take(order.append, "the long run again")

    def short() -> None:
        turns.take(order.append, "the short one")

    workers = [threading.Thread(target=work) for work in (long, short)]
    workers[0].start()
    begun.wait()
    workers[1].start()
    while not turns._thread._work_queue.qsize():  # the short run waits
        time.sleep(0.001)
    go_on.set()
    for worker in workers:
        worker.join()
    assert order == ["the short one", "the long run again"]


def test_a_session_holds_what_was_changed_and_nothing_that_was_shown():
    with gr.Blocks() as demo:
        box = gr.Textbox("To be")
    session = Session(demo)
    session[box._id] = gr.Textbox(max_lines=3, render=False)
    session._update_value_in_config(box._id, "or not")
    assert (session[box._id].max_lines, session.config_values) == (3, {})
    assert vars(session).keys() == vars(Session.__base__(demo)).keys()

"""What a page makes of a link: where it lies, what its controls can show, what a visitor has to know."""

from types import SimpleNamespace

import pytest

from diffusion_gpt.link import HOME, Link
from diffusion_gpt.trajectory import Request
from diffusion_gpt.ui.address import home
from diffusion_gpt.ui.arrival import remark, shown
from diffusion_gpt.ui.restore import doubted

HERE = "0123abcd"


@pytest.mark.parametrize("request_", [
    Request("O Romeo", level=0.35, seed=7), Request("O Romeo", level=0, strength=doubted(32)),
    Request(length=9, steps=256),
    Request("O Romeo", "mask", 0.5, 9, "cosine", 0.7, 5, rule="gibbs"),
])  # fmt: skip
def test_what_the_page_can_ask_for_it_can_show(request_):
    assert shown(request_) == request_
    assert remark(Link(request_, HERE), HERE) == remark(Link(request_), HERE) == ""


@pytest.mark.parametrize(("wishes", "name"), [
    ({"steps": 1024}, "steps"), ({"rule": "euler"}, "rule"), ({"level": 0.123}, "level"), ({"top_p": 0.5}, "top_p"),
    ({"locked": (1,)}, "locked"), ({"temperature": 0.75}, "temperature"), ({"strength": 0.4}, "strength"),
])  # fmt: skip
def test_what_the_controls_cannot_show_is_named(wishes, name):
    link = Link(Request("O Romeo", **wishes), HERE)
    assert remark(link, HERE) == f"The controls cannot show all that this film was made with: {name}."


def test_another_model_is_told_first():
    assert remark(Link(Request(), "ffffffff"), HERE).startswith("The model has changed since this link was made")


@pytest.mark.parametrize(("came_from", "expected"), [
    ("https://letters.example.org/demo/?film=x#top", "https://letters.example.org/demo/"),
    ("http://127.0.0.1:7860", "http://127.0.0.1:7860/"), ("", HOME), ("javascript:alert(1)", HOME), ("file:///", HOME),
])  # fmt: skip
def test_a_link_leads_to_where_the_page_was_opened(monkeypatch, came_from, expected):
    monkeypatch.delenv("SPACE_ID", raising=False)
    assert home(SimpleNamespace(headers={"referer": came_from})) == expected


def test_on_a_space_it_leads_to_the_space(monkeypatch):
    monkeypatch.setenv("SPACE_ID", "somebody/letters")
    assert home(SimpleNamespace(headers={})) == "https://huggingface.co/spaces/somebody/letters"

"""What a page makes of a link: where it lies, what its controls can show, what a visitor has to know."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from fake_studio import CHARACTERS, FakeStudio
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import patient

from diffusion_gpt.link import HOME, Link
from diffusion_gpt.render.words import caption
from diffusion_gpt.trajectory import KINDS, SCHEDULES, Request
from diffusion_gpt.ui import controls, fill, restore, retrace, typos, write
from diffusion_gpt.ui.address import home
from diffusion_gpt.ui.arrival import remark
from diffusion_gpt.ui.desk import Desk
from diffusion_gpt.ui.films import Films
from diffusion_gpt.ui.restore import doubted
from diffusion_gpt.vocabulary import MASK

DESK = Desk(FakeStudio(), Films(), None, None)
HERE = DESK.studio.fingerprint

texts = st.text(CHARACTERS, min_size=2, max_size=12).filter(str.strip)
kinds = st.sampled_from(KINDS)
finer = st.tuples(
    st.integers(1, 256), st.sampled_from(SCHEDULES), st.sampled_from([rule for _, rule in controls.RULES]),
    st.integers(1, 20).map(lambda tenths: tenths / 10), st.integers(0, 2**32 - 1),
)  # fmt: skip


@st.composite
def asked(draw) -> tuple[str, Request]:
    """A tab, and what it asks for with its controls in any position."""
    tab, text, last = draw(st.sampled_from(sorted(retrace.TABS))), draw(texts), draw(finer)
    if tab == "write":
        room, end = draw(st.integers(1, 20)), draw(st.text(CHARACTERS, max_size=9))
        beginning = draw(st.sampled_from(["", text]))
        values = (len(beginning) + room + len(end), beginning, end, draw(kinds), draw(st.sampled_from([1, 2])))
        return tab, write.requests_of(DESK)(*values, *last)[-1]
    if tab == "fill":
        at = draw(st.sets(st.integers(0, len(text) - 1), min_size=1))
        blank = "".join(fill.BLANK if i in at else letter for i, letter in enumerate(text))
        return tab, fill.request_of(DESK)(blank, draw(kinds), *last)
    if tab == "typos":
        return tab, typos.request_of(DESK)(text, draw(st.integers(1, 40)) / 2, *last)
    locked = tuple(sorted(draw(st.sets(st.integers(0, len(text) - 1), max_size=len(text) - 1))))
    made = restore.request_of(DESK)("", text, draw(kinds), draw(st.integers(0, 100)), *last)
    return tab, replace(made, locked=locked)


@settings(patient, max_examples=300)
@given(asked())
def test_what_a_tab_asks_for_its_controls_show_again(tab_and_request):
    tab, request = tab_and_request
    link = Link.read(Link(request, HERE).query())
    setting = retrace.nearest(link.request, DESK)
    assert setting.asked == request
    assert setting.tab == tab or (tab, setting.tab, request.steps) == ("restore", "typos", typos.LOOKS)
    assert remark(link, DESK) == remark(Link(request), DESK) == ""


@pytest.mark.parametrize(("request_", "tab", "values"), [
    (Request(f"To {MASK * 3}!", length=7, locked=(0, 1, 2, 6)), "write", {"beginning": "To ", "end": "!", "length": 7}),
    (Request(f"To {MASK * 3}!", "mask", locked=(0, 1, 2, 6)), "fill", {"text": "To ___!", "kind": "mask"}),
    (Request(f"T{MASK} b{MASK}", length=5, locked=(0, 2, 3)), "fill", {"text": "T_ b_"}),
    (Request("O Romeo", level=0, steps=8, strength=0.12), "typos", {"text": "O Romeo", "strength": 12}),
    (Request("O Romeo", level=0, strength=doubted(32)), "restore", {"text": "O Romeo", "noise": 0}),
    (Request("O Romeo", level=0, steps=8, strength=doubted(8), locked=(3,)), "restore", {"noise": 0}),
    (Request("O Romeo", level=0.3, locked=(2, 1)), "restore", {"locks": '{"text": "O Romeo", "locked": [1, 2]}'}),
])  # fmt: skip
def test_a_link_opens_the_tab_that_asks_for_its_film(request_, tab, values):
    setting = retrace.nearest(request_, DESK)
    assert (setting.tab, setting.values | values) == (tab, setting.values)
    assert remark(Link(request_, HERE), DESK) == ""


@pytest.mark.parametrize(("wishes", "name"), [
    ({"steps": 1024}, "steps"), ({"rule": "euler"}, "rule"), ({"level": 0.123}, "level"), ({"top_p": 0.5}, "top_p"),
    ({"temperature": 0.75}, "temperature"), ({"strength": 0.4}, "strength"),
    ({"text": f"O R{MASK}meo", "noise": "mask", "level": 0.5, "locked": (0, 1, 2, 4, 5, 6)}, "level"),
])  # fmt: skip
def test_what_the_controls_cannot_show_is_named(wishes, name):
    link = Link(Request(**{"text": "O Romeo"} | wishes), HERE)
    assert remark(link, DESK) == f"The controls cannot show all that this film was made with: {name}."


def test_a_film_that_no_tab_can_ask_for_is_told():
    assert remark(Link(Request("  "), HERE), DESK) == "No tab of this page can ask for this film."


@pytest.mark.parametrize("request_", [
    Request("O Romeo", forced=((3, 0, "A"), (5, 2, "x"))), Request("O Romeo", length=9), Request(level=0.2),
])  # fmt: skip
def test_what_the_film_shows_or_does_not_need_is_not_named(request_):
    assert remark(Link(request_, HERE), DESK) == ""


def test_another_model_is_told_first():
    assert remark(Link(Request(), "ffffffff"), DESK).startswith("The model has changed since this link was made")


def test_a_title_counts_the_forced_letters():
    told = [caption(Request(forced=tuple((0, i, "a") for i in range(count)))) for count in (0, 1, 2)]
    assert [title.split(" · ")[3:-1] for title in told] == [[], ["1 letter forced"], ["2 letters forced"]]


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

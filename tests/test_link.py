"""Links: back to the very request, short, and the same film wherever they are opened; strangers' ones are refused."""

import json
import os
import random
import subprocess
import sys
import zlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import SHAKESPEARE, opinionated, patient

from diffusion_gpt import link
from diffusion_gpt.link import MAX_BYTES, MAX_CHARACTERS, Link
from diffusion_gpt.trajectory import KINDS, RULES, SCHEDULES, Request

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Coming(Request):
    """A request with a field that nobody has told the link of."""

    turns: tuple[tuple[int, int, str], ...] = ()


def packed(data: bytes | list) -> str:
    """A query's value of whatever a stranger may think of."""
    return urlsafe_b64encode(zlib.compress(data if isinstance(data, bytes) else json.dumps(data).encode(), 9)).decode()


def crowded(*, turns: int = 0) -> Coming:
    """As much as one can ask for: noise as text, half of it locked, every setting away from its default."""
    draw = random.Random(7)
    return Coming(
        "".join(draw.choices(SHAKESPEARE, k=256)), "uniform", 0.63, 256, "cosine", 0.7, 2**32 - 1,
        locked=tuple(sorted(draw.sample(range(256), 128))), rule="gibbs", top_p=0.91, strength=0.02,
        turns=tuple((draw.randrange(256), position, draw.choice(SHAKESPEARE)) for position in range(turns)),
    )  # fmt: skip


@patient
@given(
    text=st.text(max_size=40), seed=st.integers(0, 2**32 - 1), level=st.floats(0, 1), noise=st.sampled_from(KINDS),
    steps=st.integers(1, 1024), schedule=st.sampled_from(SCHEDULES), top_p=st.none() | st.floats(0.05, 1),
)  # fmt: skip
def test_a_link_and_back_is_the_same_request(**wishes):
    there = Link(Request(**wishes), "0123abcd")
    assert Link.read(there.query()) == there
    assert Link.read(there.address("https://example.org/page")) == there


@pytest.mark.parametrize("turns", [0, 64, 128])
def test_fields_to_come_travel_too_and_the_fullest_link_is_short(monkeypatch, turns):
    monkeypatch.setattr(link, "Request", Coming)
    there = Link(crowded(turns=turns), "0123abcd")
    query = there.query()
    assert len(query) <= MAX_CHARACTERS
    assert Link.read(f"https://example.org/?__theme=dark&{query}&x=1#top") == there


def test_only_what_differs_from_the_defaults_is_in_it():
    assert len(Link(Request(), "").query()) < 30
    assert len(Link(Request(text="To be, or not to be, that is the question.", level=0.6, seed=7)).query()) < 130


def test_a_film_that_fits_no_link_is_refused_in_words():
    symbols = "".join(map(chr, random.Random(0).sample(range(0x4E00, 0x9000), 256)))
    coming = Coming(symbols, turns=tuple((1, i, symbols[-i]) for i in range(256)))
    with pytest.raises(ValueError, match="too long; take it as data"):
        Link(coming).query()


def test_another_network_is_told():
    here = Link(Request(), "0123abcd")
    assert here.warning("0123abcd") == Link(Request()).warning("0123abcd") == ""
    assert "model has changed" in here.warning("ffffffff")


BOMB = packed(b"[" * 1_400_000)
HOSTILE = {
    "huge": "A" * 1_000_000, "bomb": BOMB, "deep": packed(b"[" * 16_000), "deeper": packed(b'{"a":' * 3_000),
    "script": "<script>alert(1)</script>", "digits": packed(b"9" * 16_000), "half": Link(crowded()).query()[:400],
    "empty": "", "letters": "\u2603\ud800", "number": packed(b"7"), "two": packed([1, 2]),
    "four": packed([1, "", {}, 4]),
    "version": packed([2, "", {}]), "long version": packed(["y" * 9000, "", {}]), "model": packed([1, "<b>", {}]),
    "list": packed([1, "", []]), "nan": packed(b'[1,"",{"level":NaN}]'), "infinite": packed(b'[1,"",{"level":1e999}]'),
    "unknown": packed([1, "", {"__class__": 1}]), "text 5": packed([1, "", {"text": 5}]),
    "text list": packed([1, "", {"text": ["a"]}]), "half a letter": packed([1, "", {"text": "\ud800"}]),
    "long text": packed([1, "", {"text": "x" * 9000}]), "noise": packed([1, "", {"noise": "x" * 9000}]),
    "rule": packed([1, "", {"rule": [1]}]), "null": packed([1, "", {"noise": None}]),
    "true": packed([1, "", {"steps": True}]), "locked": packed([1, "", {"text": "abc", "locked": {}}]),
    "locked letters": packed([1, "", {"text": "abc", "locked": "01"}]), "after": packed([1, "", {}]) + "AAAA",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_links_are_one_sentence(name):
    with pytest.raises(ValueError, match="^This link ") as refusal:
        Link.read(HOSTILE[name])
    said = str(refusal.value)
    assert "\n" not in said and len(said) <= 200


def test_a_bomb_is_not_unpacked():
    """It is short enough to be looked at, and would be nearly a hundred times as large as a film's link may be."""
    assert len(BOMB) <= MAX_CHARACTERS
    with pytest.raises(ValueError, match=f"more than {MAX_BYTES:,} bytes"):
        Link.read(BOMB)


PLAY = """
import sys, torch
from diffusion_gpt.link import Link
from diffusion_gpt.studio import Studio
studio = Studio.load(sys.argv[1])
torch.set_num_threads(int(sys.argv[2]))
for length in (8, 13, 64, 137):
    print(hash(studio.gpt(torch.arange(length)[None] % 60).detach().numpy().tobytes()))
for query in sys.argv[3:]:
    request = Link.read(query).request
    print(studio.film(request, studio.run(request)).to_json())
"""


CPUS = Path("/proc/cpuinfo")


@pytest.mark.skipif(
    not CPUS.is_file() or "GenuineIntel" not in CPUS.read_text(),
    reason="only on Intel's processors are products promised to be summed alike on any number of threads",
)
def test_a_link_makes_the_same_film_in_another_process_on_any_number_of_threads(tmp_path):
    """And logits of the same bits, with a network large enough for several threads to share its products."""
    opinionated(SHAKESPEARE, layers=1, heads=6, width=384).save(tmp_path)
    requests = [
        replace(crowded(), steps=4, rule="best"),
        Request(noise="mask", steps=5, seed=3),
        Request(steps=3, length=13),
    ]
    queries = [Link(Request(**{k: getattr(r, k) for k in Request.__match_args__})).query() for r in requests]
    films = []
    for threads in ("1", "3"):
        command = [sys.executable, "-c", PLAY, tmp_path, threads, *queries]
        environment = {**os.environ, "OMP_NUM_THREADS": threads, "PYTHONHASHSEED": "0", "PYTHONPATH": str(ROOT)}
        films.append(
            subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        )
    assert len(films[0].splitlines()) == 4 + len(queries)
    assert films[0] == films[1]


def test_every_rule_can_travel():
    for rule, kinds in RULES.items():
        there = Link(Request(text="abc", noise=kinds[-1], rule=rule))
        assert Link.read(there.query()) == there

"""The forms of a film: what is read back is the film, what is stopped leaves nothing, what is asked for is heeded."""

import random
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import imageio.v3 as iio
import numpy as np
import pytest
from imageio.plugins.pyav import PyAVPlugin
from PIL import Image
from test_gif import LETTERS, VERSE, at_home_blank, film_of, healing

from diffusion_gpt import saved
from diffusion_gpt.link import MAX_CHARACTERS
from diffusion_gpt.render import poster
from diffusion_gpt.render.alone import document
from diffusion_gpt.render.forms import FORMS, Wishes
from diffusion_gpt.render.layout import lay_out
from diffusion_gpt.render.palette import DARK, LIGHT
from diffusion_gpt.render.picture import Colours, Page, cell
from diffusion_gpt.render.poster import changes, write_poster
from diffusion_gpt.render.sheet import Sheet
from diffusion_gpt.render.shots import shots
from diffusion_gpt.render.video import RATE, repeats, write_video
from diffusion_gpt.vocabulary import MASK

LINK = "http://127.0.0.1:7860/?film=" + "x" * (MAX_CHARACTERS - 5)
ENDINGS = {"gif": "film.gif", "mp4": "film.mp4", "poster": "film.svg", "html": "film.html", "json": "film.json"}


def hard_film(steps: int = 3):
    """A film whose letters would be markup, were they not letters."""
    chance = random.Random(3)
    text = "</script><b>&amp;$x$ ${7*7} {{value}}\n\u2028end"
    return film_of(["".join(chance.sample(text, len(text))) for _ in range(steps)] + [text], text)


def legible(grey: np.ndarray, page: Page, candidates: str) -> tuple[str, set[int]]:
    """What a blurred picture says: of every letter's own picture the nearest, and which are marked."""
    table = page.colours.table @ (0.299, 0.587, 0.114)
    known = [(letter, marked) for letter in candidates for marked in (False, True)]
    shapes = np.stack([table[cell(letter, page.colours, marked=marked)] for letter, marked in known])
    found = [known[np.square(shapes - grey[page.place(i)]).sum((1, 2)).argmin()] for i in range(len(page.layout.cells))]
    return "".join(letter for letter, _ in found), {i for i, (_, marked) in enumerate(found) if marked}


def test_every_picture_of_a_video_reads_back_as_the_films_letters(tmp_path):
    film = healing(VERSE, 4, hidden=True)
    list(write_video(film, tmp_path / "film.mp4", dark=True, title="any"))
    pictures = iio.imread(tmp_path / "film.mp4", plugin="pyav")
    page, cut = Page(lay_out(VERSE), Colours.of(DARK), title="any"), shots(film)
    starts = np.cumsum([0, *repeats(cut)])
    assert len(pictures) == starts[-1]
    for shot, start in zip(cut, starts):
        letters, marked = legible(pictures[start] @ (0.299, 0.587, 0.114), page, LETTERS + MASK)
        assert letters.replace("\n", " ") == at_home_blank(shot.text, page.layout.ends).replace("\n", " ")
        assert marked == shot.marked


def test_a_video_is_of_the_kind_that_browsers_play(tmp_path):
    film = healing(VERSE, 20)
    list(write_video(film, tmp_path / "film.mp4"))
    told, data = iio.immeta(tmp_path / "film.mp4", plugin="pyav"), (tmp_path / "film.mp4").read_bytes()
    assert told["codec"] == "h264" and told["video_format"] == "yuv420p" and told["fps"] == RATE
    assert told["duration"] == pytest.approx(sum(shot.milliseconds for shot in shots(film)) / 1000, abs=0.5)
    assert data.index(b"moov") < data.index(b"mdat")  # it can be played before all of it is there
    assert len(data) <= 1_000_000


def test_a_video_that_is_given_up_is_not_worked_out(tmp_path, monkeypatch):
    worked_out = []
    monkeypatch.setattr(PyAVPlugin, "_flush_writer", worked_out.append)
    writing = write_video(healing(VERSE, 4), tmp_path / "film.mp4")
    next(writing)
    writing.close()
    assert worked_out == [] == list(tmp_path.iterdir())


def test_a_picture_for_every_shot_and_no_drift():
    cut = shots(healing("abc" * 80, 100))
    counts = repeats(cut)
    assert min(counts) >= 1
    assert sum(counts) == pytest.approx(sum(shot.milliseconds for shot in cut) * RATE / 1000, abs=1)


@pytest.mark.parametrize("form", FORMS)
def test_it_is_whole_or_not_at_all(tmp_path, form):
    path = tmp_path / ENDINGS[form]
    shares = list(FORMS[form](hard_film(), path, Wishes()))
    assert shares == sorted(shares) and shares[-1] == 1.0
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    path.write_bytes(b"old")
    writing = FORMS[form](hard_film(), path, Wishes())
    if next(writing) < 1:
        writing.close()
        assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [(path.name, b"old")]
    with pytest.raises(OSError):
        list(FORMS[form](hard_film(), tmp_path / "missing" / path.name, Wishes()))


@pytest.mark.parametrize("form", FORMS)
def test_one_page_is_a_film_too(tmp_path, form):
    path = tmp_path / ENDINGS[form]
    list(FORMS[form](film_of(["q"]), path, Wishes(dark=True, loop=False, title="a title", link=LINK)))
    assert path.stat().st_size > 0


def test_data_is_the_film():
    film = hard_film()
    assert saved.read(film.to_json().encode()) == film


def test_a_page_holds_the_letters_as_letters():
    text = document(hard_film(), link='http://127.0.0.1/?film="><script>')
    assert text.count("</script>") == 2 and text.count("<script") == 2 and text.count("</main>") == 1
    assert "<b>&amp;" not in text and '?film=&quot;&gt;&lt;script&gt;"' in text
    assert "default-src 'none'" in text
    assert not re.search(r'(?:src|href)=(?!"http://127.0.0.1/\?film=)|url\((?!"data:)|@import (?:url|")', text)


def test_a_poster_is_a_page_of_paper_in_both_forms(tmp_path):
    film = healing(VERSE, 8)
    for name in ("first.png", "first.svg", "second.svg"):
        list(write_poster(film, tmp_path / name, link=LINK, dark=True))
    assert (tmp_path / "first.svg").read_bytes() == (tmp_path / "second.svg").read_bytes()
    with Image.open(tmp_path / "first.png") as picture:
        assert picture.size[1] / picture.size[0] == pytest.approx(2**0.5, abs=0.01)
        assert picture.getpixel((3, 3))[:3] == tuple(int(DARK.paper[i : i + 2], 16) for i in (1, 3, 5))
    root = ElementTree.parse(tmp_path / "first.svg").getroot()
    links = {value for element in root.iter() for name, value in element.attrib.items() if name.endswith("}href")}
    assert LINK in links and not {link for link in links - {LINK} if not link.startswith(("#", "data:"))}
    assert not any(element.tag.endswith("script") for element in root.iter())


@pytest.mark.parametrize("text", ["q", VERSE, "o\n" * 20, "w" * 256])
def test_nothing_on_a_poster_lies_over_another_thing(tmp_path, monkeypatch, text):
    """From above: what is written, the map, the longest link."""
    written, maps = [], []
    monkeypatch.setattr(Sheet, "text", lambda self, x, y, words, **_: written.append((y, words)))
    monkeypatch.setattr(Sheet, "raster", lambda self, colours, *, top, bottom, **_: maps.append((top, bottom)))
    list(write_poster(healing(text, 4), tmp_path / "film.svg", link=LINK))
    link = [y for y, words in written if words in LINK]
    ((top, bottom),) = maps
    assert len(link) > 10 and max(link) <= poster.HEIGHT - poster.MARGIN
    assert max(y for y, words in written if words not in LINK) < top < bottom < min(link)


def test_the_map_shows_every_change():
    film = film_of(["abcd", "abxd", "abyd", "azyd"], steps=5)
    assert changes(film).tolist() == [[False, False, True, False]] * 2 + [[False, True, False, False]]
    picture = poster._coloured(Sheet(LIGHT), film, 5)
    rest, restless, change, last = (
        [int(name[i : i + 2], 16) for i in (1, 3, 5)] for name in (LIGHT.paper, LIGHT.tint, LIGHT.mark, LIGHT.strip)
    )
    assert picture[0].tolist() == [rest] * 5
    assert picture[1].tolist() == [restless, restless, last, rest, rest]
    assert picture[2].tolist() == [change, last, rest, rest, rest]


def test_a_poster_is_a_png_or_an_svg(tmp_path):
    with pytest.raises(ValueError, match="a .png or a .svg, got the file name 'film.pdf'"):
        list(write_poster(healing("abc", 2), Path(tmp_path / "film.pdf")))

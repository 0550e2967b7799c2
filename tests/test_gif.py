"""The GIF of a film: read back letter by letter, and checked for what a viewer relies on."""

import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from diffusion_gpt.frame import Frame
from diffusion_gpt.render.gif import write_gif
from diffusion_gpt.render.layout import COLUMNS, MAX_ROWS, lay_out
from diffusion_gpt.render.palette import DARK, LIGHT
from diffusion_gpt.render.picture import Colours, Page, cell, glyph
from diffusion_gpt.render.shots import CLOSING_MS, MAX_SHOTS, OPENING_MS, shots
from diffusion_gpt.render.words import caption
from diffusion_gpt.trajectory import MAX_LENGTH, SCHEDULES, Request, Trajectory
from diffusion_gpt.vocabulary import MASK

LETTERS = "\n !$&',-.3:;?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
VERSE = (
    "ROMEO:\nBut, soft! what light through yonder window breaks?\n"
    "It is the east, and Juliet is the sun.\nArise, fair sun, and kill the envious moon,\n"
    "Who is already sick and pale with grief,\nThat thou her maid art far more fair than she:\n"
)[:MAX_LENGTH]


def film_of(texts: list[str], original: str = "", **request) -> Trajectory:
    """A film that shows `texts`, one a frame; the beliefs, which no picture here shows, are left empty."""
    frames, before = [], texts[0] if texts else ""
    for text in texts:
        changed = tuple(i for i, (a, b) in enumerate(zip(before, text, strict=True)) if a != b)
        frames.append(Frame(text, 0.0, changed))
        before = text
    options = {"text": original, "steps": max(1, len(texts) - 1), **request}
    return Trajectory(Request(**options), original, tuple(frames))


def healing(text: str, steps: int, *, hidden: bool = False, seed: int = 0) -> Trajectory:
    """A film in which every letter of `text` is noise, and becomes itself at some step."""
    chance = random.Random(seed)
    when = [chance.randint(1, steps) for _ in text]

    def state(k: int) -> str:
        noise = [MASK if hidden else chance.choice(LETTERS) for _ in text]
        return "".join(letter if k >= due else noise[i] for i, (letter, due) in enumerate(zip(text, when)))

    return film_of([state(k) for k in range(steps + 1)], text, noise="mask" if hidden else "uniform")


def made(film: Trajectory, path: Path, **options) -> list[tuple[np.ndarray, int]]:
    """Write the GIF and read it back: every picture as RGB, and its time in milliseconds."""
    list(write_gif(film, path, **options))
    with Image.open(path) as gif:
        return [(np.array(frame.convert("RGB")), frame.info["duration"]) for frame in ImageSequence.Iterator(gif)]


def read(picture: np.ndarray, page: Page, candidates: str) -> tuple[str, set[int]]:
    """What a picture says: its letters by comparison with every letter's own picture, and which are marked."""
    table = page.colours.table
    known = {}
    for marked in (True, False):
        # Where two look the same (a space and a line end at home), the first of `candidates` wins.
        for letter in reversed(candidates):
            known[table[cell(letter, page.colours, marked=marked)].tobytes()] = letter, marked
    found = [known[picture[page.place(i)].tobytes()] for i in range(len(page.layout.cells))]
    return "".join(letter for letter, _ in found), {i for i, (_, marked) in enumerate(found) if marked}


def at_home_blank(text: str, ends: frozenset[int]) -> str:
    return "".join(" " if c == "\n" and i in ends else c for i, c in enumerate(text))


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("hidden", [False, True])
def test_every_frame_reads_back_as_the_films_letters(tmp_path, hidden, dark):
    film = healing(VERSE, 12, hidden=hidden)
    pictures = made(film, tmp_path / "film.gif", dark=dark, title=caption(film.request))
    page = Page(lay_out(VERSE), Colours.of(DARK if dark else LIGHT), title="any")
    assert len(pictures) == len(film.frames)
    assert {picture.shape for picture, _ in pictures} == {(*page.pixels.shape, 3)}
    for (picture, _), frame in zip(pictures[:-1], film.frames):
        letters, marked = read(picture, page, LETTERS + MASK)
        assert letters == at_home_blank(frame.text, page.layout.ends)
        assert marked == set(frame.changed)
    assert read(pictures[-1][0], page, LETTERS + MASK) == (at_home_blank(VERSE, page.layout.ends), set())


def test_a_change_shows_by_more_than_colour():
    colours = Colours.of(LIGHT)
    grey = colours.table @ (0.299, 0.587, 0.114)
    plain, marked = (grey[cell("a", colours, marked=m)] for m in (False, True))
    assert np.abs(plain - marked)[:-4].max() > 8  # the ground
    assert (plain - marked)[-4:-1].min() > 90  # the line under it
    assert (glyph("a")[-4:-1] == 0).all()


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_letters_stand_out_from_both_grounds(palette):
    def luminance(colour: str) -> float:
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for ink in (palette.ink, palette.faint):
        for ground in (palette.paper, palette.tint):
            low, high = sorted((luminance(ink), luminance(ground)))
            assert (high + 0.05) / (low + 0.05) >= 4.5


def test_time_follows_visible_change(tmp_path):
    texts = ["aaaaaaaa", "aaaaaaab", "aaaabbbb", "aaaabbbb", "abbbbbbb", "bbbbbbbb"]
    times = [milliseconds for _, milliseconds in made(film_of(texts), tmp_path / "film.gif")]
    assert times == [shot.milliseconds for shot in shots(film_of(texts))]
    assert (times[0], times[-1]) == (OPENING_MS, CLOSING_MS)
    assert times[3] < times[1] < times[2] == times[4]
    assert all(time % 10 == 0 and time >= 20 for time in times)


def test_a_long_run_is_thinned_to_even_change():
    text = "x" * MAX_LENGTH
    # Nothing happens for most of the run, then everything in its last quarter.
    states = [MASK * max(0, 256 - max(0, k - 768)) + text[: max(0, k - 768)] for k in range(1025)]
    cut = shots(film_of(states, text, noise="mask"))
    assert len(cut) <= MAX_SHOTS
    assert (cut[0].text, cut[-1].text) == (states[0], states[-1])
    assert (cut[0].progress, cut[-1].progress) == (0.0, 1.0)
    dull = [shot for shot in cut[1:-1] if not shot.marked]
    assert len(dull) < len(cut) / 10
    for before, shot in zip(cut, cut[1:-1]):
        assert shot.marked == {i for i in range(MAX_LENGTH) if shot.text[i] != before.text[i]}


def test_a_run_that_was_stopped_shows_how_far_it_came():
    cut = shots(film_of(["ab", "cb", "cd"], steps=8))
    assert [shot.progress for shot in cut] == [0.0, 1 / 8, 2 / 8]


def test_stopping_leaves_no_file_and_spares_an_old_one(tmp_path):
    path = tmp_path / "film.gif"
    writing = write_gif(healing(VERSE, 8), path)
    next(writing)
    writing.close()
    assert list(tmp_path.iterdir()) == []
    path.write_bytes(b"old")
    writing = write_gif(healing(VERSE, 8), path)
    next(writing)
    writing.close()
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("film.gif", b"old")]


def test_a_failure_while_storing_leaves_no_file(tmp_path):
    with pytest.raises(OSError):
        list(write_gif(healing("abc", 2), tmp_path / "missing" / "film.gif"))
    target = tmp_path / "film.gif"
    target.mkdir()
    with pytest.raises(OSError):
        list(write_gif(healing("abc", 2), target))
    assert [p.name for p in tmp_path.iterdir()] == ["film.gif"]


def test_progress_rises_to_one(tmp_path):
    shares = list(write_gif(healing(VERSE, 8), tmp_path / "film.gif"))
    assert shares == sorted(shares)
    assert shares[0] > 0
    assert shares[-1] == 1.0


@pytest.mark.parametrize(("loop", "expected"), [(True, 0), (False, None)])
def test_it_loops_if_asked(tmp_path, loop, expected):
    list(write_gif(healing("abc", 3), tmp_path / "film.gif", loop=loop))
    with Image.open(tmp_path / "film.gif") as gif:
        assert gif.info.get("loop") == expected


def test_one_letter_and_one_frame(tmp_path):
    assert len(made(film_of(["q", "a", "a", "b"], "b"), tmp_path / "letter.gif")) == 4
    ((_, time),) = made(film_of(["abc"]), tmp_path / "frame.gif")
    assert time == CLOSING_MS


def test_a_film_without_frames_is_refused_in_words(tmp_path):
    with pytest.raises(ValueError, match="at least one frame"):
        next(write_gif(film_of([]), tmp_path / "film.gif"))


def test_even_one_letter_moves_the_strip_in_every_shot(tmp_path):
    texts = ["ab"[k % 2] for k in range(MAX_SHOTS)]
    still = ["a"] * MAX_SHOTS
    assert len(made(film_of(texts), tmp_path / "moving.gif")) == MAX_SHOTS
    assert len(made(film_of(still), tmp_path / "still.gif")) == MAX_SHOTS


@pytest.mark.parametrize("text", ["w" * MAX_LENGTH, "\n" * MAX_LENGTH, " " * MAX_LENGTH, "to be " * 42 + "or n"])
def test_the_longest_texts_fit_the_page(tmp_path, text):
    film = healing(text, 3)
    pictures = made(film, tmp_path / "film.gif")
    layout = lay_out(text)
    assert len(pictures) == 4
    assert layout.rows <= MAX_ROWS
    assert len(set(layout.cells)) == MAX_LENGTH


def test_sixty_four_frames_are_a_small_file(tmp_path):
    list(write_gif(healing(VERSE, 63), tmp_path / "film.gif", title="scrambled"))
    assert (tmp_path / "film.gif").stat().st_size <= 1_500_000


def test_what_the_font_lacks_is_a_visible_box():
    for character in ("漢", "א", "\U0001f600", "\u0301", "\u200b", "\x00", "\ud800", "\U0010ffff"):
        assert glyph(character).any()
    for blank in (" ", "\t", "\u2003"):
        assert not glyph(blank).any()
    assert glyph("\n").any()
    assert not np.array_equal(glyph("é"), glyph("e"))


def test_letters_of_any_script_do_not_crash(tmp_path):
    text = "a漢א\U0001f600\u0301\u200b\x00\ud800 ж\té"
    assert len(made(healing(text, 4), tmp_path / "film.gif", title="漢字 and a line end\n")) == 5


def test_no_two_letters_of_the_corpus_look_alike():
    shapes = {glyph(letter).tobytes() for letter in LETTERS + MASK}
    assert len(shapes) == len(LETTERS + MASK)


def test_the_page_has_the_lines_of_the_text():
    layout = lay_out("To be\nor not")
    assert layout.cells[:6] == tuple((0, i) for i in range(6))
    assert layout.cells[6:] == tuple((1, i) for i in range(6))
    assert layout.ends == {5}


def test_long_lines_wrap_between_words():
    words = " ".join(["wherefore"] * 12)
    layout = lay_out(words)
    for start in range(0, len(words), 10):
        rows = {layout.cells[i][0] for i in range(start, start + 9)}
        assert len(rows) == 1
    assert max(column for _, column in layout.cells) <= COLUMNS


def test_the_layout_is_the_originals_not_the_noises(tmp_path):
    film = film_of(["\n\n\n\n\n", "ab\ncd"], "ab cd")
    pictures = made(film, tmp_path / "film.gif")
    page = Page(lay_out("ab cd"), Colours.of(LIGHT))
    assert read(pictures[0][0], page, LETTERS)[0] == "\n\n\n\n\n"
    assert read(pictures[1][0], page, LETTERS)[0] == "ab\ncd"


def test_a_long_title_takes_a_second_line_not_a_wider_page():
    colours = Colours.of(LIGHT)
    plain, short, long = (Page(lay_out(VERSE), colours, title=title) for title in ("", "short", "word " * 20))
    assert plain.pixels.shape[1] == short.pixels.shape[1] == long.pixels.shape[1]
    assert plain.pixels.shape[0] < short.pixels.shape[0] < long.pixels.shape[0]


def test_every_schedule_has_its_words():
    for schedule in SCHEDULES:
        assert caption(Request(schedule=schedule)).count("·") == 3


def test_caption_names_what_was_asked_for():
    assert caption(Request("abc", level=0.6, seed=7)) == "scrambled 60 % · 32 steps · even · seed 7"
    asked = Request("abc", noise="mask", steps=1, schedule="cosine", temperature=0.7, locked=(0, 2))
    assert caption(asked) == "hidden 100 % · 1 step · gentle at the end · temperature 0.7 · 2 locked · seed 0"
    assert caption(Request(steps=1024)) == "written from scrambled letters · 1,024 steps · even · seed 0"

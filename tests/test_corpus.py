"""A text: split, windows, checksums, and one sentence for all that can be wrong with it."""

import hashlib
import http.client
import io
import urllib.error
import urllib.request

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from worlds import patient

from diffusion_gpt import corpus as room
from diffusion_gpt.corpus import Corpus, windows
from diffusion_gpt.vocabulary import Vocabulary

GENUINE = b"First Citizen:\nSpeak.\n"


@pytest.fixture
def web(tmp_path, monkeypatch):
    """A function that decides what the public address answers; it returns the list of what was asked."""
    monkeypatch.setattr(room, "CACHE", tmp_path / "cache" / "text.txt")
    monkeypatch.setattr(room, "SHA256", hashlib.sha256(GENUINE).hexdigest())

    def answers(what):
        asked = []

        def urlopen(url, timeout):
            asked.append(url)
            if isinstance(what, Exception):
                raise what
            return io.BytesIO(what)

        monkeypatch.setattr(urllib.request, "urlopen", urlopen)
        return asked

    return answers


@patient
@given(st.text(min_size=2, max_size=500))
def test_nine_tenths_are_for_training_and_nothing_is_lost(text):
    corpus = Corpus(text)
    assert corpus.train + corpus.validation == text
    assert len(corpus.train) == int(0.9 * len(text))


def test_tiny_shakespeares_split():
    corpus = Corpus("x" * 1_115_394)
    assert (len(corpus.train), len(corpus.validation)) == (1_003_854, 111_540)


@patient
@given(st.text("abc\n", min_size=1, max_size=200), st.integers(1, 50))
def test_windows_are_the_text_in_order(text, length):
    vocabulary = Vocabulary("abc\n")
    if len(text) < length:
        with pytest.raises(ValueError, match=f"{len(text):,} characters, too few for one window of {length}"):
            windows(text, vocabulary, length)
        return
    ids = windows(text, vocabulary, length)
    assert ids.dtype == torch.int64
    assert ids.shape[1] == length
    assert vocabulary.decode(ids.flatten().tolist()) == text[: len(text) // length * length]


@pytest.mark.parametrize("length", [0, -4])
def test_windows_without_length_are_refused(length):
    with pytest.raises(ValueError, match=f"at least 1 character, got {length}"):
        windows("abc", Vocabulary("abc"), length)


def test_the_checksum_is_that_of_the_file(tmp_path):
    (tmp_path / "text").write_bytes("Grüße\r\n\n".encode())
    corpus = Corpus.read(tmp_path / "text")
    assert corpus.text == "Grüße\r\n\n"
    assert corpus.sha256 == hashlib.sha256((tmp_path / "text").read_bytes()).hexdigest()


@pytest.mark.parametrize(("content", "words"), [
    (None, "cannot be read: No such file"), (b"abc\xff", r"not UTF-8 text \(byte 3\)"), (b"", "is empty"),
    (b"aaaa", "one character repeated"),
])  # fmt: skip
def test_what_cannot_be_learned_is_refused_in_a_sentence(tmp_path, content, words):
    path = tmp_path / "text"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ValueError, match=words) as refusal:
        Corpus.read(path)
    assert str(path) in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_folder_is_no_corpus(tmp_path):
    with pytest.raises(ValueError, match="cannot be read: Is a directory"):
        Corpus.read(tmp_path)


def test_the_corpus_is_fetched_once(web):
    asked = web(GENUINE)
    assert Corpus.read(None).text == Corpus.read(None).text == GENUINE.decode()
    assert asked == [room.URL]


def test_a_damaged_copy_is_fetched_anew(web):
    asked = web(GENUINE)
    room.CACHE.parent.mkdir()
    room.CACHE.write_bytes(GENUINE[:5])
    assert Corpus.read(None).text == GENUINE.decode()
    assert len(asked) == 1


def test_a_wrong_file_is_refused_and_not_kept(web):
    web(b"<html>not here</html>")
    with pytest.raises(ValueError, match="wrong checksum.*--corpus FILE"):
        Corpus.read(None)
    assert not room.CACHE.exists()


@pytest.mark.parametrize("failure", [
    urllib.error.URLError("no route"), TimeoutError("timed out"), http.client.IncompleteRead(b"half"),
])  # fmt: skip
def test_without_a_network_a_sentence_says_what_to_do(web, failure):
    web(failure)
    with pytest.raises(ValueError, match="could not be fetched.*--corpus FILE") as refusal:
        Corpus.read(None)
    assert "\n" not in str(refusal.value)


def test_a_cache_that_cannot_be_written_is_told(web, tmp_path):
    web(GENUINE)
    (tmp_path / "cache").write_text("a file where the folder should be")
    with pytest.raises(ValueError, match="could not be fetched"):
        Corpus.read(None)

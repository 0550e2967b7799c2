"""Characters and ids: a bijection, and visible, reported replacements for what is not known."""

import pytest
import worlds
from hypothesis import given
from hypothesis import strategies as st
from worlds import patient

from diffusion_gpt.vocabulary import MASK, Vocabulary

SHAKESPEARE = Vocabulary(worlds.SHAKESPEARE)
LETTERS = Vocabulary("abc")


def test_ids_are_places_in_the_order_of_characters():
    assert SHAKESPEARE.n == 65
    assert [SHAKESPEARE.encode(c) for c in "\nAz"] == [[0], [13], [64]]
    assert SHAKESPEARE.decode(range(65)) == SHAKESPEARE.characters


@patient
@given(st.text(SHAKESPEARE.characters + MASK, max_size=40))
def test_decoding_undoes_encoding(text):
    assert SHAKESPEARE.decode(SHAKESPEARE.encode(text)) == text


def test_the_mask_symbol_is_n():
    assert LETTERS.encode(f"a{MASK}") == [0, 3]
    assert LETTERS.decode([3, 2]) == f"{MASK}c"


def test_of_a_text():
    assert Vocabulary.of("hello\n").characters == "\nehlo"


def test_unknown_characters_are_named():
    with pytest.raises(ValueError, match=r"'!' 'x'; it knows 'abc'"):
        LETTERS.encode("ax!b")


@pytest.mark.parametrize(("characters", "words"), [("", "got none"), ("aba", "duplicates"), (f"a{MASK}", "reserved")])
def test_what_is_no_vocabulary_is_refused_in_words(characters, words):
    with pytest.raises(ValueError, match=words):
        Vocabulary(characters)


@patient
@given(st.text(max_size=60))
def test_whatever_is_typed_can_be_read_after_fitting(text):
    fitted, replacements = SHAKESPEARE.fit(text)
    assert SHAKESPEARE.decode(SHAKESPEARE.encode(fitted)) == fitted
    assert MASK not in fitted
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    assert all(lines[r.position] == r.given != r.used for r in replacements)
    assert len(replacements) == sum(c not in SHAKESPEARE.characters for c in lines)


@patient
@given(st.text(SHAKESPEARE.characters, max_size=60))
def test_what_is_known_is_left_alone(text):
    assert SHAKESPEARE.fit(text) == (text, ())


@pytest.mark.parametrize(("given", "fitted"), [
    ("é", "e"), ("ß", "ss"), ("Œ", "OE"), ("\t", " "), ("\r\n", "\n"), ("\r", "\n"), ("’", "'"), ("—", "-"),
    ("…", "..."), ("7", "?"), ("🙂", "?"), ("e\u0301", "e"), ("\u200d", ""), ("\x00", ""), ("\ud800", ""),
    ("\u00a0", " "), ("\u2028", " "), (MASK, "?"), ("ﬁ", "fi"), ("Ｈ", "H"), ("(", ","), ("“", "'"),
])  # fmt: skip
def test_nearest_relatives(given, fitted):
    assert SHAKESPEARE.fit(f"a{given}b")[0] == f"a{fitted}b"


def test_a_stand_in_where_there_is_no_question_mark():
    assert LETTERS.fit("a b")[0] == "aab"
    assert Vocabulary("ab.").fit("a#b")[0] == "a.b"


def test_replacements_say_where_and_what():
    (first, second), text = SHAKESPEARE.fit("x9\ty")[1], SHAKESPEARE.fit("x9\ty")[0]
    assert text == "x? y"
    assert (first.position, first.given, first.used) == (1, "9", "?")
    assert (second.position, second.given, second.used) == (2, "\t", " ")

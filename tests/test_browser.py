"""The page in a real browser: what a visitor comes for, from typing to taking a GIF home, and what goes wrong."""

from fake_studio import FakeStudio
from playwright.sync_api import expect
from visitor import (
    QUESTION,
    READOUT,
    SHOWN,
    UNDER_WAY,
    VERSE,
    letters_of,
    restore,
    scrubber,
    set_noise,
    shown,
    type_text,
)


def test_type_scramble_restore_scrub_and_take_a_gif_home(quick, visit):
    page = visit(quick)
    type_text(page, QUESTION)
    set_noise(page, 60)
    assert shown(page) != QUESTION
    restore(page)
    expect(page.locator(READOUT)).to_contain_text("step 32 of 32")
    assert shown(page) == QUESTION
    expect(page.locator("[data-part=account]")).to_contain_text("0 became something else, 0 untouched letters changed.")
    scrubber(page).fill("0")
    expect(page.locator(READOUT)).to_contain_text("step 0 of 32 · 60 % noise")
    with page.expect_download() as download:
        page.get_by_role("button", name="GIF").click()
    assert download.value.suggested_filename == "diffusion-to-be-or-not-to.gif"
    assert download.value.path().read_bytes().startswith(b"GIF89a")


def test_the_browser_corrupts_as_the_server_does(quick, visit):
    page, studio = visit(quick), FakeStudio()
    type_text(page, VERSE)
    for percent in (0, 1, 37, 50, 99, 100):
        set_noise(page, percent)
        assert shown(page) == letters_of(studio.draft(VERSE, 0), percent)
    page.get_by_role("radio", name="Hide").check()
    expect(page.locator(READOUT)).to_contain_text("hidden")
    assert set(shown(page)) == {"▒"}
    set_noise(page, 40)
    hidden = shown(page)
    restore(page)
    scrubber(page).fill("0")
    expect(page.locator(READOUT)).to_contain_text("step 0 of 32")
    assert shown(page) == hidden


def test_the_dice_damage_other_letters(quick, visit):
    page = visit(quick)
    type_text(page, VERSE)
    set_noise(page, 60)
    before = shown(page)
    page.get_by_role("button", name="Damage other letters").click()
    page.wait_for_function(f"before => ({SHOWN})(document.querySelector('.stage')) !== before", arg=before)
    expect(page.locator(READOUT)).to_contain_text("60 % noise")
    damaged = shown(page)
    restore(page)
    scrubber(page).fill("0")
    assert shown(page) == damaged != before


def test_stop_keeps_what_there_is(slow, visit):
    page = visit(slow)
    page.get_by_role("button", name="Restore").click()
    expect(page.locator(READOUT)).to_contain_text(UNDER_WAY)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".stage")).to_have_attribute("data-mode", "film")
    last = int(scrubber(page).get_attribute("max"))
    assert 2 <= last < 32
    expect(page.locator("[data-part=account]")).to_contain_text(f"Stopped after {last} of 32 steps.")
    scrubber(page).fill("2")
    expect(page.locator(READOUT)).to_contain_text("step 2 of 32")


def test_two_runs_in_a_row_leave_no_stale_frames(slow, visit):
    page = visit(slow)
    type_text(page, QUESTION)
    page.get_by_role("button", name="Restore").click()
    expect(page.locator(READOUT)).to_contain_text(UNDER_WAY)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".stage")).to_have_attribute("data-mode", "film")
    type_text(page, VERSE)
    set_noise(page, 90)
    page.get_by_role("slider", name="Steps").fill("12")
    restore(page)
    expect(page.locator(READOUT)).to_contain_text("step 12 of 12")
    assert shown(page) == VERSE
    scrubber(page).fill("0")
    assert shown(page) == letters_of(FakeStudio().draft(VERSE, 0), 90)


def test_what_is_typed_while_the_model_works_is_not_lost(slow, visit):
    page = visit(slow)
    type_text(page, QUESTION)
    page.get_by_role("slider", name="Steps").fill("12")
    page.get_by_role("button", name="Restore").click()
    expect(page.locator(READOUT)).to_contain_text(UNDER_WAY)
    type_text(page, VERSE)
    expect(page.locator(".stage")).to_have_attribute("data-mode", "film")
    assert shown(page) == QUESTION
    set_noise(page, 0)
    assert shown(page) == VERSE


HOSTILE = ["<img src=x onerror=alert(1)>", "${7*7} {{value}}", "a\u202eb\u200bc", "naïve 🙂 café"]


def test_hostile_text_is_text(desk):
    page, studio = desk, FakeStudio()
    for text in HOSTILE:
        draft = studio.draft(text, 0)
        page.get_by_label("Type anything").fill(text)
        expect(page.locator("#note [data-part=count]")).to_have_text(f"{len(draft.text)} / 256")
        set_noise(page, 0)
        expect(page.locator("[data-part=spoken]")).to_have_text(draft.text)
        assert shown(page) == draft.text
        for replacement in draft.replacements:
            given = replacement.given if replacement.given.isprintable() else f"U+{ord(replacement.given):04X}"
            expect(page.locator("#note [data-part=said]")).to_contain_text(f"{given} → {replacement.used or 'nothing'}")
        restore(page)
        assert shown(page) == draft.text
        assert page.get_by_label("Type anything").input_value() == text


def test_a_hundred_thousand_characters(desk):
    desk.get_by_label("Type anything").fill("O Romeo, " * 11111)
    expect(desk.locator("#note [data-part=said]")).to_have_text(
        "Only the first 256 letters are used; 99,743 more letters were left out."
    )
    set_noise(desk, 0)
    restore(desk)
    assert shown(desk) == ("O Romeo, " * 30)[:256]
    assert len(desk.get_by_label("Type anything").input_value()) == 99999


def test_empty_text_is_answered_in_words_and_the_film_stays(desk):
    desk.get_by_label("Type anything").fill("  ")
    desk.get_by_role("button", name="Restore").click()
    expect(desk.get_by_text("Type at least one letter")).to_be_visible()
    expect(desk.locator(".stage")).to_have_attribute("data-mode", "draft")
    type_text(desk, QUESTION)
    restore(desk)
    assert shown(desk) == QUESTION


def test_a_fault_of_the_studio_is_one_sentence(desk):
    type_text(desk, "utter nonsense")
    desk.get_by_role("button", name="Restore").click()
    expect(desk.get_by_text("the fake studio does not read nonsense")).to_be_visible()
    expect(desk.locator(".stage")).to_have_attribute("data-mode", "draft")
    assert desk.get_by_label("Type anything").input_value() == "utter nonsense"


def test_write_begins_with_noise_and_has_no_original(quick, visit):
    page = visit(quick)
    type_text(page, QUESTION)
    expect(page.locator(".letter")).to_have_count(len(QUESTION))
    page.get_by_role("tab", name="Write").click()
    expect(page.locator(".letter")).to_have_count(0)  # that text is another tab's
    page.get_by_role("button", name="Write").click()
    expect(page.locator(".stage")).to_have_attribute("data-mode", "film")
    assert shown(page).startswith("Now is the winter of our discontent\n")
    expect(page.get_by_role("radio", name="Yours")).to_be_disabled()


def test_the_real_model(checkpoint, serve, visit):
    from diffusion_gpt.studio import Studio

    page = visit(serve(Studio.load(checkpoint)))
    type_text(page, QUESTION)
    set_noise(page, 20)
    page.get_by_role("spinbutton", name="Steps").fill("4")
    restore(page)
    expect(page.locator(READOUT)).to_contain_text("step 4 of 4")
    assert len(shown(page)) == len(QUESTION) and "▒" not in shown(page)
    expect(page.locator("[data-part=account]")).to_contain_text("You scrambled")
    page.locator(".letter").nth(0).click()
    expect(page.locator(".guess")).to_have_count(5)

"""Taking a film home in a real browser, and coming back with it: files, a page without a server, data, links."""

import json
import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
from fake_studio import FakeStudio
from playwright.sync_api import expect
from visitor import QUESTION, READOUT, VERSE, restore, scrubber, set_noise, shown, type_text

from diffusion_gpt import saved
from diffusion_gpt.link import Link
from diffusion_gpt.render.alone import document
from diffusion_gpt.render.words import caption
from diffusion_gpt.trajectory import Request
from diffusion_gpt.ui import take_home
from diffusion_gpt.vocabulary import MASK

SAID, LINK, STATUS = "#taken [data-part=said]", "#taken [data-part=link]", "#status [data-part=said]"
ASKED = Request(VERSE, "mask", 0.5, 9, "cosine", 0.7, 5, rule="gibbs")
BLANKS = f"To be, {MASK * 2} not to {MASK * 2}."
GIVEN = tuple(i for i, letter in enumerate(BLANKS) if letter != MASK)
ARRIVALS = {
    "Fill in": Request(BLANKS, steps=9, seed=5, locked=GIVEN, forced=((3, 8, "x"),)),
    "Restore": Request(VERSE, "mask", 0.8, 9, seed=3, locked=(2, 5, 40)),
    "Typos": Request("O Romeo, tha ir love.", level=0, steps=8, strength=0.12, seed=2),
}
STARTS = {
    "GIF": ("gif", b"GIF89a"), "Video": ("mp4", b"\0\0\0"), "Poster": ("png", b"\x89PNG"),
    "Page": ("html", b"<!doctype html>"), "Data": ("json", b'{"version": 1'),
}  # fmt: skip


def film_of(request: Request):
    studio = FakeStudio()
    return studio.film(request, studio.run(request))


def taken(page, name: str) -> Path:
    """The file that a button of the menu hands over."""
    with page.expect_download() as download:
        page.get_by_role("button", name=name, exact=True).click()
    return Path(download.value.path()), download.value.suggested_filename


def expect_asked(page) -> None:
    """The controls say what `ASKED` asks for."""
    expect(page.get_by_label("Type anything")).to_have_value(VERSE)
    expect(page.get_by_role("radio", name="Hide")).to_be_checked()
    expect(page.get_by_role("spinbutton", name="Steps")).to_have_value("9")
    page.get_by_role("button", name="Finer settings").click()
    expect(page.get_by_label("Seed")).to_have_value("5")
    expect(page.get_by_label("How the noise falls")).to_have_value("Gently at the end")
    expect(page.get_by_label("How letters are chosen")).to_have_value("Early, then drawn anew")


def open_film(page, path: Path) -> None:
    page.locator("input[type=file][accept*=json]").first.set_input_files(path)


def test_every_form_is_handed_over(quick, visit):
    page = visit(quick)
    type_text(page, QUESTION)
    restore(page)
    for name, (ending, start) in STARTS.items():
        path, called = taken(page, name)
        assert called == f"diffusion-to-be-or-not-to.{ending}"
        assert path.read_bytes().startswith(start)
        expect(page.locator(SAID)).to_have_text(re.compile(rf"^{re.escape(called)}, \d+ KB\.$"))


def test_a_page_from_the_disk_plays_and_scrubs_and_asks_nobody(browser, tmp_path):
    film = film_of(ASKED)
    (tmp_path / "film.html").write_text(document(film, link=Link(ASKED).address()), encoding="utf-8")
    context = browser.new_context(offline=True, reduced_motion="reduce", color_scheme="dark")
    page, wrongs, requests = context.new_page(), [], []
    page.on("console", lambda told: wrongs.append(told.text))
    page.on("pageerror", lambda error: wrongs.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto((tmp_path / "film.html").as_uri())
    for step in (0, 4, 9):
        scrubber(page).fill(str(step))
        expect(page.locator(READOUT)).to_contain_text(f"step {step} of 9")
        assert shown(page).replace("↵", "\n") == film.frames[step].text
    page.locator(".letter").nth(0).click()
    expect(page.locator(".guess")).to_have_count(5)
    page.get_by_role("button", name="Play").click()
    expect(page.locator(READOUT)).to_contain_text(re.compile("step [3-8] of 9"))
    assert page.locator(".paper").evaluate("paper => getComputedStyle(paper).backgroundColor") == "rgb(29, 26, 21)"
    expect(page.get_by_role("link", name="Make this film again")).to_have_attribute("href", Link(ASKED).address())
    context.close()
    assert (wrongs, requests) == ([], [(tmp_path / "film.html").as_uri()])


def test_data_brings_the_film_back(quick, visit, tmp_path):
    film = film_of(ASKED)
    saved.write(film, tmp_path / "film.json")
    page = visit(quick)
    page.get_by_role("button", name="How it looks").click()
    open_film(page, tmp_path / "film.json")
    expect(page.locator(SAID)).to_contain_text("The film is on the stage: hidden 50 % · 9 steps")
    expect_asked(page)
    expect(page.locator(READOUT)).to_contain_text("step 9 of 9")
    scrubber(page).fill("4")
    expect(page.locator(READOUT)).to_contain_text("step 4 of 9")
    assert shown(page).replace("↵", "\n") == film.frames[4].text
    page.locator(".letter").nth(0).click()
    expect(page.locator(".guess")).to_have_count(5)
    path, _ = taken(page, "Data")
    assert path.read_bytes() == (tmp_path / "film.json").read_bytes()
    (tmp_path / "evil.json").write_text(json.dumps({"version": 1, "frames": "<img src=x onerror=alert(1)>"}))
    open_film(page, tmp_path / "evil.json")
    expect(page.locator(SAID)).to_have_text("This file is no film: it lacks what a film has.")
    assert shown(page).replace("↵", "\n") == film.frames[4].text


def test_a_link_restores_the_controls_and_makes_the_same_film(quick, visit):
    page = visit(f"{quick}?{Link(ASKED, FakeStudio().fingerprint).query()}")
    expect(page.locator(READOUT)).to_contain_text("step 9 of 9")
    frames = film_of(ASKED).frames
    for step in (0, 5, 9):
        scrubber(page).fill(str(step))
        expect(page.locator(READOUT)).to_contain_text(f"step {step} of 9")
        assert shown(page).replace("↵", "\n") == frames[step].text
    expect_asked(page)
    expect(page.locator(STATUS)).to_have_text("")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator(SAID)).to_have_text("The link is copied.")
    assert page.evaluate("navigator.clipboard.readText()") == page.locator(LINK).input_value()
    assert page.locator(LINK).input_value() == Link(ASKED, FakeStudio().fingerprint).address(quick)
    restore(page)  # what the controls ask for now is the same film once more
    path, _ = taken(page, "Data")
    assert saved.load(path).frames == frames


def test_a_link_to_what_was_written_opens_its_tab_and_tells_of_another_model(quick, visit):
    page = visit(f"{quick}?{Link(Request(length=40, steps=3, top_p=0.5), 'ffffffff').query()}")
    expect(page.locator(READOUT)).to_contain_text("step 3 of 3")
    expect(page.get_by_role("spinbutton", name="Letters")).to_have_value("40")
    expect(page.locator(STATUS)).to_contain_text("The model has changed since this link was made")
    expect(page.locator(STATUS)).to_contain_text("The controls cannot show all that this film was made with: top_p.")


@pytest.mark.parametrize("tab", ARRIVALS)
def test_a_link_opens_its_tab_with_what_stands_fast_and_leads_back(quick, visit, tmp_path, tab):
    asked = ARRIVALS[tab]
    link, frames = Link(asked, FakeStudio().fingerprint), film_of(asked).frames
    page = visit(f"{quick}?{link.query()}")
    expect(page.locator(READOUT)).to_contain_text(f"step {asked.steps} of {asked.steps}")
    expect(page.get_by_role("tab", name=tab)).to_have_attribute("aria-selected", "true")
    panel = page.get_by_role("tabpanel").filter(visible=True)
    expect(panel.get_by_role("textbox").first).to_have_value(asked.text.replace(MASK, "_"))
    assert shown(page).replace("↵", "\n") == frames[-1].text
    fast = page.locator(".letter[data-fixed]")
    expect(fast).to_have_count(len(asked.locked) + len(asked.forced))
    expect(page.locator(STATUS)).to_have_text("")
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator(LINK)).to_have_value(link.address(quick))
    panel.locator(".go button.primary").click()  # what the controls ask for now, the letters locked on the stage too
    expect(page.locator(".stage")).to_have_attribute("data-mode", "film")
    expect(fast).to_have_count(len(asked.locked))
    path, _ = taken(page, "Data")
    assert saved.load(path).frames == film_of(replace(asked, forced=())).frames
    saved.write(film_of(asked), tmp_path / "film.json")
    page.get_by_role("button", name="How it looks").click()
    open_film(page, tmp_path / "film.json")
    expect(page.locator(SAID)).to_contain_text("The film is on the stage")
    expect(fast).to_have_count(len(asked.locked) + len(asked.forced))
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator(LINK)).to_have_value(link.address(quick))


def test_data_opens_the_tab_that_asks_for_its_film_with_its_locks_alone(quick, visit, tmp_path):
    page = visit(quick)
    page.get_by_role("button", name="How it looks").click()
    for number, (tab, asked) in enumerate(
        [*ARRIVALS.items(), ("Restore", replace(ARRIVALS["Restore"], locked=(), top_p=0.5))]
    ):
        asked = replace(asked, forced=())
        saved.write(film_of(asked), tmp_path / f"film-{number}.json")
        open_film(page, tmp_path / f"film-{number}.json")
        unshown = " The controls cannot show all that this film was made with: top_p." if asked.top_p else ""
        expect(page.locator(SAID)).to_have_text(f"The film is on the stage: {caption(asked)}.{unshown}")
        expect(page.get_by_role("tab", name=tab)).to_have_attribute("aria-selected", "true")
        panel = page.get_by_role("tabpanel").filter(visible=True)
        expect(panel.get_by_role("textbox").first).to_have_value(asked.text.replace(MASK, "_"))
        expect(page.locator(READOUT)).to_contain_text(f"step {asked.steps} of {asked.steps}")
        scrubber(page).fill("0")
        panel.locator(".go button.primary").click()
        expect(page.locator(READOUT)).to_contain_text(f"step {asked.steps} of {asked.steps}")  # of the new film
        expect(page.locator(".stage")).to_have_attribute("data-mode", "film")
        path, _ = taken(page, "Data")
        assert saved.load(path).request == replace(asked, top_p=None)


def test_stop_of_the_tab_that_a_link_opens_ends_its_run(slow, visit):
    page = visit(f"{slow}?{Link(replace(ARRIVALS['Fill in'], steps=256)).query()}")  # it is not over too soon
    expect(page.locator(READOUT)).to_contain_text(re.compile(r"step ([2-9]|\d{2,}) of 256"))
    page.get_by_role("tabpanel").filter(visible=True).get_by_role("button", name="Stop").click()
    expect(page.locator("[data-part=account]")).to_contain_text("Stopped after")


def test_a_broken_link_is_a_sentence_and_the_page_works(quick, visit):
    page = visit(f"{quick}?film=%3Cscript%3Ealert(1)%3C/script%3E")
    expect(page.locator(STATUS)).to_have_text("This link is damaged or not whole, so no film can be made from it.")
    set_noise(page, 40)
    restore(page)
    expect(page.locator(READOUT)).to_contain_text("step 32 of 32")


def test_stop_ends_what_is_being_made(quick, visit, monkeypatch):
    stopped = []

    def endless(film, path, wishes):
        try:
            while True:
                path.write_text("unfinished")
                time.sleep(0.02)
                yield 0.5
        finally:
            stopped.append(path)

    monkeypatch.setitem(take_home.FORMS, "mp4", endless)
    page = visit(quick)
    page.get_by_role("button", name="Video").click()
    expect(page.locator(SAID)).to_have_text("Video: 50 % done …")
    page.locator("#take-home").get_by_role("button", name="Stop").click()
    expect(page.locator(SAID)).to_have_text("Stopped; nothing was made.")
    page.get_by_role("button", name="GIF").click()
    expect(page.locator(SAID)).to_contain_text(".gif, ")
    assert stopped and not stopped[0].parent.exists()

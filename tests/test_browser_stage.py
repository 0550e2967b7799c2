"""The stage in a real browser: drag, touch, keys, overlays, looks, and what a screen reader finds."""

import re

import pytest
from playwright.sync_api import expect
from visitor import (
    PHONE,
    QUESTION,
    READOUT,
    UNDER_WAY,
    VERSE,
    fits,
    restore,
    scrubber,
    serious,
    set_noise,
    tab_to,
    type_text,
)

from diffusion_gpt.ui import budget


def test_noise_is_redrawn_without_the_server_and_only_adds_damage(quick, visit):
    page = visit(quick)
    type_text(page, VERSE)
    page.route("**/gradio_api/**", lambda request: None)  # no answer, ever
    harmed = []
    for percent in (10, 20, 30, 80):
        set_noise(page, percent)
        harmed.append(
            set(page.locator(".letter").evaluate_all("all => all.flatMap((x, i) => x.dataset.mark ? [i] : [])"))
        )
    assert harmed == sorted(harmed, key=len) and all(a <= b for a, b in zip(harmed, harmed[1:]))


def test_the_curve_shows_what_is_asked_for_before_any_run(quick, visit):
    page, line = visit(quick), "[data-part=curve-course]"
    type_text(page, VERSE)
    set_noise(page, 50)
    page.get_by_role("spinbutton", name="Steps").fill("4")
    expect(page.locator(line)).to_have_attribute(
        "points", "0.00,28.00 30.00,35.00 60.00,42.00 90.00,49.00 120.00,56.00"
    )
    expect(page.locator("[data-part=curve-point]")).to_have_attribute("cy", "28.00")
    page.get_by_role("button", name="Finer settings").click()
    page.get_by_label("How the noise falls").click()
    page.get_by_role("option", name="Gently at the end").click()
    expect(page.locator(line)).to_have_attribute("points", re.compile("60.00,49.00"))
    restore(page)
    expect(page.locator("[data-part=curve-line]")).to_have_attribute("points", re.compile("60.00,49.00"))


def test_on_a_phone_the_letters_stay_in_sight_of_the_noise(quick, visit):
    page = visit(quick, has_touch=True, viewport=PHONE)
    type_text(page, (VERSE * 4)[:256])
    noise = page.get_by_role("slider", name="Noise")
    noise.evaluate("slider => slider.scrollIntoView({ block: 'end' })")
    set_noise(page, 70)
    paper, slider = page.locator(".paper").bounding_box(), noise.bounding_box()
    assert paper["y"] >= 0 and paper["y"] + paper["height"] <= slider["y"] <= 844 - slider["height"]
    set_noise(page, 90)
    assert page.locator(".paper").bounding_box() == paper


def test_a_text_that_nobody_damaged(desk):
    type_text(desk, VERSE)
    set_noise(desk, 0)
    expect(desk.locator("[data-part=hint]")).to_contain_text("mends only what it doubts")
    restore(desk)
    expect(desk.locator("[data-part=account]")).to_have_text("The model looked for mistakes and changed 0 letters.")
    desk.locator(".overlays").get_by_text("Yours").click()
    expect(desk.locator("[data-part=hint]")).to_contain_text("another letter here than you did")
    scrubber(desk).fill("0")
    expect(desk.locator(READOUT)).to_contain_text("% in question")


def test_scrubbing_asks_nothing_of_the_server(desk):
    type_text(desk, VERSE)
    set_noise(desk, 60)
    restore(desk)
    desk.locator(".letter").nth(3).click()
    expect(desk.locator(".guess")).to_have_count(5)
    requests = []
    desk.on("request", lambda request: requests.append(request.url))
    for step in range(33):
        scrubber(desk).fill(str(step))
        expect(desk.locator(READOUT)).to_contain_text(f"step {step} of 32")
    assert requests == []


def test_dragging_the_strip(desk):
    type_text(desk, VERSE)
    set_noise(desk, 40)
    restore(desk)
    box = scrubber(desk).bounding_box()
    desk.mouse.move(box["x"] + box["width"] - 8, box["y"] + 30)
    desk.mouse.down()
    desk.mouse.move(box["x"] + box["width"] / 2, box["y"] + 30, steps=5)
    expect(desk.locator(READOUT)).to_contain_text("step 16 of 32")
    desk.mouse.move(box["x"] - 50, box["y"] + 30, steps=5)
    desk.mouse.up()
    expect(desk.locator(READOUT)).to_contain_text("step 0 of 32")


def test_touch(quick, visit):
    page = visit(quick, has_touch=True, viewport=PHONE)
    type_text(page, VERSE)
    page.get_by_role("button", name="Restore").tap()
    expect(page.locator(".stage")).to_have_attribute("data-mode", "film")
    box = scrubber(page).bounding_box()
    scrubber(page).tap(position={"x": box["width"] / 2, "y": 30})
    expect(page.locator(READOUT)).to_contain_text("step 16 of 32")
    page.locator(".letter").nth(4).tap()
    expect(page.locator("[data-part=picked]")).to_contain_text("Letter 5")


def test_live_frames_can_be_scrubbed_while_the_model_works(slow, visit):
    page = visit(slow)
    page.get_by_role("slider", name="Steps").fill("16")
    page.get_by_role("button", name="Restore").click()
    expect(page.locator(READOUT)).to_contain_text(UNDER_WAY)
    scrubber(page).fill("1")
    expect(page.locator(READOUT)).to_contain_text("step 1 of 16")
    expect(page.locator(".stage")).to_have_attribute("data-mode", "film")
    expect(page.locator(READOUT)).to_contain_text("step 1 of 16")
    scrubber(page).fill("16")
    expect(page.locator(READOUT)).to_contain_text("step 16 of 16")


def test_keys_alone_lead_from_load_to_a_picked_letter(quick, visit):
    page = visit(quick)
    box = page.get_by_label("Type anything")
    tab_to(page, box)
    page.keyboard.press("Control+A")
    page.keyboard.type(QUESTION)
    expect(page.locator("#note [data-part=count]")).to_have_text(f"{len(QUESTION)} / 256")
    tab_to(page, page.get_by_role("button", name="Restore"))
    page.keyboard.press("Enter")
    expect(page.locator(".stage")).to_have_attribute("data-mode", "film")
    tab_to(page, scrubber(page), "Shift+Tab")
    for key, step in (("Home", 0), ("ArrowRight", 1), (".", 2), (",", 1), ("End", 32)):
        page.keyboard.press(key)
        expect(page.locator(READOUT)).to_contain_text(f"step {step} of 32")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    tab_to(page, page.locator("[data-part=letters]"), "Shift+Tab")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.locator("[data-part=picked]")).to_contain_text("Letter 3")


def test_overlays_and_inspector(desk):
    type_text(desk, VERSE)
    set_noise(desk, 80)
    restore(desk)
    scrubber(desk).fill("16")
    overlays = {"Changes": {"changed"}, "Doubt": {"doubt"}, "History": {"restless", "settled"}}
    for name, marks in {**overlays, "Yours": {"back", "wrong", "kept"}}.items():
        desk.locator(".overlays").get_by_text(name).click()
        assert set(desk.locator(".letter").evaluate_all("all => all.map(x => x.dataset.mark ?? '')")) - {""} == marks
    desk.locator(".letter").nth(0).click()
    expect(desk.locator("[data-part=picked]")).to_contain_text("% doubt")
    expect(desk.locator(".guess").first).to_contain_text("N60 %")
    expect(desk.locator(".guess").last).to_contain_text("o< 1 %")
    desk.locator(".turn").last.click()
    expect(desk.locator(".letter").nth(0)).to_have_text("N")


def test_the_opening_film_plays_by_itself(quick, visit):
    page = visit(quick, reduced_motion="no-preference")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.locator(READOUT)).to_contain_text(re.compile(r"step [1-9]\d* of 32"))


def test_a_film_that_was_out_of_sight_goes_on_where_it_was(quick, visit):
    """A hidden tab gets no frames while time goes by: a minute passes between two frames, then it is shown again."""
    page = visit(quick, name="stopped clock")  # a clock belongs to all pages of a profile
    type_text(page, VERSE)
    restore(page)
    page.clock.install()
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.locator(READOUT)).to_contain_text(re.compile("step [1-5] of 32"))
    page.clock.pause_at(page.evaluate("Date.now() + 100"))
    before = int(scrubber(page).input_value())
    page.clock.fast_forward(60_000)
    assert before <= int(scrubber(page).input_value()) <= before + 3
    page.clock.resume()
    expect(page.locator(READOUT)).to_contain_text("step 32 of 32")


@pytest.fixture(scope="module")
def resting(quick, stay):
    """A page that is looked at, no more."""
    return stay(quick)


def test_with_reduced_motion_the_opening_film_waits(resting):
    expect(resting.get_by_role("button", name="Play", exact=True)).to_be_enabled()
    expect(resting.locator(READOUT)).to_contain_text("step 0 of")


def test_zoom_of_200_percent(quick, visit):
    """A window of 1280 × 900 pixels, zoomed to 200 %, has 640 × 450 of the page's and two screen pixels for each."""
    page = visit(quick, viewport={"width": 640, "height": 450}, device_scale_factor=2)
    type_text(page, VERSE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    restore(page)
    for part in (scrubber(page), page.get_by_role("button", name="Restore"), page.get_by_role("slider", name="Noise")):
        part.scroll_into_view_if_needed()
        expect(part).to_be_in_viewport(ratio=1)
        part.click(trial=True)  # nothing lies over it


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_themes_and_widths(quick, visit, theme):
    page = visit(f"{quick}?__theme={theme}")
    bright = page.locator(".paper").evaluate("paper => getComputedStyle(paper).backgroundColor.match(/\\d+/)[0] > 128")
    assert bright == (theme == "light")
    fits(page, 360, 390, 640, 1280, 1920)


def test_the_accessibility_tree_names_everything(resting):
    stage = resting.get_by_role("region", name="The stage")
    expect(stage.get_by_role("slider", name="Step of the film")).to_have_attribute(
        "aria-valuetext", re.compile("step 0 of")
    )
    expect(stage.get_by_role("toolbar", name="Player").get_by_role("button")).to_have_count(2)
    expect(stage.get_by_role("radio")).to_have_count(4)
    expect(stage.get_by_role("combobox", name="Speed")).to_be_visible()
    expect(stage.locator("[aria-live=polite]")).to_have_count(1)
    expect(stage.get_by_role("heading", level=2)).to_have_count(1)


PLACES = {"Yours": ".gradio-container", "Changes": ".stage", "Doubt": ".stage", "History": ".stage"}
"""Where an overlay can break something: the first with all around it, which is the same for every other."""


def test_axe_finds_nothing_serious(quick, visit, npm):
    page = visit(quick)
    type_text(page, VERSE)
    restore(page)
    scrubber(page).fill("9")
    page.locator(".letter").nth(2).click()
    page.get_by_role("button", name="Finer settings").click()
    page.add_script_tag(path=npm("axe-core@4") / "axe-core" / "axe.min.js")
    for theme in ("light", "dark"):
        page.evaluate("dark => document.body.classList.toggle('dark', dark)", theme == "dark")
        for overlay, place in PLACES.items():
            page.locator(".overlays").get_by_text(overlay).click()
            assert serious(page, place) == []


def test_who_waits_is_told_the_place_in_words(slow, visit):
    pages = [visit(slow) for _ in range(budget.LANES + 1)]
    for page in pages:
        page.get_by_role("button", name="Restore").click()
    expect(pages[-1].locator("#status")).to_contain_text("Waiting: yours is next")
    pages[0].get_by_role("button", name="Stop").click()
    expect(pages[-1].locator(READOUT)).to_contain_text(UNDER_WAY)
    expect(pages[-1].locator("#status [data-part=place]")).to_have_text("")

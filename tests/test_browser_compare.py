"""Compare, Race and Typos in a real browser, on a desk and on a phone."""

import re

from playwright.sync_api import expect
from visitor import PHONE, VERSE, fits, set_noise, type_text

TYPOS = "Here tha sun ir up, ands I"


def open_tab(page, name: str):
    """The element of panes that belongs to the tab."""
    page.get_by_role("tab", name=name).click()
    return page.locator({"Compare": "#compare-panes", "Race": "#race-panes"}.get(name, "#stage"))


def press(page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def ended(panes) -> None:
    expect(panes.locator(".bench")).to_have_attribute("data-mode", "film")


def scrub(panes, to: int) -> None:
    panes.get_by_role("slider", name="Where all panes stand").fill(str(to))


def letters(panes, number: int) -> str:
    return (
        panes.locator(".side")
        .nth(number)
        .evaluate("side => [...side.querySelectorAll('.letter')].map(letter => letter.textContent || '\\n').join('')")
    )


def marked(panes) -> list[list[int]]:
    """The marked positions of every pane."""
    return panes.locator(".side").evaluate_all(
        "all => all.map(side => [...side.querySelectorAll('.letter')]"
        ".flatMap((letter, i) => letter.dataset.mark === 'apart' ? [i] : []))"
    )


def in_place_of_the_stage(page):
    """The panes of Compare, once it is seen that they and the stage take turns."""
    panes = open_tab(page, "Compare")
    expect(panes).to_contain_text("Press Compare")
    for hidden in ("#stage .paper", "#take-home"):
        expect(page.locator(hidden)).to_be_hidden()
    open_tab(page, "Restore")
    expect(page.locator("#stage .paper")).to_be_visible()
    expect(panes).to_be_hidden()
    return open_tab(page, "Compare")


def test_one_scrubber_moves_all_panes(quick, visit):
    page = visit(quick, viewport=PHONE)
    type_text(page, VERSE)
    set_noise(page, 60)
    panes = in_place_of_the_stage(page)
    press(page, "Compare")
    ended(panes)
    expect(panes).to_be_in_viewport()
    expect(panes.locator(".side-title")).to_have_text(["Steps: 4", "Steps: 16", "Steps: 64"])
    expect(panes.locator(".account")).to_have_text(
        f"At the end the 3 panes agree on {len(VERSE)} of {len(VERSE)} letters."
    )
    assert [letters(panes, i) for i in range(3)] == [VERSE] * 3
    scrub(panes, 32)
    expect(panes.locator(".side-readout")).to_contain_text(["step 2 of 4", "step 8 of 16", "step 32 of 64"])
    shown = [letters(panes, i) for i in range(3)]
    apart = [i for i, three in enumerate(zip(*shown)) if len(set(three)) > 1]
    assert apart and marked(panes) == [apart] * 3
    expect(panes.locator(".readout")).to_have_text(
        f"50 % of the way · {len(VERSE) - len(apart)} of {len(VERSE)} letters agree"
    )
    scrub(panes, 0)
    expect(panes.locator(".side-readout")).to_contain_text(["step 0 of 4", "step 0 of 16", "step 0 of 64"])
    assert len({letters(panes, i) for i in range(3)}) == 1 and marked(panes) == [[]] * 3
    panes.locator(".side").nth(1).locator(".letter").nth(4).click()
    expect(panes.locator(".hint")).to_contain_text(
        re.compile(r"Letter 5 · Steps: 4: .+ · Steps: 16: .+ · Steps: 64: .+")
    )
    for width, rows in ((390, 3), (1280, 1)):
        fits(page, width)
        assert len({panes.locator(".side").nth(i).bounding_box()["y"] for i in range(3)}) == rows


def test_a_pane_that_fails_says_so_and_the_others_finish(quick, visit):
    page = visit(quick)
    panes = open_tab(page, "Compare")
    page.get_by_label("Pure noise").check()
    page.get_by_label("What differs").click()
    page.get_by_role("option", name="How letters are chosen").click()
    page.get_by_label("The surest first").check()
    press(page, "Compare")
    ended(panes)
    expect(panes.locator(".side-title")).to_have_count(3)
    expect(panes.get_by_role("alert").filter(has_text="“The surest first” is for Hide alone.")).to_be_visible()
    expect(panes.locator(".side-readout")).to_contain_text(["step 32 of 32", "step 32 of 32", ""])
    expect(panes.get_by_role("radio", name="Yours")).to_be_disabled()
    for name in ("As measured to be best", "Each by its own chance"):
        page.get_by_role("checkbox", name=name).uncheck()
    press(page, "Compare")
    expect(page.get_by_text("Choose 2 to 4 to compare; 1 are chosen.")).to_be_visible()
    expect(panes.locator(".side")).to_have_count(3)
    ended(panes)
    page.get_by_role("tab", name="Race").click()
    expect(page.get_by_text("Choose 2 to 4")).to_have_count(0)


def test_stop_keeps_what_there_is(slow, visit):
    page = visit(slow)
    panes = open_tab(page, "Compare")
    press(page, "Compare")
    expect(panes.locator(".side-readout").nth(1)).to_contain_text(re.compile(r"step [1-9]"))
    expect(panes.locator(".bench")).to_have_attribute("data-mode", "running")
    page.get_by_role("button", name="Stop").locator("visible=true").click()
    ended(panes)
    last = int(panes.get_by_role("slider", name="Where all panes stand").get_attribute("max"))
    assert 2 <= last < 64
    expect(panes.locator(".side-account").last).to_contain_text("Stopped after")
    scrub(panes, 1)
    expect(panes.locator(".side-readout")).to_contain_text(["step 0 of 4", "step 0 of 16", "step 1 of 64"])


def test_the_race_is_replayed_on_one_clock(racing, visit):
    """By their own clocks the denoiser needs 320 seconds for 32 looks, the twin 256 for as many letters."""
    page = visit(racing, viewport=PHONE)
    panes = open_tab(page, "Race")
    press(page, "Race")
    ended(panes)
    expect(panes.locator(".side-title")).to_have_text(["This model", "Its twin"])
    expect(panes.locator(".side-account")).to_have_text(
        ["320.00 seconds, 32 network passes, 256 letters.", "256.00 seconds, 256 network passes, 256 letters."]
    )
    expect(panes.locator(".account")).to_have_text("Its twin was 1.2 times as fast, on this machine and this time.")
    scrub(panes, 100)
    expect(panes.locator(".readout")).to_have_text("160.00 of 320.00 seconds")
    expect(panes.locator(".side-readout")).to_have_text(
        ["160.00 s · 16 of 32 network passes", "160.00 s · 160 of 256 network passes"]
    )
    assert letters(panes, 1).rstrip() == "x" * 160
    scrub(panes, 180)
    expect(panes.locator(".side-readout").last).to_have_text("256.00 s · 256 of 256 network passes")
    fits(page, 390, 1280)  # and goes on at a desk
    leave_a_gap(page, panes)


def leave_a_gap(page, panes) -> None:
    """What the twin cannot do; first with too few lines for it."""
    page.get_by_label("A gap").check()
    page.get_by_label("Lines around the gap").fill("one\ntwo")
    press(page, "Race")
    expect(page.get_by_text("The gap needs at least three lines")).to_be_visible()
    page.get_by_label("Lines around the gap").fill("one\ntwo\nthree")
    press(page, "Race")
    expect(panes.locator(".account")).to_contain_text("This model has 6 of them as you wrote them. Its twin has 0")
    assert (letters(panes, 0), letters(panes, 1)) == ("one\ntwo\nthree", "one\n" + "x" * 9)


def test_typos_are_mended_and_the_changes_are_told(quick, visit):
    page = visit(quick, viewport=PHONE)
    open_tab(page, "Typos")
    page.get_by_label("Type with typos").fill("")
    press(page, "Fix my typos")
    expect(page.get_by_text("Type at least one letter: there is nothing to mend.")).to_be_visible()
    page.get_by_label("Type with typos").fill(TYPOS)
    expect(page.locator("#typos-note [data-part=count]")).to_have_text(f"{len(TYPOS)} / 256")
    press(page, "Fix my typos")
    expect(page.locator("#stage .stage")).to_have_attribute("data-mode", "film")
    expect(page.locator("#diff").get_by_role("status")).to_have_text("3 words changed, 3 letters:")
    expect(page.locator("#diff del")).to_have_text(["tha", "ir", "ands"])
    expect(page.locator("#diff ins")).to_have_text(["the", "is", "and·"])
    expect(page.locator("#diff [data-part=text]")).to_have_text(re.compile("changed from tha to the"))
    fits(page, 390, 1280)

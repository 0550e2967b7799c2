"""Hands on the film in a real browser, at a desk and on a phone: locks, blanks, several pages, branches."""

import re

from playwright.sync_api import Page, expect
from visitor import PHONE, QUESTION, READOUT, VERSE, fits, restore, scrubber, set_noise, shown, tab_to, type_text

from diffusion_gpt.render.script import joined

TOUCH = {"has_touch": True, "viewport": PHONE}


def fixed(page: Page) -> list[int]:
    """Positions of the letters that look locked."""
    return page.locator(".letter").evaluate_all("all => all.flatMap((x, i) => x.hasAttribute('data-fixed') ? [i] : [])")


def stroke(page: Page, start: int, end: int) -> None:
    """Drags the mouse from one letter to another."""
    (a, b) = (page.locator(".letter").nth(i).bounding_box() for i in (start, end))
    page.mouse.move(a["x"] + 4, a["y"] + 8)
    page.mouse.down()
    page.mouse.move(b["x"] + 4, b["y"] + 8, steps=3)
    page.mouse.up()


def swipe(page: Page, start: int, end: int) -> None:
    """Draws a finger from one letter to another."""
    touch = page.context.new_cdp_session(page)
    for kind, i in (("touchStart", start), ("touchMove", (start + end) // 2), ("touchMove", end), ("touchEnd", None)):
        box = None if i is None else page.locator(".letter").nth(i).bounding_box()
        points = [{"x": box["x"] + 4, "y": box["y"] + 8}] if box else []
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def done(page: Page) -> None:
    expect(page.locator(".stage")).to_have_attribute("data-mode", "film")


def pick(page: Page, position: int) -> None:
    page.locator(".letter").nth(position).click()
    expect(page.locator("[data-part=picked]")).to_contain_text(f"Letter {position + 1}")


def pages(page: Page, steps) -> list[str]:
    """What stands on these pages of the film."""
    found = []
    for step in steps:
        scrubber(page).fill(str(step))
        expect(page.locator(READOUT)).to_contain_text(f"step {step} of 32")
        found.append(shown(page))
    return found


def test_letters_are_locked_by_dragging_and_never_move(quick, visit):
    page = visit(quick)
    type_text(page, VERSE)
    set_noise(page, 90)
    stroke(page, 4, 16)
    stroke(page, 6, 5)  # begun on a locked letter, a stroke unlocks
    locked = [4, *range(7, 17)]
    assert fixed(page) == locked
    for percent in (100, 60):
        set_noise(page, percent)
        assert all(shown(page)[i] == VERSE[i] for i in locked)
    damaged = shown(page)
    restore(page)
    assert fixed(page) == locked
    assert pages(page, [0]) == [damaged]  # the server has left them out as the browser has
    assert all(text[i] == VERSE[i] for text in pages(page, [0, 1, 16, 32]) for i in locked)
    type_text(page, "So: " + VERSE)  # what is typed before them takes them along
    assert fixed(page) == [i + 4 for i in locked]
    page.get_by_role("button", name="Unlock all").click()
    assert fixed(page) == []


def test_on_a_phone_a_finger_picks_until_the_lock_is_in_hand(quick, visit):
    page = visit(quick, **TOUCH)
    type_text(page, QUESTION)
    page.locator(".letter").nth(3).tap()
    assert fixed(page) == []
    page.get_by_role("button", name="Lock letters").tap()
    where = page.evaluate("scrollY")
    swipe(page, 3, 8)
    page.locator(".letter").nth(10).tap()
    assert fixed(page) == [3, 4, 5, 6, 7, 8, 10] and page.evaluate("scrollY") == where
    expect(page.locator("[data-part=locked]")).to_have_text("7 letters locked")
    page.get_by_role("button", name="Restore").tap()
    done(page)
    assert fixed(page) == [3, 4, 5, 6, 7, 8, 10]


def test_keys_lock_letters_but_not_all_of_them(quick, visit):
    page = visit(quick)
    type_text(page, QUESTION)
    set_noise(page, 50)
    tab_to(page, page.locator("[data-part=letters]"), "Shift+Tab")
    for key in (
        "ArrowRight",
        "ArrowRight",
        "Enter",
        "ArrowRight",
        "ArrowRight",
        "Shift+ArrowRight",
        "Shift+ArrowRight",
    ):
        page.keyboard.press(key)
    assert fixed(page) == [1, 3, 4, 5]
    page.keyboard.press("Enter")
    assert fixed(page) == [1, 3, 4]
    type_text(page, "To be")
    assert fixed(page) == [1, 3, 4]
    stroke(page, 0, 4)
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_text("all 5 letters are locked")).to_be_visible()
    expect(page.locator(".stage")).to_have_attribute("data-mode", "draft")
    assert fixed(page) == [0, 1, 2, 3, 4]


def test_blanks_are_filled_in_and_the_rest_stays(quick, visit):
    page = visit(quick, **TOUCH)
    page.get_by_role("tab", name="Fill in").click()
    page.get_by_label("Text with blanks").fill("To be, __ not to __, é")
    expect(page.locator("#blanks-note [data-part=count]")).to_have_text("22 / 256")
    expect(page.locator("#blanks-note [data-part=said]")).to_contain_text("é → e")
    expect(page.locator(READOUT)).to_have_text("4 blanks · 18 letters given")
    assert shown(page) == "To be, ▒▒ not to ▒▒, e"
    page.get_by_role("button", name="Fill in", exact=True).click()
    done(page)
    fits(page, 390, 1280)  # and goes on at a desk
    filled = shown(page)
    assert re.fullmatch("To be, .. not to .., e", filled) and "▒" not in filled
    assert fixed(page) == [i for i in range(22) if i not in (7, 8, 17, 18)]
    expect(page.get_by_role("radio", name="Yours")).to_be_disabled()
    page.get_by_role("button", name="Only the rhymes").click()
    expect(page.locator(READOUT)).to_contain_text("18 blanks")
    page.get_by_label("Text with blanks").fill("No blank")
    page.get_by_role("button", name="Fill in", exact=True).click()
    expect(page.get_by_text("There is no blank in the text")).to_be_visible()
    page.get_by_role("tab", name="Restore").click()
    expect(page.locator(READOUT)).to_contain_text("% noise")  # the other text is back


def test_several_pages_between_fixed_ends(quick, visit):
    page = visit(quick, **TOUCH)
    page.get_by_role("tab", name="Write").click()
    page.get_by_role("slider", name="Letters").fill("60")
    page.get_by_label("Fixed beginning").fill("ROMEO:")
    page.get_by_label("Fixed end").fill("Adieu.")
    expect(page.locator("#ends-note [data-part=count]")).to_have_text("12 / 256")
    page.get_by_role("radio", name="Four").check()
    page.get_by_role("button", name="Write", exact=True).click()
    done(page)
    sheets = page.locator(".sheets .choice")
    expect(sheets).to_have_count(4)
    fits(page, 390, 1280)  # and goes on at a desk
    first = pages(page, [0, 9])
    sheets.nth(2).click()
    expect(sheets.nth(2)).to_have_attribute("aria-pressed", "true")
    expect(page.locator(READOUT)).to_contain_text("step 9 of 32")  # at the same step
    third = pages(page, [0, 9])
    assert first[0] != third[0] and sheets.nth(2).text_content() == re.sub("[\n↵]", " / ", third[1])
    assert all(text.startswith("ROMEO:") and text.endswith("Adieu.") for text in first + third)
    assert fixed(page) == [*range(6), *range(54, 60)]
    pick(page, 20)
    expect(page.locator(".guess")).to_have_count(5)  # what was believed is there for each of them


def test_a_forced_letter_makes_a_branch_and_undo_leads_back(quick, visit):
    page = visit(quick, **TOUCH)
    type_text(page, VERSE)
    set_noise(page, 90)
    restore(page)
    before = pages(page, [0, 5, 12, 32])
    scrubber(page).fill("12")
    pick(page, 10)
    letter = page.locator(".guess-letter").nth(2).text_content()
    page.get_by_role("button", name=f"Force {letter} here and go on").click()
    branches = page.get_by_role("group", name="This film and its branches").get_by_role("button")
    expect(branches).to_have_text(["first film", f"“{letter}” at 12"])
    done(page)
    fits(page, 390, 1280)  # and goes on at a desk
    after = pages(page, [0, 5, 12, 32])
    assert after[:3] == before[:3] and after[3] != before[3] and after[3][10] == letter
    assert fixed(page) == [10]
    marked = "all => all.flatMap((x, i) => x.dataset.mark === 'apart' ? [i] : [])"
    differing = [i for i, (a, b) in enumerate(zip(before[3], after[3])) if a != b]
    assert page.locator(".letter").evaluate_all(marked) == differing
    expect(page.locator("[data-part=other-title]")).to_contain_text(f"Without the forced letter, here: {before[3][10]}")
    expect(page.locator("[data-part=force-note]")).to_contain_text("was forced")
    expect(page.locator("[data-part=account]")).to_contain_text(f"You forced “{letter}” at step 12.")
    page.get_by_role("button", name="Undo").click()
    assert shown(page) == before[3] and fixed(page) == []
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    branches.nth(1).click()
    assert shown(page) == after[3]


def test_keys_alone_force_any_letter_and_undo_it(quick, visit):
    page = visit(quick)
    type_text(page, QUESTION)
    restore(page)
    scrubber(page).fill("7")
    tab_to(page, page.locator("[data-part=letters]"), "Shift+Tab")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    tab_to(page, page.get_by_label("Another letter"))
    page.keyboard.type("é,")  # a comma is a letter here, not a key of the player; the last one typed stays
    expect(page.locator(READOUT)).to_contain_text("step 7 of 32")
    page.keyboard.press("Enter")
    expect(page.locator("[data-part=branches]")).to_contain_text("“,” at 7")
    done(page)
    assert shown(page)[2] == ","
    tab_to(page, scrubber(page), "Shift+Tab")
    page.keyboard.press("u")
    assert shown(page) == QUESTION


def test_what_cannot_be_forced_is_said_and_the_film_stays(quick, visit):
    page = visit(quick)
    type_text(page, QUESTION)
    stroke(page, 0, 1)
    restore(page)
    force = page.locator(".guess .force").first
    pick(page, 5)
    expect(page.locator("[data-part=force-note]")).to_contain_text("last page")
    expect(force).to_be_disabled()
    pick(page, 1)
    scrubber(page).fill("8")
    expect(page.locator("[data-part=force-note]")).to_contain_text("locked")
    expect(force).to_be_disabled()
    pick(page, 5)
    page.get_by_label("Another letter").fill("é")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The model does not know the letter 'é'.")).to_be_visible()
    done(page)
    expect(page.locator(READOUT)).to_contain_text("step 8 of 32")
    expect(force).to_be_enabled()


def test_a_branch_streams_in_and_stop_keeps_what_there_is(slow, visit):
    page = visit(slow)
    scrubber(page).fill("3")
    pick(page, 4)  # of the opening film, which nobody has made here
    page.locator(".guess .force").nth(1).click()
    expect(page.locator(READOUT)).to_contain_text(re.compile(r"step ([6-9]|1\d) of 32"))
    page.get_by_role("button", name="first film").click()
    expect(page.locator(".stage")).to_have_attribute("aria-busy", "true")
    page.get_by_role("button", name="Stop").click()
    done(page)
    assert scrubber(page).get_attribute("max") == "32"
    page.locator("[data-part=branches] .choice").nth(1).click()
    assert 5 <= int(scrubber(page).get_attribute("max")) < 32


def test_locks_keep_to_their_letters_when_the_text_is_edited(browser):
    page = browser.new_page()
    for locks, before, after, carried in (
        ([0, 4], "abcde", "abcde", [0, 4]), ([0, 4], "abcde", "abXcde", [0, 5]), ([1, 2, 4], "abcde", "abe", [1, 2]),
        ([0, 1], "aa", "a", [0]), ([0, 2], "abc", "", []), ([2], "abc", "xyz", []),
    ):  # fmt: skip
        call = f"locks_js.carried({locks}, {list(before)}, {list(after)})"
        assert page.evaluate(f"(() => {{ {joined('locks')} return {call}; }})()") == carried
    page.close()

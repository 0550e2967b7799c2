"""The tour from its beginning to its end, by keyboard and by touch; the controls that it moves are the real ones."""

import re

import pytest
from playwright.sync_api import Page, expect
from visitor import PHONE, READOUT, tab_to

from diffusion_gpt import assets

CARDS = assets.text("player/tour_cards.js")
DONE = "[data-part=done]"
IN_SIGHT = """element => {
  const { left, top, width, height } = element.getBoundingClientRect();
  return element.contains(document.elementFromPoint(left + width / 2, top + Math.min(height / 2, 100)));
}"""


def titles(page: Page) -> list[str]:
    """The cards whose control this page has."""
    named = re.findall(r'title: "(.*)"', CARDS)
    return named if page.get_by_role("tab", name="Compare").count() else [t for t in named if "against" not in t]


def card(page: Page):
    return page.get_by_role("region", name="The tour")


def test_every_card_is_short_and_shown_without_jargon():
    texts = re.findall(r'text: "(.*)"', CARDS) + re.findall(r'^  \["[^"]*", "(.*)"\],$', CARDS, re.MULTILINE)
    assert len(texts) == 13
    for text in texts:
        assert len(text.split()) < 45
        assert not re.search(r"token|sampl|diffusion|transformer|kernel|posterior|!", text)


def press_through(page: Page, press) -> None:
    """Does every card's thing and goes on; `press` is how a button is pressed."""
    press(page.get_by_role("button", name="Show me around"))
    for title in titles(page):
        expect(card(page).get_by_role("heading")).to_have_text(title)
        expect(page.locator(".tour-here")).to_have_count(1)
        press(card(page).get_by_role("button", name="Do it for me"))
        expect(card(page).locator(DONE)).to_contain_text("Done")
        press(card(page).get_by_role("button", name="Next"))
    expect(card(page).get_by_role("heading")).to_have_text("What people ask")
    question = card(page).locator("summary").first
    press(question)
    expect(card(page).get_by_text("The model fills places")).to_be_visible()
    press(card(page).get_by_role("button", name="Finish"))
    expect(card(page)).to_be_hidden()
    expect(page.locator(".tour-here")).to_have_count(0)


def by_key(button) -> None:
    page = button.page
    if page.locator(".tour-card").is_visible():
        tab_to(page, button, "Shift+Tab" if not button.evaluate(AFTER) else "Tab")
    else:
        tab_to(page, button)
    page.keyboard.press("Enter")


AFTER = "button => Boolean(document.activeElement.compareDocumentPosition(button) & Node.DOCUMENT_POSITION_FOLLOWING) || button === document.activeElement"  # fmt: skip  # noqa: E501


def test_by_touch_from_start_to_end(quick, visit):
    page = visit(quick, has_touch=True, viewport=PHONE)
    press_through(page, lambda button: button.tap())
    page.get_by_role("tab", name="Restore").tap()  # the last card has led to another
    expect(page.get_by_role("slider", name="Noise")).to_have_value("60")
    expect(page.get_by_role("spinbutton", name="Steps")).to_have_value("4")
    expect(page.get_by_label("Hide").first).to_be_checked()


def test_by_keyboard_from_start_to_end(quick, visit):
    page = visit(quick)
    press_through(page, by_key)
    expect(page.get_by_role("button", name="Show me around")).to_be_focused()


def test_the_visitors_own_hand_counts(quick, visit):
    page = visit(quick)
    page.get_by_role("tab", name="Write").click()
    page.get_by_role("button", name="Show me around").click()
    expect(card(page)).to_be_visible()
    page.get_by_role("slider", name="Noise").fill("70")
    expect(card(page).locator(DONE)).to_contain_text("Done")
    expect(page.locator(READOUT)).to_contain_text("70 % noise")
    card(page).get_by_role("button", name="Next").click()
    expect(card(page).locator(DONE)).to_be_empty()
    page.get_by_role("button", name="Restore").click()
    expect(card(page).locator(DONE)).to_contain_text("Done")


def test_it_is_left_and_gone_on_with(quick, visit):
    page = visit(quick)
    page.get_by_role("button", name="Show me around").click()
    card(page).get_by_role("button", name="Next").click()
    page.keyboard.press("Escape")
    expect(card(page)).to_be_hidden()
    page.reload()
    page.get_by_role("button", name="Go on with the tour").click()
    expect(card(page).get_by_role("heading")).to_have_text(titles(page)[1])


@pytest.mark.parametrize("width, height", [(360, 640), (1280, 800)])
def test_the_card_leaves_its_control_in_sight(quick, visit, width, height):
    page = visit(quick, viewport={"width": width, "height": height})
    page.get_by_role("button", name="Show me around").click()
    for _ in titles(page):
        over = page.locator(".tour-card").bounding_box()
        assert over["y"] >= 0 and over["y"] + over["height"] <= height and over["width"] <= width
        assert page.locator(".tour-here").evaluate(IN_SIGHT)
        card(page).get_by_role("button", name="Next").click()

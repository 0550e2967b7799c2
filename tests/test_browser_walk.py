"""How it works, in a real browser: chapters come when they are opened, figures react at once, equations are set."""

import re

import pytest
from playwright.sync_api import Page, expect
from visitor import fits, serious

from diffusion_gpt import figures, walk
from diffusion_gpt.ui.walk import GROWING_UP


def chapter(page: Page, number: int):
    """An opened chapter; 0 is the one of the ages."""
    title = f"{number}. {walk.chapters()[number - 1].title}" if number else GROWING_UP
    fold = page.locator("#walk .chapter").nth(number)
    if not fold.locator(".live").is_visible():
        page.get_by_role("button", name=title).click()
    expect(fold.locator(".live figcaption")).not_to_be_empty()
    return fold


def test_nothing_of_a_chapter_is_there_before_it_is_opened(quick, visit):
    page = visit(quick)
    expect(page.locator("#walk .chapter")).to_have_count(9)
    expect(page.locator("#walk .live")).to_have_count(0)
    config = page.evaluate("JSON.stringify(window.gradio_config)")
    assert not [text for text in ("careless copyist", "figure_chain", "score entropy, like") if text in config]


@pytest.fixture(scope="module")
def book(quick, stay):
    """A page whose chapters stay open from test to test; the last moves every figure."""
    return stay(quick)


def test_equations_are_set_with_what_the_page_has_and_the_functions_are_there(book):
    page = book  # in the end, `stay` asserts that nothing was asked of another place
    fold = chapter(page, 2)
    expect(fold.locator(".katex-display")).to_have_count(3)
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px KaTeX_Main'))")
    expect(fold.locator(".katex-error")).to_have_count(0)
    fold.get_by_text("kernel.UniformKernel.corrupt").last.click()
    expect(fold.locator("details[open] code").last).to_contain_text("Equation 2.")


def test_a_line_of_ones_own_as_numbers(book):
    live = chapter(book, 1).locator(".live")
    live.get_by_label("A line of your own").fill("az!é")
    expect(live.locator(".tile-id")).to_have_text(["39", "64", "2", "none"])
    expect(live.locator("figcaption")).to_contain_text(
        "65^4 possible lines, a number with 8 digits. 1 character is not"
    )


def test_what_a_figure_shows_is_what_the_package_says(book):
    fold = chapter(book, 8)
    step = figures.tweedie()["steps"][0][5][1]
    bars = [fold.locator(".panel").nth(i).locator(".bar-value").all_inner_texts() for i in (1, 2, 3, 4)]
    for shown, name in zip(bars, ("prior", "likelihood", "tweedie", "euler")):
        assert shown == [f"{100 * value:.0f} %" for value in step[name]]
    fold.get_by_role("slider", name="Noise now").press("End")
    fold.get_by_role("slider", name="Part").press("End")
    expect(fold.locator("figcaption")).to_contain_text("below zero")
    expect(fold.locator("[data-negative] .bar-value")).to_have_text(re.compile("^−"))
    fold, estimates = chapter(book, 6), figures.entropy()["estimates"]
    truth = min(range(len(estimates)), key=lambda i: abs(estimates[i] - 2.0))
    fold.get_by_role("slider", name="The estimate").fill(str(truth))
    expect(fold.locator("figcaption")).to_contain_text("score entropy 0.0")


def test_the_ages_show_different_pages(book):
    fold = chapter(book, 0)
    told = figures.ages()
    age, page = fold.get_by_role("slider", name="Age, in"), fold.locator(".panel-page .line")
    for at, film in enumerate(told["films"]):
        age.fill(str(at))
        expect(fold.locator("figcaption")).to_contain_text(f"{told['ages'][at]:,} step")
        shown = page.inner_text().replace("\n", "").replace(" ", "")
        assert re.sub(r"[↵\s·]", "", shown) == re.sub(r"\s", "", film[-1])


def test_a_figure_stays_as_it_was_left(book):
    fold = chapter(book, 2)
    fold.get_by_role("slider", name="Rounds").fill("17")
    fold.locator("button").first.click()
    expect(fold.locator(".live")).to_be_hidden()
    fold.locator("button").first.click()
    expect(fold.locator("figcaption")).to_contain_text("After 17 rounds")


def test_chapters_fit_the_window_and_axe_finds_nothing_serious(book, npm):
    for number in (2, 8):
        chapter(book, number)
    fits(book, 360, 1280)
    book.add_script_tag(path=npm("axe-core@4") / "axe-core" / "axe.min.js")
    for theme in ("light", "dark"):
        book.evaluate("dark => document.body.classList.toggle('dark', dark)", theme == "dark")
        assert serious(book, {"include": "#walk", "exclude": ".katex"}) == []


SLIDERS = {
    0: ["Age, in", "Page"],
    2: ["Rounds"],
    3: ["Rain", "Poured"],
    4: ["Time", "Steps back"],
    5: ["Noise"],
    6: ["The estimate"],
    7: ["Place"],
    8: ["Noise now", "Part"],
}


def test_every_slider_and_choice_changes_its_figure_without_the_server(book):
    folds = {number: chapter(book, number) for number in SLIDERS}
    requests = []
    book.on("request", lambda request: requests.append(request.url))
    for number, names in SLIDERS.items():
        live = folds[number].locator(".live")
        for name in names:
            slider = live.get_by_role("slider", name=name)
            seen = [slider.evaluate(MOVED, place) for place in ("0", "1", "99")]
            assert len(set(map(str, seen))) == 3 and len({spoken for _, spoken in seen}) == 3, name
        for group in live.locator("fieldset").all():
            before = live.inner_text()
            group.locator("label").last.click()
            assert live.inner_text() != before, number
    assert requests == []


MOVED = """(slider, place) => {
  slider.value = place;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  const drawn = slider.closest(".live").cloneNode(true);
  drawn.querySelectorAll("input, output").forEach((knob) => knob.remove());
  return [drawn.innerHTML, slider.getAttribute("aria-valuetext")];
}"""

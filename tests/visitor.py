"""What a visitor's hands and eyes do, in words that the browser's tests share."""

import re

from playwright.sync_api import Page, expect

QUESTION = "To be, or not to be, that is the question."
VERSE = "Now is the winter of our discontent\nMade glorious summer by this sun of York;"
READOUT = "[data-part=readout]"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
UNDER_WAY = re.compile(r"step ([2-9]|[12]\d) of \d+")


SHOWN = "stage => [...stage.querySelectorAll('.letter')].map(letter => letter.textContent || '\\n').join('')"


def shown(page: Page) -> str:
    """The letters on the stage."""
    return page.locator(".stage").evaluate(SHOWN)


def type_text(page: Page, text: str) -> None:
    page.get_by_label("Type anything").fill(text)
    expect(page.locator("#note [data-part=count]")).to_have_text(f"{len(text)} / 256")


def set_noise(page: Page, percent: int) -> None:
    page.get_by_role("slider", name="Noise").fill(str(percent))
    expect(page.locator(READOUT)).to_contain_text(f"{percent} % noise")


def scrubber(page: Page):
    return page.get_by_role("slider", name="Step of the film")


def restore(page: Page) -> None:
    page.get_by_role("button", name="Restore").click()
    expect(page.locator(".stage")).to_have_attribute("data-mode", "film")


def letters_of(draft, percent: int) -> str:
    """The corruption rule, once more, in Python."""
    hit = [threshold * 100 < 65536 * percent for threshold in draft.thresholds]
    return "".join(new if h else old for h, new, old in zip(hit, draft.letters, draft.text))


def tab_to(page: Page, wanted, key: str = "Tab") -> None:
    """Presses Tab until the element has the focus."""
    for _ in range(40):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} does not lead to {wanted}")


def fits(page: Page, *widths: int) -> None:
    """Nothing hangs over the edge of a window this wide."""
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_function("width => document.documentElement.clientWidth === width", arg=width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


SETTLED = "() => Promise.allSettled(document.getAnimations().map(animation => animation.finished))"
AXE = "where => axe.run(where, { resultTypes: ['violations'] }).then(result => result.violations)"


def serious(page: Page, where: str | dict) -> list[str]:
    """What axe, which the page has got, finds wrong there, once no colour is on its way to another."""
    page.evaluate(SETTLED)
    bad = [wrong for wrong in page.evaluate(AXE, where) if wrong["impact"] in ("serious", "critical")]
    return [f"{wrong['id']}: {node['html'][:300]}" for wrong in bad for node in wrong["nodes"]]

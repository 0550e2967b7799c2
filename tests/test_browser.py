"""The page in a real browser, as a visitor meets it."""

import pytest
from fake_studio import FakeStudio
from playwright.sync_api import Page, expect


@pytest.fixture(scope="module")
def quick(serve):
    """A page whose model needs no time."""
    return serve(FakeStudio())


@pytest.fixture(scope="module")
def slow(serve):
    """A page whose model can be watched."""
    return serve(FakeStudio(pause=0.05))


def shown(page: Page) -> str:
    """The letters on the stage."""
    return page.locator(".stage").evaluate(
        "stage => [...stage.querySelectorAll('.letter')].map(letter => letter.textContent || '\\n').join('')"
    )


def type_text(page: Page, text: str) -> None:
    page.get_by_label("Type anything").fill(text)
    expect(page.locator("#note [data-part=count]")).to_have_text(f"{len(text)} / 256")


def set_noise(page: Page, percent: int) -> None:
    page.get_by_role("slider", name="Noise").fill(str(percent))
    expect(page.locator("[data-part=readout]")).to_contain_text(f"{percent} % noise")


def restore(page: Page) -> None:
    page.get_by_role("button", name="Restore").click()
    expect(page.locator(".stage")).to_have_attribute("data-mode", "film")


def test_type_scramble_restore_scrub_and_take_a_gif_home(quick, visit):
    page = visit(quick)
    type_text(page, "To be, or not to be, that is the question.")
    set_noise(page, 60)
    assert shown(page) != "To be, or not to be, that is the question."
    restore(page)
    expect(page.locator("[data-part=readout]")).to_contain_text("step 32 of 32")
    assert shown(page) == "To be, or not to be, that is the question."
    page.get_by_role("slider", name="Step of the film").fill("0")
    expect(page.locator("[data-part=readout]")).to_contain_text("step 0 of 32 · 60 % noise")
    with page.expect_download() as download:
        page.get_by_role("button", name="Make a GIF").click()
    assert download.value.suggested_filename == "diffusion-to-be-or-not-to.gif"

"""What the browser's tests need: pages served from this process, and one Chromium for all of them."""

import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest
from visitor import DESK

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # the tests share the cores: no thread is to spin

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip


@pytest.fixture(scope="session")
def browser():
    """The system's Chromium, else Playwright's own."""
    from playwright.sync_api import Error, expect, sync_playwright

    expect.set_options(timeout=15_000)  # several processes share the cores
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    with sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        except Error as error:
            message = "no browser to test with: install Chromium, or run `python -m playwright install chromium`"
            pytest.fail(f"{message} ({str(error).splitlines()[0]})")
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def serve(tmp_path_factory):
    """A function that serves the page of a studio; its address."""
    from diffusion_gpt.ui.app import build_app
    from diffusion_gpt.ui.launch import launch

    os.environ["GRADIO_TEMP_DIR"] = str(tmp_path_factory.mktemp("gradio"))
    served = []

    def at(studio, racer=None) -> str:
        demo = build_app(studio, racer)
        _, url, _ = launch(demo, prevent_thread_lock=True, quiet=True, server_name="127.0.0.1", inbrowser=False)
        served.append(demo)
        return url

    yield at
    for demo in served:
        demo.close()


@pytest.fixture(scope="session")
def profile(browser):
    """A function that gives the profile of a name and options: kept, for a warm cache halves what a page costs."""
    kept = {}

    def profile(name: str, **options):
        key = (name, *sorted(options.items()))
        if key not in kept:
            kept[key] = browser.new_context(**options)
        return kept[key]

    yield profile
    for context in kept.values():
        context.close()


@pytest.fixture
def visit(profile):
    """A function that opens a page like a new visitor; in the end, nothing may have gone wrong in the browser."""
    with _visits(profile) as visit:
        yield visit


@pytest.fixture(scope="module")
def stay(profile):
    """As `visit`, but its pages stay open for all tests of the file."""
    with _visits(profile) as visit:
        yield visit


@contextmanager
def _visits(profile):
    pages, wrongs = [], []

    def visit(url: str, *, name: str = "", viewport=DESK, **options):
        page = profile(name, **{"reduced_motion": "reduce", **options}).new_page()
        pages.append(page)
        page.set_viewport_size(viewport)
        page.on("console", lambda said: wrongs.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: wrongs.append(str(error)))
        page.on("request", lambda request: wrongs.append(request.url) if _foreign(request.url, url) else None)
        page.goto(url)
        page.locator(".stage .letter").first.wait_for()
        page.locator("#note [data-part=count]").filter(has_text="/").wait_for(state="attached")
        return page

    yield visit
    for page in pages:
        _forget(page)
        page.close()
    assert wrongs == []


def _forget(page) -> None:
    """Leaves nothing of this visitor to the next but the cache."""
    page.evaluate("localStorage.clear()")
    page.context.clear_cookies()
    page.context.clear_permissions()


def _foreign(requested: str, home: str) -> bool:
    return not requested.startswith((home.split("?")[0], "data:", "blob:"))


@pytest.fixture(scope="session")
def checkpoint() -> Path:
    """The shipped model."""
    folder = Path(__file__).resolve().parent.parent / "checkpoints" / "shakespeare"
    if not (folder / "config.json").is_file():
        pytest.skip(f"there is no checkpoint in {folder}")
    return folder


@pytest.fixture(scope="session")
def npm(tmp_path_factory):
    """A function that fetches a development tool from npm; the folder of its files. Skips where that is impossible."""
    folder = tmp_path_factory.mktemp("npm")

    def fetch(package: str) -> Path:
        if not shutil.which("npm"):
            pytest.skip(f"npm is not installed, and {package} comes from there")
        command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), package]
        got = subprocess.run(command, capture_output=True, text=True, timeout=300)
        if got.returncode:
            pytest.skip(f"npm could not fetch {package}: {got.stderr.strip()[-200:]}")
        return folder / "node_modules"

    return fetch


@pytest.fixture(scope="session")
def quick(serve):
    """A page whose model needs no time."""
    from fake_studio import FakeStudio

    return serve(FakeStudio())


@pytest.fixture(scope="session")
def racing(serve):
    """A page with a twin to race against; neither needs any time, nor do their clocks."""
    from fake_studio import FakeRacer, FakeStudio

    return serve(FakeStudio(), FakeRacer())


@pytest.fixture(scope="session")
def slow(serve):
    """A page whose model can be watched."""
    from fake_studio import FakeStudio

    return serve(FakeStudio(pause=0.2))


@pytest.fixture(scope="module")
def desk(quick, stay):
    """A page at which others of the file have sat: who comes types another text, or sets another noise."""
    return stay(quick)

"""A server that is started anew under an open page, in a real browser: the page comes back, with what was typed."""

import socket

import pytest
from fake_studio import FakeStudio
from playwright.sync_api import expect
from visitor import QUESTION, VERSE, type_text

from diffusion_gpt.link import Link
from diffusion_gpt.trajectory import Request


@pytest.fixture
def server(tmp_path, monkeypatch):
    """Two functions: one starts the server, at the same address every time, and one ends it."""
    from diffusion_gpt.ui.app import build_app
    from diffusion_gpt.ui.launch import launch

    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port, running = free.getsockname()[1], []

    def start() -> str:
        running.append(build_app(FakeStudio()))
        options = {"server_name": "127.0.0.1", "server_port": port, "prevent_thread_lock": True, "inbrowser": False}
        return launch(running[0], quiet=True, **options)[1]

    def stop() -> None:
        running.pop().close()

    yield start, stop
    stop()


def test_what_was_typed_is_there_when_the_server_was_started_anew(server, browser):
    start, stop = server
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page, address = context.new_page(), start()
    page.goto(address)
    type_text(page, VERSE)
    page.get_by_role("slider", name="Noise").fill("77")
    page.get_by_role("slider", name="Steps").fill("12")
    page.evaluate("window.first = true")
    stop()
    page.get_by_label("Type anything").fill(QUESTION)  # nobody is there to read it
    expect(page.get_by_text("Connection to the server was lost")).to_be_visible()
    start()
    page.wait_for_function("!window.first", timeout=20_000)
    expect(page.get_by_label("Type anything")).to_have_value(QUESTION)
    expect(page.locator("#note [data-part=count]")).to_have_text(f"{len(QUESTION)} / 256")
    expect(page.get_by_role("slider", name="Noise")).to_have_value("77")
    expect(page.get_by_role("slider", name="Steps")).to_have_value("12")

    page.goto(Link(Request(VERSE, steps=9, level=0.5, seed=3)).address(address))
    expect(page.get_by_role("slider", name="Steps")).to_have_value("9")
    expect(page.get_by_label("Type anything")).to_have_value(VERSE)
    context.close()

"""Measures the stage in a real browser: `python tests/measure_stage.py`. Prints one JSON object, times in milliseconds.

Knows nothing of models: a fake studio gives it a film of 256 steps and 256 letters.
"""

import json
import shutil
import sys
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from conftest import QUIET  # noqa: E402
from fake_studio import UNGIVEN, FakeStudio  # noqa: E402

from diffusion_gpt.ui.app import build_app  # noqa: E402
from diffusion_gpt.ui.launch import launch  # noqa: E402

WATCH = """() => {
  window.painted = 0;
  new MutationObserver(() => requestAnimationFrame(() => setTimeout(() => { window.painted ||= performance.now(); })))
    .observe(document.querySelector("[data-part=account]"), { childList: true, characterData: true, subtree: true });
}"""

ARRIVED = """() => performance.getEntriesByType("resource")
  .filter(entry => entry.name.includes("/run/") && entry.responseEnd < window.painted).at(-1).responseEnd"""

SCRUB = """async () => {
  const slider = document.querySelector(".stage .slider");
  const [script, frames] = [[], []];
  let before = await new Promise(requestAnimationFrame);
  for (let step = 0; step <= 256; step++) {
    const start = performance.now();
    slider.value = String(step);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    script.push(performance.now() - start);
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - before);
    before = now;
  }
  const at = (list, share) => list.sort((a, b) => a - b)[Math.floor(share * (list.length - 1))];
  const both = (name, list) => ({ [`${name}_median`]: at(list, 0.5), [`${name}_p95`]: at(list, 0.95) });
  return { ...both("script", script), ...both("frame", frames) };
}"""


def measure(url: str, browser) -> dict:
    """The figures of one visit."""
    page = browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page.goto(url)
    page.locator(".stage .letter").first.wait_for()
    page.get_by_label("Type anything").fill(UNGIVEN[:256])
    expect(page.locator("#note [data-part=count]")).to_have_text("256 / 256")
    page.get_by_role("spinbutton", name="Steps").fill("256")
    page.evaluate(WATCH)
    page.get_by_role("button", name="Restore").click()
    page.wait_for_function("window.painted > 0", timeout=120_000)
    figures = {"paint_after_arrival": page.evaluate("window.painted") - page.evaluate(ARRIVED)}
    page.locator(".stage .letter").nth(9).click()
    expect(page.locator(".guess")).to_have_count(5)
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    for overlay in ("Changes", "Doubt", "History", "Yours"):
        page.locator(".overlays").get_by_text(overlay).click()
        figures[overlay.lower()] = page.evaluate(SCRUB)
    return {**figures, "requests": len(requests)}


def main() -> None:
    """Serves the page, measures it, prints the figures."""
    demo = build_app(FakeStudio())
    _, url, _ = launch(demo, prevent_thread_lock=True, quiet=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(QUIET))
        print(json.dumps(measure(url, browser), indent=2))
        browser.close()
    demo.close()


if __name__ == "__main__":
    main()

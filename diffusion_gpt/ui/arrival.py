"""A visitor who comes by a link: the controls are set as the film asks, and it is made again at once.

Knows nothing of how a link is packed; what runs is the link's own request, whatever the controls can show of it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields

import gradio as gr

from diffusion_gpt import assets
from diffusion_gpt.link import Link
from diffusion_gpt.trajectory import Request
from diffusion_gpt.ui import messages
from diffusion_gpt.ui.controls import MAX_STEPS, QUIETLY, RULES, Finer
from diffusion_gpt.ui.desk import Desk
from diffusion_gpt.ui.restore import Restore, doubted
from diffusion_gpt.ui.write import Write


@dataclass(frozen=True)
class Controls:
    """All that a link can set."""

    tabs: gr.Tabs
    restore: Restore
    write: Write
    finer: Finer

    @property
    def outputs(self) -> list:
        restore, write, finer = self.restore, self.write, self.finer
        tab = [restore.text, restore.kind, restore.noise, write.length, write.kind]
        return [self.tabs, *tab, finer.steps, finer.schedule, finer.rule, finer.temperature, finer.seed]


def connect(controls: Controls, desk: Desk, demo: gr.Blocks) -> None:
    """Reads the address when the page is opened; where there is a link in it, sets the controls and runs."""
    came = gr.Textbox(visible="hidden", elem_id="came")
    demo.load(None, None, came, js=assets.text("player/arrive.js"), **QUIETLY)
    came.change(None, js=assets.text("player/begin.js"), **QUIETLY)
    restored = came.change(_settings(controls), came, controls.outputs, **QUIETLY)
    running = restored.success(
        _run(desk), came, desk.stage, concurrency_id="model", concurrency_limit=1,
        show_progress="minimal", show_progress_on=desk.status, api_visibility="private",
    )  # fmt: skip
    for ended in (running.success, running.failure):
        paged = ended(_pages(desk), came, [desk.stage, desk.status], **QUIETLY)
        paged.then(desk.beliefs, None, desk.stage, **QUIETLY)
    for stop in (controls.restore.stop, controls.write.stop):
        stop.click(None, cancels=[running], api_visibility="private")


def shown(request: Request) -> Request:
    """The request that the controls can say, as near to this one as they come."""
    level = round(100 * request.level) / 100
    mending = request.text and request.noise == "uniform" and level == 0
    return Request(
        request.text,
        request.noise,
        level if request.text else request.level,
        min(request.steps, MAX_STEPS),
        request.schedule,
        round(request.temperature, 1),
        request.seed,
        request.length,
        rule=request.rule if request.rule in dict(RULES).values() else "best",
        strength=doubted(min(request.steps, MAX_STEPS)) if mending else 0.0,
    )


def remark(link: Link, model: str) -> str:
    """What a visitor has to know: that the model has changed, that the controls cannot show everything."""
    said, known = [link.warning(model)], shown(link.request)
    unsaid = [f.name for f in fields(Request) if getattr(known, f.name) != getattr(link.request, f.name)]
    if unsaid:
        said.append(f"The controls cannot show all that this film was made with: {', '.join(unsaid)}.")
    return " ".join(filter(None, said))


def _settings(controls: Controls) -> Callable:
    """By control its value; none for a link that cannot be read, as the run will say."""
    restore, write, finer = controls.restore, controls.write, controls.finer

    def settings(came: str) -> dict:
        try:
            asked = shown(Link.read(came).request)
        except ValueError:
            return {controls.tabs: gr.skip()}
        values = {
            finer.steps: asked.steps, finer.schedule: asked.schedule, finer.rule: asked.rule,
            finer.temperature: asked.temperature, finer.seed: asked.seed,
        }  # fmt: skip
        if not asked.text:
            return values | {
                controls.tabs: gr.Tabs(selected="write"),
                write.length: asked.length,
                write.kind: asked.noise,
            }
        noise = {restore.kind: asked.noise, restore.noise: round(100 * asked.level)}
        return values | noise | {controls.tabs: gr.Tabs(selected="restore"), restore.text: asked.text}

    return settings


def _run(desk: Desk) -> Callable:
    def run(visitor: gr.Request, came: str) -> Iterator[str]:
        yield from desk.run(visitor.session_hash, lambda: Link.read(came).request)

    return run


def _pages(desk: Desk) -> Callable:
    """The film and the remark on it; or what is wrong with the link."""

    def pages(visitor: gr.Request, came: str) -> tuple[str, str]:
        stage, fault = desk.pages(visitor)
        run = desk.films.newest(visitor.session_hash)
        if run is None or run.fault:
            return stage, fault
        return stage, messages.fault(desk.films.number(), remark(Link.read(came), desk.studio.fingerprint))

    return pages

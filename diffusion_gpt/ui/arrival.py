"""A visitor who comes by a link: the controls are set as the film asks, and it is made again at once.

Knows nothing of how a link is packed; what runs is the link's own request, whatever the controls can show of it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import gradio as gr

from diffusion_gpt import assets
from diffusion_gpt.link import Link
from diffusion_gpt.ui import budget, messages, retrace
from diffusion_gpt.ui.controls import QUIETLY, Finer
from diffusion_gpt.ui.desk import Desk
from diffusion_gpt.ui.fill import Fill
from diffusion_gpt.ui.restore import Restore
from diffusion_gpt.ui.typos import Typos, changed
from diffusion_gpt.ui.write import Write


@dataclass(frozen=True)
class Controls:
    """All that a link can set; the tabs by their ids on the page."""

    tabs: gr.Tabs
    restore: Restore
    write: Write
    fill: Fill
    typos: Typos
    finer: Finer

    @property
    def kept(self) -> list:
        """Those that a visitor types or sets."""
        return [control for control in self.outputs if control not in (self.tabs, self.restore.locks)]

    @property
    def outputs(self) -> list:
        restore, write, fill, typos = self.restore, self.write, self.fill, self.typos
        return [
            self.tabs, restore.locks, restore.text, restore.kind, restore.noise,
            write.length, write.beginning, write.end, write.kind, write.count,
            fill.text, fill.kind, typos.text, typos.strength, *self.finer.inputs,
        ]  # fmt: skip


def connect(controls: Controls, desk: Desk, demo: gr.Blocks, stops: list[gr.Button]) -> None:
    """Reads the address when the page is opened; where there is a link in it, sets the controls and runs.

    Any of `stops` ends the run.
    """
    came = gr.Textbox(visible="hidden", elem_id="came")
    demo.load(None, None, came, js=assets.text("player/arrive.js"), **QUIETLY)
    came.change(None, js=assets.text("player/arrived.js"), **QUIETLY)
    restored = came.change(_settings(controls, desk), came, [*controls.outputs, desk.stage], **QUIETLY)
    running = restored.success(
        _run(desk), came, desk.stage, concurrency_id="model", concurrency_limit=budget.LANES,
        show_progress="minimal", show_progress_on=desk.status, api_visibility="private",
    )  # fmt: skip
    for ended in (running.success, running.failure):
        paged = ended(_pages(desk), came, [desk.stage, desk.status], **QUIETLY)
        paged.then(desk.beliefs, None, desk.stage, **QUIETLY)
        ended(changed(desk), None, controls.typos.diff, **QUIETLY)
    for stop in stops:
        stop.click(None, cancels=[running], api_visibility="private")


def remark(link: Link, desk: Desk) -> str:
    """What a visitor has to know: that the model has changed, that the controls cannot show everything."""
    said, setting = [link.warning(desk.studio.fingerprint)], retrace.nearest(link.request, desk)
    if setting is None:
        said.append("No tab of this page can ask for this film.")
    elif unsaid := retrace.unsaid(link.request, setting):
        said.append(f"The controls cannot show all that this film was made with: {', '.join(unsaid)}.")
    return " ".join(filter(None, said))


def _settings(controls: Controls, desk: Desk) -> Callable:
    """By control its value; none for a link that cannot be read, as the run will say."""

    def settings(came: str) -> dict:
        try:
            asked = Link.read(came or "").request
        except ValueError:
            return {controls.tabs: gr.skip()}
        setting = retrace.nearest(asked, desk)
        if setting is None:
            return {controls.tabs: gr.skip()}
        tab = getattr(controls, setting.tab)
        values = {getattr(tab, name): value for name, value in setting.values.items()}
        values |= {getattr(controls.finer, name): value for name, value in setting.finer.items()}
        return values | _locked(setting, desk) | {controls.tabs: gr.Tabs(selected=setting.tab)}

    return settings


def _locked(setting: retrace.Setting, desk: Desk) -> dict:
    """What the stage has to know: letters are locked there, not by a control."""
    if not setting.values.get("locks"):
        return {}
    return {desk.stage: messages.locks(desk.films.number(), setting.asked.text, setting.asked.locked)}


def _run(desk: Desk) -> Callable:
    def run(visitor: gr.Request, came: str) -> Iterator[str]:
        yield from desk.run(visitor.session_hash, lambda: Link.read(came or "").request)

    return run


def _pages(desk: Desk) -> Callable:
    """The film and the remark on it; or what is wrong with the link."""

    def pages(visitor: gr.Request, came: str) -> tuple[str, str]:
        stage, fault = desk.pages(visitor)
        run = desk.films.newest(visitor.session_hash)
        if run is None or run.fault:
            return stage, fault
        return stage, messages.fault(desk.films.number(), remark(Link.read(came), desk))

    return pages

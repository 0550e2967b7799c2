"""From what a film was made with back to the tab that asks for it, and what the controls there have to say.

Knows nothing of links, nor of how controls are set. Every tab reads the request as well as it can; what it would then
ask for, it says itself, and the one that comes nearest is taken.
"""

import json
from dataclasses import dataclass, fields, replace

from diffusion_gpt.trajectory import MAX_LENGTH, Request
from diffusion_gpt.ui import fill, restore, typos, write
from diffusion_gpt.ui.controls import MAX_STEPS, RULES
from diffusion_gpt.ui.desk import Desk
from diffusion_gpt.vocabulary import MASK


@dataclass(frozen=True)
class Setting:
    """The controls of a tab and the finer settings, each by its name there, in the order the tab reads them in."""

    tab: str
    values: dict
    finer: dict
    asked: Request
    """What the tab's button now asks for."""


def nearest(request: Request, desk: Desk) -> Setting | None:
    """The setting that asks for this, or for what is nearest to it; None: no tab can ask for anything like it."""
    settings = [setting for tab in TABS if (setting := _setting(tab, request, desk))]
    return min(settings, key=lambda setting: _distance(request, setting.asked), default=None)


def unsaid(request: Request, setting: Setting) -> list[str]:
    """The names of what decides the film and the controls cannot show; what is forced, the film itself shows."""
    return _differing(_telling(request), _telling(setting.asked))


def _setting(tab: str, request: Request, desk: Desk) -> Setting | None:
    read, ask = TABS[tab]
    values, finer = read(request), _finer(request)
    try:
        return Setting(tab, values, finer, ask(desk, *values.values(), *finer.values()))
    except ValueError:  # not for this tab: no blank to be filled in, no room between beginning and end
        return None


def _distance(request: Request, asked: Request) -> tuple[bool, int]:
    """Of two requests; no other setting makes up for another text."""
    return asked.text != request.text, len(_differing(request, asked))


def _differing(one: Request, other: Request) -> list[str]:
    return [field.name for field in fields(Request) if getattr(one, field.name) != getattr(other, field.name)]


def _telling(request: Request) -> Request:
    """Less what makes no difference to the film or can be seen in it."""
    unused = {"length": MAX_LENGTH} if request.text else {"level": 1.0}
    return replace(request, forced=(), locked=tuple(sorted(set(request.locked))), **unused)


def _write(request: Request) -> dict:
    beginning, _, rest = request.text.partition(MASK)
    return {
        "length": len(request.text) or request.length, "beginning": beginning, "end": rest.lstrip(MASK),
        "kind": request.noise, "count": 1,
    }  # fmt: skip


def _fill(request: Request) -> dict:
    return {"text": request.text.replace(MASK, fill.BLANK), "kind": request.noise}


def _typos(request: Request) -> dict:
    return {"text": request.text, "strength": min(max(0.5, round(200 * request.strength) / 2), typos.MOST)}


def _restore(request: Request) -> dict:
    locked = sorted(set(request.locked))
    locks = json.dumps({"text": request.text, "locked": locked}) if locked else ""
    return {"locks": locks, "text": request.text, "kind": request.noise, "noise": round(100 * request.level)}


def _finer(request: Request) -> dict:
    return {
        "steps": min(request.steps, MAX_STEPS),
        "schedule": request.schedule,
        "rule": request.rule if request.rule in dict(RULES).values() else "best",
        "temperature": round(request.temperature, 1),
        "seed": request.seed,
    }


TABS = {
    "write": (_write, lambda desk, *values: write.requests_of(desk)(*values)[0]),
    "fill": (_fill, lambda desk, *values: fill.request_of(desk)(*values)),
    "typos": (_typos, lambda desk, *values: typos.request_of(desk)(*values)),
    "restore": (_restore, lambda desk, *values: restore.request_of(desk)(*values)),
}
"""How each tab reads a request, and what it asks for; of two that are as near the first."""

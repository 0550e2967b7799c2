"""The film that plays before anybody has done anything: a file, not a run.

Knows nothing of models; the file is a `Trajectory` as JSON.
"""

from functools import cache

from diffusion_gpt import assets
from diffusion_gpt.render import page
from diffusion_gpt.trajectory import Trajectory

FILE = "examples/opening.json"
RUN = 0
"""Older than every run of a visitor."""


@cache
def film() -> Trajectory:
    """The opening film."""
    return Trajectory.from_json(assets.text(FILE))


def text() -> str:
    """The text that it restores."""
    return film().original


def percent() -> int:
    """The noise that it begins with."""
    return round(100 * film().request.level)


def message() -> str:
    """The film with its beliefs, as the first value of the stage: nothing has to be fetched."""
    return page.film(RUN, film(), opening=True, beliefs=page.beliefs(RUN, film()))

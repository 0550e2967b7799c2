"""The forms in which a film leaves, each written with progress and as a whole or not at all.

Knows nothing of who asks: the page and the command line do. What draws is imported when it is to draw: the page is to
start soon.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from diffusion_gpt import saved
from diffusion_gpt.render.alone import document
from diffusion_gpt.render.whole import whole
from diffusion_gpt.trajectory import Trajectory


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a film is to look; a form heeds what concerns it."""

    dark: bool = False
    """Light letters on dark paper; a page goes by its reader's own system."""
    loop: bool = True
    """Whether a GIF begins again."""
    title: str = ""
    """A line above the text of a GIF or a video (see `words.caption`); empty: none."""
    link: str = ""
    """Where the film can be made again, for a poster or a page; empty: nowhere."""


def _gif(film: Trajectory, path: Path, wishes: Wishes) -> Iterator[float]:
    from diffusion_gpt.render.gif import write_gif

    return write_gif(film, path, dark=wishes.dark, loop=wishes.loop, title=wishes.title)


def _video(film: Trajectory, path: Path, wishes: Wishes) -> Iterator[float]:
    from diffusion_gpt.render.video import write_video

    return write_video(film, path, dark=wishes.dark, title=wishes.title)


def _poster(film: Trajectory, path: Path, wishes: Wishes) -> Iterator[float]:
    from diffusion_gpt.render.poster import write_poster

    return write_poster(film, path, dark=wishes.dark, link=wishes.link)


def _page(film: Trajectory, path: Path, wishes: Wishes) -> Iterator[float]:
    with whole(path) as unfinished:
        unfinished.write_text(document(film, link=wishes.link), encoding="utf-8")
    yield 1.0


def _data(film: Trajectory, path: Path, wishes: Wishes) -> Iterator[float]:
    with whole(path) as unfinished:
        saved.write(film, unfinished)
    yield 1.0


FORMS: dict[str, Callable[[Trajectory, Path, Wishes], Iterator[float]]] = {
    "gif": _gif,
    "mp4": _video,
    "poster": _poster,
    "html": _page,
    "json": _data,
}
"""Each writes the film to a path, yielding the share done, 1.0 at the end; a poster is a PNG or SVG by its ending."""

"""What if it were another letter: a film that goes on from a page of another film, with a letter forced.

Knows nothing of the tabs; the stage says what is to be forced.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import gradio as gr

from diffusion_gpt.frame import Frame
from diffusion_gpt.render import page
from diffusion_gpt.trajectory import Request, Trajectory
from diffusion_gpt.ui import messages, opening
from diffusion_gpt.ui.controls import QUIETLY
from diffusion_gpt.ui.desk import Desk, paced
from diffusion_gpt.ui.films import Run
from diffusion_gpt.untrusted import conforms


@dataclass(frozen=True, slots=True)
class Wish:
    """What the stage asks for; it comes from outside, and may be anything."""

    parent: int
    """Number of the film that is left."""
    step: int
    """Its page that is gone on from."""
    position: int
    letter: str

    @classmethod
    def read(cls, said) -> "Wish":
        """The wish in what the stage says. Raises ValueError in words for anything else."""
        names = ("run", "step", "position", "letter")
        wish = cls(*map(said.get, names)) if isinstance(said, dict) else None
        if not conforms(wish, cls):
            raise ValueError("The letter to be forced could not be read; pick it once more.")
        return wish

    def request(self, film: Trajectory) -> Request:
        """What `film` asked for and this letter; what was forced on a later page lies ahead no more."""
        kept = [put for put in film.request.forced if put[0] <= self.step and put[:2] != (self.step, self.position)]
        return replace(film.request, forced=(*kept, (self.step, self.position, self.letter)))


def connect(desk: Desk, stops: list[gr.Button]) -> None:
    """Lets the stage ask for a branch, and say which film it shows; any of `stops` ends the run."""

    def start(visitor: gr.Request, event: gr.EventData):
        try:
            wish = Wish.read(event._data)
        except ValueError as error:
            raise gr.Error(str(error), print_exception=False) from error
        yield from run(desk, visitor.session_hash, wish)

    def pick(visitor: gr.Request, event: gr.EventData) -> None:
        shown = event._data.get("run") if isinstance(event._data, dict) else None
        if conforms(shown, int):
            desk.films.pick(visitor.session_hash, shown)

    desk.follow(desk.stage.fork(start, None, desk.stage, **desk.running), stops)
    desk.stage.shown(pick, None, None, **QUIETLY)


def run(desk: Desk, visitor: str, wish: Wish) -> Iterator[str]:
    """Makes the branch; yields live messages of its new pages. Closed at a yield, it keeps the film made so far."""
    kept = _kept(desk, visitor, wish.parent)
    family = kept.family if kept else wish.parent
    number, made, fault = desk.films.begin(visitor, family, wish.parent), [], ""
    try:
        asked, begun = _asked(desk, kept.film if kept else None, wish)
        more = {"family": family, "parent": wish.parent, **page.given(asked)}
        for sent in paced(desk.studio.run(asked, begun), made, told=len(begun)):
            yield page.live(number, asked.steps, sent, made[sent:], **more)
    except ValueError as error:
        fault = str(error)
        yield messages.idle(number)
    finally:
        desk.films.end(visitor, number, desk.studio.film(asked, made) if made else None, fault)


def _kept(desk: Desk, visitor: str, number: int) -> Run | None:
    """The run that is left; the opening film, which nobody has run, is taken in for this."""
    if number == opening.RUN and not desk.films.run(visitor, number):
        desk.films.adopt(visitor, number, opening.film())
    return desk.films.run(visitor, number)


def _asked(desk: Desk, film: Trajectory | None, wish: Wish) -> tuple[Request, Sequence[Frame]]:
    """The request, and the pages that are there already. Raises ValueError in words."""
    if film is None:
        raise ValueError("This film is not kept here any more. Make it once more, then force the letter.")
    if wish.letter not in desk.studio.vocabulary.characters:
        raise ValueError(f"The model does not know the letter {wish.letter!r}.")
    request = wish.request(film)
    if wish.step >= len(film.frames):
        raise ValueError(f"This film was stopped before page {wish.step}; choose an earlier one.")
    return request, film.frames[: wish.step + 1]

"""Several films at once, in shared looks of the model; the visitor sees all of them, and one on the stage.

Knows nothing of what is asked for.
"""

from collections.abc import Callable, Iterator, Sequence

import gradio as gr

from diffusion_gpt.frame import Frame
from diffusion_gpt.render import page
from diffusion_gpt.trajectory import Request
from diffusion_gpt.ui import messages
from diffusion_gpt.ui.desk import Desk, paced


def connect(desk: Desk, button: gr.Button, stop: gr.Button, inputs: list, requests: Callable) -> None:
    """Lets `button` run what `requests(*inputs)` asks for, a sequence of like requests, and `stop` end it."""

    def start(visitor: gr.Request, *values):
        yield from run(desk, visitor.session_hash, lambda: requests(*values))

    desk.listen(button, start, inputs, [stop])


def run(desk: Desk, visitor: str, requests: Callable[[], Sequence[Request]]) -> Iterator[str]:
    """Runs the requests; yields live messages. Closed at a yield, it keeps the films made so far."""
    films, asked, fault = desk.films, [], ""
    made: list[tuple[Frame, ...]] = []
    numbers = [films.begin(visitor)]
    try:
        asked = requests()
        numbers += [films.begin(visitor, numbers[0]) for _ in asked[1:]]
        films.pick(visitor, numbers[0])
        for sent in paced(desk.studio.runs(asked), made):
            yield page.many(films.number(), _live(numbers, asked, sent, made[sent:]))
    except ValueError as error:
        fault = str(error)
        yield messages.idle(numbers[0])
    finally:
        for i, number in enumerate(numbers):
            film = desk.studio.film(asked[i], [frames[i] for frames in made]) if made else None
            films.end(visitor, number, film, fault)


def _live(numbers: list[int], asked: Sequence[Request], sent: int, made: list[tuple[Frame, ...]]) -> Iterator[str]:
    for i, (number, request) in enumerate(zip(numbers, asked)):
        frames = [row[i] for row in made]
        yield page.live(number, request.steps, sent, frames, family=numbers[0], **page.given(request))

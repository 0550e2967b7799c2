"""How several films come to their panes beside each other, and stay there when they are stopped.

Knows nothing of what is compared; it is given boards, each with a little more on it than the one before.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import gradio as gr

from diffusion_gpt.render import sides
from diffusion_gpt.render.sides import Board, Side
from diffusion_gpt.ui import budget, messages
from diffusion_gpt.ui.controls import QUIETLY
from diffusion_gpt.ui.desk import PAUSE
from diffusion_gpt.ui.films import Films


@dataclass(frozen=True)
class Panes:
    """An element of panes, the boards made for it, and what is said of them."""

    films: Films
    """Boards, not films: their frames count alike."""
    element: gr.HTML
    status: gr.HTML
    remark: Callable[[Side], str]
    account: Callable[[Board], str]

    def run(self, visitor: str, boards: Callable[[], Iterator[Board]]) -> Iterator[str]:
        """Follows the boards; yields live messages. Closed at a yield, it keeps the last board."""
        number, seen, fault = self.films.begin(visitor), [], ""
        try:
            yield from _live(number, boards(), seen)
        except ValueError as error:
            fault = str(error)
            yield messages.idle(number)
        finally:
            self.films.end(visitor, number, seen[-1] if seen else None, fault)

    def pages(self, visitor: gr.Request) -> tuple[str, str]:
        """This visitor's newest board, ready to scrub, or the word that there is none; and what went wrong."""
        run, stamp = self.films.newest(visitor.session_hash), self.films.number()
        fault = messages.fault(stamp, run.fault if run else "")
        if run is None or run.film is None:
            return messages.idle(stamp), fault
        return sides.whole(run.number, run.film, stamp, self.remark, self.account(run.film)), fault

    def connect(self, button: gr.Button, stop: gr.Button, inputs: list, boards: Callable[..., Iterator[Board]]) -> None:
        """Lets `button` show `boards(*inputs)`, and `stop` end them."""

        def run(visitor: gr.Request, *values):
            yield from self.run(visitor.session_hash, lambda: boards(*values))

        running = button.click(
            run, inputs, self.element, trigger_mode="once", concurrency_id="model", concurrency_limit=budget.LANES,
            show_progress="minimal", show_progress_on=self.status, api_visibility="private",
        )  # fmt: skip
        for ended in (running.success, running.failure):
            ended(self.pages, None, [self.element, self.status], **QUIETLY)
        stop.click(None, cancels=[running], api_visibility="private")


def _live(number: int, boards: Iterable[Board], seen: list[Board]) -> Iterator[str]:
    """Leaves the newest board in `seen`, and now and then says what has come."""
    told, spoken = None, 0.0
    for board in boards:
        seen[:] = [board]
        if board.begun and time.monotonic() - spoken >= PAUSE:
            yield sides.news(number, board, told)
            told, spoken = board, time.monotonic()

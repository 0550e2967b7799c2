"""One place in the queue for each visitor, for as long as somebody listens.

Knows nothing of runs. Gradio's queue is kept, with its order; it has no say in who may come in, so its `push` is
wrapped: whoever presses again gives up the place, or the run, that they had; a caller of the API is told to wait.
"""

import asyncio
from collections import Counter

import gradio as gr
from gradio.queueing import Event, Queue
from gradio.server_messages import ProcessCompletedMessage

from diffusion_gpt.ui import budget

ONE_EACH = "One run at a time for each client: wait for the one that is under way, or end it."
FULL = "Too many programs are waiting already; please try again in a minute."


class Places:
    """Who may come into the queue of `demo`; `listening` counts the open streams by session or event."""

    def __init__(self, queue: Queue, listening: Counter[str]):
        self._queue, self._listening, self._push = queue, listening, queue.push
        self._checks: set[asyncio.Task] = set()

    async def push(self, body, request, username):
        """In place of the queue's own."""
        fn = self._queue.blocks.fns.get(body.fn_index)
        if fn and fn.queue and fn.concurrency_id in ("model", "export"):
            before = [e for e in self._events() if e.session_hash == body.session_hash and _alike(e, fn)]
            if fn.api_visibility == "public":
                programs = [e for e in self._events() if e.fn.api_visibility == "public"]
                if before or len(programs) >= budget.PLACES_OF_PROGRAMS:
                    return False, _refused(ONE_EACH if before else FULL), "validator_error"
            for event in before:
                await self._give_up(event)
        pushed = await self._push(body, request, username)
        if pushed[0] and fn:
            self._check(pushed[1], body.session_hash)
        return pushed

    def _events(self) -> list[Event]:
        """All that wait or are under way."""
        return list(self._queue.event_ids_to_events.values())

    async def _give_up(self, event: Event) -> None:
        """Ends what an event does, at its next step, as Stop would; the page is told that it is done."""
        self._queue.send_message(event, ProcessCompletedMessage(output={}, success=True))
        event.alive = False
        await self._queue.clean_events(event_id=event._id)

    def _check(self, event_id: str, session: str) -> None:
        task = asyncio.get_running_loop().create_task(self._leave_if_unheard(event_id, session))
        self._checks.add(task)
        task.add_done_callback(self._checks.discard)

    async def _leave_if_unheard(self, event_id: str, session: str) -> None:
        await asyncio.sleep(budget.UNHEARD)
        if event_id in self._queue.event_ids_to_events and not {event_id, session} & self._listening.keys():
            await self._queue.clean_events(event_id=event_id)


def _refused(words: str) -> list[dict]:
    """As a validator's verdict: the only refusal of which Gradio's client tells its caller the words."""
    return [{"__type__": "validate", "is_valid": False, "message": words}]


def _alike(event: Event, fn) -> bool:
    return event.fn.concurrency_id == fn.concurrency_id


def keep(demo: gr.Blocks, listening: Counter[str]) -> None:
    """Lets nobody have more than one place in the queue of `demo`."""
    demo._queue.push = Places(demo._queue, listening).push

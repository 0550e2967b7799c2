"""What programs may ask for: `/restore` and `/write`, the page's two main buttons in plain values.

Knows nothing of what a visitor sees. A call takes its place in the visitors' queue; answers are dicts that JSON can
hold, one every now and then while the model works, the whole one last. A caller who leaves ends the work.
"""

from collections.abc import Callable, Iterator
from typing import Literal

import gradio as gr

from diffusion_gpt.frame import Frame
from diffusion_gpt.link import again
from diffusion_gpt.trajectory import Request
from diffusion_gpt.ui import budget, controls, restore, write
from diffusion_gpt.ui.address import home
from diffusion_gpt.ui.desk import Desk, paced
from diffusion_gpt.untrusted import conforms, one_sentence

Noise = Literal["scramble", "hide"]
NOISES = {"scramble": "uniform", "hide": "mask"}
SCHEDULE, RULE, DARING = "loglinear", "best", 1.0


def connect(desk: Desk) -> None:
    """Makes both endpoints, inside the page that is being built."""
    for endpoint in (_restore(desk), _write(desk)):
        gr.api(
            endpoint, api_name=endpoint.__name__, concurrency_id="model", concurrency_limit=budget.LANES,
            api_visibility="public",
        )  # fmt: skip


def _restore(desk: Desk) -> Callable:
    ask = restore.request_of(desk)

    def restore_text(
        visitor: gr.Request,
        text: str,
        noise: Noise = "scramble",
        percent: float = 40.0,
        steps: int = 32,
        seed: int = 0,
    ) -> Iterator[dict]:
        """Damages a text of at most 256 letters, of which percent (0 to 100), and lets the model restore it.

        noise: "scramble" puts random letters in place of yours (with 0 percent, typos are mended), "hide" covers them
        up. steps, 1 to 256: how often the model looks at the page. seed, 0 to 4294967295: the same seed and settings
        give the same answer. The answer: original, the text as the model can read it; damaged, what it began with;
        text, what came out; step, of so many steps; seed; link, an address that shows the film, or empty.
        """
        given = (text, noise, percent, steps, seed)

        def request() -> Request:
            kind = _checked(given, (str, str, float, int, int), noise, steps)
            return ask("", text, kind, percent, steps, SCHEDULE, RULE, DARING, seed)

        yield from _answers(desk, request, visitor)

    restore_text.__name__ = "restore"
    return restore_text


def _write(desk: Desk) -> Callable:
    ask = write.requests_of(desk)

    def write_text(
        visitor: gr.Request,
        beginning: str = "",
        length: int = 256,
        noise: Noise = "scramble",
        steps: int = 64,
        seed: int = 0,
    ) -> Iterator[dict]:
        """Lets the model write a text of length 1 to 256 from pure noise, after a beginning of yours if you like.

        noise: it begins with random letters ("scramble") or with none ("hide"). steps, 1 to 256: how often the model
        looks at the page. seed, 0 to 4294967295: the same seed and settings give the same answer. The answer has the
        same fields as that of restore; original is empty.
        """
        given = (beginning, length, noise, steps, seed)

        def request() -> Request:
            kind = _checked(given, (str, int, str, int, int), noise, steps)
            return ask(length, beginning, "", kind, 1, steps, SCHEDULE, RULE, DARING, seed)[0]

        yield from _answers(desk, request, visitor)

    write_text.__name__ = "write"
    return write_text


def _checked(given: tuple, kinds: tuple[type, ...], noise: str, steps: int) -> str:
    """The kind of noise by its name within. Raises ValueError in words for values that are not of their kinds."""
    if not all(map(conforms, given, kinds)):
        raise ValueError("a value is of the wrong type: texts are strings, percent a number, the rest whole numbers")
    if noise not in NOISES:
        raise ValueError(one_sentence(f"noise must be one of {', '.join(NOISES)}, got {noise!r}"))
    if not 1 <= steps <= controls.MAX_STEPS:
        raise ValueError(one_sentence(f"steps must be between 1 and {controls.MAX_STEPS}, got {steps}"))
    return NOISES[noise]


def _answers(desk: Desk, request: Callable[[], Request], visitor: gr.Request) -> Iterator[dict]:
    """The state of the run, now and then and at the end; what is wrong is said as the caller's client shows it."""
    made: list[Frame] = []
    try:
        asked = request()
        link = again(asked, desk.studio.fingerprint, home(visitor))
        for _ in paced(desk.studio.run(asked), made):
            yield _answer(asked, made, link)
        yield _answer(asked, made, link)
    except ValueError as error:
        raise gr.Error(one_sentence(error), print_exception=False) from error


def _answer(asked: Request, made: list[Frame], link: str) -> dict:
    return {
        "original": asked.text if not asked.locked else "",
        "damaged": made[0].text,
        "text": made[-1].text,
        "step": len(made) - 1,
        "steps": asked.steps,
        "seed": asked.seed,
        "link": link,
    }

"""What Hugging Face's `spaces` does on ZeroGPU, as far as it can be felt: a forked process, and pickles between.

Knows nothing of GPUs.
"""

import multiprocessing
import pickle
import traceback
from collections.abc import Callable

asked: list[int] = []
"""The seconds that every call has asked for."""
workers: list = []
"""The processes of the calls, whether they still go or not."""


class Unnamed(Exception):
    """What an error in a worker becomes: its name is all that is told."""


def GPU(*, duration: Callable[..., int]) -> Callable:  # noqa: N802 - its name there
    """Lets a generator run in a process of its own, which is not waited for, and ends at the next value if told to."""

    def decorate(make: Callable) -> Callable:
        def lent(*args):
            asked.append(duration(*args))
            fork = multiprocessing.get_context("fork")
            answers, stopped = fork.SimpleQueue(), fork.Event()
            given = pickle.loads(pickle.dumps(args))
            workers.append(fork.Process(target=_work, args=(make, given, answers, stopped), daemon=True))
            workers[-1].start()
            try:
                while (answer := answers.get()) is not None:
                    if isinstance(answer, Unnamed):
                        raise answer
                    yield answer[0]
            finally:
                stopped.set()

        return lent

    return decorate


def _work(make: Callable, args: tuple, answers, stopped) -> None:
    try:
        for value in make(*args):
            if stopped.is_set():
                break
            answers.put((value,))
    except Exception as error:
        traceback.print_exc()
        answers.put(Unnamed(type(error).__name__))
    answers.put(None)

"""A studio without a model: it knows the answer, and finds it letter by letter.

Knows nothing of tensors; it offers what `diffusion_gpt.studio.Studio` offers, at once.
"""

import random
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from diffusion_gpt.compare import Fault, side_by_side
from diffusion_gpt.figures import FIGURES
from diffusion_gpt.frame import Beliefs, Frame
from diffusion_gpt.trajectory import Request, Trajectory
from diffusion_gpt.vocabulary import MASK, Replacement, Vocabulary

CHARACTERS = "\n !$&',-.3:;?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
MENDED = {"tha": "the", "ir": "is", "ands": "and "}
"""The typos that it knows."""
UNGIVEN = "Now is the winter of our discontent\nMade glorious summer by this sun of York;\n" * 4


@dataclass(frozen=True, slots=True)
class Draft:
    """The same fields as the studio's."""

    text: str
    replacements: tuple[Replacement, ...]
    thresholds: tuple[int, ...]
    letters: str
    cut: int


class FakeStudio:
    """Heals a share of what is wrong at every step, all of it at the last; `pause` seconds a step."""

    def __init__(self, pause: float = 0.0):
        self.vocabulary = Vocabulary(CHARACTERS)
        self.pause = pause
        self.fingerprint = "0123abcd"

    def draft(self, text: str, seed: int, blank: str = "") -> Draft:
        """The text as it can be read, and the damage that awaits it."""
        fitted, replacements = self.vocabulary.fit(text[:300], keep=blank)
        kept, draw = fitted[:256].replace(blank or MASK, MASK), random.Random(seed)
        thresholds = tuple(draw.randrange(65536) for _ in kept)
        letters = "".join(draw.choice(CHARACTERS) for _ in kept)
        return Draft(kept, replacements, thresholds, letters, len(fitted) - len(kept) + len(text[300:]))

    def course(self, request: Request) -> tuple[float, ...]:
        """The noise left on every page; evenly, but for one schedule."""
        power = 2 if request.schedule == "cosine" else 1
        level = request.level if request.text else 1.0
        return tuple(level * (1 - step / request.steps) ** power for step in range(request.steps + 1))

    def run(self, request: Request, begun: Sequence[Frame] = ()) -> Iterator[Frame]:
        """steps + 1 frames, the first of them `begun`; a forced letter changes the case of all that follows."""
        if "nonsense" in request.text:
            raise ValueError("the fake studio does not read nonsense")
        target, draw = self._target(request), random.Random(request.seed + 1)
        before = page = self._damaged(request, target if MASK in request.text else request.text or target)
        for step in range(request.steps + 1):
            if step < len(begun):
                page = begun[step].text
                yield begun[step]
                continue
            time.sleep(self.pause)
            share = 1 / (request.steps - step + 1)
            target = self._target(request, step)
            page, before = page if step == 0 else "".join(
                good if share == 1 or draw.random() < share or (i, good) in self._put(request, step) else bad
                for i, (bad, good) in enumerate(zip(page, target))
            ), page  # fmt: skip
            yield self._frame(page, before, target, self.course(request)[step])

    def runs(self, requests: Sequence[Request]) -> Iterator[tuple[Frame, ...]]:
        """Each as if it were alone."""
        return zip(*map(self.run, requests))

    def compare(self, panes: Sequence[Request | Fault]) -> Iterator[tuple[int, Frame | Fault]]:
        """Each as if it were alone."""
        return side_by_side(self.run, list, panes)

    def figure(self, name: str) -> dict:
        """The real numbers: a figure needs no model."""
        return FIGURES[name]()

    def film(self, request: Request, frames: Iterable[Frame]) -> Trajectory:
        """The frames, bound."""
        return Trajectory(request, "" if MASK in request.text else request.text, tuple(frames), self.fingerprint)

    def _target(self, request: Request, step: int = 0) -> str:
        """What the film heals to, as far as it is known at this step."""
        text = request.text or UNGIVEN[: request.length]
        target = "".join(good if letter == MASK else letter for letter, good in zip(text, UNGIVEN))
        if request.strength:
            target = re.sub(r"\w+", lambda word: MENDED.get(word[0], word[0]), target)
        for position, letter in self._put(request, step):
            rest = "".join(c if i in request.locked else c.swapcase() for i, c in enumerate(target) if i > position)
            target = target[:position] + letter + rest
        return target

    def _put(self, request: Request, step: int) -> list[tuple[int, str]]:
        """What is forced by then."""
        return [(position, letter) for begun, position, letter in request.forced if begun < step]

    def _damaged(self, request: Request, target: str) -> str:
        draft, all_of_it = self.draft(target, request.seed), not request.text or MASK in request.text
        hit = [all_of_it or t * 100 < 65536 * round(100 * request.level) for t in draft.thresholds]
        put = MASK * len(target) if request.noise == "mask" else draft.letters
        pairs = enumerate(zip(hit, put, target))
        return "".join(new if h and i not in request.locked else old for i, (h, new, old) in pairs)

    def _frame(self, page: str, before: str, target: str, level: float) -> Frame:
        others = [f"{good}{''.join(c for c in 'etaoin' if c != good)[:4]}" for good in target]
        doubt = tuple(0.4 if shown in (good, MASK) else 0.9 for shown, good in zip(page, target))
        return Frame(
            text=page,
            level=level,
            changed=tuple(i for i, (a, b) in enumerate(zip(before, page)) if a != b),
            beliefs=Beliefs.of(tuple(others), ((0.6, 0.2, 0.1, 0.05, 0.004),) * len(page), doubt),
        )


@dataclass(frozen=True, slots=True)
class Lap:
    """The same fields as the racer's."""

    page: str
    seconds: float


class FakeRacer:
    """The denoiser needs 10 seconds for a look and the twin one, by their own clocks; `pause` seconds by any other."""

    def __init__(self, pause: float = 0.0):
        self._studio, self.pause = FakeStudio(), pause

    def denoiser(self, request: Request) -> Iterator[Lap]:
        """steps + 1 laps of the fake studio's film; what is locked stands from the start."""
        for step, frame in enumerate(self._studio.run(request)):
            time.sleep(self.pause)
            kept = [request.text[i] if i in request.locked else letter for i, letter in enumerate(frame.text)]
            yield Lap("".join(kept), 10.0 * step)

    def twin(self, request: Request) -> Iterator[Lap]:
        """A lap for each letter after what is given."""
        length = len(request.text) or request.length
        given = min(set(range(len(request.text))) - set(request.locked), default=0)
        for written in range(given, length + 1):
            time.sleep(self.pause)
            yield Lap((request.text[:given] + "x" * (written - given)).ljust(length), float(written - given))

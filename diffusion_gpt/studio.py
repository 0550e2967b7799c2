"""What can be done with a trained network, in plain values: the page's and the command line's only way to it.

Knows nothing of browsers or pictures. The same request gives the same film, whoever asks.
"""

import math
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import chain, islice
from pathlib import Path

import torch
from torch import Tensor

from diffusion_gpt.checkpoint import Checkpoint, default_device
from diffusion_gpt.compare import Fault, side_by_side
from diffusion_gpt.cpu import pack, settle
from diffusion_gpt.figures import FIGURES
from diffusion_gpt.frame import Frame, record, record_rows
from diffusion_gpt.gpt import GPT
from diffusion_gpt.kernel import KERNELS, Corruption
from diffusion_gpt.loss import Denoiser
from diffusion_gpt.rules import Recipe, recipe
from diffusion_gpt.sampler import Asking, Question, Step, answered, look_together, one_by_one, spend, undo
from diffusion_gpt.schedule import SCHEDULES, levels
from diffusion_gpt.trajectory import MAX_LENGTH, Request, Trajectory
from diffusion_gpt.vocabulary import MASK, Replacement, Vocabulary

GRAIN = 2**16
"""Thresholds are odd multiples of 1/GRAIN: exact in JavaScript too, and no whole percentage falls on one."""

RESTORABLE = 0.6
"""Noise up to which the model looks for the text that was there; beyond it writes one that fits what is left."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that may be corrupted, and the chance that decides how: all a page needs to do it as the server will."""

    text: str
    """As the model can read it, at most MAX_LENGTH characters."""
    replacements: tuple[Replacement, ...]
    """What had to be replaced for that."""
    cut: int
    """How many characters past MAX_LENGTH were left out."""
    thresholds: tuple[int, ...]
    """For each position: it is hit when threshold · 100 < GRAIN · percent of noise."""
    letters: str
    """For each position: the letter that takes its place under uniform noise."""


class Studio:
    """A checkpoint at work."""

    def __init__(self, checkpoint: Checkpoint):
        if checkpoint.gpt.config.causal:
            raise ValueError("this network is the causal twin, which cannot denoise: name a denoiser's checkpoint")
        self._checkpoint = checkpoint
        self.device = next(checkpoint.gpt.parameters()).device

    @classmethod
    def load(cls, source: str | Path) -> "Studio":
        """The studio of the checkpoint at `source`, on all cores there are. Raises CheckpointError."""
        settle()
        checkpoint = Checkpoint.load(source, default_device())
        pack(checkpoint.gpt)
        return cls(checkpoint)

    @property
    def gpt(self) -> GPT:
        """The network, as it was loaded."""
        return self._checkpoint.gpt

    @property
    def vocabulary(self) -> Vocabulary:
        """The characters that the model knows."""
        return self._checkpoint.vocabulary

    @cached_property
    def fingerprint(self) -> str:
        """Eight hexadecimal digits that tell this network from others."""
        return self._checkpoint.fingerprint

    def draft(self, text: str, seed: int, blank: str = "") -> Draft:
        """`text` made fit for the model, with the corruption that `seed` decides; MASK where it has a `blank`."""
        seed = Request(seed=seed).seed
        fitted, replacements = self.vocabulary.fit(text[: 2 * MAX_LENGTH], keep=blank)
        kept = fitted[:MAX_LENGTH].replace(blank or MASK, MASK)
        replacements = tuple(r for r in replacements if r.position < MAX_LENGTH)
        thresholds, letters = _chance(seed, len(kept), self.vocabulary.n)
        cut = max(len(text) - 2 * MAX_LENGTH, 0) + len(fitted) - len(kept)
        return Draft(kept, replacements, cut, tuple(thresholds.tolist()), self.vocabulary.decode(letters.tolist()))

    def course(self, request: Request) -> tuple[float, ...]:
        """How much noise is left, 1 − α, on every page of a run, before there is one."""
        grid = _grid(request, self._recipe(request))
        return tuple(-math.expm1(-sigma_bar) for sigma_bar in grid)

    def run(self, request: Request, begun: Sequence[Frame] = ()) -> Iterator[Frame]:
        """The frames of a run, each as soon as the network has looked at it. Raises ValueError in words, at once.

        `begun`: its first frames, where another film had them already: they are not made again.
        """
        if len(begun) < 2:
            return record(self.steps([request]), self.vocabulary)
        further = record(self.steps([request], [frame.text for frame in begun]), self.vocabulary)
        return chain(begun, islice(further, 1, None))  # the page it goes on from is looked at once more

    def runs(self, requests: Sequence[Request]) -> Iterator[tuple[Frame, ...]]:
        """The frames of several runs in shared network calls, page by page. Raises ValueError in words, at once."""
        return record_rows(self.steps(requests), self.vocabulary, len(requests))

    def compare(self, panes: Sequence[Request | Fault]) -> Iterator[tuple[int, Frame | Fault]]:
        """(pane, its next frame) of 2 to 4 runs that differ in anything, in shared network calls; see `compare`."""
        return side_by_side(self._take, partial(look_together, self._reader), panes)

    def steps(self, requests: Sequence[Request], begun: Sequence[str] = ()) -> Iterator[Step]:
        """Several runs in shared network calls, a row each; they may differ in letters (not their number) and seed.

        One run alone may go on from the last of its pages `begun`.
        """
        return answered(self._asking(requests, begun), self._reader)

    def _take(self, request: Request) -> Generator[Question | Frame, Tensor | None, None]:
        """A run that others look for."""
        asking, steps = self._asking([request]), deque()
        frames = record(iter(steps.popleft, None), self.vocabulary)
        for question in asking:
            steps.append(asking.send((yield question)))
            yield next(frames)
        steps.append(None)
        yield from frames

    @cached_property
    def _reader(self) -> Denoiser:
        return self.gpt if "cuda" in str(self.device) else one_by_one(self.gpt)

    def _asking(self, requests: Sequence[Request], begun: Sequence[str] = ()) -> Asking:
        first = requests[0]
        alike = {replace(r, text="?" * len(r.text), seed=0, locked=(), forced=()) for r in requests}
        if len(alike) > 1:
            raise ValueError("runs in shared network calls must be alike, but for letters, locks, forks and seeds")
        chosen = self._recipe(first)
        kernel, grid = KERNELS[first.noise](self.vocabulary.n), _grid(first, chosen)
        generators = [torch.Generator().manual_seed(r.seed) for r in requests]
        pages = [self._page(text, first) for text in begun] or [torch.stack([self._start(r) for r in requests])]
        pages, done = [page.to(self.device) for page in pages], len(pages) - 1
        spend(chosen.rule, kernel, grid, pages, generators)
        forced = self._forced(requests)
        still = [torch.stack([self._locked(r) for r in requests]).to(self.device)]
        still += [letters >= 0 for step, letters in forced.items() if step < done]
        still += [] if kernel.lies else [pages[0] != kernel.n]  # what is seen where noise only hides is certain
        locked = torch.stack(still).any(0)
        return undo(
            kernel,
            grid[done:],
            pages[-1],
            generators=generators,
            temperature=first.temperature,
            top_p=chosen.top_p if first.top_p is None else first.top_p,
            rule=chosen.rule,
            locked=locked if locked.any() else None,
            forced={step - done: letters for step, letters in forced.items() if step >= done},
        )

    def figure(self, name: str) -> dict:
        """The numbers behind a live figure of the walk-through, by its name in `figures`."""
        return FIGURES[name]()

    def film(self, request: Request, frames: Iterable[Frame]) -> Trajectory:
        """The film of `request` from the frames that `run` gave, all or those until it was stopped."""
        original = "" if MASK in request.text else request.text
        return Trajectory(request, original, tuple(frames), self.fingerprint)

    def _recipe(self, request: Request) -> Recipe:
        task = _task(request)
        alone = task == "mask" and "uniform" not in self._checkpoint.noises
        return recipe(request.rule, "mask alone" if alone else task, request.steps)

    def _start(self, request: Request) -> Tensor:
        """The page a run begins with: the text with its noise, or noise alone (L,)."""
        kernel = KERNELS[request.noise](self.vocabulary.n)
        thresholds, letters = _chance(request.seed, _length(request), kernel.n)
        corruption = Corruption(thresholds / GRAIN, letters)
        if not request.text:
            return kernel.prior(corruption)
        if kernel.lies and MASK in request.text and request.level < 1:
            raise ValueError(f"the text has hidden letters ({MASK}): they are for the mask noise, not {request.noise}")
        x_0 = torch.tensor(self.vocabulary.encode(request.text))
        return torch.where(self._locked(request), x_0, kernel.corrupt(x_0, _sigma_bar(request), corruption))

    def _page(self, text: str, request: Request) -> Tensor:
        """A page of another film of one row (1, L)."""
        if len(text) != _length(request):
            raise ValueError(f"the page has {len(text)} characters, the film to go on with has {_length(request)}")
        return torch.tensor([self.vocabulary.encode(text)])

    def _locked(self, request: Request) -> Tensor:
        locked = torch.zeros(_length(request), dtype=torch.bool)
        locked[list(request.locked)] = True
        return locked

    def _forced(self, requests: Sequence[Request]) -> dict[int, Tensor]:
        """By its step, what is forced then (B, L), as `denoise` reads it. Raises ValueError for an unknown letter."""
        nothing = torch.full((len(requests), _length(requests[0])), -1)
        forced = {}
        for row, request in enumerate(requests):
            for step, position, letter in request.forced:
                forced.setdefault(step, nothing.clone())[row, position] = self.vocabulary.encode(letter)[0]
        return {step: letters.to(self.device) for step, letters in forced.items()}


def _length(request: Request) -> int:
    return len(request.text) or request.length


def _task(request: Request) -> str:
    """What a request is about, in the words of `rules.BEST`."""
    if request.strength:
        return "typos"
    return "restore" if request.text and request.level <= RESTORABLE else request.noise


def _grid(request: Request, chosen: Recipe) -> list[float]:
    """σ̄ of every page: the noise put on the text and that it is taken to have had, falling; 0 for a corrector."""
    had = -math.log1p(-request.strength) if request.strength < 1 else math.inf
    tail = int(chosen.tail * request.steps)
    falling = levels(SCHEDULES[request.schedule], request.steps - tail, _sigma_bar(request) + had)
    return falling + [0.0] * tail


def _sigma_bar(request: Request) -> float:
    """σ̄ at the start; text or not, all noise is ∞."""
    level = request.level if request.text else 1.0
    return -math.log1p(-level) if level < 1 else math.inf


def _chance(seed: int, length: int, n: int) -> tuple[Tensor, Tensor]:
    """Thresholds and letters of the first `length` positions (L,); a longer text does not change earlier ones."""
    generator = torch.Generator().manual_seed(2**32 + seed)
    thresholds = 2 * torch.randint(GRAIN // 2, (MAX_LENGTH,), generator=generator) + 1
    return thresholds[:length], torch.randint(n, (MAX_LENGTH,), generator=generator)[:length]

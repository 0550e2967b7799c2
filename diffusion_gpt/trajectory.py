"""A film of one denoising run: what was asked for, and every page that was seen on the way.

Knows nothing of networks, pictures or pages.
"""

import json
from dataclasses import asdict, dataclass

from diffusion_gpt.frame import Frame
from diffusion_gpt.untrusted import tuples
from diffusion_gpt.vocabulary import MASK

VERSION = 1
"""Version of the JSON form; a reader refuses any other."""
KINDS = ("uniform", "mask")
SCHEDULES = ("geometric", "loglinear", "cosine", "sine", "linear")
BEST_SCHEDULES = {"uniform": "cosine", "mask": "loglinear"}
"""The one measured to be best for writing, by the kind of noise."""
RULES = {
    **dict.fromkeys(("best", "tweedie", "spread", "churn", "gibbs", "revise", "surest"), KINDS),
    "euler": ("uniform",),
    "mend": ("uniform",),
    "hitting": ("mask",),
    "confident": ("mask",),
}
"""The step rules, and the kinds of noise that each is for; "best" is the one measured to be best for the steps."""
MAX_LENGTH = 256
MAX_STEPS = 1024


@dataclass(frozen=True, slots=True)
class Request:
    """Everything that decides a run: the same request gives the same film.

    Raises ValueError in words for a value outside its range.
    """

    text: str = ""
    """What to corrupt and restore; empty: write `length` characters from pure noise.

    MASK stands for a letter that nobody knows: with `level` 1 and all others locked, the blanks are filled in.
    """
    noise: str = "uniform"
    """How letters are corrupted: "uniform" replaces them by random ones, "mask" hides them."""
    level: float = 1.0
    """Share of letters corrupted at the start, 0..1."""
    steps: int = 32
    """Network calls, 1..1024."""
    schedule: str = "loglinear"
    """How noise falls from step to step: a name of SCHEDULES."""
    temperature: float = 1.0
    """0.1..2; below 1 the model dares less."""
    seed: int = 0
    """0..2³² − 1."""
    length: int = MAX_LENGTH
    """How many characters to write where there is no text, 1..256."""
    locked: tuple[int, ...] = ()
    """Positions of `text` that are neither corrupted nor changed."""
    rule: str = "best"
    """How the letters of a step are chosen: a name of RULES."""
    top_p: float | None = None
    """0.05..1: draw from the most probable letters that make up this share; None: as is best for the rule."""
    strength: float = 0.0
    """0..1: the share of letters to be taken for wrong in `text` itself, beyond the noise put on it."""
    forced: tuple[tuple[int, int, str], ...] = ()
    """Each (step, position, letter): from page step + 1 on this letter stands there and never moves."""

    def __post_init__(self):
        if len(self.text) > MAX_LENGTH:
            raise ValueError(f"the text has {len(self.text):,} characters, at most {MAX_LENGTH} are allowed")
        _one_of("noise", self.noise, KINDS)
        _one_of("schedule", self.schedule, SCHEDULES)
        _within("level", self.level, 0.0, 1.0)
        _within("steps", self.steps, 1, MAX_STEPS)
        _within("temperature", self.temperature, 0.1, 2.0)
        _within("seed", self.seed, 0, 2**32 - 1)
        _within("length", self.length, 1, MAX_LENGTH)
        self._check_locked()
        self._check_forced()
        _one_of("rule", self.rule, tuple(RULES))
        if self.noise not in RULES[self.rule]:
            fitting = ", ".join(name for name, kinds in RULES.items() if self.noise in kinds)
            raise ValueError(f"the rule {self.rule} does not fit {self.noise} noise; {fitting} do")
        if self.top_p is not None:
            _within("top_p", self.top_p, 0.05, 1.0)
        _within("strength", self.strength, 0.0, 1.0)
        if self.strength and (self.noise != "uniform" or not self.text):
            raise ValueError("strength is for a text under uniform noise: only there may a visible letter be wrong")

    def _check_locked(self) -> None:
        for position in self.locked:
            _within("a locked position", position, 0, len(self.text) - 1)
            if self.text[position] == MASK:
                raise ValueError(f"a locked position must hold a letter, but {position} is a blank")
        if self.text and len(set(self.locked)) == len(self.text):
            raise ValueError(f"all {len(self.text)} letters are locked; leave at least one free to change")

    def _check_forced(self) -> None:
        length, taken = len(self.text) or self.length, set(self.locked)
        for step, position, letter in self.forced:
            if step == self.steps:
                raise ValueError(f"page {step} is the last one: nothing is left to be done after it")
            _within("the page of a forced letter", step, 0, self.steps - 1)
            _within("the position of a forced letter", position, 0, length - 1)
            if not isinstance(letter, str) or len(letter) != 1 or letter == MASK:
                raise ValueError(f"a forced letter must be a single character, got {letter!r}")
            if position in taken:
                raise ValueError(f"position {position} is locked or forced already, force a free one")
            taken.add(position)
        if self.forced and len(taken) == length:
            raise ValueError(f"all {length} letters are locked or forced; leave at least one free to change")


def _one_of(name: str, value, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}, got {value!r}")


def _within(name: str, value, low, high) -> None:
    whole = isinstance(low, int)
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)) or not low <= value <= high:
        kind = "a whole number " if whole else ""
        raise ValueError(f"{name} must be {kind}between {low} and {high}, got {value!r}")


@dataclass(frozen=True, slots=True)
class Trajectory:
    """A whole run, or as much of it as was made before it was stopped.

    A complete run has steps + 1 frames, the first before any step.
    """

    request: Request
    original: str
    """The text before it was corrupted; empty where there was none, or not all of it is known."""
    frames: tuple[Frame, ...]
    model: str = ""
    """The fingerprint of the network; empty where it is not known."""

    @property
    def text(self) -> str:
        """The text of the last frame."""
        return self.frames[-1].text

    def to_json(self) -> str:
        """This film as JSON, its version included."""
        about = {"request": asdict(self.request), "original": self.original}
        pages = [frame.plain for frame in self.frames]
        return json.dumps({"version": VERSION, **about, "frames": pages, "model": self.model}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Trajectory":
        """The film that `to_json` wrote. Raises ValueError for anything else."""
        try:
            data = json.loads(text)
            if data["version"] != VERSION:
                raise ValueError(f"this film has version {data['version']}, expected {VERSION}")
            frames = tuple(Frame.of(**_members(frame)) for frame in data["frames"])
            if not frames:
                raise ValueError("this film has no frames")
            request = Request(**_members(data["request"]))
            return cls(request, data["original"], frames, data.get("model", ""))
        except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as error:
            raise ValueError(f"this is not a film: {error}") from error


def _members(data: dict) -> dict:
    return {name: tuples(value) for name, value in data.items()}

"""A film as a file that people keep and hand on: JSON, and read back with suspicion.

Knows nothing of pages. `write` is `Trajectory.to_json`; its members, version 1:

    version    1; a reader refuses any other
    request    what was asked for: the fields of `trajectory.Request` by name; one that is missing has its default
    original   the text before it was corrupted; "" where there was none
    frames     steps + 1 of them, fewer if the run was stopped; each has the fields of `trajectory.Frame`:
        text       the page, L characters, ▒ where a letter is hidden
        level      noise left, 0..1
        changed    positions whose character differs from the frame before
        guesses    a string for each position: the model's best guesses, best first
        odds       their probabilities, a list for each position
        doubt      how unsure the model is, 0..1 for each position
    model      the network's fingerprint; "" or missing where it is not known

A film of pages alone has empty guesses, odds and doubt in every frame.
"""

from itertools import chain
from pathlib import Path

from diffusion_gpt.frame import GUESSES, Beliefs, Frame
from diffusion_gpt.trajectory import Trajectory
from diffusion_gpt.untrusted import conforms, one_sentence, parse

MAX_BYTES = 8 * 2**20
"""Of a file; a film of 256 letters and 256 steps has half of it."""
MAX_SYMBOLS = 256
"""Different characters in a film's guesses."""


def write(film: Trajectory, path: Path) -> None:
    """Writes the film to `path`."""
    path.write_text(film.to_json() + "\n", encoding="utf-8")


def load(path: Path) -> Trajectory:
    """The film in the file at `path`. Raises ValueError in one sentence for anything else."""
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"This file is too large to be a film: at most {MAX_BYTES // 2**20} MB are allowed.")
    return read(path.read_bytes())


def read(data: bytes) -> Trajectory:
    """The film in these bytes. Raises ValueError in one sentence for anything else."""
    try:
        text = data.decode()
        parse(text)
    except ValueError as error:
        raise ValueError("This file is no film: it is not JSON, or not all of it.") from error
    try:
        film = Trajectory.from_json(text)
    except ValueError as error:
        said = "it lacks what a film has" if error.__cause__ else error  # Python's own words are for nobody
        raise ValueError(one_sentence(f"This file is no film: {said}.")) from error
    if not conforms(film, Trajectory):
        raise ValueError("This file is no film: some of its values are of the wrong kind.")
    if fault := _fault(film):
        raise ValueError(f"This file is no film: {fault}.")
    return film


def _fault(film: Trajectory) -> str:
    """What in the film contradicts itself; empty: nothing does."""
    request, frames = film.request, film.frames
    length, before = len(request.text) or request.length, frames[0].text
    if len(frames) > request.steps + 1:
        return f"it has {len(frames):,} pages, and only {request.steps:,} steps"
    if len(film.original) not in (0, length):
        return "its original is not as long as its text"
    if len(set(chain.from_iterable(frame.beliefs.letters for frame in frames))) > MAX_SYMBOLS:
        return f"it guesses more than {MAX_SYMBOLS} different characters"
    for number, frame in enumerate(frames):
        if fault := _fault_of(frame, before, length, frames[0].beliefs):
            return f"on page {number}, {fault}"
        before = frame.text
    return ""


def _fault_of(frame: Frame, before: str, length: int, first: Beliefs) -> str:
    """What in the frame after the page `before` is not so, in a film whose first page has the beliefs `first`."""
    if len(frame.text) != length:
        return f"there are {len(frame.text):,} characters instead of {length}"
    if frame.changed != tuple(i for i, (a, b) in enumerate(zip(frame.text, before)) if a != b):
        return "other letters changed than are said to have"
    if len(frame.beliefs.doubt) not in (0, length) or len(frame.beliefs.doubts) != len(first.doubts):
        return "guesses, odds or doubts are missing"
    if frame.beliefs.ranks != first.ranks or first.ranks > GUESSES or (first.doubts and not first.ranks):
        return "there are more guesses than elsewhere, or fewer"
    if not 0 <= frame.level <= 1:
        return "a share is not between 0 and 1"
    return ""

"""What happened in a film, in sentences for everybody.

Knows nothing of pages or pictures.
"""

from diffusion_gpt.trajectory import Request, Trajectory

SCHEDULES = {
    "loglinear": "even",
    "cosine": "gentle at the end",
    "sine": "gentle at the beginning",
    "linear": "fast, then ever slower",
    "geometric": "by factors",
}
"""How a title says the way the noise falls."""


def account(film: Trajectory) -> str:
    """What happened in a film, in a few sentences for everybody."""
    return " ".join(filter(None, [_told(film), _forced(film)]))


def _forced(film: Trajectory) -> str:
    """What a visitor put into it."""
    put = [f"“{_GLYPHS.get(letter, letter)}” at step {step}" for step, _, letter in film.request.forced]
    return f"You forced {', '.join(put)}." if put else ""


_GLYPHS = {" ": "·", "\n": "↵"}


def _told(film: Trajectory) -> str:
    done, request, last = len(film.frames) - 1, film.request, film.text
    stopped = f" Stopped after {done} of {request.steps} steps." if done < request.steps else ""
    if not film.original:
        changes = sum(len(frame.changed) for frame in film.frames)
        kept = len(request.locked)
        if kept:
            blanks = _count(len(last) - kept, "blank")
            return f"{blanks} filled in, in {_count(changes, 'change')}. Your {_count(kept, 'letter')} stayed.{stopped}"
        return f"Written from pure noise: {_count(len(last), 'letter')}, {_count(changes, 'change')}.{stopped}"
    pairs = list(zip(film.original, film.frames[0].text, last, strict=True))
    hit = [(original, end) for original, start, end in pairs if start != original]
    back = sum(original == end for original, end in hit)
    broken = sum(start == original != end for original, start, end in pairs)
    if not hit:
        found = "The model looked for mistakes and" if request.strength else "Nothing was damaged. The model"
        return f"{found} changed {_count(broken, 'letter')}.{stopped}"
    verb = "hid" if request.noise == "mask" else "scrambled"
    return (
        f"You {verb} {_count(len(hit), 'letter')}. {back} came back, {len(hit) - back} became something else, "
        f"{_count(broken, 'untouched letter')} changed.{stopped}"
    )


def caption(request: Request) -> str:
    """What was asked for, in one line: "scrambled 60 % · 32 steps · even · seed 7"."""
    deed = {"uniform": "scrambled", "mask": "hidden"}[request.noise]
    parts = [
        f"{deed} {round(request.level * 100)} %" if request.text else f"written from {deed} letters",
        f"{request.steps:,} step{'s' * (request.steps > 1)}",
        SCHEDULES[request.schedule],
        f"temperature {request.temperature:g}" if request.temperature != 1 else "",
        f"{len(request.locked)} locked" if request.locked else "",
        f"{_count(len(request.forced), 'letter')} forced" if request.forced else "",
        f"seed {request.seed}",
    ]
    return " · ".join(filter(None, parts))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"

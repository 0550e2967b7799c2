"""Plain values that strangers send: read from JSON, held against declared types, refused in one sentence.

Knows nothing of what the values mean.
"""

import json
import re
import types
import typing
from dataclasses import fields, is_dataclass

HALF_A_CHARACTER = re.compile("[\ud800-\udfff]")
"""What JSON can say, and no file or page can hold."""


def parse(text: str | bytes):
    """The value of a JSON text. Raises ValueError for whatever is none: NaN, endless digits, endless nesting."""
    try:
        return json.loads(text, parse_constant=_no_number)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def tuples(value):
    """`value` as JSON gave it, every list a tuple."""
    return tuple(map(tuples, value)) if isinstance(value, list) else value


def conforms(value, hint) -> bool:
    """Whether `value` is of the type `hint`, all that lies within it too.

    Hints are bool, int, float (an int will do), str, None, unions, tuples, and dataclasses of these.
    """
    if isinstance(hint, types.UnionType):
        return any(conforms(value, one) for one in typing.get_args(hint))
    if typing.get_origin(hint) is tuple:
        return isinstance(value, tuple) and _each(value, typing.get_args(hint))
    if is_dataclass(hint):
        return isinstance(value, hint) and all(conforms(getattr(value, f.name), f.type) for f in fields(hint))
    return _leaves((value,), type(None) if hint is None else hint)


def _each(values: tuple, hints: tuple) -> bool:
    if hints[1:] != (...,):
        return len(values) == len(hints) and all(map(conforms, values, hints))
    if isinstance(hints[0], type) and not is_dataclass(hints[0]) and not typing.get_origin(hints[0]):
        return _leaves(values, hints[0])
    return all(conforms(value, hints[0]) for value in values)


def _leaves(values: tuple, kind: type) -> bool:
    """Whether all are of this kind: of the many leaves of a film, quickly."""
    if not set(map(type, values)) <= ({int, float} if kind is float else {kind}):
        return False
    return kind is not str or HALF_A_CHARACTER.search("".join(values)) is None


def _no_number(name: str):
    raise ValueError(f"{name} is no number")


def one_sentence(words: object, most: int = 200) -> str:
    """`words` in one line of at most `most` characters."""
    told = " ".join(str(words).split())
    return told if len(told) <= most else told[: most - 1] + "…"

"""A film as a link: what was asked for, and of which network, in the query of an address.

Knows nothing of pages or networks. The film itself is not in it: the same request gives the same film.

The query is `film=` and, in base64url, the zlib form of a JSON list: VERSION, the network's fingerprint (empty where it
is not known), and the fields of the request that differ from their defaults; a list of tuples column by column, which
packs better. Whatever a stranger may send instead is refused: by its size before it is unpacked, by its size while it
is, by its types, and by the checks of `Request`.
"""

import json
import re
import typing
import zlib
from base64 import b64decode, urlsafe_b64encode
from dataclasses import Field, dataclass, fields

from diffusion_gpt.trajectory import Request
from diffusion_gpt.untrusted import conforms, one_sentence, parse, tuples

VERSION = 1
"""Of the form of a link; a reader refuses any other."""
PARAMETER = "film"
MAX_CHARACTERS = 2000
"""Of a query; browsers and messengers carry that much."""
MAX_BYTES = 16_384
"""Of what a query unpacks to."""
HOME = "http://127.0.0.1:7860/"
"""Where `python app.py` serves the page."""
FINGERPRINT = re.compile("[0-9a-f]{0,16}")


@dataclass(frozen=True, slots=True)
class Link:
    """All that is needed to make a film once more."""

    request: Request
    model: str = ""
    """The fingerprint of the network that made it; empty where that is not known."""

    def query(self) -> str:
        """The query of the link. Raises ValueError if it would be longer than MAX_CHARACTERS."""
        given = {field.name: getattr(self.request, field.name) for field in fields(self.request)}
        asked = {f.name: _columns(given[f.name]) for f in fields(self.request) if given[f.name] != f.default}
        text = json.dumps([VERSION, self.model, asked], ensure_ascii=False, separators=(",", ":"))
        packed = urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode("ascii").rstrip("=")
        query = f"{PARAMETER}={packed}"
        if len(query) > MAX_CHARACTERS:
            raise ValueError(
                f"This film needs a link of {len(query):,} characters, which is too long; take it as data."
            )
        return query

    def address(self, home: str = HOME) -> str:
        """The whole link, to the page at `home`. Raises ValueError if it would be too long."""
        return f"{home}?{self.query()}"

    @classmethod
    def read(cls, link: str) -> "Link":
        """What a whole link, its query, or the query's value asks for. Raises ValueError in one sentence."""
        if len(link) > 2 * MAX_CHARACTERS:
            raise ValueError(TOO_LONG)
        found = re.search(rf"(?:^|[?&]){PARAMETER}=([^&#]*)", link)
        text = _unpacked(found[1] if found else link)
        try:
            version, model, asked = parse(text)
        except (ValueError, TypeError) as error:
            raise ValueError(DAMAGED) from error
        if version != VERSION:
            raise ValueError(one_sentence(f"This link has version {version!r}, this page reads version {VERSION}."))
        if not (isinstance(model, str) and FINGERPRINT.fullmatch(model) and isinstance(asked, dict)):
            raise ValueError(DAMAGED)
        return cls(_requested(asked), model)

    def warning(self, model: str) -> str:
        """One sentence if the network here, with this fingerprint, is another one; else empty."""
        if self.model in ("", model):
            return ""
        return "The model has changed since this link was made, so the film may be another one."


def again(request: Request, model: str, home: str = HOME) -> str:
    """The link that makes this film again; empty if it would be too long."""
    try:
        return Link(request, model).address(home)
    except ValueError:
        return ""


TOO_LONG = f"This link is too long: at most {MAX_CHARACTERS:,} characters are allowed."
DAMAGED = "This link is damaged or not whole, so no film can be made from it."


def _unpacked(packed: str) -> bytes:
    if len(packed) > MAX_CHARACTERS:
        raise ValueError(TOO_LONG)
    try:
        unpacking = zlib.decompressobj()
        data = b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True)
        text = unpacking.decompress(data, MAX_BYTES)
    except (ValueError, zlib.error) as error:
        raise ValueError(DAMAGED) from error
    if unpacking.unconsumed_tail:
        raise ValueError(f"This link unpacks to more than {MAX_BYTES:,} bytes, which no film needs.")
    if not unpacking.eof or unpacking.unused_data:
        raise ValueError(DAMAGED)
    return text


def _columns(value):
    """Of tuples in a tuple their columns, letters as one string; anything else as it is."""
    if not (isinstance(value, tuple) and value and all(isinstance(row, tuple) for row in value)):
        return value
    columns = [list(column) for column in zip(*value, strict=True)]
    return [
        "".join(column) if all(isinstance(v, str) and len(v) == 1 for v in column) else column for column in columns
    ]


def _rows(field: Field, value):
    """What `_columns` was given."""
    hints = typing.get_args(field.type)
    return tuple(zip(*value, strict=True)) if hints and typing.get_origin(hints[0]) is tuple else tuples(value)


def _requested(asked: dict) -> Request:
    known = {field.name: field for field in fields(Request)}
    try:
        wishes = {name: _rows(known[name], value) for name, value in asked.items()}
    except (KeyError, TypeError, ValueError) as error:  # a name that no field has, or no columns
        raise ValueError(DAMAGED) from error
    if not all(conforms(value, known[name].type) for name, value in wishes.items()):
        raise ValueError(DAMAGED)
    try:
        return Request(**wishes)
    except (ValueError, OverflowError) as error:
        raise ValueError(one_sentence(f"This link asks for what cannot be: {error}.")) from error

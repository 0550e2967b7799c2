"""Files that appear whole or not at all.

Knows nothing of what is in them.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole(path: Path, ending: str = "") -> Iterator[Path]:
    """A place to write to, which becomes `path` at the end; after an error or a stop `path` is as it was.

    Its name ends in `ending`, whatever `path` is called: some writers go by that.
    """
    path = Path(path)
    unfinished = path.with_name(f".{uuid.uuid4().hex}{ending}")
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)

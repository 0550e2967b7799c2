"""What a server must not answer, whatever it was asked.

Knows nothing of how it was asked; of a server whose log can be read it tells faults apart by what was raised there.
"""

import json
import re
import sys
from dataclasses import dataclass

from tests.rude import Rude
from tests.served import Served

TRACE = re.compile(rb"Traceback \(most recent|File \\?\"[^\"]*\.py\\?\", line \d+")
FRAME = re.compile(r'File "[^"]*?([^/"]+/[^/"]+\.py)", line (\d+), in (\S+)')
RAISED = re.compile(r"^([A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Exit|Disconnect|Group)\b.*)$", re.MULTILINE)
LINE = re.compile(r"ERROR (\w+) in \S*?([^/\s]+/[^/\s]+\.py), line (\d+) \((\S+)\)")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer; status 0: none was to be had, 598: the connection broke, 599: none came in time."""

    status: int
    body: bytes
    seconds: float


class Judge:
    """Hears all answers, and remembers for every kind of fault how often it was heard and the smallest cause."""

    def __init__(self, server: Served, secrets: tuple[str, ...]):
        self._server, self._secrets, self._read = server, [secret.encode() for secret in secrets], 0
        self.count, self.slowest = 0, 0.0
        self.statuses: list[str] = []
        self.faults: dict[str, dict] = {}
        self.tracebacks: dict[str, int] = {}
        self._new_causes()
        self.tracebacks.clear()

    def hear(self, request: Rude, answer: Answer) -> None:
        """One more."""
        self.count += 1
        self.statuses.append(str(answer.status))
        self.slowest = max(self.slowest, answer.seconds)
        causes = self._new_causes()
        for fault in self._faults(request, answer):
            kind = f"{fault}: {causes[-1]}" if causes else f"{fault}: {request.route}"
            known = self.faults.setdefault(kind, {"times": 0, "example": str(request), "size": request.size})
            known["times"] += 1
            if request.size < known["size"]:
                known |= {"example": str(request), "size": request.size}

    def read_log(self, private: tuple[str, ...]) -> None:
        """A log that quotes what a visitor typed is a fault, too."""
        said = self._server.log.read_text(errors="replace") if self._server.log else ""
        for words in private:
            if words in said:
                known = {"times": said.count(words), "example": "", "size": 0}
                self.faults[f"the log quotes a visitor: {words[:12]}…"] = known

    def progress(self, of: int) -> None:
        """A word on how far it is."""
        print(f"\r{self.count} of {of}, {len(self.faults)} kinds of faults", end="", file=sys.stderr, flush=True)

    def _faults(self, request: Rude, answer: Answer):
        if answer.status in (598, 599):
            yield "the connection broke" if answer.status == 598 else "no answer came in time"
        elif answer.status >= 500 and request.method != "HEAD" and not has_sentence(answer.body):
            yield f"{answer.status} without a sentence"
        if TRACE.search(answer.body):
            yield "a trace in the answer"
        for secret in self._secrets:
            if secret in answer.body:
                yield f"what is no stranger's business ({secret[:12].decode()}…)"
        if b'"process_completed"' in answer.body and re.search(rb'"error":\s*null', answer.body):
            yield "a run that failed without a sentence"

    def _new_causes(self) -> list[str]:
        """What has been raised since this was asked last, as far as the log tells."""
        if not self._server.log:
            return []
        with self._server.log.open("rb") as log:
            log.seek(self._read)
            said = log.read()
        self._read += len(said)
        causes = _causes(said.decode(errors="replace"))
        for cause in causes:
            self.tracebacks[cause] = self.tracebacks.get(cause, 0) + 1
        return causes


def has_sentence(body: bytes) -> bool:
    """Whether an error says in words what is wrong: a JSON detail or error, or a line of text of our own."""
    try:
        told = json.loads(body)
    except ValueError:
        return b" " in body and not body.startswith((b"Internal Server Error", b"<"))
    said = [told.get(name) for name in ("detail", "error", "message")] if isinstance(told, dict) else []
    return any(isinstance(words, str) and " " in words for words in said)


def _causes(said: str) -> list[str]:
    """Where something was raised and what, without what was sent: by the log's own lines, or by whole tracebacks."""
    found = [f"{kind} in {where}:{line} {function}" for kind, where, line, function in LINE.findall(said)]
    for trace in said.split("Traceback (most recent call last)")[1:]:
        frames, raised = FRAME.findall(trace), RAISED.findall(trace)
        where = "{}:{} {}".format(*frames[-1]) if frames else "?"
        found.append(f"{(raised or ['?'])[0].split(':')[0]} in {where}")
    return found

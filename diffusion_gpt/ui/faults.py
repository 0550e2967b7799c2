"""What is said and written down when something fails that nobody foresaw; and nothing is fetched for a stranger.

Knows nothing of what failed. Gradio says "Error" without a word and prints the whole exception, which may quote what a
visitor typed, and it fetches a file from any public address that it is sent; it has a setting for none of this, so the
places where it does so are replaced.
"""

import logging
import sys
import traceback

from gradio import processing_utils, queueing, routes, utils

from diffusion_gpt.untrusted import HALF_A_CHARACTER, one_sentence

log = logging.getLogger(__name__)

SAID = "This could not be done: what was sent is not what the page sends. Reload the page and try once more."


class Discreet:
    """Stands in for the module `traceback`: an exception is logged by its kind and place, without its words."""

    @staticmethod
    def print_exc(*_) -> None:
        """A line on the exception that is being handled."""
        kind, _, trace = sys.exc_info()
        if kind:
            place = traceback.extract_tb(trace)[-1]
            log.error("%s in %s, line %d (%s)", kind.__name__, place.filename, place.lineno or 0, place.name)


def payload(error: BaseException | None, show_error: bool) -> dict:
    """As Gradio's `error_payload`, and never without a sentence, nor with more than one can read and carry."""
    content = _payload(error, show_error)
    said = one_sentence(HALF_A_CHARACTER.sub("?", content["error"] or SAID))
    return {"visible": True, **content, "error": said}


_payload = utils.error_payload


async def fetch(*_, **__) -> str:
    """Stands in for the download of a file from elsewhere."""
    raise ValueError("Nothing is fetched from another address here: send the file itself.")


def keep_discreet() -> None:
    """Puts all of them into their places, for this process."""
    processing_utils.async_ssrf_protected_download = fetch
    utils.error_payload = queueing.error_payload = payload
    queueing.traceback = routes.traceback = Discreet

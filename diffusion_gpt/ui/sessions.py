"""What the server remembers of a visitor: the controls that have changed, and nothing that was shown.

Knows nothing of the page. Gradio also writes a description of the whole page for each visitor, the newest film in it,
for links into a page, which there are none of here. It has no setting for that, so its class is replaced.
"""

from copy import copy

import gradio as gr
from gradio import blocks, route_utils, state_holder


class Session(state_holder.SessionState):
    """As Gradio's, without that description: a twentieth of the memory, and of the time that a first request takes."""

    def __init__(self, demo: gr.Blocks):  # in place of Gradio's, which writes it here
        self.blocks_config = copy(demo.default_config)
        self.config_values, self.state_data, self._state_ttl = {}, {}, {}
        self.is_closed, self.STATE_TTL_WHEN_CLOSED = False, 3600

    def __setitem__(self, key: int, value) -> None:
        super().__setitem__(key, value)
        self.config_values.clear()

    def _update_config(self, key: int) -> None:
        """Nothing is written down."""

    def _update_value_in_config(self, key: int, value) -> None:
        """Nothing is written down."""


def keep_small() -> None:
    """Puts it in the place of Gradio's, for this process."""
    state_holder.SessionState = blocks.SessionState = route_utils.SessionState = Session

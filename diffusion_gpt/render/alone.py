"""A film as one HTML file with the player in it: opened from a disk, it plays without any network.

Knows nothing of servers. The player is the page's own, and so is the message with the film.
"""

import html
from string import Template

from diffusion_gpt import assets
from diffusion_gpt.render import page, words
from diffusion_gpt.render.looks import styles
from diffusion_gpt.render.markup import markup
from diffusion_gpt.render.script import joined
from diffusion_gpt.trajectory import Trajectory

RUN = 1


def document(film: Trajectory, *, link: str = "") -> str:
    """The text of the file; `link` is where the film can be made again, http(s), empty for nowhere."""
    dissolves = film.original not in ("", film.frames[0].text)
    message = page.film(RUN, film, words.account(film), opening=dissolves, beliefs=page.beliefs(RUN, film))
    return Template(assets.text("player/alone.html")).substitute(
        title=html.escape(" ".join((film.original or film.text).split())[:60]),
        styles=styles("player/alone.css"),
        caption=html.escape(words.caption(film.request)),
        stage=markup("stage"),
        again=f'<a href="{html.escape(link)}" rel="noreferrer">Make this film again</a>' if link else "",
        film=message.replace("<", "\\u003c"),  # nothing in a text can end the element that it lies in
        script=f"{joined('alone')}\nalone_js.begin();",
    )

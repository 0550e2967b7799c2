"""The twin at work: one character after another, each drawn once the network has read all before it.

Knows nothing of noise. What was read is remembered, so that a character costs one look at one position.
"""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from diffusion_gpt.gpt import GPT, Past
from diffusion_gpt.sampler import draw, sharpened


def write(
    gpt: GPT,
    length: int,
    *,
    generators: Sequence[torch.Generator],
    prompt: Tensor | None = None,
    temperature: float = 1.0,
    top_p: float = 1.0,
) -> Iterator[Tensor]:
    """The page (B, i) with one more letter every time, until it has `length`; it begins with `prompt` (B, ≥ 0) ids.

    Each row draws from its own one of the B `generators`. One network call a letter, on what was not read yet.
    Raises ValueError if the network is no causal twin, or `length` is more than it reads.
    """
    if not gpt.config.causal:
        raise ValueError("this network looks at both sides: only a causal twin writes from left to right")
    if length > gpt.config.length:
        raise ValueError(f"the network writes at most {gpt.config.length} characters, got {length}")
    rows, device = len(generators), gpt.head.weight.device
    page = torch.empty(rows, 0, dtype=torch.long, device=device) if prompt is None else prompt
    beginning = torch.full((rows, 1), gpt.config.n, device=device)  # how the twin was taught that a text begins
    unread, past = torch.cat([beginning, page], dim=1), Past()
    while page.shape[1] < length:
        logits = _look(gpt, unread, past)[:, -1:].double()  # (B, 1, N)
        unread = draw(sharpened(logits, logits.softmax(-1), temperature, top_p), generators)
        page = torch.cat([page, unread], dim=1)
        yield page


@torch.inference_mode()
def _look(gpt: GPT, unread: Tensor, past: Past) -> Tensor:
    return gpt(unread, past=past)

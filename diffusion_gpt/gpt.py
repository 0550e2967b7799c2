"""Karpathy's baby GPT as a denoiser: one line, `causal`, tells the two apart.

Knows nothing of noise levels, losses or text. Its output at position i is read as the logits of
P(x_0 = k | the other positions of x_t); no noise level goes in. The block is nanochat's: RMSNorm without weights,
rotary positions (Su et al. 2021), normalised queries and keys (Henry et al. 2020), ReLU² (So et al. 2021), no biases.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

EPSILON = torch.finfo(torch.float32).eps
"""What a length is at least, that nothing is divided by 0."""
SOFTCAP = 15.0
"""Logits are squeezed into ±SOFTCAP, so that no character is ever impossible."""


@dataclass(frozen=True, slots=True)
class GPTConfig:
    """The shape of a network. Raises ValueError if its parts do not fit."""

    n: int
    """Number of characters, N; id N is the mask symbol."""
    layers: int = 6
    heads: int = 6
    width: int = 384
    length: int = 256
    """The longest text it reads."""
    causal: bool = False
    """True: the autoregressive twin, which sees only what stands before."""
    dropout: float = 0.1
    """Share of activations dropped while training."""

    def __post_init__(self):
        if min(self.n, self.layers, self.heads, self.length) < 1:
            raise ValueError(f"n, layers, heads and length must be at least 1, got {self}")
        if self.width % (2 * self.heads):
            raise ValueError(f"width must be a multiple of 2 × heads = {2 * self.heads}, got {self.width}")
        if not 0 <= self.dropout < 1:
            raise ValueError(f"dropout must be between 0 and 1, got {self.dropout}")


class Past:
    """What the causal twin has read so far: every block's keys and values, so that no character is read twice."""

    def __init__(self):
        self.length = 0
        self._memory: dict[nn.Module, Tensor] = {}

    def extend(self, block: nn.Module, k: Tensor, v: Tensor) -> Tensor:
        """All keys and values of `block`, the new ones (B, H, L, C/H) last; (2, B, H, length + L, C/H)."""
        new = torch.stack([k, v])
        self._memory[block] = torch.cat([self._memory[block], new], dim=-2) if block in self._memory else new
        return self._memory[block]


class GPT(nn.Module):
    """(B, L) ids, 0..N with N the mask symbol -> (B, L, N) logits."""

    def __init__(self, config: GPTConfig):
        super().__init__()
        self.config = config
        self.characters = nn.Embedding(config.n + 1, config.width)
        self.certain = nn.Parameter(torch.zeros(config.width))
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.head = nn.Linear(config.width, config.n, bias=False)
        self.register_buffer("rotation", rotations(config), persistent=False)  # (2, length, 1, C/H)
        self._initialise()

    def forward(self, x: Tensor, known: Tensor | None = None, past: Past | None = None) -> Tensor:
        """Logits at every position of x (B, L); `known` (B, L) bool marks letters that are certain, not noise.

        With `past` x goes on where the causal twin stopped reading, by one character at a time once it has begun.
        """
        start = past.length if past else 0
        if start + x.shape[1] > self.config.length:
            raise ValueError(f"the network reads at most {self.config.length} characters, got {start + x.shape[1]}")
        h = self.characters(x)  # (B, L, C)
        if known is not None:
            h = h + known[..., None] * self.certain
        h = norm(h)
        rotation = self.rotation[:, start : start + x.shape[1]]
        for block in self.blocks:
            h = block(h, rotation, past)
        if past:
            past.length += x.shape[1]
        return SOFTCAP * torch.tanh(self.head(norm(h)).float() / SOFTCAP)

    def _initialise(self) -> None:
        for name, weight in self.named_parameters():
            if name.endswith(("project.weight", "contract.weight")):  # these add to the residual stream
                nn.init.normal_(weight, std=0.02 / math.sqrt(2 * self.config.layers))
            elif name != "certain":
                nn.init.normal_(weight, std=0.02)
        nn.init.zeros_(self.head.weight)


class Block(nn.Module):
    """x + attention(norm x), then x + mlp(norm x)."""

    def __init__(self, config: GPTConfig):
        super().__init__()
        self.attention = Attention(config)
        self.mlp = MLP(config)

    def forward(self, x: Tensor, rotation: Tensor, past: Past | None = None) -> Tensor:
        x = plus(x, self.attention(norm(x), rotation, past))
        return plus(x, self.mlp(norm(x)))


class Attention(nn.Module):
    """Every position looks at every other; with `causal` only at those before it."""

    def __init__(self, config: GPTConfig):
        super().__init__()
        self.heads, self.causal, self.dropout = config.heads, config.causal, config.dropout
        self.qkv = nn.Linear(config.width, 3 * config.width, bias=False)
        self.project = nn.Linear(config.width, config.width, bias=False)

    def forward(self, x: Tensor, rotation: Tensor, past: Past | None = None) -> Tensor:
        B, L, C = x.shape
        qkv = self.qkv(x).view(B, L, 3 * self.heads, C // self.heads)
        qk, v = qkv.split([2 * self.heads, self.heads], dim=2)
        # Turning changes no length; what is turned lies in one piece, and is scaled the faster for it.
        q, k = norm(rotate(qk, rotation)).transpose(1, 2).chunk(2, dim=1)  # (B, H, L, C/H) each
        v = v.transpose(1, 2)
        if past:
            k, v = past.extend(self, k, v)
        dropout = self.dropout if self.training else 0.0
        causal = self.causal and L > 1  # the newest character sees all that was read
        y = F.scaled_dot_product_attention(q, k, v, dropout_p=dropout, is_causal=causal)
        y = self.project(y.transpose(1, 2).reshape(B, L, C))
        return F.dropout(y, self.dropout, self.training)


class MLP(nn.Module):
    """Each position by itself: four times as wide, ReLU², and back."""

    def __init__(self, config: GPTConfig):
        super().__init__()
        self.dropout = config.dropout
        self.expand = nn.Linear(config.width, 4 * config.width, bias=False)
        self.contract = nn.Linear(4 * config.width, config.width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        h = F.relu(self.expand(x), inplace=True)
        h = h.square() if torch.is_grad_enabled() else h.square_()  # as in `plus`
        return F.dropout(self.contract(h), self.dropout, self.training)


def plus(x: Tensor, new: Tensor) -> Tensor:
    """x + new; in the place of `new` where nothing is learned, for fresh memory is what costs here."""
    return x + new if torch.is_grad_enabled() else new.add_(x)


def norm(x: Tensor) -> Tensor:
    """x scaled to root mean square 1 along its last dimension: F.rms_norm, in less than its time on a CPU."""
    length = torch.linalg.vector_norm(x, dim=-1, keepdim=True)
    return (x / (length / math.sqrt(x.shape[-1]) + EPSILON)).type_as(x)


def rotations(config: GPTConfig, base: float = 10_000.0) -> Tensor:
    """Cosines and sines of the rotary angles (2, length, 1, C/H), each half repeated."""
    half = config.width // config.heads // 2
    # On the CPU by name: these numbers are real even while a network has no weights yet, as when one is loaded.
    positions, planes = (torch.arange(count, device="cpu") for count in (config.length, half))
    angles = torch.outer(positions, base ** -(planes / half))  # (length, C/2H)
    angles = torch.cat([angles, angles], dim=-1)[:, None]
    return torch.stack([angles.cos(), angles.sin()])


def rotate(x: Tensor, rotation: Tensor) -> Tensor:
    """x (B, L, H, C/H) turned by its position's angle, in planes (i, i + C/2H)."""
    cos, sin = rotation.to(x.dtype)
    half = x.shape[-1] // 2
    turned = x * cos  # the rest is added in place: less new memory
    turned[..., :half].addcmul_(x[..., half:], sin[..., :half], value=-1)
    turned[..., half:].addcmul_(x[..., :half], sin[..., half:])
    return turned

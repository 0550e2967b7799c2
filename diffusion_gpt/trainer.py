"""The moving parts of a training run, and one step of it.

Knows nothing of files, progress bars or validation.
"""

import copy
import math
from dataclasses import dataclass, field

import torch
import torch.distributed as dist
from torch import Tensor, nn

from diffusion_gpt.batch import BatchConfig, Part, draw_batch
from diffusion_gpt.gpt import GPT, GPTConfig
from diffusion_gpt.kernel import KERNELS
from diffusion_gpt.loss import nelbo_integrand, next_character_loss
from diffusion_gpt.muon import Muon

NOISES = {"both": ("uniform", "mask"), "uniform": ("uniform",), "mask": ("mask",), "none": ()}


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """All that decides a training run, the text aside."""

    noise: str = "both"
    """What the network learns to undo; "none": the causal twin, which predicts the next character."""
    steps: int = 33_000
    learning_rate: float = 1e-3
    weight_decay: float = 1.0
    """Of the matrices; strong, because the text is small."""
    warmup: int = 500
    ema: float = 0.9995
    """Decay of the running average of the weights, which is what is measured and kept."""
    muon: bool = False
    """Whether the matrices of the blocks learn by Muon; all else, or else all, by AdamW."""
    batch: BatchConfig = field(default_factory=BatchConfig)

    def __post_init__(self):
        if self.steps < 1:
            raise ValueError(f"steps must be at least 1, got {self.steps}")
        if not 0 <= self.ema < 1:
            raise ValueError(f"ema must be between 0 and 1, got {self.ema}")
        if not 0 < self.learning_rate < math.inf:
            raise ValueError(f"the learning rate must be positive, got {self.learning_rate}")


class Objective(nn.Module):
    """The network with its loss: the parts of a batch in, nats per character out."""

    def __init__(self, gpt: GPT):
        super().__init__()
        self.gpt = gpt

    def forward(self, parts: list[Part]) -> Tensor:
        x_t, known = (torch.cat([getattr(part, name) for part in parts]) for name in ("x_t", "known"))
        with torch.autocast(x_t.device.type, torch.bfloat16, enabled=x_t.is_cuda):
            logits = self.gpt(x_t, known)
        chunks = logits.split([len(part.x_t) for part in parts])
        return torch.stack([_part_loss(part, chunk) for part, chunk in zip(parts, chunks, strict=True)]).mean()


def _part_loss(part: Part, logits: Tensor) -> Tensor:
    if part.kernel is None:
        return next_character_loss(logits, part.x_0).mean()
    terms = nelbo_integrand(part.kernel, logits, part.x_0, part.x_t, part.share)
    return torch.where(part.known, 0.0, terms).mean()


class Trainer:
    """The moving parts of a run: the network, its running average, the optimisers, and how far they are."""

    def __init__(self, shape: GPTConfig, config: TrainConfig, device: str):
        torch.manual_seed(config.batch.seed)
        self.config = config
        self.gpt = GPT(shape).to(device)
        self.ema = copy.deepcopy(self.gpt).eval()
        self.kernels = [KERNELS[kind](shape.n) for kind in NOISES[config.noise]]
        self._check_rows()
        self.optimizers = _optimizers(self.gpt, config, device)
        self.objective = Objective(self.gpt)
        if "cuda" in device:
            self.objective = torch.compile(self.objective, dynamic=False)
        if dist.is_initialized():
            self.objective = nn.parallel.DistributedDataParallel(self.objective)
        self.step = 0

    def _check_rows(self) -> None:
        """A mean over all rows is the mean of all processes' means only if each has as many of each kind."""
        rows, kinds = self.config.batch.rows, max(len(self.kernels), 1)
        processes = dist.get_world_size() if dist.is_initialized() else 1
        if rows < 1 or rows % (kinds * processes):
            raise ValueError(
                f"rows must be a multiple of {kinds * processes} ({kinds} × noise, {processes} × process), got {rows}"
            )

    def learn(self, ids: Tensor) -> Tensor:
        """One step of the optimiser on the text `ids`; the loss of its batch, a scalar still on its device."""
        rank, world = (dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else (0, 1)
        torch.manual_seed(self.config.batch.seed + 1_000_003 * self.step + rank)  # for dropout
        batch = draw_batch(ids, self.gpt.config.n, self.kernels, self.config.batch, self.step, rank=rank, world=world)
        loss = self.objective(batch)
        self.gpt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.gpt.parameters(), 1.0)
        for optimizer in self.optimizers.values():
            for parameters in optimizer.param_groups:
                parameters["lr"] = learning_rate(self.config, self.step)
            optimizer.step()
        self.step += 1
        self._average()
        return loss.detach()

    @torch.no_grad()
    def _average(self) -> None:
        """Move the running average; it forgets its beginnings at first, so that short runs are not held back."""
        decay = min(self.config.ema, self.step / (self.step + 10))
        torch._foreach_lerp_(list(self.ema.parameters()), list(self.gpt.parameters()), 1 - decay)

    def state(self) -> dict[str, Tensor]:
        """All that is needed to go on, by name."""
        tensors = {f"gpt.{name}": w for name, w in self.gpt.state_dict().items()}
        tensors |= {f"ema.{name}": w for name, w in self.ema.state_dict().items()}
        for kind, optimizer in self.optimizers.items():
            for i, moments in optimizer.state_dict()["state"].items():
                tensors |= {f"{kind}.{i}.{name}": w for name, w in moments.items()}
        return tensors | {"step": torch.tensor(self.step)}

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Go on from what `state` gave."""
        self.gpt.load_state_dict(_under("gpt.", tensors))
        self.ema.load_state_dict(_under("ema.", tensors))
        for kind, optimizer in self.optimizers.items():
            state = optimizer.state_dict()
            count = sum(len(group["params"]) for group in state["param_groups"])
            optimizer.load_state_dict(state | {"state": {i: _under(f"{kind}.{i}.", tensors) for i in range(count)}})
        self.step = tensors["step"].item()


def _optimizers(gpt: GPT, config: TrainConfig, device: str) -> dict[str, torch.optim.Optimizer]:
    """Who moves which weights, by name: what is kept of them is found by it."""
    optimizers, theirs = {}, set()
    if config.muon:
        attentions, mlps = [block.attention for block in gpt.blocks], [block.mlp for block in gpt.blocks]
        groups = [
            {"params": [attention.qkv.weight for attention in attentions], "parts": 3},
            {"params": [attention.project.weight for attention in attentions]},
            {"params": [mlp.expand.weight for mlp in mlps]},
            {"params": [mlp.contract.weight for mlp in mlps]},
        ]
        optimizers["muon"] = Muon(groups, weight_decay=config.weight_decay)
        theirs = {weight for group in groups for weight in group["params"]}
    rest = [p for p in gpt.parameters() if p not in theirs]
    decayed, free = [p for p in rest if p.ndim >= 2], [p for p in rest if p.ndim < 2]
    groups = [{"params": decayed, "weight_decay": config.weight_decay}, {"params": free, "weight_decay": 0.0}]
    optimizers["adamw"] = torch.optim.AdamW(groups, lr=0.0, betas=(0.9, 0.99), fused="cuda" in device)
    return optimizers


def learning_rate(config: TrainConfig, step: int) -> float:
    """Linear warm-up, then a cosine down to 2 % at the last step."""
    if step < config.warmup:
        return config.learning_rate * (step + 1) / config.warmup
    progress = (step - config.warmup) / max(config.steps - config.warmup, 1)
    return config.learning_rate * (0.02 + 0.98 * (1 + math.cos(math.pi * progress)) / 2)


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): w for name, w in tensors.items() if name.startswith(prefix)}

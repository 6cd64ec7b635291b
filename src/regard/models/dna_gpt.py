"""A character-level causal GPT for DNA, with one head a task.

Four blocks of four heads, pre-norm (Radford et al. 2019), rotary positions (Su et al. 2021),
GELU, no dropout at inference, no biases in the projections. One letter is one token.

The attention is an ordinary ``scaled_dot_product_attention``: nothing here knows that somebody
may want to look at it. ``regard.models.capture`` takes it out from the outside.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from regard.errors import InputError

ALPHABET = "ACGTN"  # N also fills up shorter sequences of a batch: a causal model never looks ahead


@dataclass(frozen=True)
class Config:
    """Size of the network; the classes of each head, in label order; heads that read both strands."""

    blocks: int = 4
    heads: int = 4
    width: int = 256
    longest: int = 512
    tasks: dict[str, list[str]] = field(default_factory=dict)
    both_strands: list[str] = field(default_factory=list)


class Attention(nn.Module):
    """Causal self-attention: row = query (the later base), column = key (an earlier base)."""

    def __init__(self, config: Config):
        super().__init__()
        self.heads = config.heads
        self.qkv = nn.Linear(config.width, 3 * config.width, bias=False)
        self.out = nn.Linear(config.width, config.width, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        batch, length, width = x.shape
        qkv = self.qkv(x).view(batch, length, 3, self.heads, width // self.heads)
        qkv = qkv.permute(2, 0, 3, 1, 4)  # (3, B, heads, T, size)
        q, k = rotate(qkv[:2], cos, sin)
        v = qkv[2]
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)  # (B, heads, T, size)
        return self.out(y.transpose(1, 2).reshape(batch, length, width))


class Block(nn.Module):
    """Attention, then a two-layer perceptron, each added to what came in."""

    def __init__(self, config: Config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.width)
        self.attention = Attention(config)
        self.mlp_norm = nn.LayerNorm(config.width)
        self.mlp = nn.Sequential(
            nn.Linear(config.width, 4 * config.width, bias=False),
            nn.GELU(),
            nn.Linear(4 * config.width, config.width, bias=False),
        )

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        x = x + self.attention(self.attention_norm(x), cos, sin)
        return x + self.mlp(self.mlp_norm(x))


class DnaGPT(nn.Module):
    """The trunk, its next-base output, and one linear classifier a task.

    Sequences come as tokens (batch, length) of integers, or as one-hot rows (batch, length, 5) where
    a gradient with respect to the input is wanted.
    """

    def __init__(self, config: Config):
        super().__init__()
        self.config = config
        self.embed = nn.Embedding(len(ALPHABET), config.width)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.blocks))
        self.norm = nn.LayerNorm(config.width)
        self.next_base = nn.Linear(config.width, 4, bias=False)  # logits of A, C, G, T
        self.classifiers = nn.ModuleDict()
        for task, classes in config.tasks.items():
            self.classifiers[task] = nn.Linear(config.blocks * config.width + 1, len(classes))
        cos, sin = rotary_angles(config.longest, config.width // config.heads)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        self.apply(initialise)
        for block in self.blocks:  # what is added to the residual stream starts small (GPT-2)
            for layer in (block.attention.out, block.mlp[2]):
                nn.init.normal_(layer.weight, std=0.02 / math.sqrt(2 * config.blocks))

    def states(self, sequences: Tensor) -> list[Tensor]:
        """What each block hands on, blocks × (batch, length, width)."""
        one_hot = sequences.is_floating_point()
        x = sequences @ self.embed.weight if one_hot else self.embed(sequences)
        cos, sin = self.cos[: x.shape[1]], self.sin[: x.shape[1]]
        states = []
        for block in self.blocks:
            x = block(x, cos, sin)
            states.append(x)
        return states

    def predict_next(self, state: Tensor) -> Tensor:
        """Next-base logits, shape (batch, length, 4), of the last block's state."""
        return self.next_base(self.norm(state))

    def forward(self, sequences: Tensor) -> Tensor:
        """Next-base logits, shape (batch, length, 4)."""
        return self.predict_next(self.states(sequences)[-1])

    def features(self, states: list[Tensor], sequences: Tensor, lengths: Tensor) -> Tensor:
        """What the classifiers read, shape (batch, blocks × width + 1).

        Each block's normalised state, averaged over a sequence's own bases; and how expected its
        bases were, as mean log likelihood in nats: replaced blocks betray themselves by surprise.
        """
        length = states[0].shape[1]
        inside = torch.arange(length, device=lengths.device) < lengths[:, None]  # (B, T)
        weight = (inside / lengths[:, None]).unsqueeze(2)
        pooled = [(F.layer_norm(x, x.shape[-1:]) * weight).sum(dim=1) for x in states]
        one_hot = sequences if sequences.is_floating_point() else F.one_hot(sequences, len(ALPHABET)).float()
        log_p = self.predict_next(states[-1])[:, :-1].log_softmax(dim=-1)  # (B, T - 1, 4)
        log_p = (log_p * one_hot[:, 1:, :4]).sum(dim=2) * inside[:, 1:]
        return torch.cat([*pooled, (log_p.sum(dim=1) / (lengths - 1))[:, None]], dim=1)

    def classify(self, task: str, sequences: Tensor, lengths: Tensor) -> Tensor:
        """Class logits of one task, shape (batch, classes); lengths, shape (batch,), without padding."""
        return self.classifiers[task](self.features(self.states(sequences), sequences, lengths))


def rotary_angles(length: int, size: int) -> tuple[Tensor, Tensor]:
    """Cosine and sine of the rotary position embedding, each (length, size); see `rotate`."""
    frequency = 10_000.0 ** (-torch.arange(0, size, 2) / size)
    angle = torch.outer(torch.arange(length), frequency)  # (T, size / 2)
    return angle.cos().repeat(1, 2), torch.cat([-angle.sin(), angle.sin()], dim=1)


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turn each pair of coordinates (i, i + size/2) of x, (..., T, size), by its position's angle."""
    return torch.addcmul(x * cos, x.roll(x.shape[-1] // 2, dims=-1), sin)


def initialise(module: nn.Module) -> None:
    if isinstance(module, nn.Linear | nn.Embedding):
        nn.init.normal_(module.weight, std=0.02)
    if isinstance(module, nn.Linear) and module.bias is not None:
        nn.init.zeros_(module.bias)


def save(model: DnaGPT, path: Path) -> None:
    """Write weights, in half precision, and the config to one safetensors file."""
    weights = {name: tensor.detach().half().contiguous() for name, tensor in model.state_dict().items()}
    save_file(weights, path.with_suffix(".new"), metadata={"config": json.dumps(asdict(model.config))})
    path.with_suffix(".new").replace(path)


def load(path: Path | str) -> DnaGPT:
    """Read a model that `save` wrote, ready to use; raises InputError where the file is not one."""
    try:
        with safe_open(path, framework="pt") as file:
            config = Config(**json.loads(file.metadata()["config"]))
            weights = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
        model = DnaGPT(config)
        model.load_state_dict(weights)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except (SafetensorError, KeyError, TypeError, RuntimeError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{path}: not the weights of a DNA GPT ({reason})") from None
    return model.eval()

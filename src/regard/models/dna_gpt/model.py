"""A character-level causal GPT for DNA, with one head a task.

Four blocks of four heads, pre-norm (Radford et al. 2019), rotary positions (Su et al. 2021) and, in older weights,
learned ones too, ReLU, no dropout, no biases in the projections. One letter is one token; its embedding also
says which of 192 learned motifs end there (a convolution over 12 bases: four blocks are few, and need
not spend one on spelling words).

The attention is an ordinary ``scaled_dot_product_attention``: nothing here knows that somebody
may want to look at it. ``regard.models.capture`` takes it out from the outside.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from regard.errors import InputError
from regard.models.shelf.weight_files import read

ALPHABET = "ACGTN"  # N also fills up shorter sequences of a batch: a causal model never looks ahead


@dataclass(frozen=True)
class Config:
    """Size of the network; the classes of each head, in label order; heads that read both strands.

    places : does each place have a learned embedding? Without, a base is read alike wherever it stands in the input.
    spots : projections of the last block's state of which classifiers read a smooth maximum over bases.
    """

    blocks: int = 4
    heads: int = 4
    width: int = 256
    longest: int = 512
    motifs: int = 192
    motif_width: int = 12
    tasks: dict[str, list[str]] = field(default_factory=dict)
    both_strands: list[str] = field(default_factory=list)
    places: bool = True
    spots: int = 0

    @property
    def features(self) -> int:
        """How many numbers a classifier reads; see `DnaGPT.features`."""
        return self.blocks * self.width + self.spots + 1


class Attention(nn.Module):
    """Causal self-attention: row = query (the later base), column = key (an earlier base)."""

    def __init__(self, config: Config):
        super().__init__()
        if config.width % (2 * config.heads):  # positions turn pairs of channels of a head
            raise ValueError(f"width {config.width} is no multiple of twice {config.heads} heads")
        self.heads = config.heads
        self.qkv = nn.Linear(config.width, 3 * config.width, bias=False)
        self.out = nn.Linear(config.width, config.width, bias=False)

    def forward(self, x: Tensor, turn: Tensor) -> Tensor:
        batch, length, width = x.shape
        qkv = self.qkv(x).view(batch, length, 3, self.heads, width // self.heads)
        q, k = rotate(qkv[:, :, :2], turn[:, None, None]).transpose(1, 3).unbind(2)  # (B, heads, T, size)
        v = qkv[:, :, 2].transpose(1, 2)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)  # (B, heads, T, size)
        return self.out(y.transpose(1, 2).reshape(batch, length, width))


class Block(nn.Module):
    """Attention, then a two-layer perceptron, each added to what came in."""

    def __init__(self, config: Config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.width)
        self.attention = Attention(config)
        self.mlp_norm = nn.LayerNorm(config.width)
        self.up = nn.Linear(config.width, 4 * config.width, bias=False)
        self.down = nn.Linear(4 * config.width, config.width, bias=False)

    def forward(self, x: Tensor, turn: Tensor) -> Tensor:
        x = x + self.attention(self.attention_norm(x), turn)
        # ReLU in place: on a CPU GELU alone would take a tenth of the time.
        return x + self.down(F.relu(self.up(self.mlp_norm(x)), inplace=True))


class Motifs(nn.Module):
    """What a learned set of short motifs, ending at each base, adds to that base's embedding."""

    def __init__(self, config: Config):
        super().__init__()
        self.scan = nn.Conv1d(4, config.motifs, config.motif_width)
        self.add = nn.Linear(config.motifs, config.width, bias=False)

    def forward(self, one_hot: Tensor) -> Tensor:
        bases = F.pad(one_hot[..., :4].transpose(1, 2), (self.scan.kernel_size[0] - 1, 0))  # (B, 4, width - 1 + T)
        return self.add(F.relu(self.scan(bases)).transpose(1, 2))  # (B, T, width)


class DnaGPT(nn.Module):
    """The trunk, its next-base output, and one linear classifier a task.

    Sequences come as tokens (batch, length) of integers, or as one-hot rows (batch, length, 5) where
    a gradient with respect to the input is wanted.
    """

    def __init__(self, config: Config):
        super().__init__()
        self.config = config
        self.embed = nn.Embedding(len(ALPHABET), config.width)
        if config.places:
            self.position = nn.Embedding(config.longest, config.width)
        self.motifs = Motifs(config)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.blocks))
        self.norm = nn.LayerNorm(config.width)
        self.next_base = nn.Linear(config.width, 4, bias=False)  # logits of A, C, G, T
        if config.spots:
            self.spots = nn.Linear(config.width, config.spots)
        self.classifiers = nn.ModuleDict()
        for task, classes in config.tasks.items():
            self.classifiers[task] = nn.Linear(config.features, len(classes))
        turn = rotary_turns(config.longest, config.width // config.heads)
        self.register_buffer("turn", turn, persistent=False)
        self.apply(initialise)
        nn.init.normal_(self.motifs.scan.weight, std=0.2)
        nn.init.normal_(self.motifs.add.weight, std=0.005)
        for block in self.blocks:  # what is added to the residual stream starts small (GPT-2)
            for layer in (block.attention.out, block.down):
                nn.init.normal_(layer.weight, std=0.02 / math.sqrt(2 * config.blocks))

    def embedded(self, sequences: Tensor) -> Tensor:
        """What the first block reads: letter, place and the motifs that end there, (batch, length, width)."""
        one_hot = sequences if sequences.is_floating_point() else F.one_hot(sequences, len(ALPHABET))
        one_hot = one_hot.to(self.embed.weight.dtype)
        length = one_hot.shape[1]
        if length > self.config.longest:
            raise InputError(f"{length} bases are too many for this model; it reads up to {self.config.longest}")
        letters = one_hot @ self.embed.weight
        if self.config.places:
            letters = letters + self.position.weight[:length]
        return letters + self.motifs(one_hot)

    def states(self, sequences: Tensor) -> list[Tensor]:
        """What each block hands on, blocks × (batch, length, width)."""
        x = self.embedded(sequences)
        length = x.shape[1]
        states = []
        for block in self.blocks:
            x = block(x, self.turn[:length])
            states.append(x)
        return states

    def predict_next(self, state: Tensor) -> Tensor:
        """Next-base logits, shape (batch, length, 4), of the last block's state."""
        return self.next_base(self.norm(state))

    def forward(self, sequences: Tensor) -> Tensor:
        """Next-base logits, shape (batch, length, 4)."""
        return self.predict_next(self.states(sequences)[-1])

    def features(self, states: list[Tensor], sequences: Tensor, lengths: Tensor) -> Tensor:
        """What the classifiers read, shape (batch, `config.features`).

        Each block's normalised state, averaged over a sequence's own bases; the smooth maxima of `seen_at`, which
        do not fade where a promoter is a small part of a long window; and the log likelihood ratio of its bases
        against uniform ones, over the root of their number so that its spread does not depend on length: replaced
        blocks betray themselves by surprise.
        """
        length = states[0].shape[1]
        inside = torch.arange(length, device=lengths.device) < lengths[:, None]  # (B, T)
        weight = (inside / lengths[:, None]).unsqueeze(2)
        found = [(F.layer_norm(x, x.shape[-1:]) * weight).sum(dim=1) for x in states]
        if self.config.spots:
            found.append(self.seen_at(states[-1], inside).logsumexp(dim=1))
        one_hot = sequences if sequences.is_floating_point() else F.one_hot(sequences, len(ALPHABET)).float()
        log_p = self.predict_next(states[-1])[:, :-1].log_softmax(dim=-1)  # (B, T - 1, 4)
        ratio = ((log_p + math.log(4)) * one_hot[:, 1:, :4]).sum(dim=2) * inside[:, 1:]  # N counts for nothing
        return torch.cat([*found, (ratio.sum(dim=1) / (lengths - 1).sqrt())[:, None]], dim=1)

    def seen_at(self, state: Tensor, inside: Tensor) -> Tensor:
        """Projections of the last state at each base, (batch, length, spots), next to nothing where not `inside`.

        The log of their summed exponentials is the feature (less that of 300 bases, so that it begins near zero);
        their softmax over bases says where it comes from.
        """
        seen = self.spots(F.layer_norm(state, state.shape[-1:])).to(state.dtype)
        return seen.masked_fill(~inside[..., None], -1e4) - math.log(300)

    def classify(self, task: str, sequences: Tensor, lengths: Tensor) -> Tensor:
        """Class logits of one task, shape (batch, classes); lengths, shape (batch,), without padding."""
        return self.classifiers[task](self.features(self.states(sequences), sequences, lengths))


def rotary_turns(length: int, size: int) -> Tensor:
    """Unit complex numbers of the rotary position embedding, shape (length, size / 2); see `rotate`."""
    frequency = 10_000.0 ** (-torch.arange(0, size, 2) / size)
    angle = torch.outer(torch.arange(length), frequency)  # (T, size / 2)
    return torch.polar(torch.ones_like(angle), angle)


def rotate(x: Tensor, turn: Tensor) -> Tensor:
    """Turn each pair of coordinates (2 i, 2 i + 1) of x, (B, T, ..., size), by its position's angle.

    A pair is a complex number, so that the turn is one multiplication and not four and two sums. There are none of
    half precision, in which an accelerator trains.
    """
    wide = x.float() if x.dtype == torch.bfloat16 else x
    pairs = torch.view_as_complex(wide.unflatten(-1, (-1, 2)))
    return torch.view_as_real(pairs * turn).flatten(-2).to(x.dtype)


def initialise(module: nn.Module) -> None:
    if isinstance(module, nn.Linear | nn.Embedding):
        nn.init.normal_(module.weight, std=0.02)
    if isinstance(module, nn.Linear) and module.bias is not None:
        nn.init.zeros_(module.bias)


def load(path: Path | str) -> DnaGPT:
    """Read a model that `weight_files.save` wrote, ready to use; raises InputError where the file is not one."""
    return read(path, Config, DnaGPT, "a DNA GPT")

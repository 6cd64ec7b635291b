"""A transformer over genes × samples whose attention between genes is the regulatory network.

Trained on simulated regulation with the true edges as labels (`regard.train.network`), it reads a new
table in one forward pass, without fitting anything to it. Two readings, both trained: `attention.layer`
is the one map of the last layer, nothing else; `attention` is a small read-out over the maps of all
layers in both directions, with both genes' tokens and two triangle layers.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from regard.models.network.inputs import CHANNELS, channels
from regard.models.network.layers import Block, Triangle
from regard.models.shelf.weight_files import read


@dataclass(frozen=True)
class Config:
    """Blocks (the last has one head between genes), width, heads between genes and between samples, pair width."""

    blocks: int = 4
    width: int = 64
    gene_heads: int = 8
    sample_heads: int = 4
    pair_width: int = 48


class NetworkModel(nn.Module):
    """Expression tables in, edge logits out."""

    def __init__(self, config: Config):
        super().__init__()
        self.config = config
        width, pair = config.width, config.pair_width
        if width % config.gene_heads or width % config.sample_heads:
            raise ValueError(f"width {width} is no multiple of {config.gene_heads} and {config.sample_heads} heads")
        self.embed = nn.Sequential(nn.Linear(CHANNELS, width), nn.GELU(), nn.Linear(width, width))
        heads = [config.gene_heads] * (config.blocks - 1) + [1]
        self.blocks = nn.ModuleList(Block(width, count, config.sample_heads) for count in heads)
        self.layer_scale = nn.Parameter(torch.tensor([8.0, -3.0]))  # logit of an edge = scale × attention logit + bias
        self.norm = nn.LayerNorm(width)
        self.token = nn.Linear(2 * width, 2 * pair)
        self.maps = nn.Linear(4 * sum(heads), pair)
        self.pair = nn.Sequential(nn.GELU(), nn.Linear(pair, pair))
        self.triangles = nn.ModuleList(Triangle(pair) for _ in range(2))
        self.edge = nn.Sequential(nn.LayerNorm(pair), nn.Linear(pair, 1))
        nn.init.constant_(self.edge[1].bias, -3.0)  # edges are rare

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Edge logits of the read-out and of the single layer, each (batch, target, regulator), float32.

        x, shape (batch, genes, samples, CHANNELS), from `network_inputs.channels`. The diagonal means nothing.
        """
        return self.seen(x)[:2]

    def seen(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """`forward`, and what the read-out sees of every pair, (batch, target, regulator, 4 · maps), float32."""
        x = self.embed(x).float()  # what blocks add to stays in full precision under autocast
        maps = []
        for block in self.blocks:
            x, logits = block(x)
            maps.append(logits)
        layer = maps[-1][:, 0].float() * self.layer_scale[0] + self.layer_scale[1]
        x = self.norm(x)
        tokens = torch.cat([x.mean(2), x.amax(2)], dim=2)  # (B, G, 2·width)
        target, regulator = self.token(tokens).chunk(2, dim=2)
        both = torch.cat(maps, dim=1).float()
        both = torch.cat([torch.asinh(both), standardise(both)], dim=1)
        both = torch.cat([both, both.transpose(2, 3)], dim=1).permute(0, 2, 3, 1)  # (B, G, G, 4·maps)
        pair = self.maps(both) + target[:, :, None] + regulator[:, None, :]
        pair = self.pair(pair)
        for triangle in self.triangles:
            pair = triangle(pair)
        return self.edge(pair)[..., 0].float(), layer, both

    def read(self, values: Tensor, **known: Tensor | None) -> tuple[Tensor, Tensor]:
        """`forward` of tables (batch, samples, genes) and what is known of them; see `network_inputs.channels`."""
        return self(channels(values, **known))


def standardise(maps: Tensor) -> Tensor:
    """Each map, (batch, maps, genes, genes), with mean 0 and variance 1 off the diagonal, and 0 on it."""
    genes = maps.shape[-1]
    off = ~torch.eye(genes, dtype=torch.bool, device=maps.device)
    pairs = genes * (genes - 1)
    centred = (maps - (maps * off).sum((2, 3), keepdim=True) / pairs) * off
    return centred / ((centred**2).sum((2, 3), keepdim=True) / pairs + 1e-8).sqrt()


def load(path: Path | str) -> NetworkModel:
    """Read a model that `weight_files.save` wrote, ready to use; raises InputError where the file is not one."""
    return read(path, config_of, NetworkModel, "a network model", leave_out=("prior",))


def config_of(references: int = 0, **sizes: int) -> Config:
    """The config in a file; older files hold statistics of so many `references`, tables of training, as "prior"."""
    return Config(**sizes)

"""The layers of the network model: attention between genes, between samples, and between pairs of genes."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

CACHED = 2**20  # numbers, 4 MB


class GeneAttention(nn.Module):
    """Attention between genes, one map a head for the whole table: row = target (query), column = regulator (key).

    A logit sums query · key over all samples (tied rows, as in Rao et al. 2021, MSA Transformer), and each
    key weighs the samples: a regulator can count those in which it was knocked out.
    """

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.weigh = nn.Linear(width, heads, bias=False)
        self.out = nn.Linear(width, width, bias=False)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Update (batch, genes, samples, width) and logits (batch, heads, target, regulator)."""
        batch, genes, _, width = x.shape
        size = width // self.heads
        y = self.norm(x)
        weight = self.weigh(y).float().softmax(dim=2).permute(0, 3, 1, 2)[..., None]  # (B, H, G, S, 1), sums to 1
        logits, values = torch.zeros(batch, self.heads, genes, genes, device=x.device), []
        for some, weighs in zip(y.split(at_once(x, 2), dim=2), weight.split(at_once(x, 2), dim=3), strict=True):
            q, k, v = self.qkv(some).view(batch, genes, -1, 3, self.heads, size).permute(3, 0, 4, 1, 2, 5)
            k = k * weighs.to(k.dtype)
            with torch.autocast(x.device.type, enabled=False):  # the maps are read out: not in half precision
                logits = logits + q.flatten(3).float() @ k.flatten(3).float().transpose(2, 3)  # (B, H, G, G)
            values.append(v.flatten(3))
        logits = logits * size**-0.5
        attention, mixed = logits.softmax(dim=3), []
        for v in values:
            one = (attention.to(v.dtype) @ v).view(batch, self.heads, genes, -1, size).permute(0, 2, 3, 1, 4)
            mixed.append(self.out(one.reshape(batch, genes, -1, width)))
        return torch.cat(mixed, dim=2), logits


class SampleAttention(nn.Module):
    """Attention between the samples of each gene."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        batch, genes, samples, width = x.shape
        qkv = self.qkv(self.norm(x)).view(batch * genes, samples, 3, self.heads, width // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)  # (B·G, heads, S, size)
        y = F.scaled_dot_product_attention(q, k, v)
        return self.out(y.transpose(1, 2).reshape(x.shape))


class Block(nn.Module):
    """Genes, then samples, then a two-layer perceptron, each added to what came in."""

    def __init__(self, width: int, gene_heads: int, sample_heads: int):
        super().__init__()
        self.genes = GeneAttention(width, gene_heads)
        self.samples = SampleAttention(width, sample_heads)
        self.mlp = nn.Sequential(
            nn.LayerNorm(width), nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width, bias=False)
        )

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        update, logits = self.genes(x)
        x = x + update
        done = []
        for some in x.split(at_once(x, 1), dim=1):
            some = some + self.samples(some)
            done.append(some + self.mlp(some))
        return torch.cat(done, dim=1), logits


def at_once(x: Tensor, dim: int) -> int:
    """How many genes (dim 1) or samples (dim 2) to go on with: on a processor what its cache holds, else all.

    Large tensors made anew at each step cost a processor half as much again.
    """
    if x.device.type != "cpu" or torch.is_grad_enabled():
        return x.shape[dim]
    return max(1, CACHED * x.shape[dim] // x.numel())


class Triangle(nn.Module):
    """Update a pair (target, regulator) from every third gene (after Jumper et al. 2021, algorithms 11 and 12).

    Three sums over the third gene: the path regulator → third → target, a common regulator, a common target.
    So the shortcut of a chain can be told from an edge.
    """

    def __init__(self, width: int):
        super().__init__()
        self.size = width // 2
        self.norm = nn.LayerNorm(width)
        self.sides = nn.Linear(width, 6 * self.size)
        self.gates = nn.Linear(width, 6 * self.size)
        self.mixed_norm = nn.LayerNorm(3 * self.size)
        self.out = nn.Linear(3 * self.size, width, bias=False)
        self.gate = nn.Linear(width, width)
        self.mlp = nn.Sequential(
            nn.LayerNorm(width), nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width, bias=False)
        )

    def forward(self, pair: Tensor) -> Tensor:
        y = self.norm(pair)  # (B, target, regulator, width)
        sides = (self.sides(y) * self.gates(y).sigmoid()).permute(0, 3, 1, 2)  # (B, 6·size, G, G)
        a, b, c, d, e, f = sides.split(self.size, dim=1)
        mixed = torch.cat([a @ b, c @ d.transpose(2, 3), e.transpose(2, 3) @ f], dim=1)
        mixed = self.mixed_norm(mixed.permute(0, 2, 3, 1) / pair.shape[1] ** 0.5)
        pair = pair + self.out(mixed) * self.gate(y).sigmoid()
        return pair + self.mlp(pair)

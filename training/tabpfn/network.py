"""A trainable network with the shapes, names and arithmetic of tabpfn's `tabpfn_v2`, in plain torch.

tabpfn ships its architectures for inference and imports its whole estimator stack with them; the
machine that trains need only have torch. A test holds the two to the same outputs on the same weights.
Nothing here handles missing values: simulated tables have none.

B tables, R rows of which the first N have their target shown, C columns, E width, H heads.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.distributions import HalfNormal

CONFIG = {"emsize": 64, "nlayers": 6, "nhead": 4, "features_per_group": 1, "num_buckets": 100, "seed": 0}
UNKNOWN = -2.0  # tabpfn's mark of a cell whose value is not given; here, the targets of the test rows


class Attention(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        for name in ("q_projection", "k_projection", "v_projection", "out_projection"):
            setattr(self, name, nn.Linear(width, width, bias=False))
        nn.init.zeros_(self.out_projection.weight)

    def split(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (self.heads, -1)).transpose(-3, -2)  # (…, S, E) -> (…, H, S, E / H)

    def forward(self, x: Tensor, known: int | None = None) -> Tensor:
        """Attention within the last axis but one; with `known`, to the first `known` places only.

        Places after those share the first key and value head: tabpfn_v2 caches only that one.
        """
        q = self.split(self.q_projection(x))
        k, v = (self.split(p(x[:, :known])) for p in (self.k_projection, self.v_projection))
        if known is None:
            out = F.scaled_dot_product_attention(q, k, v)
        else:
            shown = F.scaled_dot_product_attention(q[:, :, :known], k, v)
            first = (t[:, :1].expand_as(t) for t in (k, v))
            out = torch.cat([shown, F.scaled_dot_product_attention(q[:, :, known:], *first)], dim=2)
        return self.out_projection(out.transpose(1, 2).flatten(2))


class Block(nn.Module):
    """Attention between the columns of a row, then between the rows of a column, then an MLP; post-norm."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.per_sample_attention_between_features = Attention(width, heads)
        self.per_column_attention_between_cells = Attention(width, heads)
        self.mlp = nn.Sequential(
            nn.Linear(width, 4 * width, bias=False), nn.GELU(), nn.Linear(4 * width, width, bias=False)
        )
        nn.init.zeros_(self.mlp[2].weight)

    def forward(self, x: Tensor, known: int) -> Tensor:  # x (B, R, C, E)
        tables, rows, columns, width = x.shape
        x = x + self.per_sample_attention_between_features(x.flatten(0, 1)).view_as(x)
        x = F.layer_norm(x, (width,)).transpose(1, 2).reshape(tables * columns, rows, width)
        x = F.layer_norm(x + self.per_column_attention_between_cells(x, known), (width,))
        x = x.view(tables, columns, rows, width).transpose(1, 2)
        return F.layer_norm(x + self.mlp(x), (width,))


class Network(nn.Module):
    def __init__(self, emsize: int, nlayers: int, nhead: int, num_buckets: int, **_):
        super().__init__()
        self.width = emsize
        self.feature_group_embedder = nn.Linear(2, emsize, bias=False)
        self.target_embedder = nn.Linear(2, emsize)
        self.feature_positional_embedding_embeddings = nn.Linear(emsize // 4, emsize)
        self.blocks = nn.ModuleList(Block(emsize, nhead) for _ in range(nlayers))
        self.output_projection = nn.Sequential(
            nn.Linear(emsize, 4 * emsize), nn.GELU(), nn.Linear(4 * emsize, num_buckets)
        )

    def forward(self, x: Tensor, y: Tensor, identity: Tensor) -> Tensor:
        """Logits over the buckets of the target in the rows that `y` leaves out.

        Parameters
        ----------
        x : shape (B, R, C).
        y : shape (B, N), mean 0 and standard deviation 1; N < R.
        identity : shape (C, E / 4), what tells the columns apart: random, another draw in every training
            step, so that the trained network depends on none of them.

        Returns
        -------
        Shape (B, R - N, buckets).
        """
        known = y.shape[1]
        deviation, mean = torch.std_mean(x[:, :known], dim=1, keepdim=True)
        x = ((x - mean) / (deviation + (deviation == 0) + torch.finfo(x.dtype).eps)).clamp(-100, 100)
        cells = self.feature_group_embedder(torch.stack([x, torch.zeros_like(x)], dim=-1))
        cells = cells + self.feature_positional_embedding_embeddings(identity)
        missing = (x.shape[0], x.shape[1] - known)
        value = torch.cat([y, y.mean(dim=1, keepdim=True).expand(missing)], dim=1)
        mark = torch.cat([torch.zeros_like(y), y.new_full(missing, UNKNOWN)], dim=1)
        target = self.target_embedder(torch.stack([value, mark], dim=-1))
        state = torch.cat([cells, target.unsqueeze(2)], dim=2)  # (B, R, C + 1, E); the target is the last token
        for block in self.blocks:
            state = block(state, known)
        return self.output_projection(state[:, known:, -1])


def density_loss(logits: Tensor, y: Tensor, borders: Tensor) -> Tensor:
    """Mean negative log density of `y`, shape (B, T), under bars with half-normal tails (Müller et al. 2022).

    Inside, the density is the bar's probability over its width. The two outer bars are half-normal with
    half of their mass within the bar's width, so that every real number has a density.
    """
    widths = borders.diff()
    bar = torch.bucketize(y.contiguous(), borders[1:-1])
    scale = widths[[0, -1]] / 0.6744897501960817  # the median of a half-normal of scale 1
    distance = torch.where(bar == 0, borders[1] - y, y - borders[-2])
    tail = HalfNormal(torch.where(bar == 0, scale[0], scale[1]), validate_args=False).log_prob(distance.clamp(min=1e-8))
    inside = (bar > 0) & (bar < len(widths) - 1)
    density = torch.where(inside, -widths.log()[bar], tail)
    return -(logits.float().log_softmax(-1).gather(-1, bar[..., None])[..., 0] + density).mean()


def mean_of(logits: Tensor, borders: Tensor) -> Tensor:
    """The mean of each distribution, the outer bars taken at the mean of their half-normal."""
    widths = borders.diff()
    centres = borders[:-1] + widths / 2
    tail = widths[[0, -1]] / 0.6744897501960817 * (2 / torch.pi) ** 0.5
    centres = torch.cat([(borders[1] - tail[0])[None], centres[1:-1], (borders[-2] + tail[1])[None]])
    return logits.float().softmax(-1) @ centres

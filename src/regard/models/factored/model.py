"""Factored attention: a layer that sees where residues stand and not which they are, trained on one family."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from regard.data.alignments import GAP
from regard.data.proteins import AMINO_ACIDS

STATES = GAP + 1


class FactoredAttention(nn.Module):
    """One layer of attention from places to places, the same for every sequence of a family.

    Queries and keys belong to the residues' places, so that each head is a fixed map of who looks at whom; its value
    turns the amino acid that is seen into what is expected where it is seen from (Bhattacharya et al. 2022, Pacific
    Symposium on Biocomputing, equation 6). No residue looks at itself.

    Parameters
    ----------
    length : residues, L. heads : maps. width : of queries and keys.
    """

    def __init__(self, length: int, heads: int = 32, width: int = 32):
        super().__init__()
        self.query = nn.Parameter(torch.randn(heads, length, width))
        self.key = nn.Parameter(torch.randn(heads, length, width))
        self.value = nn.Parameter(torch.randn(heads, STATES, STATES) * 0.05)
        self.single = nn.Parameter(torch.zeros(length, STATES))

    def attention(self) -> Tensor:
        """Who looks at whom, (heads, L, L): the row looks, the column is seen; rows sum to 1."""
        logits = self.query @ self.key.transpose(1, 2) / self.query.shape[2] ** 0.5
        own = torch.eye(logits.shape[1], dtype=torch.bool, device=logits.device)
        return logits.masked_fill(own, -torch.inf).softmax(dim=2)

    def couplings(self) -> Tensor:
        """What amino acid b at j says of a at i, (L, STATES, L, STATES) as i, a, j, b: all heads together."""
        return torch.einsum("hij,hab->iajb", self.attention(), self.value)

    def squared(self) -> Tensor:
        """Sum of all couplings squared, from products of heads: L² × STATES² numbers need not be gone through."""
        attention, value = self.attention().flatten(1), self.value.flatten(1)
        return ((attention @ attention.T) * (value @ value.T)).sum()

    def forward(self, hot: Tensor) -> Tensor:
        """Logits of every residue from all others, (rows, L, STATES), of one-hot rows of the same shape."""
        rows, length, _ = hot.shape
        weights = self.couplings().reshape(length * STATES, length * STATES)
        return self.single + (hot.reshape(rows, -1) @ weights.T).reshape(rows, length, STATES)

    def head_sizes(self) -> Tensor:
        """How much each head moves the logits, (heads,): the Frobenius norm of its value, zero-sum over 20 amino acids.

        A head whose value is the same for all amino acids says nothing of pairs.
        """
        value = self.value[:, : len(AMINO_ACIDS), : len(AMINO_ACIDS)]
        value = value - value.mean(dim=1, keepdim=True)
        value = value - value.mean(dim=2, keepdim=True)
        return value.flatten(1).norm(dim=1)


def one_hot(codes: np.ndarray) -> Tensor:
    """Rows of an alignment as the model reads them, float32, (rows, L, STATES)."""
    return nn.functional.one_hot(torch.from_numpy(codes.astype(np.int64)), STATES).float()

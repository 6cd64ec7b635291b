"""The commonest reduction in one go: a sum of maps, symmetrised and corrected, without a corrected map a head.

Σ_h w_h (A_h − r_h c_hᵀ / t_h) = Σ_h w_h A_h − Rᵀ diag(w / t) C, where row h of R and of C holds the row and the column
sums of head h, and t its total. So each map is read once, and one product of matrices at the end corrects all heads.
"""

from __future__ import annotations

import numpy as np

from regard.errors import InputError, PipelineError

ROWS = 128  # added up at a time, so that what is added stays near the processor


class CorrectedSum:
    """A weighted sum over heads of ``"symmetrise | apc"``, or one of these, or neither.

    weights : shape (heads of all layers,). A head of weight 0 is not looked at.
    """

    def __init__(self, weights: np.ndarray, *, symmetrise: bool, apc: bool):
        self.weights, self.symmetrise, self.apc = weights.astype(np.float32), symmetrise, apc
        self.total = self.rows = self.columns = np.zeros((0, 0), dtype=np.float32)

    def add(self, first: int, attention: np.ndarray) -> None:
        """Heads from `first` on, shape (heads, query, key), without missing values."""
        if not self.total.size:
            queries, keys = attention.shape[1:]
            if self.symmetrise and queries != keys:
                raise PipelineError(f"symmetrise needs square maps, got {queries} × {keys}")
            self.total = np.zeros((queries, keys), dtype=np.float32)
            if self.apc:
                self.rows, self.columns = (np.zeros((len(self.weights), n), dtype=np.float32) for n in (queries, keys))
        ones = np.ones(max(self.total.shape), dtype=np.float32)
        for head, one in enumerate(attention, first):
            if not self.weights[head]:
                continue
            for start in range(0, len(one), ROWS):
                some = slice(start, start + ROWS)
                self.total[some] += self.weights[head] * one[some]
            if self.apc:
                self.rows[head] = one @ ones[: one.shape[1]]
                self.columns[head] = ones[: one.shape[0]] @ one

    def result(self) -> np.ndarray:
        """The sum, shape (query, key); an empty map stays empty."""
        rows, columns, out = self.rows, self.columns, np.empty_like(self.total)
        if self.symmetrise:
            rows = columns = (rows + columns) / 2
        mass = rows.sum(axis=1)
        share = np.divide(self.weights[: len(mass)], mass, out=np.zeros_like(mass), where=mass != 0)
        for start in range(0, len(out), ROWS):
            some = slice(start, start + ROWS)
            one = self.total[some]
            out[some] = (one + self.total[:, some].T) / 2 if self.symmetrise else one
            if self.apc:
                out[some] -= (rows[:, some] * share[:, None]).T @ columns
        if not np.isfinite(out.sum()):
            raise InputError("attention holds missing values; a stream takes maps of one sample, without padding")
        return out

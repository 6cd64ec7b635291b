"""Edges of a network: a score, and perhaps a sign, for every regulator and target."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from regard.core.scores import PairAnnotations, PairScores


@dataclass(frozen=True)
class Edges:
    """What one method says of all edges of one network.

    Attributes
    ----------
    scores : float64, shape (genes, genes); row = target (query), column = regulator (key); bigger is
        more likely an edge. NaN on the diagonal and in the columns of genes that may not regulate.
    sign : +1 activates, -1 represses, 0 unknown, same shape; None where the method has no sign.
    """

    method: str
    genes: list[str]
    scores: np.ndarray
    sign: np.ndarray | None = None

    def table(self, most: int | None = None) -> pd.DataFrame:
        """Columns regulator, target, score and, if there is one, sign; best first, ties by name.

        most : leave out all but the best so many.
        """
        target, regulator = np.nonzero(~np.isnan(self.scores))
        names = np.array(self.genes, dtype=object)
        place = np.argsort(np.argsort(names, kind="stable"), kind="stable")  # ties fall the same in any gene order
        score = self.scores[target, regulator]
        order = np.lexsort((place[target], place[regulator], -score))[:most]
        columns = {"regulator": names[regulator[order]], "target": names[target[order]], "score": score[order]}
        if self.sign is not None:
            columns["sign"] = self.sign[target[order], regulator[order]].astype(int)
        return pd.DataFrame(columns)

    def pair_scores(self) -> PairScores:
        """The same as scores of pairs of one sample, to be laid beside annotations."""
        return PairScores(["network"], [self.scores], self.method)


@dataclass(frozen=True)
class KnownEdges(PairAnnotations):
    """Known edges of one network, and of those whose effect is known what it is.

    sign : +1 activates, -1 represses, 0 unknown or both, int8, (genes, genes), row = target; None: no edge has one.
    """

    sign: np.ndarray | None = None


def with_candidates(method: str, genes: list[str], scores: np.ndarray, regulators: list[int] | None) -> Edges:
    """Edges of the same candidates as every method's: where a model says nothing, the least score stands.

    scores : shape (genes, genes), NaN where nothing is said (a gene that never varies).
    """
    scores = np.array(scores, dtype=float)
    scores[np.isnan(scores)] = np.nanmin(scores) if np.isfinite(scores).any() else 0.0
    if regulators is not None:
        scores[:, np.setdiff1d(np.arange(len(genes)), regulators)] = np.nan
    np.fill_diagonal(scores, np.nan)
    return Edges(method, genes, scores)

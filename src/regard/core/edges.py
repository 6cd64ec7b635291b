"""Edges of a network: a score, and perhaps a sign, for every regulator and target."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from regard.core.scores import PairAnnotations, PairScores

BLOCK = 200_000  # rows of a table that are made at a time


@dataclass(frozen=True)
class Edges:
    """What one method says of all edges of one network.

    Attributes
    ----------
    values : float32, shape (genes, regulators); row = target (query), column = regulator (key); bigger is
        more likely an edge. NaN where target and regulator are the same gene.
    effects : +1 activates, -1 represses, 0 unknown, int8, same shape; None where the method has no sign.
    regulators : places of the genes that may regulate, rising, int, shape (regulators,); None: all genes.
    activates : probability that the edge, if there is one, activates, float32, same shape; NaN where nothing is said.
    logistic : where scores are probabilities up to a slope and a constant, these: the probability of an edge is
        σ(slope · logit(score) + constant).
    """

    method: str
    genes: list[str]
    values: np.ndarray
    effects: np.ndarray | None = None
    regulators: np.ndarray | None = None
    activates: np.ndarray | None = None
    logistic: tuple[float, float] | None = None

    def __post_init__(self):
        object.__setattr__(self, "values", np.asarray(self.values, dtype=np.float32))
        if self.effects is not None:
            object.__setattr__(self, "effects", np.asarray(self.effects, dtype=np.int8))

    @property
    def scores(self) -> np.ndarray:
        """The scores with a column for every gene, float32, (genes, genes): NaN for genes that may not regulate."""
        return self.values if self.regulators is None else on_all(self.values, self.regulators, np.nan)

    @property
    def probabilities(self) -> np.ndarray | None:
        """Probability of every edge, float, shape of `values`; None where scores are no probabilities."""
        return None if self.logistic is None else probability(self.values.astype(float), *self.logistic)

    def table(self, most: int | None = None) -> pd.DataFrame:
        """Columns regulator, target, score and, where there are, sign, sign_probability (that it is right) and
        probability (that there is an edge); best first, ties by name.

        most : leave out all but the best so many.
        """
        return self.rows(self.best(most))

    def blocks(self, most: int | None = None) -> Iterator[pd.DataFrame]:
        """The same table a part at a time; one part, without a row, of no edges."""
        order = self.best(most)
        for start in range(0, max(len(order), 1), BLOCK):
            yield self.rows(order[start : start + BLOCK])

    def best(self, most: int | None) -> np.ndarray:
        """Where in the flat `values` the best edges lie, best first, ties by name."""
        flat = self.values.reshape(-1)
        there = ~np.isnan(flat)
        if most is not None and most < (count := int(there.sum())):
            # Only what is at least as good as the last that is asked for has to be put in order.
            least = np.partition(flat[there], count - most)[count - most] if most else np.inf
            there &= flat >= least
        at = np.flatnonzero(there)
        target, column = np.divmod(at, self.values.shape[1])
        # Ties fall the same in any gene order.
        place = np.empty(len(self.genes), dtype=np.int32)
        place[np.argsort(np.array(self.genes, dtype=object), kind="stable")] = np.arange(len(self.genes))
        regulator = column if self.regulators is None else self.regulators[column]
        return at[np.lexsort((place[target], place[regulator], -flat[at]))[:most]]

    def rows(self, at: np.ndarray) -> pd.DataFrame:
        """The table of the edges at these places of the flat `values`."""
        target, column = np.divmod(at, self.values.shape[1])
        names = np.array(self.genes, dtype=object)
        regulator = column if self.regulators is None else self.regulators[column]
        columns = {
            "regulator": names[regulator],
            "target": names[target],
            "score": self.values.reshape(-1)[at].astype(float),
        }
        if self.effects is not None:
            columns["sign"] = self.effects.reshape(-1)[at].astype(int)
        if self.activates is not None:
            said = self.activates.reshape(-1)[at].astype(float)
            columns["sign_probability"] = np.maximum(said, 1 - said)
        if self.logistic is not None:
            columns["probability"] = probability(columns["score"], *self.logistic)
        return pd.DataFrame(columns)

    def pair_scores(self) -> PairScores:
        """The same as scores of pairs of one sample, (genes, regulators), to be laid beside annotations."""
        return PairScores(["network"], [self.values], self.method)


@dataclass(frozen=True)
class KnownEdges:
    """Known edges of one network, and of those whose effect is known what it is.

    Sparse: of 20,000 genes a few thousand pairs are known.

    edges : bool, (genes, genes), row = target, column = regulator.
    sign : +1 activates, -1 represses, 0 unknown or both, int8, same shape; None: no edge has one.
    """

    name: str
    edges: csr_array
    sign: csr_array | None = None

    def from_regulators(self, columns: np.ndarray) -> PairAnnotations:
        """Which pairs are known, (genes, regulators), to be laid beside scores; columns : places of the regulators."""
        return PairAnnotations(["network"], [self.edges[:, columns].toarray()], self.name)


def probability(score: np.ndarray, slope: float, constant: float) -> np.ndarray:
    """Of an edge, of a score that is a probability before it was calibrated."""
    score = np.clip(score, 1e-9, 1 - 1e-7)  # float32 knows none nearer to 1
    return 1 / (1 + np.exp(-slope * np.log(score / (1 - score)) - constant))


def on_all(values: np.ndarray, regulators: np.ndarray, rest: float) -> np.ndarray:
    """Columns of regulators laid on all genes; `rest` elsewhere."""
    full = np.full((len(values), len(values)), rest, dtype=values.dtype)
    full[:, regulators] = values
    return full


def without_self(values: np.ndarray, regulators: np.ndarray) -> None:
    """Put NaN where the column's gene is the row's."""
    values[regulators, np.arange(len(regulators))] = np.nan


def with_candidates(method: str, genes: list[str], scores: np.ndarray, regulators: list[int] | None) -> Edges:
    """Edges of the same candidates as every method's: where a model says nothing, the least score stands.

    scores : shape (genes, regulators), or (genes, genes), NaN where nothing is said (a gene that never varies).
    """
    columns = np.arange(len(genes)) if regulators is None else np.unique(regulators)
    scores = np.asarray(scores)
    least = np.nanmin(scores) if np.isfinite(scores).any() else 0.0
    scores = scores[:, columns] if scores.shape[1] == len(genes) else scores
    values = np.where(np.isnan(scores), least, scores).astype(np.float32)
    without_self(values, columns)
    return Edges(method, genes, values, regulators=None if regulators is None else columns)

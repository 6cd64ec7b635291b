"""An expression table, and what is known of its samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from regard.data.series import repeated, replicates_apart

KINDS = ("none", "knockout", "knockdown", "overexpression")  # codes of `Expression.perturbation`


@dataclass(frozen=True)
class Expression:
    """Expression of genes in samples, shape (samples, genes), with names.

    `perturbation`, int8 (samples, genes), holds the index in KINDS of what was done to a gene in a
    sample; None where nobody told. `time`, float (samples,), is NaN for samples outside a time series;
    `series`, int (samples,), numbers the series and is -1 outside; both None where nobody told.
    `remarks` tell how the file was read where that is not plain; `aliases`, of a file that has several columns of
    names, which gene another name stands for.
    """

    values: np.ndarray
    genes: list[str]
    samples: list[str]
    perturbation: np.ndarray | None = None
    time: np.ndarray | None = None
    series: np.ndarray | None = None
    remarks: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)

    def take(self, genes: np.ndarray) -> Expression:
        """The same samples with the genes at these places, in this order."""
        perturbation = None if self.perturbation is None else self.perturbation[:, genes]
        names = [self.genes[i] for i in genes]
        # One memory layout whatever came in: sums over samples then round the same way.
        values = np.ascontiguousarray(self.values[:, genes])
        return replace(self, values=values, genes=names, perturbation=perturbation)

    def by_content(self) -> Expression:
        """The same samples in an order that only what is known of them decides, not their places in a file.

        Which samples a tree draws, and how a sum over them rounds, then depends on neither. Samples of time series keep
        their order and come last: there it says what follows what. Replicates at one time get series of their own.
        """
        if repeated(self.time, self.series):
            return self.replicates_apart().by_content()
        genes = np.argsort(self.genes, kind="stable")
        columns = [self.values[:, genes] + 0.0]  # no -0, whose bytes are others
        columns += [] if self.perturbation is None else [self.perturbation[:, genes]]
        columns += [] if self.time is None else [self.time[:, None]]
        rows = np.hstack(columns).astype(float, copy=False)
        follows = np.zeros(len(rows), dtype=bool) if self.series is None else self.series >= 0
        alone, inside = np.flatnonzero(~follows), np.flatnonzero(follows)
        order = np.array([*sorted(alone, key=lambda i: rows[i].tobytes()), *inside], dtype=int)
        return replace(
            self,
            values=np.ascontiguousarray(self.values[order]),
            samples=[self.samples[i] for i in order],
            perturbation=None if self.perturbation is None else self.perturbation[order],
            time=None if self.time is None else self.time[order],
            series=None if self.series is None else self.series[order],
        )

    def replicates_apart(self) -> Expression:
        """The same with each replicate at a time in a series of its own, series after series, other samples first."""
        if self.time is None or self.series is None:
            return self
        series = replicates_apart(self.time, self.series, self.perturbation)
        order = np.lexsort((np.where(series >= 0, self.time, 0), series))
        done = self.perturbation
        return replace(
            self,
            values=self.values[order],
            samples=[self.samples[i] for i in order],
            perturbation=None if done is None else done[order],
            time=self.time[order],
            series=series[order],
        )

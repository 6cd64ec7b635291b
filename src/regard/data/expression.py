"""An expression table, and what is known of its samples."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

KINDS = ("none", "knockout", "knockdown", "overexpression")  # codes of `Expression.perturbation`


@dataclass(frozen=True)
class Expression:
    """Expression of genes in samples, shape (samples, genes), with names.

    `perturbation`, int8 (samples, genes), holds the index in KINDS of what was done to a gene in a
    sample; None where nobody told. `time`, float (samples,), is NaN for samples outside a time series;
    `series`, int (samples,), numbers the series and is -1 outside; both None where nobody told.
    `remarks` tell how the file was read where that is not plain.
    """

    values: np.ndarray
    genes: list[str]
    samples: list[str]
    perturbation: np.ndarray | None = None
    time: np.ndarray | None = None
    series: np.ndarray | None = None
    remarks: tuple[str, ...] = ()

    def take(self, genes: np.ndarray) -> Expression:
        """The same samples with the genes at these places, in this order."""
        perturbation = None if self.perturbation is None else self.perturbation[:, genes]
        names = [self.genes[i] for i in genes]
        # One memory layout whatever came in: sums over samples then round the same way.
        values = np.ascontiguousarray(self.values[:, genes])
        return replace(self, values=values, genes=names, perturbation=perturbation)

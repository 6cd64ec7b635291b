"""Which gene an element regulates by place alone: the nearest gene, or any within 100 kb."""

from __future__ import annotations

import numpy as np
import pandas as pd

REACH = 100_000


def nearest_gene(pairs: pd.DataFrame, starts: pd.DataFrame) -> np.ndarray:
    """1 where no gene begins nearer to the middle of an element than the pair's own, 0 where one does, shape (pairs,).

    NaN where no start of the pair's gene is known on the element's chromosome. Of a gene with several starts the
    nearest counts; genes that begin equally near are all nearest.

    Parameters
    ----------
    pairs : columns `chrom`, `start`, `end` (of the element, 0-based half-open) and `gene`.
    starts : columns `gene`, `chrom` and `tss` (0-based) of every gene that may be nearest.
    """
    found = np.full(len(pairs), np.nan)
    middle = ((pairs.start + pairs.end) / 2).to_numpy(float)
    code = np.arange(len(pairs))
    by_gene = {key: np.sort(some.to_numpy(float)) for key, some in starts.groupby(["chrom", "gene"]).tss}
    by_chrom = {key: np.sort(some.to_numpy(float)) for key, some in starts.groupby("chrom").tss}
    for key, some in pd.Series(code).groupby([pairs.chrom.to_numpy(), pairs.gene.to_numpy()]):
        chrom, gene = key if isinstance(key, tuple) else (key, "")
        if (chrom, gene) in by_gene:
            at = some.to_numpy()
            own, any_gene = (away(middle[at], places) for places in (by_gene[chrom, gene], by_chrom[chrom]))
            found[at] = own <= any_gene
    return found


def away(places: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Distance of each place, (places,), to the nearest of some starts, rising, at least one."""
    after = np.searchsorted(starts, places)
    left, right = starts[np.maximum(after - 1, 0)], starts[np.minimum(after, len(starts) - 1)]
    return np.minimum(np.abs(places - left), np.abs(right - places))


def within_reach(distance: np.ndarray) -> np.ndarray:
    """1 up to 100 kb from the TSS, 0 beyond, shape (pairs,)."""
    return (np.asarray(distance, dtype=float) <= REACH).astype(float)

"""Networks from mutual information of binned expression."""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata

from regard.data.expression import Expression
from regard.predictors.edges import predictor

MOST_BINS = 16  # the table of all pairs of bins grows with its square


def bins(values: np.ndarray) -> np.ndarray:
    """Bins of equal frequency, int, shape (samples, genes); equal values share a bin."""
    samples = len(values)
    count = min(max(2, round(np.sqrt(samples))), MOST_BINS)
    return np.floor((rankdata(values, axis=0) - 0.5) / samples * count).astype(int)


@predictor(
    "mutual-information",
    "mutual information in bins of equal frequency, √samples of them, at most 16; the same both ways",
    "Σ p(a, b) ln(p(a, b) / p(a) p(b))",
    "Butte & Kohane 2000; Meyer et al. 2008",
)
def mutual_information(expression: Expression, regulators: np.ndarray, **_) -> np.ndarray:
    binned = bins(expression.values)
    count, samples = binned.max() + 1, len(binned)
    inside = (binned[:, None, :] == np.arange(count)[:, None]).astype(np.float32)  # (samples, bins, genes)
    share = inside.mean(axis=0)  # (bins, genes)
    entropy = -(share * np.log(np.where(share > 0, share, 1))).sum(axis=0)
    flat = inside[:, :, regulators].reshape(samples, -1)
    found = np.zeros((len(share[0]), len(regulators)), dtype=np.float32)
    for target in range(len(found)):
        joint = inside[:, :, target].T @ flat / samples  # (bins, bins × regulators)
        joint = joint.reshape(count * count, len(regulators))
        both = -(joint * np.log(np.where(joint > 0, joint, 1))).sum(axis=0)
        found[target] = entropy[target] + entropy[regulators] - both
    return np.maximum(found, 0)  # rounding alone goes below

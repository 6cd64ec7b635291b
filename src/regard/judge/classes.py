"""Do sequences of two classes differ in one number each? Tests over sequences, never over positions."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control, mannwhitneyu, wilcoxon

from regard.core.evidence import NOT_SUPPORTED, SUPPORTED, TOO_FEW, evidence

FEWEST_A_CLASS = 10
LEVEL = 0.05
RESAMPLES = 1000


def auroc_interval(first: np.ndarray, second: np.ndarray, *, seed: int = 0) -> tuple[float, float, float]:
    """Probability that one of the first exceeds one of the second, and its bootstrap interval (2.5 and 97.5 %).

    Ties count one half. Sequences of each class are drawn again by themselves.
    """
    rng = np.random.default_rng(seed)
    above = (first[:, None] > second) + 0.5 * (first[:, None] == second)
    a = rng.integers(0, len(first), (RESAMPLES, len(first)))
    b = rng.integers(0, len(second), (RESAMPLES, len(second)))
    # How often each was drawn, times the table of pairs, gives every resample at once.
    times_a = np.stack([np.bincount(one, minlength=len(first)) for one in a]) / len(first)
    times_b = np.stack([np.bincount(one, minlength=len(second)) for one in b]) / len(second)
    drawn = ((times_a @ above) * times_b).sum(axis=1)
    return float(above.mean()), *map(float, np.quantile(drawn, [0.025, 0.975]))


def class_row(
    first: np.ndarray, second: np.ndarray, *, baseline: tuple[str, np.ndarray, np.ndarray] | None = None, seed: int = 0
) -> dict:
    """The figures of one evidence row: AUROC of the first class against the second, Mann–Whitney p, two-sided.

    baseline : name and values of the same sequences, in the same order, that need no model. Its AUROC is turned to
        the side of the value's, so that it is what the baseline alone can explain.
    """
    n = {"n": len(first) + len(second), "positives": len(first), "prevalence": len(first) / (len(first) + len(second))}
    value, low, high = auroc_interval(first, second, seed=seed)
    row = n | {"metric": "auroc", "value": value, "ci_low": low, "ci_high": high}
    row |= {"null": "classes alike (Mann–Whitney)", "null_mean": 0.5}
    row["p_value"] = float(mannwhitneyu(first, second).pvalue)
    if baseline:
        name, of_first, of_second = baseline
        row |= {"baseline": name, "baseline_value": auroc_interval(of_first, of_second)[0]}
    return row


def paired_row(first: np.ndarray, second: np.ndarray, metric: str, *, seed: int = 0) -> dict:
    """The same for two numbers of every sequence: mean of first − second, Wilcoxon signed-rank p, two-sided."""
    difference = first - second
    rng = np.random.default_rng(seed)
    drawn = difference[rng.integers(0, len(difference), (RESAMPLES, len(difference)))].mean(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    row = {"n": len(difference), "metric": metric, "value": float(difference.mean())}
    row |= {"ci_low": float(low), "ci_high": float(high), "null": "no difference (Wilcoxon)", "null_mean": 0.0}
    return row | {"p_value": float(wilcoxon(difference).pvalue) if difference.any() else 1.0}


def judged(rows: list[dict]) -> pd.DataFrame:
    """An evidence table of rows that answer one question together: q over all of them, verdict and reason."""
    table = evidence(rows)
    if len(table) and table.p_value.notna().all():
        table["q_value"] = false_discovery_control(table.p_value.to_numpy(float))
    verdicts = [decide_difference(row) for _, row in table.iterrows()]
    table["verdict"], table["reason"] = [v for v, _ in verdicts], [r for _, r in verdicts]
    return table


def decide_difference(row: pd.Series) -> tuple[str, str]:
    """Supported: enough sequences, q at most .05, and further from no difference than the baseline is."""
    paired = pd.isna(row.positives)
    smallest = row.n if paired else min(row.positives, row.n - row.positives)
    if smallest < FEWEST_A_CLASS:
        return TOO_FEW, f"{smallest:.0f} sequences in the smaller class; {FEWEST_A_CLASS} are the least to judge by"
    if not row.q_value <= LEVEL:
        return NOT_SUPPORTED, f"as much by chance (q = {row.q_value:.2g})"
    if isinstance(row.baseline, str) and row.baseline:
        side = 1 if row.value >= 0.5 else -1
        edge = row.ci_low if side > 0 else row.ci_high
        if not side * (edge - 0.5) > abs(row.baseline_value - 0.5):
            return NOT_SUPPORTED, f"{row.baseline} alone tells the classes apart as well ({row.baseline_value:.3g})"
    return SUPPORTED, f"beyond chance (q = {row.q_value:.2g})" + (", beyond the baseline" if row.baseline else "")


def max_statistic(values: np.ndarray, first: np.ndarray, *, draws: int = 999, seed: int = 0):
    """Where are values of the first class higher? One test a row of bins, corrected for their number.

    Parameters
    ----------
    values : shape (sequences, rows, bins), heads × bins of positions, say.
    first : bool, shape (sequences,).

    Returns
    -------
    Standardised difference of means (difference over the standard deviation within classes), (rows, bins); p of the
    highest of each row, (rows,), by exchanging class labels of whole sequences (Westfall & Young 1993); and which
    bins exceed the 95th percentile of that null, bool, (rows, bins).
    """
    rng = np.random.default_rng(seed)
    n, rows, bins = values.shape
    flat = values.reshape(n, -1)
    labels = np.stack([first, *(rng.permutation(first) for _ in range(draws))]).astype(float)  # (1 + draws, n)
    n_first, n_second = first.sum(), n - first.sum()
    total, squares = flat.sum(axis=0), (flat**2).sum(axis=0)
    mean_first = labels @ flat / n_first
    mean_second = (total - n_first * mean_first) / n_second
    within = squares - n_first * mean_first**2 - n_second * mean_second**2
    difference = (mean_first - mean_second) / np.sqrt(np.maximum(within, 1e-12) / max(n - 2, 1))
    difference = difference.reshape(-1, rows, bins)
    highest = difference.max(axis=2)  # (1 + draws, rows)
    p = ((highest[1:] >= highest[0]).sum(axis=0) + 1) / (draws + 1)
    return difference[0], p, difference[0] > np.quantile(highest[1:], 0.95, axis=0)[:, None]

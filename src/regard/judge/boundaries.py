"""Does attention know of a boundary in the middle of a window? Attention to it, and attention across it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control

from regard.core.evidence import NOT_SUPPORTED, SUPPORTED, TOO_FEW, evidence

FEWEST_PAIRS = 10
LEVEL = 0.05
RESAMPLES = 1000
# What is expected of a boundary (Avsec et al. 2021, fig. 2c): attention to it higher, attention across it lower.
SIDE = {"stripe": 1, "block": -1}
SAYS = {"stripe": "attention to the boundary", "block": "attention across the boundary"}


def relative(attention: np.ndarray, *, causal: bool = False) -> np.ndarray:
    """Attention over what a uniform map gives; 1 = uniform. Shape (..., query, key), 0 where a query cannot see."""
    n = attention.shape[-1]
    return attention * (np.arange(1, n + 1)[:, None] if causal else n)


def stripe_and_block(attention: np.ndarray, *, width: int = 1, causal: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """The two scores of a boundary that stands in the middle of both axes, relative to uniform attention.

    Parameters
    ----------
    attention : shape (..., query, key), row = query; the boundary lies between bins n // 2 − 1 and n // 2.
    width : bins on each side that are the boundary itself.

    Returns
    -------
    stripe : mean attention to the boundary's bins of the queries outside them.
    block : mean attention of queries on one side to keys on the other; the boundary's own bins are on no side. A
        causal model looks only from right to left.
    """
    n = attention.shape[-1]
    left, right = slice(0, n // 2 - width), slice(n // 2 + width, n)
    middle = slice(n // 2 - width, n // 2 + width)
    values = relative(attention, causal=causal)
    back = values[..., right, left].mean(axis=(-2, -1))
    if causal:
        return values[..., right, middle].mean(axis=(-2, -1)), back
    outside = np.concatenate([values[..., left, middle], values[..., right, middle]], axis=-2)
    return outside.mean(axis=(-2, -1)), (back + values[..., left, right].mean(axis=(-2, -1))) / 2


def sign_flips(difference: np.ndarray, side: int, *, draws: int = 4999, seed: int = 0) -> np.ndarray:
    """p that pairs differ towards `side` (1 or −1), one-sided: boundary and control of a pair change places.

    difference : shape (pairs, tests). Returns shape (tests,); (b + 1) / (draws + 1) (Phipson & Smyth 2010).
    """
    rng = np.random.default_rng(seed)
    found, above = side * difference.mean(axis=0), np.zeros(difference.shape[1])
    for size in [1000] * (draws // 1000) + [draws % 1000]:
        signs = rng.choice([-1.0, 1.0], (size, len(difference)))
        above += (side * signs @ difference / len(difference) >= found - 1e-12).sum(axis=0)
    return (above + 1) / (draws + 1)


def boundary_evidence(
    boundary: dict[str, np.ndarray],
    control: dict[str, np.ndarray],
    *,
    untrained: dict[str, np.ndarray] | None = None,
    item: str = "boundaries",
    study: str = "enhancer",
    seed: int = 0,
) -> pd.DataFrame:
    """Evidence for each layer and head, and for their mean.

    Parameters
    ----------
    boundary, control : "stripe" and "block", each shape (pairs, layers, heads), of boundaries and matched loci.
    untrained : the same differences (boundary − control) of the architecture with random weights, one or several
        draws, mean over pairs, shape (draws, layers, heads).

    Returns
    -------
    Two rows a head: the mean of boundary − control, its bootstrap interval over pairs, p of exchanging boundary and
    control in each pair, q over all rows. Supported: enough pairs, q at most .05, and the whole interval beyond what
    random weights give.
    """
    rows = []
    for metric, side in SIDE.items():
        difference = boundary[metric] - control[metric]
        pairs, layers, heads = difference.shape
        tests = np.concatenate([difference.reshape(pairs, -1), difference.mean(axis=(1, 2))[:, None]], axis=1)
        p = sign_flips(tests, side, seed=seed)
        drawn = np.random.default_rng(seed).integers(0, pairs, (RESAMPLES, pairs))
        times = np.stack([np.bincount(one, minlength=pairs) for one in drawn]) / pairs
        low, high = np.quantile(times @ tests, [0.025, 0.975], axis=0)
        names = [f"layer {a + 1}, head {b + 1}" for a in range(layers) for b in range(heads)] + ["mean of heads"]
        random = np.full(len(names), np.nan)
        if untrained is not None:
            mean = untrained[metric].mean(axis=0)
            random = np.append(mean.ravel(), mean.mean())
        for i, name in enumerate(names):
            rows.append({
                "study": study, "item": item, "method": f"{SAYS[metric]}, {name}", "annotation": "boundaries",
                "n": pairs, "positives": pairs, "prevalence": 0.5, "metric": f"{metric} difference",
                "value": tests[:, i].mean(), "ci_low": low[i], "ci_high": high[i],
                "null": "matched loci (pairs exchanged)", "null_mean": 0.0,
                "baseline": "random weights" if untrained is not None else "", "baseline_value": random[i],
                "p_value": p[i],
            })  # fmt: skip
    table = evidence(rows)
    table["q_value"] = false_discovery_control(table.p_value.to_numpy(float))
    decided = [decide_boundary(row) for _, row in table.iterrows()]
    table["verdict"], table["reason"] = [v for v, _ in decided], [r for _, r in decided]
    return table


def decide_boundary(row: pd.Series) -> tuple[str, str]:
    """Verdict and reason of one row; the first test that fails is the reason."""
    side = SIDE[row.metric.split()[0]]
    if row.n < FEWEST_PAIRS:
        return TOO_FEW, f"{row.n} boundaries with a matched locus; {FEWEST_PAIRS} are the least to judge by"
    if not row.q_value <= LEVEL:
        return NOT_SUPPORTED, f"matched loci give as much (q = {row.q_value:.2g})"
    edge = row.ci_low if side > 0 else row.ci_high
    if row.baseline and not side * (edge - row.baseline_value) > 0:
        return NOT_SUPPORTED, f"random weights differ as much ({row.baseline_value:.3g})"
    more = "more" if side > 0 else "less"
    return SUPPORTED, f"{more} than at matched loci (q = {row.q_value:.2g})" + (
        " and than with random weights" if row.baseline else ""
    )

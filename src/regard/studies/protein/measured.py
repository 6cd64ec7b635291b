"""One number of a variant beside the same of others: in `variants.tsv`, and as a row of the page."""

from __future__ import annotations

import numpy as np


def measured(name: str, value: float, others: np.ndarray, low: bool) -> dict:
    """A row of `variants.tsv`; p counts others at least as extreme, the lower (`low`) or the higher the more."""
    extreme = int(((others <= value) if low else (others >= value)).sum())
    low_end, middle, high_end = np.quantile(others, (0.05, 0.5, 0.95)) if len(others) else (np.nan,) * 3
    return {
        "measure": name, "value": value, "comparable median": float(middle),
        "comparable 5 %": float(low_end), "comparable 95 %": float(high_end),
        "as extreme": extreme, "comparable": len(others), "p": (extreme + 1) / (len(others) + 1),
    }  # fmt: skip


def told_row(row: dict) -> dict:
    """The same for a reader."""
    return {
        "measured": row["measure"],
        "this variant": row["value"],
        f"{row['comparable']} comparable, median": row["comparable median"],
        "comparable, 5 to 95 %": f"{row['comparable 5 %']:.3g} to {row['comparable 95 %']:.3g}",
        "as extreme": f"{row['as extreme']} of {row['comparable']}",
    }

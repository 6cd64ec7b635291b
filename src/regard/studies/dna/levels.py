"""Predicted initiation in words: strong, weak, none."""

from __future__ import annotations

import math

STRONG, WEAK, NONE = "strong", "weak", "none"
# Of the highest base, as ln(count + 1): round numbers of counts, and no choice of any table.
COUNT_STRONG, COUNT_WEAK = 1.0, 0.1


def level_of(height: float) -> str:
    """Strong from one count at the highest base, weak from a tenth, else none; `height` is ln(count + 1).

    Examples
    --------
    >>> level_of(1.2), level_of(0.3), level_of(0.01)
    ('strong', 'weak', 'none')
    """
    if height >= math.log1p(COUNT_STRONG):
        return STRONG
    return WEAK if height >= math.log1p(COUNT_WEAK) else NONE


def levels_text() -> str:
    """The limits, for a reader."""
    return (
        f"at the highest base, in ln(count + 1): strong from {math.log1p(COUNT_STRONG):.2f}, one count; weak from "
        f"{math.log1p(COUNT_WEAK):.2f}, a tenth of one; else none"
    )

"""One line a check: how many, how bad, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

SERIOUS, MINOR, NONE = "serious", "minor", "none"

# From which value on a finding is minor, and from which serious. Shares of rows, except AUROC.
LIMITS = {
    "exact duplicates": (0.0, 0.01),
    "reverse complements": (0.0, 0.01),
    "near duplicates": (0.0, 0.05),
    "conflicting labels": (0.0, 0.01),
    "near duplicates, other label": (0.0, 0.01),
    "overlap": (0.0, 0.005),
    "near overlap": (0.0, 0.01),
    "built negatives": (0.0, 0.05),
    "ids used twice": (0.0, 1.0),
    "odd lengths": (0.55, 0.65),  # AUROC of telling the two lengths apart
    "length shortcut": (0.55, 0.65),
    "GC shortcut": (0.65, 0.80),
    "composition shortcut": (0.70, 0.85),
}

ADVICE = {
    "exact duplicates": "keep one row of each; copies on both sides of a split are answers given away",
    "reverse complements": "where strands are alike, keep one of each pair or keep both on one side of a split",
    "near duplicates": "split by family, so that relatives stay on one side",
    "conflicting labels": "take these sequences out, or find out which label is right; no model can learn both",
    "near duplicates, other label": "look at these pairs; a label that changes with a few bases is rarely real",
    "overlap": "take these rows out of the training file; what a model scores on them is memory",
    "near overlap": "take the training rows out, or report the score without these test rows",
    "built negatives": "add negatives of another making (genome windows, matched in GC); a model can learn the joints",
    "ids used twice": "make ids differ before predictions are joined by id",
    "odd lengths": "find out where the commoner length comes from; rows made in another way do not belong together",
    "length shortcut": "cut all sequences to one length before training",
    "GC shortcut": "report this beside the model, and draw negatives matched in GC",
    "composition shortcut": "report this beside the model: it reads no order beyond neighbours",
}


@dataclass
class Finding:
    """One row of `audit.tsv`; `share` is n over the rows (or sequences) looked at."""

    check: str
    file: str
    level: str
    n: int
    share: float
    verdict: str
    advice: str


def finding(check: str, file: str, n: int, of: int, verdict: str, *, measure: float | None = None) -> Finding:
    """Judge by `measure` (the share, if left out) with the limits of this check; NaN is not judged.

    A check judged by its share is minor as soon as anything is found.
    """
    share = n / of if of else 0.0
    value = share if measure is None else measure
    minor, serious = LIMITS[check]
    level = SERIOUS if n and value >= serious else MINOR if n and value > minor else NONE
    return Finding(check, file, level, int(n), share, verdict, ADVICE[check] if level != NONE else "")

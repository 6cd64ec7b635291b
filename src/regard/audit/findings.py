"""One line a check: how many, how bad, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

SERIOUS, MINOR, NONE = "serious", "minor", "none"
BEYOND_CHANCE = 4.0  # standard errors: a table of random labels has a dozen AUROCs, and must not be accused

# From which value on a finding is minor, and from which serious. Shares of rows, except AUROC.
LIMITS = {
    "exact duplicates": (0.0, 0.01),
    "reverse complements": (0.0, 0.01),
    "near duplicates": (0.0, 0.05),
    "partial duplicates": (0.0, 0.05),
    "conflicting labels": (0.0, 0.01),
    "conflicting labels, other strand": (0.0, 0.01),
    "near duplicates, other label": (0.0, 0.01),
    "overlap": (0.0, 0.005),
    "near overlap": (0.0, 0.01),
    "partial overlap": (0.0, 0.01),
    "built negatives": (0.0, 0.05),
    "ids used twice": (0.0, 1.0),
    "odd lengths": (0.55, 0.65),  # AUROC of telling the two lengths apart
    "length shortcut": (0.55, 0.65),
    "GC shortcut": (0.65, 0.80),
    "composition shortcut": (0.70, 0.85),
    "letter shortcut": (0.55, 0.65),
    "N shortcut": (0.55, 0.65),
    "prefix shortcut": (0.60, 0.70),
    "suffix shortcut": (0.60, 0.70),
    "position shortcut": (0.65, 0.80),
}

ADVICE = {
    "exact duplicates": "keep one row of each; copies on both sides of a split are answers given away",
    "reverse complements": "where strands are alike, keep one of each pair or keep both on one side of a split",
    "near duplicates": "split by family, so that relatives stay on one side",
    "partial duplicates": "split by family; rows cut from one place at different offsets are the same answer twice",
    "conflicting labels, other strand": "decide whether strands differ here; if not, take both out",
    "conflicting labels": "take these sequences out, or find out which label is right; no model can learn both",
    "near duplicates, other label": "look at these pairs; a label that changes with a few bases is rarely real",
    "overlap": "take these rows out of the training file; what a model scores on them is memory",
    "near overlap": "take the training rows out, or report the score without these test rows",
    "partial overlap": "split by place in the genome or by family; what a model scores on these rows is partly memory",
    "built negatives": "add negatives of another making (genome windows, matched in GC); a model can learn the joints",
    "ids used twice": "make ids differ before predictions are joined by id",
    "odd lengths": "find out where the commoner length comes from; rows made in another way do not belong together",
    "length shortcut": "cut all sequences to one length before training",
    "GC shortcut": "report this beside the model, and draw negatives matched in GC",
    "composition shortcut": "report this beside the model: it reads no order beyond neighbours",
    "letter shortcut": "write all letters alike (upper case, T for U) before training, or a tokenizer sees it",
    "N shortcut": "cut N away, or draw the rows of all labels with as many",
    "prefix shortcut": "trim adapters and sites from the start of every row, or find out why one label begins so",
    "suffix shortcut": "trim adapters and sites from the end of every row, or find out why one label ends so",
    "position shortcut": "report this beside the model; if it is no biology, find out what was cut or added there",
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


def finding(
    check: str, file: str, n: int, of: int, verdict: str, *, measure: float | None = None, noise: float = 0.0
) -> Finding:
    """Judge by `measure` (the share, if left out) with the limits of this check; NaN is not judged.

    A check judged by its share is minor as soon as anything is found. noise : standard error of an AUROC that tells
    nothing; one within four of .5 is none, however few the rows.
    """
    share = n / of if of else 0.0
    value = share if measure is None else measure
    minor, serious = LIMITS[check]
    level = SERIOUS if n and value >= serious else MINOR if n and value > minor else NONE
    if noise and value - 0.5 < BEYOND_CHANCE * noise:
        level = NONE
    return Finding(check, file, level, int(n), share, verdict, ADVICE[check] if level != NONE else "")

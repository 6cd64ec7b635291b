"""What the page of two runs says first: counted from its rows, never more than they tell."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from regard.studies.beside.rows import APART, OTHER, in_both

CAUTION = (
    "Each verdict was reached within its own run, and nothing here tests the difference between the two: that one is "
    "supported and the other is not does not make them different. Intervals that lie apart are a hint; intervals that "
    "overlap do not show that two values are equal."
)
# Where one run of the study tests a difference on the same labels.
TESTED = {
    "enhancer rank": "To test a difference, give both rankings to one run (--predictions twice): its comparisons.tsv "
    "draws the same genes for both.",
    "network": "To see methods on the same candidates and the same random rankings, give them to one run "
    "(--method a,b).",
}


def headline(table: pd.DataFrame) -> str:
    both = table[in_both(table)]
    differ = int((both.verdict_1 != both.verdict_2).sum())
    if not len(table):
        return "Neither run judged anything"
    if not len(both):
        return "No comparison of one run has its like in the other"
    if not differ:
        return f"The same verdict in both runs for {'the one' if len(both) == 1 else f'all {len(both)}'} in common"
    return f"{differ} of {len(both)} comparisons have another verdict in the second run"


def found(table: pd.DataFrame, names: tuple[str, str]) -> list[str]:
    """Sentences on what moved: verdicts, values, intervals, rows of one run alone."""
    both = table[in_both(table)]
    moved = Counter(pair for pair in zip(both.verdict_1, both.verdict_2, strict=True) if pair[0] != pair[1])
    lines = [f"{count} × {one} in {names[0]}, {other} in {names[1]}" for (one, other), count in moved.most_common()]
    if both.difference.notna().any():
        up, down = int((both.difference > 0).sum()), int((both.difference < 0).sum())
        lines.append(f"Values in {names[1]}: higher in {up}, lower in {down}, of {len(both)} in both")
        lines.append(f"Intervals lie apart in {int((both.intervals == APART).sum())}")
    for run, name in ((1, names[0]), (2, names[1])):
        alone = int((table[f"verdict_{run}"].notna() & ~in_both(table)).sum())
        if alone:
            lines.append(f"In {name} alone: {alone} comparisons")
    return lines


def cautions(table: pd.DataFrame, study: str) -> list[str]:
    """Why these are no tested differences, and where one could be had."""
    other = int((table.labels == OTHER).sum())
    if other == 0:
        labels = "Both runs judged as many labels in every comparison."
    else:
        labels = (
            f"In {other} comparisons the two runs judged other numbers of labels: where the share of positives "
            "differs, so does chance, and the values cannot be laid beside each other as they are."
        )
    return [CAUTION, labels, *([TESTED[study]] if study in TESTED else [])]

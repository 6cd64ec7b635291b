"""What the page of two runs says first: counted from its rows, never more than they tell."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from regard.core.evidence import JUDGED
from regard.report.sure import COMPARISONS, how_many
from regard.studies.beside.free import of_models
from regard.studies.beside.rows import APART, OTHER, in_both
from regard.studies.beside.tested import ALIKE, DIFFER, LEVEL

CAUTION = (
    "Each verdict was reached within its own run: that one is supported and the other is not does not make them "
    "different. Intervals that lie apart are a hint; intervals that overlap do not show that two values are equal."
)
NOT_TESTED = "No paired test is possible here, and nothing on this page tests a difference"
# Where one run of the study tests a difference on the same labels.
TESTED = {
    "enhancer rank": "To test a difference, give both rankings to one run (--predictions twice): its comparisons.tsv "
    "draws the same genes for both.",
    "network": "To see methods on the same candidates and the same random rankings, give them to one run "
    "(--method a,b).",
}


def headline(table: pd.DataFrame) -> str:
    both = of_models(table)
    differ = int((both.verdict_1 != both.verdict_2).sum())
    untold = int((~both.verdict_1.isin(JUDGED) & ~both.verdict_2.isin(JUDGED)).sum())
    if not len(table):
        return "Neither run judged anything"
    if not in_both(table).any():
        return "No comparison of one run has its like in the other"
    if not len(both):
        return "Nothing that both runs have in common is the model's"
    if untold == len(both):
        return f"Neither run could judge {'the one comparison' if untold == 1 else f'any of {untold}'} in common"
    if not differ:
        same = f"The same verdict in both runs for {'the one' if len(both) == 1 else f'all {len(both)}'} in common"
        return f"{same}; neither could judge {untold} of them" if untold else same
    return f"{differ} of {how_many(len(both), COMPARISONS)} with another verdict in the second run"


def found(table: pd.DataFrame, names: tuple[str, str]) -> list[str]:
    """Sentences on what moved: verdicts, values, intervals, rows of one run alone; of what is the model's."""
    both = of_models(table)
    moved = Counter(pair for pair in zip(both.verdict_1, both.verdict_2, strict=True) if pair[0] != pair[1])
    lines = [f"{count} × {one} in {names[0]}, {other} in {names[1]}" for (one, other), count in moved.most_common()]
    if both.difference.notna().any():
        up, down = int((both.difference > 0).sum()), int((both.difference < 0).sum())
        lines.append(f"Values in {names[1]}: higher in {up}, lower in {down}, of {len(both)} in both")
        lines.append(f"Intervals lie apart in {int((both.intervals == APART).sum())}")
    if count := int(both.test.isin([DIFFER, ALIKE]).sum()):
        differ = int((both.test == DIFFER).sum())
        lines.append(f"Tested as pairs: {count}; the figure is another in {differ or 'none'}")
    for run, name in ((1, names[0]), (2, names[1])):
        alone = int((table[f"verdict_{run}"].notna() & ~in_both(table) & ~table.free).sum())
        if alone:
            lines.append(f"In {name} alone: {how_many(alone, COMPARISONS)}")
    if count := int((in_both(table) & table.free).sum()):
        lines.append(
            f"Not counted: {how_many(count, COMPARISONS)} that {'is' if count == 1 else 'are'} not the model's"
        )
    return lines


def cautions(table: pd.DataFrame, study: str) -> list[str]:
    """What was tested and what could not be, and why verdicts side by side are no test."""
    other = int((table.labels == OTHER).sum())
    if other == 0:
        labels = "Both runs judged as many labels in every comparison."
    else:
        labels = (
            f"In {other} comparisons the two runs judged other numbers of labels: where the share of positives "
            "differs, so does chance, and the values cannot be laid beside each other as they are."
        )
    told = what_was_tested(table)
    return [*told, CAUTION, labels, *([TESTED[study]] if study in TESTED and told[0].startswith(NOT_TESTED) else [])]


def what_was_tested(table: pd.DataFrame) -> list[str]:
    """How many rows had a paired test and what it says; why the others had none."""
    both = of_models(table)
    none = both.test[~both.test.isin([DIFFER, ALIKE])].str.removeprefix("none: ").value_counts()
    why = "; ".join(f"{reason} ({count})" for reason, count in none.items())
    if len(both) == none.sum():
        return [f"{NOT_TESTED}: {why}." if why else f"{NOT_TESTED}."]
    count, differ = len(both) - int(none.sum()), int((both.test == DIFFER).sum())
    lines = [
        f"{count} of {len(both)} comparisons were tested as pairs, on the same items with the same groups left out in "
        f"both: {differ or 'none'} {'have' if differ > 1 else 'has'} another figure (p, corrected for all of them, at "
        f"most {LEVEL:g}).",
        "Where no difference is shown, the figures need not be equal.",
    ]
    return [*lines, f"No paired test is possible of the others: {why}."] if why else lines

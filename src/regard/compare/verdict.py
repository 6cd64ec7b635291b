"""From numbers to one of three words, by rules that anybody can read."""

from __future__ import annotations

import pandas as pd

from regard.core.evidence import NOT_SUPPORTED, SUPPORTED, TOO_FEW

FEWEST_POSITIVES, FEWEST_SAMPLES = 20, 5
FEWEST_EDGES, FEWEST_TARGETS = 10, 5  # below, one edge more or less moves AUPRC by .1 and up
LEVEL = 0.05
LEAD = "auprc lead"  # the metric of rows that hold a method's AUPRC less the baseline's


def decide(rows: pd.DataFrame, labelled_samples: int) -> tuple[str, str]:
    """Verdict and reason for one method from its evidence rows (one a null).

    Supported means all of: enough labels; better than shifted labels and than those of other samples,
    both after correction for the number of methods; the whole interval above what random weights give
    on average; and above the best baseline. The first that fails is the reason.
    """
    first = rows.iloc[0]
    if first.positives < FEWEST_POSITIVES or labelled_samples < FEWEST_SAMPLES:
        return TOO_FEW, (
            f"{first.positives} positives in {labelled_samples} samples; "
            f"{FEWEST_POSITIVES} in {FEWEST_SAMPLES} are the least to judge by"
        )
    by_null = rows.set_index("null")
    q = by_null.q_value["circular shift"]
    if not q <= LEVEL:
        return NOT_SUPPORTED, f"labels put elsewhere agree as well (q = {q:.2g})"
    passed = [f"shifted labels (q = {q:.2g})"]
    if "other samples" in by_null.index:
        q = by_null.q_value["other samples"]
        if not q <= LEVEL:
            return NOT_SUPPORTED, f"labels of other samples agree as well (q = {q:.2g}): a place, not what is there"
        passed.append(f"labels of other samples (q = {q:.2g})")
    if "random weights" in by_null.index:
        untrained = by_null.null_mean["random weights"]
        if not first.ci_low > untrained:
            return NOT_SUPPORTED, f"random weights agree as well ({untrained:.3g} on average)"
        passed.append("random weights")
    if first.baseline:
        if not first.ci_low > first.baseline_value:
            return NOT_SUPPORTED, f"{first.baseline} alone agrees as well ({first.baseline_value:.3g})"
        passed.append("every baseline")
    return SUPPORTED, "above " + ", ".join(passed)


def decide_pairs(rows: pd.DataFrame, genes: int) -> tuple[str, str]:
    """Verdict and reason for one method's ranking of element–gene pairs, all or those of a bin, from its rows.

    Supported means all of: enough regulated pairs of enough genes; better than labels exchanged within genes, after
    correction for methods and bins; and, for all but the baseline, a lead on it whose interval and q exclude none.
    """
    by_metric = rows.set_index("metric")
    first = by_metric.loc["auprc"]
    if first.positives < FEWEST_POSITIVES or genes < FEWEST_SAMPLES:
        return TOO_FEW, (
            f"{first.positives} regulated pairs of {genes} genes; {FEWEST_POSITIVES} of {FEWEST_SAMPLES} are the least "
            "to judge by"
        )
    if not first.q_value <= LEVEL:
        return NOT_SUPPORTED, f"labels exchanged within genes agree as well (q = {first.q_value:.2g})"
    if LEAD not in by_metric.index:
        return SUPPORTED, f"above labels exchanged within genes (q = {first.q_value:.2g}); the others must beat it"
    lead = by_metric.loc[LEAD]
    if not (lead.ci_low > 0 and lead.q_value <= LEVEL):
        return NOT_SUPPORTED, (
            f"no evidence beyond {first.baseline}: lead {lead.value:+.3f} ({lead.ci_low:+.3f} to {lead.ci_high:+.3f})"
        )
    return SUPPORTED, (
        f"above labels exchanged within genes, and ahead of {first.baseline} by {lead.value:.3f} "
        f"({lead.ci_low:.3f} to {lead.ci_high:.3f}, q = {lead.q_value:.2g})"
    )


def decide_edges(rows: pd.DataFrame, targets: int) -> tuple[str, str]:
    """Verdict and reason for one method's edges from its AUPRC rows (one a null).

    Supported means all of: enough known edges into enough targets; better than random rankings and
    than the known network rewired with its degrees kept, both after correction for the number of
    methods; and, for a method that reads a model, the whole interval above the best that has none.
    """
    first = rows.iloc[0]
    if first.positives < FEWEST_EDGES or targets < FEWEST_TARGETS:
        return TOO_FEW, (
            f"{first.positives} known edges into {targets} targets; {FEWEST_EDGES} into {FEWEST_TARGETS} are the "
            "least to judge by"
        )
    by_null = rows.set_index("null")
    q, mean = by_null.q_value, by_null.null_mean
    if not q["random ranking"] <= LEVEL:
        return NOT_SUPPORTED, f"random rankings do as well (q = {q['random ranking']:.2g})"
    if not q["rewired gold"] <= LEVEL:
        return NOT_SUPPORTED, (
            f"a rewired network of the same degrees agrees as well ({mean['rewired gold']:.3g} on average, "
            f"q = {q['rewired gold']:.2g}): the scores know which genes have many edges, not which edges"
        )
    if first.baseline and not first.ci_low > first.baseline_value:
        return NOT_SUPPORTED, f"{first.baseline} does as well without a model ({first.baseline_value:.3g})"
    passed = ["random rankings", "the rewired network"] + ["every method without a model"] * bool(first.baseline)
    return SUPPORTED, "above " + ", ".join(passed)

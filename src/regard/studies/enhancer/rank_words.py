"""What the page of the enhancer ranking says, in sentences made from the tables."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from regard.core.evidence import JUDGED, NOT_SUPPORTED, SUPPORTED, TOO_FEW
from regard.core.methods import Method
from regard.judge.metrics import Ranking, early_precision
from regard.judge.pairs import CALLS, LEAD, PRECISION, WEIGHTED
from regard.report.sure import counts_of, found_among_best, how_sure
from regard.studies.enhancer.rank_result import ALL, NEAREST, NEAREST_EXPRESSED, WITHIN, Result

RECORDS = {
    "distance": Method("distance", "the nearer to the TSS, the likelier", "−|element − TSS|", "", "nothing"),
    NEAREST: Method(NEAREST, "no other gene begins nearer to the element's middle", "1 or 0", "", "where genes begin"),
    NEAREST_EXPRESSED: Method(
        NEAREST_EXPRESSED, "the gene is expressed, and no other one that is begins nearer", "1 or 0", "",
        "where genes begin, which are expressed",
    ),
    WITHIN: Method(WITHIN, "the gene begins within 100 kb of the element", "1 or 0", "", "nothing"),
    "ABC": Method(
        "ABC", "activity × contact as a share of the same for all elements of the gene, summed over those that overlap",
        "Σ A·C / Σ_gene A·C", "Fulco et al. 2019, Nat Genet 51:1664", "DNase, H3K27ac, Hi-C or a power law",
    ),
    "activity × contact": Method(
        "activity × contact", "reads at the element times the contact expected at its distance",
        "√(DNase · H3K27ac) · max(distance, 5 kb)^−0.87", "Fulco et al. 2019", "DNase, H3K27ac",
    ),
    "gradient × input": Method(
        "gradient × input", "how much the predicted expression hangs on each base of the element",
        "|Σ ∂f/∂x · x|, highest bin that overlaps", "Shrikumar et al. 2017; Avsec et al. 2021", "a model", model=True,
    ),
    "attention": Method(
        "attention", "how much the TSS looks at the element, mean over layers and heads",
        "mean A[TSS, element]", "Avsec et al. 2021, Nat Methods 18:1196", "a model", model=True,
    ),
    "mutagenesis": Method(
        "mutagenesis", "how far the prediction falls when the element is shuffled",
        "f(x) − f(x shuffled)", "Avsec et al. 2021", "a model", model=True,
    ),
}  # fmt: skip


def joined(evidence: pd.DataFrame) -> pd.DataFrame:
    """One row a bin and method: AUPRC, and the other figures beside it."""
    key = ["item", "method"]
    rows = evidence[evidence.metric == "auprc"].copy()
    for name, metric in (("lead", LEAD), ("precision", PRECISION), ("recall", CALLS), ("weighted", WEIGHTED)):
        one = evidence[evidence.metric == metric].set_index(key)
        index = pd.MultiIndex.from_frame(rows[key])
        for column, of in (
            (name, "value"),
            (f"{name}_low", "ci_low"),
            (f"{name}_high", "ci_high"),
        ):
            rows[column] = one[of].reindex(index).to_numpy(float) if len(one) else float("nan")
    return rows


def record_of(name: str) -> Method:
    if name == "shuffling":  # as `regard enhancer locus` calls it
        return replace(RECORDS["mutagenesis"], name=name)
    return RECORDS.get(name) or Method(
        name, "a column of the predictions", "the highest that overlaps", "", "predictions"
    )


def asked(result: Result) -> list[str]:
    table = result.pairs.table
    lines = [
        f"Of {len(table):,} pairs of an element and a gene ({table.gene.nunique()} genes) "
        f"{int(table.regulated.sum())} are regulated: CRISPRi at the element changed the gene."
    ]
    if len(result.scores) == 1:
        return [*lines, "How far does distance alone go?"]
    others = ", ".join(name for name in result.scores if name != "distance")
    return [*lines, f"Does {others} tell which pairs of a gene are regulated, beyond distance from the TSS?"]


def findings(result: Result, rows: pd.DataFrame) -> tuple[str, list[str], list[str]]:
    """The headline, what was found, and the answer to: is it evidence? All from the tables."""
    whole = rows[rows.item == ALL].sort_values("value", ascending=False, kind="stable")
    found = [among_best(result, row.method) for row in whole.itertuples()]
    others = whole[whole.method != "distance"]  # distance is the bar, not a candidate
    ahead = list(others[others.verdict == SUPPORTED].method)
    if others.empty:
        headline = "Distance alone: give --predictions to see whether anything knows more"
    elif (others.verdict == TOO_FEW).all():
        headline = "Too few regulated pairs to say whether anything knows more than distance"
    elif ahead:
        headline = f"Evidence beyond distance: {', '.join(ahead)}"
    elif others.verdict.isin(JUDGED).any():
        headline = "No score here is supported beyond distance and the gene's rate"
    else:
        headline = "Whether any score here knows more than distance cannot be told"
    answer = []
    for row in others.itertuples():
        said = f"{row.method}: {row.verdict}. {row.reason[:1].upper()}{row.reason[1:]}."
        passing = row.verdict == NOT_SUPPORTED and row.needed == row.needed
        answer.append(f"{said} It would have needed an AUPRC of {row.needed:.3f}." if passing else said)
    for name in others.method:
        inside = rows[(rows.method == name) & (rows.item != ALL)]
        said = [f"{word} {', '.join(some.item)}" for word, some in inside.groupby("verdict", sort=False)]
        answer.append(f"{name}, bin by bin: {'; '.join(said)}.")
    if others.empty:
        answer = ["Distance is the bar that others are held against; there is no other score to judge."]
    return headline, found, answer


def among_best(result: Result, name: str) -> str:
    """How many regulated pairs are among as many that a method ranks highest."""
    labels = result.pairs.table.regulated.to_numpy(bool)
    known, n = int(labels.sum()), len(labels)
    share = early_precision(Ranking(result.scores[name]), labels) if known else 0.0
    return found_among_best("regulated pairs", known, share * known, f"that {name} ranks highest", known**2 / n)


def sure(rows: pd.DataFrame) -> list[str]:
    """rows : the methods but distance, over all distances."""
    if rows.empty:
        return ["Distance is the bar that others are held against; there is no other score to judge."]
    return how_sure(counts_of(rows.verdict), ("score", "scores"), "distance from the gene and the gene's own rate")


def reasons(result: Result) -> list[dict]:
    """Pairs left out, counted by reason."""
    table = result.pairs.left_out
    return [
        {
            "reason": reason,
            "pairs": len(rows),
            "regulated": int(rows.regulated.eq(True).sum()),
            "line": int(rows.line.iloc[0]),
        }
        for reason, rows in table.groupby("reason", sort=False)
    ]


def last_words(result: Result) -> list[str]:
    table = result.pairs.table
    lines = [f"{len(table)} pairs, {int(table.regulated.sum())} regulated, of {table.gene.nunique()} genes"]
    lines += [f"left out: {r['pairs']} pairs ({r['regulated']} regulated), {r['reason']}" for r in reasons(result)]
    lines += [f"note: {remark}" for remark in result.remarks]
    for row in joined(result.evidence).query("item == @ALL").itertuples():
        said = "the bar" if row.method == "distance" else f"{row.verdict} ({row.reason})"
        lines.append(f"{row.method}: AUPRC {row.value:.3f}, {said}")
    return lines

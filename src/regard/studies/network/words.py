"""What the page of the network study says, in sentences made from the tables."""

from __future__ import annotations

import numpy as np
import pandas as pd

from regard.core.evidence import JUDGED, NOT_SUPPORTED, SUPPORTED, TOO_FEW
from regard.plot.edges import out_strength
from regard.report.sure import counts_of, found_among_best, how_sure
from regard.studies.network.methods import record_of
from regard.studies.network.result import Result


def joined(evidence: pd.DataFrame) -> pd.DataFrame:
    """One row a method: AUPRC as it was judged, and the other figures beside it."""
    rows = evidence[evidence.metric == "auprc"].copy()
    for figure in ("auroc", "early precision", "auprc / prevalence"):
        one = evidence[evidence.metric == figure].set_index("method").value
        rows[figure.replace(" / ", " ").replace(" ", "_")] = rows.method.map(one)
    return rows.sort_values("value", ascending=False, kind="stable")


def asked(result: Result) -> list[str]:
    genes = result.expression.genes
    may = len(genes) if result.regulators is None else len(result.regulators)
    lines = [
        f"Which of {may} genes regulate which of {len(genes)}? Seen: expression in "
        f"{len(result.expression.samples)} samples."
    ]
    done = result.expression.perturbation
    if done is not None:
        lines.append(f"Told: {int((done > 0).any(axis=1).sum())} samples were perturbed.")
    if result.expression.series is not None:
        lines.append(f"Told: {result.expression.series.max() + 1} time series.")
    return lines


def findings(result: Result, rows: pd.DataFrame) -> tuple[str, list[str]]:
    """The headline and what was found, from the tables."""
    first = next(iter(result.edges.values()))
    strength = out_strength(first)
    top = [first.genes[i] for i in np.argsort(-strength, kind="stable")[:3]]
    best = first.table(1).iloc[0]
    found = [
        f"Strongest edge by {first.method}: {best.regulator} → {best.target}.",
        f"Regulators with the strongest edges: {', '.join(top)}.",
    ]
    if rows.empty:
        headline = f"Edges by {', '.join(result.edges)}; without known edges nothing says whether they are right"
        return headline, found
    found += [among_strongest(row) for row in rows.head(3).itertuples() if row.early_precision == row.early_precision]
    supported = rows[rows.verdict == SUPPORTED].method
    if (rows.verdict == TOO_FEW).all():
        headline = "Too few known edges to say whether any method is right"
    elif len(supported):
        headline = f"Evidence that these methods find known edges: {', '.join(supported)}"
    elif rows.verdict.isin(JUDGED).any():
        headline = "No method's edges are supported by the known ones"
    else:
        headline = "Whether any method finds the known edges cannot be told"
    return headline, found


def among_strongest(row) -> str:
    """How many of the known edges are among as many strongest ones: what early precision is the share of."""
    found = row.early_precision * row.positives
    return found_among_best("known edges", row.positives, found, f"strongest by {row.method}", row.positives**2 / row.n)


def sure(result: Result, rows: pd.DataFrame) -> list[str]:
    if rows.empty:
        return ["No known edges were given, so there is nothing to judge by: add --gold FILE."]
    beyond = "chance in a network of this shape, and each gene's own level"
    if reads_model(result):
        beyond += (
            "; where a trained model is read, also correlation, what reads none, and the model with random weights"
        )
    return how_sure(counts_of(rows.verdict), ("method", "methods"), beyond)


def reads_model(result: Result) -> bool:
    return any(record_of(name).model for name in result.edges)


def how_judged(result: Result, rows: pd.DataFrame) -> str:
    """What the columns of the table are, and what was moved against what."""
    row = rows.iloc[0]
    besides = " and of methods that read a trained model also |correlation| and all methods that read none"
    twins = (
        " The network model must also be beyond what the best reading of one more model with random weights would "
        f"reach in 99 of 100 cases, by {result.twins} of them."
    )
    chance = "" if result.chance is None else f"; their 95th percentile is {result.chance.auprc.quantile(0.95):.3f}"
    return (
        "AUPRC is average precision over all candidate edges. Chance is the mean of random rankings of exactly these "
        f"candidates{chance}. It is not the prevalence ({row.prevalence:.3g}: {row.positives} of {row.n}). Tested is "
        "what is left of a method when each gene's own level as a regulator and as a target is taken out"
        f"{',' + besides if reads_model(result) else ''}: genes of the known network change their names, 999 times, so "
        "that it keeps its shape, hubs and all; p is corrected for the methods that are judged alike, and .01 is asked."
        f"{twins if result.twins else ''} Adds: the AUPRC of what is taken out and the method together less that of "
        "what is taken out. Needed: the least AUPRC with which a method that is not supported would have passed. "
        "Intervals hold for other targets and other regulators. Early precision is the share of known edges among as "
        "many strongest ones as are known."
    )


def answer(row) -> str:
    """Verdict and reason of a row, and what would have passed."""
    said = f"{row.method}: {row.verdict}. {row.reason[:1].upper()}{row.reason[1:]}."
    passing = row.verdict == NOT_SUPPORTED and row.needed == row.needed
    return f"{said} It would have needed an AUPRC of {row.needed:.3f}." if passing else said

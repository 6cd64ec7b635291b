"""The figures and the page of the enhancer ranking."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from regard.judge.pairs import WEIGHTED
from regard.plot.effects import effect_sizes
from regard.plot.ranking import by_distance, curves
from regard.report.columns import NEEDED, WHY, numbers, with_interval
from regard.report.inline import Over, Verdict, marked, number
from regard.report.kept import kept
from regard.report.page import Bullets, Column, Figure, Note, Page, Section, Table
from regard.report.sure import counts_of
from regard.studies.enhancer.rank_result import ABC_THRESHOLD, ALL, Result
from regard.studies.enhancer.rank_words import asked, findings, joined, reasons, record_of, sure


def page_of(result: Result, folder: Path) -> Page:
    """Draw every figure into `folder/figures` and tell the study."""
    rows = joined(result.evidence)
    headline, found, answer = findings(result, rows)
    shown, *others = figures(result, folder)
    table = result.pairs.table
    judged = rows[rows.method != "distance"]  # distance is the bar, not a candidate
    sections = [
        Section("Is it evidence?", [Bullets(answer)]), distance_section(result, rows), Section("Figures", others),
        data_sets_section(result), between_section(result), left_out_section(result), methods_section(result),
    ]  # fmt: skip
    return Page(
        study="enhancer ranking",
        about=[
            result.pairs.source,
            f"{len(table)} pairs, {int(table.regulated.sum())} regulated",
            f"{table.gene.nunique()} genes",
        ],
        title=f"enhancer ranking, {result.pairs.source}",
        headline=headline,
        asked=asked(result),
        found=found,
        sure=sure(judged[judged.item == ALL]),
        verdicts=counts_of(judged[judged.item == ALL].verdict) if len(judged) else {},
        figure=shown,
        remarks=result.remarks,
        sections=[one for one in sections if one.parts],
    )


def bar(cell: Callable[[Mapping], object]) -> Callable[[Mapping], object]:
    """Nothing in the rows of distance, which is the bar that others are held against."""
    return lambda row: "" if row["method"] == "distance" else cell(row)


def regulated(row: Mapping) -> Over:
    return Over(f"{row['positives']} of {row['n']}", f"({number(row['prevalence'])})")


def distance_section(result: Result, rows: pd.DataFrame) -> Section:
    """Every method in every bin of distance, and how it was judged."""
    weights = weights_of(result)
    verdict = Column("verdict", lambda row: "the bar" if row["method"] == "distance" else Verdict(row["verdict"]))
    adds = with_interval("adds (95 %)", "adds", "adds_low", "adds_high")
    columns = [
        Column("distance", "item"), Column("method", "method"), verdict, numbers("regulated (prevalence)", regulated),
        with_interval("AUPRC (95 %)", "value", "ci_low", "ci_high"),
        with_interval("lead on distance (95 %)", "lead", "lead_low", "lead_high"),
        Column(adds.title, bar(adds.cell)), numbers("p, corrected", bar(lambda row: row["q_value"])),
        numbers("needed", bar(NEEDED.cell)),
        *([with_interval("AUPRC, weighted", "weighted", "weighted_low", "weighted_high")] if weights else []),
        with_interval("precision at recall .7", "precision", "precision_low", "precision_high"),
        *([with_interval("recall at ABC's calls", "recall", "recall_low", "recall_high")] if calls(result) else []),
        WHY,
    ]  # fmt: skip
    text = [
        "AUPRC is average precision. A random ranking has about the prevalence, which falls with distance: compare "
        "rows of one bin only. The lead is a method's AUPRC less that of distance. Adds: the AUPRC of distance, the "
        "gene's rate and the method together less that of distance and the gene's rate, predicted for genes that were "
        "left out. Tested is what is left of a method when distance and the gene's rate are taken out of it: labels "
        "are exchanged within a gene among pairs at like distances, 999 times, and p is corrected for all methods and "
        "bins together; .01 is asked. Needed: the least AUPRC with which a method that is not supported would have "
        "passed. Intervals hold for other genes."
    ]
    if calls(result):
        text.append(
            f"Recall is taken where ABC is {ABC_THRESHOLD} or more; for the other methods, among as many of their best "
            "pairs."
        )
    if weights:
        text.append(
            f"Weighted: each pair counts by its {weights}, the probability that an effect is direct or what the table "
            "gives; verdicts are unweighted."
        )
    return Section("Methods by distance", [" ".join(text), Table(columns, rows.to_dict("records"))])


def weights_of(result: Result) -> str:
    """The column that pairs were weighted by; empty where they were not."""
    return result.pairs.weighted if (result.evidence.metric == WEIGHTED).any() else ""


def calls(result: Result) -> bool:
    return result.called is not None


def data_sets_section(result: Result) -> Section:
    """The methods in each data set; no parts of one data set."""
    if result.datasets is None:
        return Section("Data sets", [])
    columns = [
        Column("data set", "dataset"), numbers("regulated (prevalence)", regulated), numbers("genes", "genes"),
        Column("method", "method"), with_interval("AUPRC (95 %)", "auprc", "ci_low", "ci_high"),
        with_interval("lead on distance (95 %)", "lead", "lead_low", "lead_high"),
        *([numbers("AUPRC, weighted", "weighted")] if weights_of(result) else []),
    ]  # fmt: skip
    text = (
        "The same rankings in each data set and pooled; prevalence differs, so compare methods of one data set. "
        "Intervals hold for other genes. Verdicts are of the pooled pairs, above."
    )
    return Section("Data sets", [text, Table(columns, result.datasets.to_dict("records"))])


def between_section(result: Result) -> Section:
    """Every pair of methods over all distances; no parts of one method."""
    rows = result.between[result.between["item"] == ALL].to_dict("records")
    columns = [
        Column("first", "method"), Column("second", "other"),
        with_interval("difference (95 %)", "difference", "ci_low", "ci_high"), numbers("p, corrected", "q_value"),
    ]  # fmt: skip
    text = marked(
        "AUPRC of the first less that of the second, both on the same draws of genes; p is two-sided, corrected for "
        "all pairs of methods (Holm). It tells which ranking is better, not whether either knows more than distance. "
        "All distances and bins are in `comparisons.tsv`."
    )
    return Section("Any two methods, over all distances", [text, Table(columns, rows)] if rows else [])


def left_out_section(result: Result) -> Section:
    columns = [
        Column("reason", "reason"), numbers("pairs", "pairs"), numbers("regulated", "regulated"),
        numbers("first line", "line"),
    ]  # fmt: skip
    rows = reasons(result)
    text = marked("Every one is in `left_out.tsv` with its line and the reason.")
    return Section("Pairs left out", [text, Table(columns, rows)] if rows else ["None."])


def methods_section(result: Result) -> Section:
    columns = [
        Column("method", "name"), Column("what it does", "summary", "why"), Column("score", "equation"),
        Column("needs", "needs"), Column("source", "reference"),
    ]  # fmt: skip
    limits = marked(
        "Pairs and predictions are joined where elements of the same gene overlap by a base or more. CRISPRi finds "
        "enhancers that matter in one cell line; a pair that is not regulated there can be elsewhere, and small "
        "effects are missed. All pairs with their scores are in `pairs.tsv`, all numbers in `evidence.tsv`."
    )
    rows = [vars(record_of(name)) for name in result.scores]
    return Section("How it was done", [Table(columns, rows), Note(limits)])


def figures(result: Result, folder: Path) -> list[Figure]:
    """Every figure of the page, drawn and written."""
    labels = result.pairs.table.regulated.to_numpy()
    items = [name for name in result.bins if (result.evidence.item == name).any()]
    caption = "AUPRC and its lead on distance, over all pairs and by distance, with 95 % intervals. Filled: supported."
    auprc = result.evidence[(result.evidence.metric == "auprc") & (result.evidence.method != "distance")]
    drawn = [("by_distance", by_distance(result.evidence, items, result.kinds), caption, auprc)]
    caption = (
        "Precision and recall, and ROC, over all distances. Grey: places alone; orange: from measured signals; blue: "
        "from a model. A full dot is where recall reaches .7, an open one the most recall at a precision of .7."
    )
    over_all = auprc[auprc.item == ALL]
    drawn.append(("precision_recall", curves(result.scores, labels, result.kinds, result.called), caption, over_all))
    effect = result.pairs.table.effect.to_numpy(float)
    if (~np.isnan(effect[labels])).any():
        caption = (
            "Where each method ranks a pair, over how far expression changed when its element was silenced (orange: "
            "regulated). ρ is Spearman's, of regulated pairs: below 0 where stronger falls rank higher. It is no test."
        )
        drawn.append(("effect_sizes", effect_sizes(result.scores, effect, labels), caption, None))
    return [kept(picture, folder, stem, caption, rows) for stem, picture, caption, rows in drawn]

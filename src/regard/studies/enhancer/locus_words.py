"""What the page of a locus says, in sentences made from the tables."""

from __future__ import annotations

import pandas as pd

from regard.annotate.bed import inside
from regard.core.evidence import JUDGED, NOT_SUPPORTED, SUPPORTED, TOO_FEW
from regard.data.regions import Region
from regard.models.genomic import GenomicModel
from regard.report.sure import COMPARISONS, counts_of, how_sure
from regard.studies.enhancer.element_scores import whole, without_attention
from regard.studies.enhancer.locus_result import Locus, Result
from regard.studies.enhancer.targets import TargetWindow

UNTRAINED = "untrained model, random weights: this says nothing about biology"
HOW = {
    "gradient × input": "absolute gradient × input of the output, mean over a bin's bases (Avsec et al. 2021)",
    "attention": "attention, by default that of the TSS to each bin, mean over layers and heads",
    "shuffling": "how far the output falls when a stretch or element is shuffled with its dinucleotides kept",
}


def sure(result: Result, rows: pd.DataFrame) -> list[str]:
    if rows.empty:
        return ["No elements or validated enhancers were given, so nothing says whether these places matter: add "
                "--elements or --validated."]  # fmt: skip
    random = ", and the same model with random weights" if result.twins else ""
    beyond = f"distance from the TSS, GC, CpG and length{random}"
    return how_sure(counts_of(rows.verdict), COMPARISONS, beyond)


def how_judged(result: Result) -> str:
    """What the columns of the table are, and what was moved against what."""
    twins = (
        " A score must also be beyond what the best score of one more model with random weights would reach in 99 of "
        f"100 cases, by {result.twins} of them."
    )
    return (
        "AUPRC is average precision; prevalence is the share of positives. Tested is what is left of a score and of "
        "the labels when distance to the TSS, GC, CpG and, of elements, length are taken out, predicted from other "
        "loci: the labels are turned along each window, 999 times, and p is corrected for all scores of the same "
        f"question; .01 is asked.{twins if result.twins else ''} Adds: the AUPRC of these and the score together less "
        "theirs. Needed: the least AUPRC with which a score that is not supported would have passed."
    )


def methods_of(result: Result) -> list[str]:
    first = result.loci[0]
    more = [] if first.elements is None else [name for name in HOW if name in first.elements]
    return list(dict.fromkeys([*first.tracks, *more]))


def asked(result: Result) -> list[str]:
    names = ", ".join(locus.name for locus in result.loci[:5]) + (" …" if len(result.loci) > 5 else "")
    lines = [f"Which stretches of DNA count for what {result.model.name} says of the TSS of {names}?"]
    lines.append(f"Asked of the model: {result.model.asked}.")
    return lines


def answers(result: Result, rows: pd.DataFrame) -> tuple[str, list[str]]:
    """The headline and the answer to: is it evidence? From the table alone."""
    names = ", ".join(locus.name for locus in result.loci[:3]) + (" …" if len(result.loci) > 3 else "")
    if rows.empty:
        return (
            f"Contributions at {names}; nothing known was given to judge them by",
            ["No elements or validated enhancers were given: add --elements or --validated."],
        )
    # Methods that share a verdict and its reason share a line.
    alike = rows.groupby(["annotation", "verdict", "reason"], sort=False).method.agg(", ".join).reset_index()
    said = [
        f"{row.method} on {row.annotation}: {row.verdict}. {row.reason[:1].upper()}{row.reason[1:]}."
        for row in alike.itertuples()
    ]
    said += [
        f"{row.method} on {row.annotation} would have needed an AUPRC of {row.needed:.3f}."
        for row in rows[(rows.verdict == NOT_SUPPORTED) & rows.needed.notna()].itertuples()
    ]
    supported = rows[rows.verdict == SUPPORTED]
    if len(supported):
        what = "; ".join(f"{row.method} on {row.annotation}" for row in supported.itertuples())
        return f"Evidence that scores at {names} fall on what is known: {what}", said
    if (rows.verdict == TOO_FEW).all():
        return f"Contributions at {names}; too few known elements to judge them by", said
    if not rows.verdict.isin(JUDGED).any():
        return f"Contributions at {names}; whether they fall on what is known cannot be told", said
    return f"Scores at {names} are not supported by what is known", said


def found(result: Result, locus: Locus) -> list[str]:
    """The value of the output, and where each score is highest."""
    lines = [f"{locus.name}: {result.model.asked} is {locus.value:.3g}."]
    for method, values in locus.tracks.items():
        lines.append(f"{locus.name}, {method}: highest {locus.highest(values, result.model.bin)} the TSS.")
    return lines


def noticed(
    model: GenomicModel, region: Region, placed: list[TargetWindow], candidates: pd.DataFrame | None
) -> list[str]:
    """What a reader should know of the window, the model and the elements."""
    said = [*model.remarks, *(one.remark for one in placed if one.remark), *without_attention(model)]
    if any(region.start < one.region.start or region.end > one.region.end for one in placed):
        said.append(
            f"The model sees {model.length:,} of the {region.length:,} bases shown; elsewhere there is no score"
        )
    if model.causal:
        said.append("The model looks backwards only: nothing behind the last of its queries can receive attention")
    for one in () if candidates is None else placed:
        here = inside(candidates, one.region)
        if lost := len(here) - len(whole(here, one)):
            said.append(
                f"{lost} of {len(here)} elements at {one.target.name} lie partly outside the window, or where no "
                "letter is known, and have no score"
            )
    if candidates is not None and candidates.empty:
        said.append("None of the elements lies in the region or in the model's window")
    return said

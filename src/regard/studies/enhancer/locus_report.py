"""The figures and the page of the study of one locus."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from regard.core.evidence import JUDGED, NOT_SUPPORTED, SUPPORTED, TOO_FEW, VERDICTS
from regard.data.regions import other_spelling
from regard.plot.locus import Track, plot_locus
from regard.plot.style import BLUE, ORANGE, save
from regard.report.build import render
from regard.studies.enhancer.locus_readings import readings_in_words
from regard.studies.enhancer.locus_result import Locus, Result

SHOWN_LOCI, SHOWN_ELEMENTS = 6, 15
UNTRAINED = "untrained model, random weights: this says nothing about biology"
HOW = {
    "gradient × input": "absolute gradient × input of the output, mean over a bin's bases (Avsec et al. 2021)",
    "attention": "attention, by default that of the TSS to each bin, mean over layers and heads",
    "shuffling": "how far the output falls when a stretch or element is shuffled with its dinucleotides kept",
}


def write_report(result: Result, folder: Path) -> None:
    """Draw every figure into `folder/figures` and write `folder/report.html`."""
    rows = result.evidence
    headline, answer = answers(result, rows)
    render(
        "enhancer_locus.html",
        folder / "report.html",
        where=result.where,
        region=str(result.region),
        model=result.model,
        untrained="" if result.model.trained else UNTRAINED,
        headline=headline,
        asked=asked(result),
        found=[line for locus in result.loci[:3] for line in found(result, locus)],
        answer=answer,
        verdicts=[(word, int((rows.verdict == word).sum())) for word in VERDICTS],
        rows=rows.to_dict("records"),
        remarks=result.remarks,
        figures=figures(result, folder),
        elements=[(locus.name, *best) for locus in result.loci[:SHOWN_LOCI] if (best := element_rows(locus))],
        how=[(name, HOW[name]) for name in HOW if name in methods_of(result)],
        pipeline=result.pipeline,
        readings=readings_in_words(result.readings, result.loci[0].name) if result.readings else [],
        shuffles=result.shuffles,
        twins=result.twins,
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


def element_rows(locus: Locus):
    """Columns and rows of the best elements of a locus; None where there is none."""
    if locus.elements is None or locus.elements.empty:
        return None
    table = locus.elements.sort_values("gradient × input", ascending=False, kind="stable").head(SHOWN_ELEMENTS)
    table = table.assign(place=[f"{r.chrom}:{r.start + 1:,}-{r.end:,}" for r in table.itertuples()])
    names = ["place", "name", "distance", *HOW, "validated"]
    columns = [name for name in names if name in table]
    if "validated" in table:
        table["validated"] = np.where(table.validated, "yes", "")
    return columns, table[columns].to_dict("records")


def tracks_of(result: Result, locus: Locus) -> list[Track]:
    """Signals in orange, what the model says in blue."""
    region, made = result.region, []
    for name, values in result.signals.items():
        edges = np.linspace(region.start, region.start + len(values) * max(1, region.length // 1000), len(values) + 1)
        made.append(Track(name, edges, values, colour=ORANGE, unit="signal"))
    start, size = locus.placed.region.start, result.model.bin
    edges = start + np.arange(result.model.bins + 1) * size
    if locus.prediction is not None:
        unit = "per bin" if result.model.profile else "window's log odds"
        made.append(Track("prediction", *locus.prediction, colour=BLUE, unit=unit))
    units = {"gradient × input": "absolute", "attention": "share", "shuffling": "fall of output"}
    for name, values in locus.tracks.items():
        over = None if result.beside is None else result.beside.along(name, locus.name)
        made.append(Track(name, edges, values, colour=BLUE, unit=units[name], over=over))
    return made


def figures(result: Result, folder: Path) -> list[dict]:
    """One figure a transcription start."""
    made = []
    for number, locus in enumerate(result.loci[:SHOWN_LOCI], 1):
        target = locus.placed.target
        picture = plot_locus(
            result.region,
            tracks_of(result, locus),
            elements=result.elements,
            validated=locus.tested,
            genes=None if result.genes is None else of_chromosome(result.genes, result.region.chrom),
            tss=target.position,
            contacts=result.contacts,
            title=f"{locus.name} ({target.strand}), {result.model.name}",
            note="" if result.model.trained else UNTRAINED,
        )
        file = f"figures/locus{number}.svg"
        caption = (
            f"{locus.name}: measured signals in orange, what {result.model.name} says in blue; elements, validated "
            "enhancers (orange boxes) and genes below, pale stripes through all tracks. Scores are where the model's "
            "window lies."
        )
        if result.contacts is not None:
            caption += f" Above: measured contacts ({result.contacts[2]}), darker is more."
        if result.beside is not None:
            caption += " Black lines: the same in another run, on a scale of their own."
        made.append({"png": save(picture, folder / file), "file": file, "caption": caption})
    return made


def of_chromosome(genes: pd.DataFrame, chrom: str) -> pd.DataFrame:
    return genes[genes.chrom.isin([chrom, other_spelling(chrom)])]

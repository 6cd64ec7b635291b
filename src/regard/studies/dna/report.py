"""The page of the DNA study."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from regard.annotate.motifs import MOTIFS
from regard.core.evidence import VERDICTS
from regard.plot.style import save
from regard.report.build import render
from regard.studies.dna.figures import are_bases, heatmap_figures, profile_figure, track_figures, which_blocks
from regard.studies.dna.findings import entropy_table, findings
from regard.studies.dna.initiation import flanks_text
from regard.studies.dna.result import Figure, Result

AGAINST = {
    "both": "Non-promoters are of two kinds, together: promoters with 12 of 20 blocks replaced by random bases, and "
    "windows of the genome.",
    "blocks": "Non-promoters are promoters with 12 of 20 blocks replaced by random bases, as in public test sets; "
    "ordinary genomic sequence is not among them.",
    "genome": "Non-promoters are windows of the genome.",
}


TRACKS = {
    "model": "Blue: scores of the transformer, each to its own scale; mutagenesis of one example of each class. Below, "
    "what the initiation model reads: activation of its strongest motifs (orange upwards on the given strand, grey "
    "downwards on the other; black: their effect, to its own scale), the sums of effects, what each base contributes, "
    "and predicted initiation (orange; thin lines: all assays, blue on the given strand, grey downwards on the other). "
    "Effects are differences from their mean over the sequence: a detector that is a little active everywhere adds the "
    "same everywhere.",
    "JASPAR": "Blue: scores of the transformer, each to its own scale; mutagenesis of one example a class. Below, "
    "how well JASPAR motifs fit (log-odds above 0; orange upwards on the given strand, grey downwards on the other).",
    "words": "Each track has its own scale; mutagenesis of one example of each class; grey boxes are motif words.",
}


MOTIFS_TEXT = {
    "Puffin": "Motifs are those of Puffin: the highest 1 % of a motif's activations, with 4 bases to each side; CpG is "
    "a word. No motif there is no proof of absence.",
    "JASPAR": "Motifs are matches of JASPAR matrices on either strand (TATA and Inr on the given one); CpG is a word. "
    "Matrices match by chance, GC-rich ones in GC-rich sequence above all.",
    "words": "Motifs are IUPAC words: "
    + "; ".join(f"{m.name} {m.word} ({m.reference})" for m in MOTIFS)
    + ". Words are a coarse annotation: they match by chance, and a missing match is not proof of absence.",
}


def write_report(result: Result, folder: Path) -> None:
    """Draw every figure into `folder/figures` and write `folder/report.html` and `folder/report.md`."""
    rows = result.evidence
    best = rows[rows.method.str.startswith("block")].sort_values("adds").groupby("annotation").tail(1)
    named = rows[~rows.method.str.startswith("block")]
    main = pd.concat([named, best.assign(method="best head: " + best.method)])
    order = {name: i for i, name in enumerate(rows.annotation.unique())}
    main = main.sort_values("annotation", key=lambda c: c.map(order), kind="stable")
    absent = list(main.annotation[main.positives == 0].unique())
    main = main[main.positives > 0]
    entropy_rows, classes = entropy_table(result)
    found, headline, answer = findings(result, rows, entropy_rows, classes)
    subject, (_, blocks, heads, *_) = result.subject, result.maps.array.shape
    token = "base" if are_bases(result.maps) else "token"
    shown = result.examples
    content = dict(
        task=result.task.name,
        source=result.source,
        total=len(result.predictions),
        headline=headline,
        asked=[
            f"Where does {subject.name} ({blocks} blocks × {heads} heads) look{telling(result)}, and does that agree "
            "with known sequence elements?",
            *against(result),
        ],
        found=found,
        answer=answer,
        verdicts=[(word, int((rows.verdict == word).sum())) for word in VERDICTS],
        remarks=result.remarks,
        item=result.evidence["item"].iloc[0],
        main_rows=main.to_dict("records"),
        absent=absent,
        all_rows=rows.to_dict("records"),
        examples=[
            {
                "id": row.id,
                "start": result.sequences.sequence[row.id][:20],
                "length": row.length,
                "label": row.get("label", "not given"),
                "predicted": row.get("predicted", "no classifier"),
                "p": row[f"p_{row.predicted}"] if subject.classifies else None,
            }
            for _, row in shown.iterrows()
        ],
        sections=[
            {
                "title": "What the heads look at, class by class",
                "text": "Attention a position receives, mean over many sequences ± standard error; 0 is what mask and "
                "distance alone would give.",
                "figures": [profile_figure(result, folder)],
            },
            {
                "title": "Attention maps",
                "text": f"Row: the {token} that looks (query); column: the one it looks at (key). White "
                "is uniform attention, orange more, blue less; grey is masked. All panels share one scale. "
                + which_blocks(blocks)
                + "The other examples are in the folder figures.",
                "figures": heatmap_figures(result, folder),
            },
            {
                "title": "Attention beside gradients, mutagenesis, motifs and initiation",
                "text": TRACKS[result.check.motifs if result.tracks is None or not result.check.model else "model"]
                + " "
                + flanks_text(result.check, result.tracks),
                "figures": track_figures(result, folder),
            },
        ],
        entropy_classes=classes,
        entropy_rows=entropy_rows,
        model=subject.name,
        own=subject.own is not None,
        pipeline=subject.received,
        heads=blocks * heads,
        negatives_text=AGAINST[result.negatives] if result.task.name == "promoter" else "",
        motifs=MOTIFS_TEXT[result.check.motifs],
        answers=answer_sections(result, folder),
    )
    render("dna.html", folder / "report.html", **content)
    render("dna.md", folder / "report.md", **content)


def answer_sections(result: Result, folder: Path) -> list[dict]:
    """Question, sentence, figure, rows of evidence and caveat of each answer; draws the figures."""
    out = []
    for one in result.answers:
        file = f"figures/question_{one.name}.svg"
        drawn = Figure(save(one.figure, folder / file), file, one.question) if one.figure else None
        rows = one.rows.replace({np.nan: None}).to_dict("records")
        out.append({"question": one.question, "sentence": one.sentence, "figure": drawn, "rows": rows})
        out[-1]["caveat"] = one.caveat
    return out


def telling(result: Result) -> str:
    """What the model tells apart, in half a sentence."""
    if not result.subject.classifies:
        return ""
    names = [*reversed(result.task.classes)]
    return f" when it tells {', '.join(names[:-1])} and {names[-1]} apart"


def against(result: Result) -> list[str]:
    """What the class asked about is told from."""
    if len(result.task.classes) < 2:
        return []
    others = {"promoter": AGAINST[result.negatives], "enhancer": "Strong and weak enhancers against other sequence."}
    return [others.get(result.task.name, f"The background is the class {result.task.classes[0]!r}.")]

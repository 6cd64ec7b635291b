"""The page of the DNA study: some sheets to hand in, and an appendix with all the rest."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from regard.core.evidence import JUDGED, VERDICTS
from regard.plot.heatmap import SCALE
from regard.plot.style import save
from regard.report.build import render
from regard.studies.dna.answers import Answer
from regard.studies.dna.figures import (
    are_bases,
    heatmap_figures,
    profile_figure,
    short_tracks,
    track_figures,
    which_blocks,
)
from regard.studies.dna.findings import entropy_table, findings
from regard.studies.dna.initiation import flanks_text
from regard.studies.dna.result import Figure, Result
from regard.studies.dna.sequences_shown import label_text, of_initiation, shown_rows
from regard.studies.dna.texts import AGAINST, MOTIFS_TEXT, SHORT_TRACKS, TRACKS, basis, telling


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
    judged = rows.verdict.isin(JUDGED)
    entropy_rows, classes = entropy_table(result)
    found, headline, answer = findings(result, rows, entropy_rows, classes)
    subject, (_, blocks, heads, *_) = result.subject, result.maps.array.shape
    token = "base" if are_bases(result.maps) else "token"
    tracks = result.check.motifs if result.tracks is None or not result.check.model else "model"
    maps = heatmap_figures(result, folder)
    answers = answer_sections(result, folder)
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
        labels=label_text(result),
        basis=basis(result),
        examples=shown_rows(result),
        classifies=subject.classifies,
        initiation=of_initiation(result),
        answers=[one for one in answers if one["asked"]],
        behind=answers,
        maps={
            "text": f"Row: the {token} that looks (query); column: the one it looks at (key); dotted: the TSS. "
            f"{SCALE}. " + which_blocks(blocks),
            "figures": maps,
        },
        short={
            "text": " ".join(filter(None, [SHORT_TRACKS[tracks], flanks_text(result.check, result.tracks)])),
            "figures": short_tracks(result, folder),
        },
        item=rows["item"].iloc[0],
        main_rows=main.to_dict("records") if judged.any() else [],
        why_none="" if judged.any() else rows.reason.iloc[0],
        absent=absent if judged.any() else [],
        all_rows=rows.to_dict("records") if judged.any() else [],
        sections=[
            {
                "title": "What the heads look at, class by class",
                "text": "Attention a position receives, mean over many sequences ± standard error; 0 is what mask and "
                "distance alone would give.",
                "figures": [profile_figure(result, folder)],
            },
            {
                "title": "Attention beside gradients, mutagenesis, motifs and initiation",
                "text": TRACKS[tracks],
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
    )
    render("dna.html", folder / "report.html", **content)
    render("dna.md", folder / "report.md", **content)


def answer_sections(result: Result, folder: Path) -> list[dict]:
    """Question, sentence, biology, figure, rows of evidence and caveat of each answer; draws the figures."""
    return [section_of(one, folder) for one in result.answers]


def section_of(one: Answer, folder: Path) -> dict:
    file = f"figures/question_{one.name}.svg"
    drawn = Figure(save(one.figure, folder / file, dpi=160), file, one.question) if one.figure else None
    rows = one.rows.replace({np.nan: None}).to_dict("records") if one.rows.verdict.isin(JUDGED).any() else []
    return {
        "question": one.question, "sentence": one.sentence, "biology": one.biology, "figure": drawn, "rows": rows,
        "caveat": one.caveat, "asked": one.asked, "shown": one.name == "positions",
    }  # fmt: skip


def against(result: Result) -> list[str]:
    """What the class asked about is told from."""
    if len(result.task.classes) < 2:
        return []
    others = {"promoter": AGAINST[result.negatives], "enhancer": "Strong and weak enhancers against other sequence."}
    return [others.get(result.task.name, f"The background is the class {result.task.classes[0]!r}.")]

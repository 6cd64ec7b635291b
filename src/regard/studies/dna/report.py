"""The page of the DNA study: some sheets to hand in, and an appendix with all the rest."""

from __future__ import annotations

from pathlib import Path

from regard.plot.heatmap import SCALE
from regard.report.inline import marked
from regard.report.maps import SCRIPTS, STYLES
from regard.report.page import Bullets, Note, Page, Section
from regard.report.sure import COMPARISONS, counts_of, how_sure
from regard.studies.dna.answer_sections import answered, behind, told
from regard.studies.dna.evidence_sections import entropy_section, evidence_section
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
from regard.studies.dna.maps_shown import shown_maps
from regard.studies.dna.result import Result
from regard.studies.dna.sequences_shown import initiation_section, sequences_section
from regard.studies.dna.texts import AGAINST, MOTIFS_TEXT, SHORT_TRACKS, TRACKS, telling

PROFILES = (
    "Attention a position receives, mean over many sequences ± standard error; 0 is what mask and distance alone would "
    "give."
)
BEYOND = "labels moved or exchanged, what letters, length and place alone say, and models with random weights"
SHOWN = "positions"  # the question whose figure is the one that shows it


def page_of(result: Result, folder: Path) -> Page:
    """Draw every figure into `folder/figures` and tell the study."""
    rows = result.evidence
    entropy_rows, classes = entropy_table(result)
    verdicts = counts_of(result.compared.verdict)
    found, headline, answer = findings(result, rows, entropy_rows, classes)
    answers = [told(one, folder) for one in result.answers]
    shown = next((one for one in answers if one.answer.name == SHOWN), None)
    return Page(
        study=f"DNA study, {result.task.name}",
        about=[result.source, f"{len(result.predictions)} sequences"],
        title=f"{result.task.name} attention, {result.source}",
        headline=headline,
        asked=asked(result),
        found=found,
        sure=how_sure(verdicts, COMPARISONS, BEYOND),
        verdicts=verdicts,
        figure=shown.figure if shown else None,
        remarks=result.remarks,
        sections=[
            sequences_section(result),
            maps_section(result, folder),
            *initiation_section(result),
            tracks_section(result, folder),
            answered(answers),
            Section("Is it evidence?", [Bullets(answer)]),
            behind(answers, shown),
            Section("What the heads look at, class by class", [PROFILES, profile_figure(result, folder)], "appendix"),
            all_tracks_section(result, folder),
            evidence_section(result),
            entropy_section(entropy_rows, classes),
            how_section(result),
        ],
        scripts=SCRIPTS,
        styles=["print.css", *STYLES],
    )


def asked(result: Result) -> list[str]:
    """The model and the question, and what the class asked about is told from."""
    subject, (_, blocks, heads, *_) = result.subject, result.maps.array.shape
    return [
        f"Where does {subject.name} ({blocks} blocks × {heads} heads) look{telling(result)}, and does that agree with "
        "known sequence elements?",
        *against(result),
    ]


def maps_section(result: Result, folder: Path) -> Section:
    """The heads of one example of both ends, side by side."""
    token = "base" if are_bases(result.maps) else "token"
    text = (
        f"Row: the {token} that looks (query); column: the one it looks at (key); dotted: the TSS. {SCALE}. "
        f"{which_blocks(result.maps.array.sizes['layer'])}"
    )
    parts = [shown_maps(result), text, *heatmap_figures(result, folder)]
    return Section("Attention maps, side by side", parts, "sheet")


def source_of_tracks(result: Result) -> str:
    return result.check.motifs if result.tracks is None or not result.check.model else "model"


def tracks_section(result: Result, folder: Path) -> Section:
    text = " ".join(filter(None, [SHORT_TRACKS[source_of_tracks(result)], flanks_text(result.check, result.tracks)]))
    return Section("Attention beside motifs and initiation", [text, *short_tracks(result, folder)])


def all_tracks_section(result: Result, folder: Path) -> Section:
    title = "Attention beside gradients, mutagenesis, motifs and initiation"
    return Section(title, [TRACKS[source_of_tracks(result)], *track_figures(result, folder)], "appendix")


def how_section(result: Result) -> Section:
    """The model, the reading, what stands beside it, and what none of it means."""
    subject, own = result.subject, result.subject.own is not None
    covers = "" if own else "; a token's value stands at every base that it covers"
    negatives = f"{AGAINST[result.negatives]} " if result.task.name == "promoter" else ""
    rest = (
        "Gradient × input is the absolute gradient, centred over the four nucleotides (Majdandzic 2023), of the log "
        "odds of the class asked about; mutagenesis is the absolute change of the same log odds when a base becomes "
        "its transition partner (A–G, C–T)."
        if own
        else "What our own model is asked besides (two tasks, mutagenesis, heads taken out) is not asked of another."
    )
    text = marked(
        "Model: `{model}`. Attention was taken from the unmodified model and reduced with `{pipeline}` (`regard "
        "methods` says what each step does{covers}). {negatives}{rest}",
        model=subject.name, pipeline=subject.received, covers=covers, negatives=negatives, rest=rest,
    )  # fmt: skip
    limits = marked(
        "What this does not mean: attention that falls on a motif shows where a model reads, not what a cell does; it "
        "must not be used to judge a patient's variant. All numbers are in `evidence.tsv`, `positions.tsv` and "
        "`predictions.tsv`; attention itself in `attention.zarr`, tracks of motifs and initiation in "
        "`initiation.zarr`. The maps of the other sequences shown are in `figures/`."
    )
    return Section("How it was done", [text, MOTIFS_TEXT[result.check.motifs], Note(limits)])


def against(result: Result) -> list[str]:
    """What the class asked about is told from."""
    if len(result.task.classes) < 2:
        return []
    others = {"promoter": AGAINST[result.negatives], "enhancer": "Strong and weak enhancers against other sequence."}
    return [others.get(result.task.name, f"The background is the class {result.task.classes[0]!r}.")]

"""The figures and the page of the DNA study."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr
from scipy.stats import false_discovery_control, mannwhitneyu
from sklearn.metrics import matthews_corrcoef

from regard.annotate.motifs import MOTIFS, find
from regard.core.evidence import NOT_SUPPORTED, SUPPORTED, TOO_FEW
from regard.core.maps import AttentionMaps
from regard.core.scores import PositionScores
from regard.plot.heatmap import relative_to_uniform, side_by_side
from regard.plot.initiation import initiation_figure
from regard.plot.profiles import head_profiles
from regard.plot.style import save
from regard.plot.tracks import stacked
from regard.report.build import render
from regard.studies.dna_answers import Answer
from regard.studies.dna_evidence import MEAN_OF_HEADS, RECEIVED
from regard.studies.dna_initiation import CrossCheck, flanks_text
from regard.studies.tasks import Task

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
    "and predicted initiation (orange; thin lines: all assays, blue on the given strand, grey downwards on the other).",
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


@dataclass
class Result:
    """Everything the report tells."""

    weights: str  # name of their file
    task: Task
    negatives: str
    source: str
    predictions: pd.DataFrame
    sequences: pd.DataFrame  # by id
    examples: pd.DataFrame
    maps: AttentionMaps
    scores: list[PositionScores]
    heads: dict[str, PositionScores]
    groups: dict[str, list[str]]
    entropy: dict[str, PositionScores]
    evidence: pd.DataFrame
    check: CrossCheck
    tracks: xr.Dataset | None
    answers: list[Answer]
    mutated: pd.DataFrame  # evidence of mutagenesis on a subset
    remarks: list[str] = field(default_factory=list)


@dataclass
class Figure:
    """A picture in the page and the file it is in."""

    png: bytes
    file: str
    caption: str


def write_report(result: Result, folder: Path) -> None:
    """Draw every figure into `folder/figures` and write `folder/report.html` and `folder/report.md`."""
    rows = joined(result.evidence)
    best = rows[rows.method.str.startswith("block")].sort_values("value").groupby("annotation").tail(1)
    named = rows[~rows.method.str.startswith("block")]
    main = pd.concat([named, best.assign(method="best head: " + best.method)])
    order = {name: i for i, name in enumerate(rows.annotation.unique())}
    main = main.sort_values("annotation", key=lambda c: c.map(order), kind="stable")
    entropy_rows, classes = entropy_table(result)
    found, headline, answer = findings(result, rows, entropy_rows, classes)
    shown = result.examples
    content = dict(
        task=result.task.name,
        source=result.source,
        total=len(result.predictions),
        headline=headline,
        asked=[
            f"Where does a small DNA transformer (4 blocks × 4 heads) look when it tells {classes_text(result)} apart, "
            "and does that agree with known sequence elements?",
            against(result),
        ],
        found=found,
        answer=answer,
        verdicts=[(word, int((rows.verdict == word).sum())) for word in (SUPPORTED, NOT_SUPPORTED, TOO_FEW)],
        remarks=result.remarks,
        item=result.evidence["item"].iloc[0],
        main_rows=main.to_dict("records"),
        all_rows=rows.to_dict("records"),
        examples=[
            {
                "id": row.id,
                "start": result.sequences.sequence[row.id][:20],
                "length": row.length,
                "label": row.get("label", "not given"),
                "predicted": row.predicted,
                "p": row[f"p_{row.predicted}"],
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
                "text": "Row: the base that looks (query); column: the base it looks at (key). White is uniform "
                "attention, orange more, blue less; grey is masked. All panels share one scale."
                " The other examples are in the folder figures.",
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
        model=result.weights,
        pipeline=RECEIVED,
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


def classes_text(result: Result) -> str:
    names = [*reversed(result.task.classes)]
    return ", ".join(names[:-1]) + " and " + names[-1]


def against(result: Result) -> str:
    """What the class asked about is told from."""
    others = {"promoter": AGAINST[result.negatives], "enhancer": "Strong and weak enhancers against other sequence."}
    return others.get(result.task.name, f"The background is the class {result.task.classes[0]!r}.")


def joined(evidence: pd.DataFrame) -> pd.DataFrame:
    """One row a comparison: the means of the nulls beside each other, and the larger of the corrected p."""
    keys = ["method", "annotation"]
    rows = evidence[evidence.null == "circular shift"].rename(columns={"null_mean": "shifted"})
    for null, column in {"other samples": "others", "random weights": "untrained"}.items():
        means = evidence[evidence.null == null].rename(columns={"null_mean": column})[[*keys, column]]
        rows = rows.merge(means, on=keys, how="left", sort=False)
    return rows.assign(q_value=evidence.groupby(keys).q_value.max().loc[list(rows[keys].itertuples(index=False))].array)


def entropy_table(result: Result) -> tuple[list[dict], list[str]]:
    """Mean entropy a head and class, and whether the first two classes differ."""
    classes, rows = list(result.groups), []
    for head, scores in result.entropy.items():
        if head == MEAN_OF_HEADS:
            continue
        mean = {i: np.nanmean(v) for i, v in zip(scores.ids, scores.values, strict=True)}
        values = [np.array([mean[i] for i in result.groups[c]]) for c in classes]
        p = mannwhitneyu(values[0], values[-1]).pvalue if len(classes) > 1 else np.nan
        means = [float(v.mean()) for v in values]
        rows.append({"head": head, "values": means, "difference": means[0] - means[-1], "p": p})
    if len(classes) > 1:
        for row, q in zip(rows, false_discovery_control([r["p"] for r in rows]), strict=True):
            row["q"] = float(q)
    else:
        rows = [row | {"q": np.nan} for row in rows]
    return rows, classes


def findings(result: Result, rows: pd.DataFrame, entropy_rows, classes) -> tuple[list[str], str, list[str]]:
    """What was found, the headline, and the answer to: is it evidence? All from the tables."""
    predictions, found = result.predictions, []
    counts = predictions.predicted.value_counts()
    found.append("Predicted: " + ", ".join(f"{counts.get(c, 0)} {c}" for c in reversed(result.task.classes)) + ".")
    if "label" in predictions:
        mcc = matthews_corrcoef(predictions.label, predictions.predicted)
        right = (predictions.label == predictions.predicted).mean()
        found.append(f"Against the labels: {right:.1%} right, Matthews correlation {mcc:.2f} (n = {len(predictions)}).")
    mean = rows[rows.method == MEAN_OF_HEADS]
    judged = mean[mean.verdict != TOO_FEW]
    if len(judged):
        top = judged.assign(fold=judged.value / judged.shifted).sort_values("fold").iloc[-1]
        found.append(
            f"Mean attention agrees best with {top.annotation}: AUPRC {top.value:.3f}, shifted labels "
            f"{top.shifted:.3f}, best baseline ({top.baseline}) {top.baseline_value:.3f}."
        )
    focused = min(entropy_rows, key=lambda r: r["values"][0])
    found.append(
        f"Most focused: {focused['head']} (entropy {focused['values'][0]:.2f} of 1 in {classes[0]} sequences)."
    )
    if len(classes) > 1:
        changed = [r for r in entropy_rows if r["q"] <= 0.05]
        found.append(
            f"{len(changed)} of {len(entropy_rows)} heads are more or less focused in {classes[0]} than in "
            f"{classes[-1]} sequences."
        )
    heads = rows[rows.method.str.startswith("block")]
    supported = heads[heads.verdict == SUPPORTED]
    mean_supported = mean[mean.verdict == SUPPORTED]
    if len(mean_supported):
        headline = f"Attention, averaged over heads, is evidence for {', '.join(mean_supported.annotation)}"
    elif len(supported):
        best = supported.assign(fold=supported.value / supported.shifted).sort_values("fold").iloc[-1]
        headline = f"Averaged attention is not evidence here; single heads are: {best.method} for {best.annotation}"
    else:
        headline = "Attention is not evidence for the elements tested here"
    answer = [
        f"Averaged over all heads, attention is supported for {len(mean_supported)} of {len(mean)} annotations; "
        f"{len(supported)} of {len(heads)} single-head comparisons are."
    ]
    gradient = rows[rows.method == "gradient × input"]
    won = gradient[gradient.verdict == SUPPORTED].annotation
    answer.append("Gradient × input is supported for " + (", ".join(won) if len(won) else "none of them") + ".")
    return found, headline, answer


def tss_of(result: Result, name: str) -> int | None:
    tss = result.sequences.tss.get(name) if "tss" in result.sequences else None
    return None if tss is None or pd.isna(tss) else int(tss)


def title_of(result: Result, name: str) -> str:
    row = result.examples.set_index("id").loc[name]
    return f"{name}\npredicted {row.predicted}, p = {row[f'p_{row.predicted}']:.2f}"


def heatmap_figures(result: Result, folder: Path) -> list[Figure]:
    """Block by block, the heads of one example of each class; then the block means. First set shown."""
    by_class = [list(g.id) for _, g in result.examples.groupby("predicted", sort=False)]
    shown = []
    for number in range(max(map(len, by_class))):
        names = [ids[number] for ids in by_class if number < len(ids)]
        maps = {name: result.maps[name] for name in names}
        for block in range(5):
            columns = []
            for name in names:
                attention = maps[name].mean(axis=1) if block == 4 else maps[name][block]
                columns.append((title_of(result, name), relative_to_uniform(attention), tss_of(result, name)))
            what = "mean of heads, each block" if block == 4 else f"block {block + 1}, each head"
            panels = [f"{'block' if block == 4 else 'head'} {i + 1}" for i in range(4)]
            stem = f"attention_{number + 1}_" + ("block_means" if block == 4 else f"block_{block + 1}")
            file = f"figures/{stem}.svg"
            png = save(side_by_side(columns, panels, what), folder / file, page=number == 0)
            if number == 0:
                shown.append(Figure(png, file, what.capitalize() + "."))
    return shown


def track_figures(result: Result, folder: Path) -> list[Figure]:
    """Every example: attention, gradient × input, mutagenesis, and motifs and initiation, on one axis."""
    figures = []
    for i, name in enumerate(result.examples.id):
        title, tss = title_of(result, name), tss_of(result, name)
        rows = [
            (score.name.replace(", ", "\n").replace(" × ", "\n× "), score.values[score.ids.index(name)])
            for score in result.scores
            if name in score.ids
        ]
        if result.tracks is None:
            sequence = result.sequences.sequence[name]
            features = [(m.name, find(m.word, sequence, stranded=m.stranded)) for m in MOTIFS]
            figure = stacked(rows, features, title, tss)
        else:
            found, assays = result.tracks.sel(sequence=name), None
            if result.check.model is not None:
                assays = found.prediction
                title += f"\n{result.check.name}, {result.check.target}, {found.flanks.item()} flanks"
                found = found.sel(target=result.check.target)
            figure = initiation_figure(found, title, attention=rows, assays=assays, unit=result.check.unit, tss=tss)
        file = f"figures/tracks_{i + 1}.svg"
        figures.append(Figure(save(figure, folder / file), file, f"{name}."))
    return figures


def profile_figure(result: Result, folder: Path) -> Figure:
    """Attention received along the sequence, each head, each class; sequences of the commonest length."""
    lengths = result.sequences.sequence.str.len()
    used = [i for ids in result.groups.values() for i in ids]
    common = lengths.loc[used].mode().iloc[0]
    heads: dict[str, dict[str, np.ndarray]] = {}
    for head, scores in result.heads.items():
        if head == MEAN_OF_HEADS:
            continue
        value = dict(zip(scores.ids, scores.values, strict=True))
        of_class = {c: [value[i] for i in ids if lengths[i] == common] for c, ids in result.groups.items()}
        heads[head] = {c: np.stack(v) for c, v in of_class.items() if v}
    file = "figures/profiles.svg"
    figure = head_profiles(heads, "attention received beyond mask and distance (log2)", f"sequences of {common} bp")
    return Figure(save(figure, folder / file), file, "Attention received, each head, by class.")

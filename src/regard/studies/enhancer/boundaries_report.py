"""The figures and the page of the study of TAD boundaries."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np

from regard.core.evidence import JUDGED, SUPPORTED, TOO_FEW, VERDICTS
from regard.judge.boundaries import SAYS, SIDE, UNIT
from regard.plot.boundaries import both_scores, difference, every_head, profiles
from regard.plot.style import save
from regard.reduce.insulation import offsets_of
from regard.report.build import render
from regard.studies.enhancer.boundaries_result import Result


def write_report(result: Result, folder: Path) -> None:
    """Draw every figure into `folder/figures` and write `folder/report.html`."""
    model, table = result.model, result.evidence
    headline, answer = answers(result)
    reasons = Counter(reason for _, reason in result.left_out)
    heads = table[~table.method.str.endswith("mean of heads")].sort_values("p_value", kind="stable")
    shown = [table[table.method.str.endswith("mean of heads")], heads.head(20)]
    render(
        "enhancer_boundaries.html",
        folder / "report.html",
        source=result.source,
        model=model,
        headline=headline,
        pairs=len(result.pairs),
        not_used=result.not_used,
        width=result.width * model.bin,
        away=result.away,
        left_out=[f"{count} boundaries: {reason}" for reason, count in reasons.most_common()],
        gc=[f"{np.mean([getattr(p, of) for p in result.pairs]):.3f}" for of in ("gc", "control_gc")],
        found=found(result),
        answer=answer,
        verdicts=[(word, int((table.verdict == word).sum())) for word in VERDICTS],
        rows=[row for part in shown for row in part.to_dict("records")],
        hidden=len(heads) - 20,
        remarks=result.remarks,
        twins=len(result.twins),
        pipeline=result.pipeline,
        readings=readings_in_words(result),
        with_genes=result.genes,
        figures=figures(result, folder),
    )


def grids(result: Result, column: str) -> dict[str, np.ndarray]:
    """A column of the evidence for each score, shape (layers, heads)."""
    shape = result.boundary.scores["stripe"].shape[1:]
    table = result.evidence[~result.evidence.method.str.endswith("mean of heads")]
    return {name: table[table.metric == f"{name} difference"][column].to_numpy().reshape(shape) for name in SIDE}


def answers(result: Result) -> tuple[str, list[str]]:
    """The headline and a line for each score, both from the evidence."""
    verdicts, lines, said = grids(result, "verdict"), [], []
    if not result.evidence.verdict.isin(JUDGED).any():
        few = (result.evidence.verdict == TOO_FEW).all()
        headline = (
            "Too few boundaries to say anything" if few else "Whether attention knows these boundaries cannot be told"
        )
        return headline, [f"{why[:1].upper()}{why[1:]}." for why in dict.fromkeys(result.evidence.reason)]
    for name in SIDE:
        supported, judged = verdicts[name] == SUPPORTED, np.isin(verdicts[name], JUDGED)
        more = "more" if SIDE[name] > 0 else "less"
        rows = result.evidence[result.evidence.metric == f"{name} difference"]
        mean = rows[rows.method.str.endswith("mean of heads")].iloc[0]
        lines.append(
            f"{SAYS[name].capitalize()} is {more} than at matched loci in {supported.sum()} of {judged.sum()} heads "
            f"that could be judged; mean of all heads: {mean.verdict} ({mean.reason})."
        )
        needed = rows[~rows.method.str.endswith("mean of heads")].needed.dropna()
        if not supported.any() and len(needed):
            lines.append(f"A head would have needed a difference of {needed.median():.2g} (median of heads).")
        if supported.any():
            said.append(f"{more} {SAYS[name]} in {supported.sum()} of {judged.sum()} heads")
    if not said:
        return "No head's attention tells boundaries from matched loci", lines
    return f"Attention knows these boundaries: {'; '.join(said)}", lines


def found(result: Result) -> list[str]:
    """The head in which each score differs most in the expected direction."""
    lines = []
    for name, values in grids(result, "value").items():
        layer, head = np.unravel_index(np.argmax(SIDE[name] * values), values.shape)
        now, before = (r.scores[name][:, layer, head].mean() for r in (result.boundary, result.control))
        lines.append(
            f"{SAYS[name].capitalize()}: {now:.3g} {UNIT[name]} in layer "
            f"{layer + 1}, head {head + 1}, where matched loci have {before:.3g}."
        )
    at, along = offsets_of(result.model.bins) * result.model.bin, result.boundary.profile.mean(axis=(0, 1))
    least = np.abs(at[along <= along.min() + 1e-9]).min()
    lines.append(
        f"Across any place of these windows, attention of all heads is least {least:,} bp from the "
        f"boundary ({along.min():.3f} of it crosses there, {along[at == 0][0]:.3f} at the boundary)."
    )
    return lines


def readings_in_words(result: Result) -> list[str]:
    """The difference of each score, mean of all heads and windows, by the pipeline used and by others."""

    def told(pipeline: str, boundary: dict[str, float], control: dict[str, float]) -> str:
        each = ", ".join(f"{SAYS[name]} {boundary[name] - control[name]:+.3g}" for name in SIDE)
        return f"“{pipeline}”: {each}"

    def used(readings) -> dict[str, float]:
        return {name: float(readings.scores[name].mean()) for name in SIDE}

    others = (told(name, of, result.control.others[name]) for name, of in result.boundary.others.items())
    first = told(result.pipeline, used(result.boundary), used(result.control))
    return [f"{first}. This is the reading used here.", *(f"{one}." for one in others)]


def profile_lines(result: Result) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Title, and the profiles of boundaries and matched loci: all heads, and the head whose block and dip are most."""
    both = result.boundary.profile, result.control.profile
    lines = [("mean of all heads", *(one.mean(axis=(0, 1)) for one in both))]
    for name in ("block", "dip"):
        values = grids(result, "value")[name]
        layer, head = np.unravel_index(np.argmin(values), values.shape)
        lines.append((f"layer {layer + 1}, head {head + 1} (strongest {name})", *(one[layer, head] for one in both)))
    return lines


def figures(result: Result, folder: Path) -> list[dict]:
    change = result.boundary.map - result.control.map
    maps = [("mean of all layers and heads", change.mean(axis=(0, 1)))]
    for name, values in grids(result, "value").items():
        layer, head = np.unravel_index(np.argmax(SIDE[name] * values), values.shape)
        maps.append((f"layer {layer + 1}, head {head + 1} (strongest {name})", change[layer, head]))
    title, model_bins = f"{result.model.name}, {len(result.pairs)} boundaries", result.model.bins
    supported = {name: words == SUPPORTED for name, words in grids(result, "verdict").items()}
    named = {f"{name}: {SAYS[name]}": values for name, values in grids(result, "value").items()}
    stripes = {f"{name}: {SAYS[name]}": supported[name] for name in SIDE}
    levels = [{name: r.scores[name].mean(axis=(1, 2)) for name in SIDE} for r in (result.boundary, result.control)]
    drawn = [
        (
            "difference",
            difference(maps, result.model.length, title),
            "Mean attention about boundaries minus that about matched loci. Row: query; column: key. A stripe at 0 is "
            "attention to the boundary; blue blocks beside the middle are less attention across it.",
        ),
        (
            "heads",
            every_head(named, stripes, {key: UNIT[name] for name, key in zip(SIDE, named, strict=True)}, title),
            "All scores in every layer and head; a dot: supported. Stripes are expected above 0, the others below.",
        ),
        (
            "profile",
            profiles(profile_lines(result), offsets_of(model_bins) * result.model.bin, title),
            "Share of attention that crosses each place along the windows, mean over boundaries and over matched loci; "
            "half is as much as stays on a side. The boundary's own bins are left out, so that attention to it counts "
            "on neither side.",
        ),
        ("pairs", both_scores(*levels, SAYS, UNIT, title), "Each boundary and its matched locus, mean of all heads."),
    ]
    made = []
    for stem, picture, caption in drawn:
        file = f"figures/{stem}.svg"
        made.append({"png": save(picture, folder / file), "file": file, "caption": caption})
    return made

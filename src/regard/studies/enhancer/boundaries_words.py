"""What the page of TAD boundaries says, in sentences made from the scores."""

from __future__ import annotations

import numpy as np

from regard.core.evidence import JUDGED, SUPPORTED, TOO_FEW
from regard.judge.boundaries import SAYS, SIDE, UNIT
from regard.reduce.insulation import offsets_of
from regard.report.sure import about
from regard.studies.enhancer.boundaries_result import Result

MEAN = "mean of heads"  # how the names of those rows end


QUESTIONS = (
    "Stripe: is there more attention to the boundary? Block: is there less across it, as a share of what crosses and "
    "what stays on a side? Dip: is that share less at the boundary than beside it?"
)


def in_pairs(result: Result) -> list[str]:
    """At how many boundaries each score, mean of all heads, is on the expected side of its matched locus."""
    lines, n = [], len(result.pairs)
    for name, side in SIDE.items():
        now, before = (one.scores[name].mean(axis=(1, 2)) for one in (result.boundary, result.control))
        count = int((side * (now - before) > 0).sum())
        lines.append(
            f"{SAYS[name].capitalize()} is {'more' if side > 0 else 'less'} than at the matched locus at {count} of "
            f"{n} boundaries; by chance {about(n / 2)} would be."
        )
    return lines


def beyond(result: Result) -> str:
    genes = " and the number of genes" if result.genes else ""
    random = ", and the same model with random weights" if result.twins else ""
    return f"chance, the composition of the windows{genes}{random}"


def how_judged(result: Result) -> str:
    """What the columns of the table are, and what was moved against what."""
    genes = " and the number of genes that begin in them" if result.genes else ""
    twins = (
        " and beyond what the best head of one more model with random weights would reach in 99 of 100 cases, by "
        f"{len(result.twins)} of them"
    )
    return (
        "Stripes are relative to a uniform map (1 = uniform). Blocks are across ÷ (across + within), without the "
        "boundary's own bins: .5 where as much crosses as stays, and attention to the boundary itself counts on "
        "neither side. Dips are that share at the boundary less what it is beside it. Boundary minus matched locus, "
        "mean over pairs with its interval. Adds: what is left of it when the composition of the windows"
        f"{genes} is taken out. Boundary and matched locus of a pair change places, 999 times, one-sided in the "
        "expected direction; p is corrected for all scores of all heads together. Supported is what is beyond that at "
        f"p ≤ .01{twins if result.twins else ''}. Needed: the least difference with which a head that is not supported "
        "would have passed."
    )


def grids(result: Result, column: str) -> dict[str, np.ndarray]:
    """A column of the evidence for each score, shape (layers, heads)."""
    shape = result.boundary.scores["stripe"].shape[1:]
    table = result.evidence[~result.evidence.method.str.endswith(MEAN)]
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
        mean = rows[rows.method.str.endswith(MEAN)].iloc[0]
        lines.append(
            f"{SAYS[name].capitalize()} is {more} than at matched loci in {supported.sum()} of {judged.sum()} heads "
            f"that could be judged; mean of all heads: {mean.verdict} ({mean.reason})."
        )
        needed = rows[~rows.method.str.endswith(MEAN)].needed.dropna()
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

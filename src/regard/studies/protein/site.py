"""The view from a site: whom its residues attend to and who attends to them, along the sequence and in space."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.stats import hypergeom

from regard.plot.residues import along_residues
from regard.plot.trace import two_traces
from regard.report.columns import named
from regard.report.kept import kept
from regard.report.page import Figure, Note, Section
from regard.studies.protein.inputs import Protein
from regard.studies.protein.result import Result
from regard.studies.protein.viewpoints import APART, Viewpoint, away, residue

BEST = 10


def seen_from(attention: np.ndarray, places: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Attention averaged over layers and heads, seen from residues (Avsec et al. 2021, for proteins).

    attention : mean of all layers and heads, (L, L), row = query. places : 0-based; several are averaged.

    Returns
    -------
    Whom they attend to and who attends to them, each (L,), NaN at these residues themselves.
    """
    at = list(places)
    to, by = attention[at].mean(axis=0, dtype=float), attention[:, at].mean(axis=1, dtype=float)
    to[at] = by[at] = np.nan
    return to, by


def section(result: Result, one: Viewpoint, folder: Path, number: int) -> Section:
    """The view from one site, the mean of all layers and heads."""
    protein, name = one.protein, one.name
    to, by = seen_from(result.readings[protein.id].mean, one.places)
    views = {"it attends to": to, "attends to it": by}
    what = f" ({one.what})" if len(one.places) == 1 else ""
    text = [
        f"{name[:1].upper()}{name[1:]}{what}, attention averaged over all layers and heads. "
        f"It attends most to {listed(protein, to, one.places)}; most attend to it {listed(protein, by, one.places)} "
        f"({APART} or more residues away)."
    ]
    if protein.offset and len(one.places) == 1:
        text.append(f"It is residue {one.places[0] + protein.offset + 1} of the sequence as given.")
    if len(one.places) > 1:
        text.append(f"Residues: {', '.join(residue(protein, p) for p in one.places)}; attention is the mean over them.")
    at = next(iter(one.places))
    for a, b in protein.disulfides:
        if len(one.places) == 1 and at in (a, b):
            text.append(partner_words(protein, at, b if at == a else a, views))
    rows = in_contact(result, one, views)
    if rows:
        text.append(contact_words(protein, rows, name))
    caveat = (
        "One site is an example, not evidence; the verdicts are over all pairs. Neighbours in sequence get much "
        f"of the attention, so that the {BEST} best are taken {APART} or more residues away."
    )
    drawn = figures(result, one, views, folder, number)
    return Section(f"Seen from {name} of {protein.id}", [*text, *named(rows), *drawn, Note(caveat)])


def gradient_seen_from(result: Result, one: Viewpoint) -> np.ndarray | None:
    """Gradient × input of every residue on the prediction of these, (L,); None where not all of them were asked."""
    if one.protein.id not in result.gradients:
        return None
    asked = result.gradients[one.protein.id][list(one.places)]
    return None if np.isnan(asked).all(axis=1).any() else asked.mean(axis=0, dtype=float)


def far(values: np.ndarray, places: Sequence[int]) -> np.ndarray:
    """Positions six or more away from all of these that have a score, best first."""
    there = np.flatnonzero((away(len(values), places) >= APART) & np.isfinite(values))
    return there[np.argsort(-values[there], kind="stable")]


def listed(protein: Protein, values: np.ndarray, places: Sequence[int], count: int = 3) -> str:
    return ", ".join(residue(protein, int(i)) for i in far(values, places)[:count]) or "none"


def partner_words(protein: Protein, at: int, partner: int, views: dict[str, np.ndarray]) -> str:
    ranks = [np.flatnonzero(far(values, [at]) == partner) for values in views.values()]
    if not all(map(len, ranks)):
        return f"Its disulfide partner {residue(protein, partner)} is nearer than {APART} residues, or in no window."
    total = len(far(views["it attends to"], [at]))
    return (
        f"Its disulfide partner {residue(protein, partner)} is number {ranks[0][0] + 1} of {total} among the residues "
        f"that it attends to, and number {ranks[1][0] + 1} among those that attend to it."
    )


def touching(protein: Protein, places: Sequence[int]) -> np.ndarray | None:
    """Bool, (L,): residues six or more away that touch one of these in the structure; None without one."""
    if protein.contacts is None:
        return None
    return protein.contacts[list(places)].any(axis=0) & (away(len(protein), places) >= APART)


def in_contact(result: Result, one: Viewpoint, views: dict[str, np.ndarray]) -> list[dict]:
    """How many of the ten best touch the site in the structure, for attention and what stands beside it."""
    protein, places = one.protein, list(one.places)
    near = touching(protein, places)
    if near is None or protein.resolved is None or not protein.resolved[places].all():
        return []
    distance = away(len(protein), places)
    scores = {f"attention: {name}": values for name, values in views.items()}
    gradient = gradient_seen_from(result, one)
    if gradient is not None:
        scores["gradient × input (used to predict it)"] = gradient
    scores["nearest in sequence"] = -distance.astype(float)
    known = protein.resolved & (distance >= APART)
    near &= known
    if known.sum() <= BEST or not near.any():
        return []
    rows = []
    for name, values in scores.items():
        best = far(np.where(known, values, np.nan), places)[:BEST]
        hits = int(near[best].sum())
        rows.append({
            "scores": name, f"of the {BEST} best in contact": hits,
            "by chance": BEST * near.sum() / known.sum(),
            "p of as many by chance": float(hypergeom.sf(hits - 1, known.sum(), near.sum(), BEST)),
        })  # fmt: skip
    return rows


def contact_words(protein: Protein, rows: list[dict], name: str) -> str:
    hits = f"of the {BEST} best in contact"
    return (
        f"In the structure ({protein.chain}), {rows[0][hits]} of the {BEST} residues that {name} attends to most touch "
        f"it (Cβ < 8 Å), and {rows[1][hits]} of the {BEST} that attend to it most; {rows[0]['by chance']:.1f} are "
        "expected by chance."
    )


def figures(result: Result, one: Viewpoint, views: dict[str, np.ndarray], folder: Path, number: int) -> list[Figure]:
    protein, name, places = one.protein, one.name, list(one.places)
    comparison = {}
    gradient = gradient_seen_from(result, one)
    if gradient is not None:
        gradient[places] = np.nan
        comparison["gradient × input,\nused to predict it"] = gradient
    sites = protein.ticks
    near = touching(protein, places)
    if near is not None:
        sites = {f"touches {name}": near, **sites}
    if len(places) > 1 and one.what.casefold() not in map(str.casefold, sites):
        sites = {name: np.isin(np.arange(len(protein)), places), **sites}
    along = along_residues(
        {f"{name}\n{words}" if words.startswith("it") else f"{words}\n({name})": v for words, v in views.items()},
        comparison,
        features=protein.features,
        secondary=protein.secondary or "",
        sites=sites,
        sequence=protein.sequence,
        marked=places[0] if len(places) == 1 else None,
        title=f"{protein.id}, seen from {name}" + (f" ({one.what})" if len(places) == 1 else ""),
    )
    drawn = [(f"site.{number}", along, (
        f"Attention of {name} to each residue, and of each residue to {name}, mean of all layers and heads."
        + (f" Dotted: {name}." if len(places) == 1 else "")
    ))]  # fmt: skip
    if protein.alpha is not None and len(places) == 1 and not np.isnan(protein.alpha[places[0], 0]):
        space = two_traces(
            protein.alpha, views, site=places[0], marked=near, title=f"{protein.id} in space, star: {name}"
        )
        drawn.append((f"site.{number}.space", space, (
            f"The backbone (Cα) seen from one side; larger dots are nearer. Star: {name}; rings: residues that touch "
            f"it, {APART} or more away in sequence. Both on one scale, which its neighbours in sequence may exceed."
        )))  # fmt: skip
    return [kept(picture, folder, stem, caption) for stem, picture, caption in drawn]

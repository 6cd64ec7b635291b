"""The view from one residue: whom it attends to and who attends to it, along the sequence and in space."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.stats import hypergeom

from regard.plot.residues import along_residues
from regard.plot.style import save
from regard.plot.trace import two_traces
from regard.studies.protein.inputs import Protein
from regard.studies.protein.result import Result

MOST = 3  # sections
APART, BEST = 6, 10
PREFERRED = ("active site", "binding site", "site", "paratope", "ligand within 4 Å", "modified residue")


def site_of(protein: Protein) -> tuple[int, str] | None:
    """The residue to look from and what it is: an active site, else one of a disulfide, else another known site."""
    known = {kind: np.flatnonzero(labels) for kind, labels in protein.sites.items() if labels.any()}
    if "active site" in known:
        return int(known["active site"][0]), "active site"
    if protein.disulfides:
        return protein.disulfides[0][0], f"disulfide to {residue(protein, protein.disulfides[0][1])}"
    for kind in PREFERRED:
        if kind in known:
            return int(known[kind][len(known[kind]) // 2]), kind
    return None


def residue(protein: Protein, position: int) -> str:
    """Letter and number, from 1 along the part that is read, as on the axis of the figures."""
    return f"{protein.sequence[position]}{position + 1}"


def seen_from(attention: np.ndarray, query: int) -> tuple[np.ndarray, np.ndarray]:
    """Attention averaged over layers and heads, seen from one residue (Avsec et al. 2021, for proteins).

    attention : mean of all layers and heads, (L, L), row = query.

    Returns
    -------
    Whom it attends to and who attends to it, each (L,), NaN at the residue itself.
    """
    to, by = attention[query].astype(float), attention[:, query].astype(float)
    to[query] = by[query] = np.nan
    return to, by


def site_sections(result: Result, *, folder: Path) -> list[dict]:
    """A section for one known residue of the first proteins that have one."""
    found = [(p, site) for p in result.proteins if (site := site_of(p))]
    return [section(result, p, *site, folder, k) for k, (p, site) in enumerate(found[:MOST], start=1)]


def section(result: Result, protein: Protein, at: int, what: str, folder: Path, number: int) -> dict:
    to, by = seen_from(result.readings[protein.id].mean, at)
    views = {"it attends to": to, "attends to it": by}
    name = residue(protein, at)
    text = [
        f"{name} ({what}), attention averaged over all layers and heads. "
        f"It attends most to {listed(protein, to, at)}; most attend to it {listed(protein, by, at)} "
        f"({APART} or more residues away)."
    ]
    for a, b in protein.disulfides:
        if at in (a, b):
            text.append(partner_words(protein, at, b if at == a else a, views))
    rows = in_contact(result, protein, at, views)
    if rows:
        text.append(contact_words(protein, rows, name))
    return {
        "title": f"Seen from {name} of {protein.id}",
        "text": text,
        "columns": list(rows[0]) if rows else [],
        "rows": rows,
        "figures": figures(result, protein, at, what, views, folder, number),
        "caveat": (
            "One residue is an example, not evidence; the verdicts are over all pairs. Neighbours in sequence get much "
            f"of the attention, so that the {BEST} best are taken {APART} or more residues away."
        ),
    }


def gradient_seen_from(result: Result, protein: Protein, at: int) -> np.ndarray | None:
    """Gradient × input of every residue on the prediction of one, (L,); None where that one was not asked."""
    if protein.id not in result.gradients or np.isnan(result.gradients[protein.id][at]).all():
        return None
    return result.gradients[protein.id][at].astype(float)


def far(values: np.ndarray, at: int) -> np.ndarray:
    """Positions six or more away that have a score, best first."""
    there = np.flatnonzero((np.abs(np.arange(len(values)) - at) >= APART) & np.isfinite(values))
    return there[np.argsort(-values[there], kind="stable")]


def listed(protein: Protein, values: np.ndarray, at: int, count: int = 3) -> str:
    return ", ".join(residue(protein, int(i)) for i in far(values, at)[:count])


def partner_words(protein: Protein, at: int, partner: int, views: dict[str, np.ndarray]) -> str:
    ranks = [int(np.flatnonzero(far(values, at) == partner)[0]) + 1 for values in views.values()]
    total = len(far(views["it attends to"], at))
    return (
        f"Its disulfide partner {residue(protein, partner)} is number {ranks[0]} of {total} among the residues that it "
        f"attends to, and number {ranks[1]} among those that attend to it."
    )


def in_contact(result: Result, protein: Protein, at: int, views: dict[str, np.ndarray]) -> list[dict]:
    """How many of the ten best touch the residue in the structure, for attention and what stands beside it."""
    if protein.contacts is None or protein.resolved is None or not protein.resolved[at]:
        return []
    rank = np.arange(len(protein))
    scores = {f"attention: {name}": values for name, values in views.items()}
    gradient = gradient_seen_from(result, protein, at)
    if gradient is not None:
        scores["gradient × input (used to predict it)"] = gradient
    scores["nearest in sequence"] = -np.abs(rank - at).astype(float)
    known = protein.resolved & (np.abs(rank - at) >= APART)
    touching = protein.contacts[at] & known
    if known.sum() <= BEST or not touching.any():
        return []
    rows = []
    for name, values in scores.items():
        best = far(np.where(known, values, np.nan), at)[:BEST]
        hits = int(touching[best].sum())
        rows.append({
            "scores": name, f"of the {BEST} best in contact": hits,
            "by chance": BEST * touching.sum() / known.sum(),
            "p of as many by chance": float(hypergeom.sf(hits - 1, known.sum(), touching.sum(), BEST)),
        })  # fmt: skip
    return rows


def contact_words(protein: Protein, rows: list[dict], name: str) -> str:
    hits = f"of the {BEST} best in contact"
    return (
        f"In the structure ({protein.chain}), {rows[0][hits]} of the {BEST} residues that {name} attends to most touch "
        f"it (Cβ < 8 Å), and {rows[1][hits]} of the {BEST} that attend to it most; {rows[0]['by chance']:.1f} are "
        "expected by chance."
    )


def figures(result, protein, at, what, views, folder, number) -> list[dict]:
    comparison = {}
    gradient = gradient_seen_from(result, protein, at)
    if gradient is not None:
        gradient[at] = np.nan
        comparison["gradient × input,\nused to predict it"] = gradient
    name = residue(protein, at)
    sites = {kind: labels for kind, labels in protein.sites.items() if labels.any() and kind != "CDR"}
    touching = None
    if protein.contacts is not None:
        touching = protein.contacts[at] & (np.abs(np.arange(len(protein)) - at) >= APART)
        sites = {f"touches {name}": touching, **sites}
    along = along_residues(
        {f"{name}\n{words}" if words.startswith("it") else f"{words}\n({name})": v for words, v in views.items()},
        comparison,
        features=protein.features,
        secondary=protein.secondary or "",
        sites=sites,
        sequence=protein.sequence,
        marked=at,
        title=f"{protein.id}, seen from {name} ({what})",
    )
    drawn = [(f"site.{number}", along, (
        f"Attention of {name} to each residue, and of each residue to {name}, mean of all layers and heads. "
        f"Dotted: {name}."
    ))]  # fmt: skip
    if protein.alpha is not None and not np.isnan(protein.alpha[at, 0]):
        space = two_traces(protein.alpha, views, site=at, marked=touching, title=f"{protein.id} in space, star: {name}")
        drawn.append((f"site.{number}.space", space, (
            f"The backbone (Cα) seen from one side; larger dots are nearer. Star: {name}; rings: residues that touch "
            f"it, {APART} or more away in sequence. Both on one scale, which its neighbours in sequence may exceed."
        )))  # fmt: skip
    made = []
    for stem, picture, caption in drawn:
        file = f"figures/{stem}.svg"
        made.append({"png": save(picture, folder / file), "file": file, "caption": caption})
    return made

"""Proteins in space: scores of their residues, sites and best pairs, for a view that can be turned."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from regard.annotate.interfaces import NEAR
from regard.attribute.protein import position_scores
from regard.plot.space import in_space, limits_of
from regard.plot.trace import SHADES, UNKNOWN, facing
from regard.predictors.family import conservation
from regard.report.build import filled
from regard.report.inline import marked
from regard.report.kept import kept
from regard.report.page import Block, Figure, Section
from regard.studies.protein.figures import SHOWN_PROTEINS, shown_readings
from regard.studies.protein.inputs import Protein
from regard.studies.protein.placed import Placed
from regard.studies.protein.result import Result
from regard.studies.protein.site import seen_from
from regard.studies.protein.viewpoints import residue, site_of

MOST = 900_000  # characters of what the view is made of; with the viewer itself less than 1.5 MB
SAYS = marked(
    "Residues where the structure has them, coloured by a score. A colour shows where a model reads, and is no proof "
    "that a residue matters. The same scores lie in `structures/`, as B-factors of mmCIF files with scripts for PyMOL "
    "and ChimeraX."
)
BACKBONE = ("N", "CA", "C", "O")
KNOWN = "contacts in the structure"


def residue_scores(result: Result, protein: Protein) -> dict[str, np.ndarray]:
    """Scores of the residues of one protein, (L,) each, NaN where there is none; attention received comes first."""
    found = {"attention received": result.readings[protein.id].received.mean(axis=0)}
    if protein.id in result.gradients:
        found["gradient × input"] = position_scores(result.gradients[protein.id])
    if protein.family is not None:
        found["conservation"] = conservation(protein.family)
    if site := site_of(protein):
        name = residue(protein, site[0])
        to, by = seen_from(result.readings[protein.id].mean, [site[0]])
        found |= {f"attention of {name}": to, f"attention to {name}": by}
    return {name: np.asarray(values, dtype=float) for name, values in found.items()}


def best_pairs(result: Result, protein: Protein) -> dict[str, np.ndarray]:
    """The pairs that touch, six or more residues apart, and the best-ranked of some readings; int, (n, 2) each."""
    found: dict[str, np.ndarray] = {}
    if protein.contacts is None or not protein.known.any():
        return found
    within = protein.contacts if protein.between is None else protein.contacts & ~protein.between
    found[KNOWN] = np.argwhere(protein.known & within)
    contacts = result.contacts
    if contacts is None or protein.id not in [p.id for p in contacts.proteins]:
        return found
    k = [p.id for p in contacts.proteins].index(protein.id)
    for name in shown_readings(contacts.scores):
        values = contacts.scores[name].values[k]
        pairs = np.argwhere(protein.known & ~np.isnan(values))
        best = np.argsort(-values[tuple(pairs.T)], kind="stable")[: int(np.sum(protein.resolved))]
        found[f"best-ranked by {name}"] = pairs[best]
    return found


def shown(result: Result) -> list[tuple[Protein, Placed]]:
    """The proteins that are drawn in space: the first ones that stand in a structure."""
    return [(p, p.placed) for p in result.proteins if p.placed is not None and len(p.placed.seen())][:SHOWN_PROTEINS]


def space_section(result: Result, folder: Path) -> list[Section]:
    """A section with the view and, behind it, the same in pictures; none without a structure."""
    told, stills, size = [], [], 0
    for number, (protein, placed) in enumerate(shown(result), start=1):
        one = drawn(result, protein, placed)
        size += len(json.dumps(one))
        if told and size > MOST:
            break
        told.append(one)
        stills.append(still(result, protein, folder, number))
    if not told:
        return []
    view = filled("protein_space.html", told={"proteins": told, "shades": SHADES, "unknown": UNKNOWN})
    return [Section("In space", [SAYS, Block(view), *stills])]


def drawn(result: Result, protein: Protein, placed: Placed) -> dict:
    """One protein as lists and words; residues count from 0 along the protein."""
    seen, sites, touch = placed.seen(), marks_of(protein), np.asarray(protein.contacts)
    return {
        "id": protein.id,
        "chain": protein.chain,
        "letters": protein.sequence,
        "numbers": [placed.number(i) for i in range(len(protein))],
        "secondary": protein.secondary or "-" * len(protein),
        "seen": seen.tolist(),
        "backbone": backbone(placed)[seen].round(2).tolist(),
        "turn": Rotation.from_matrix(facing(protein.alpha)).as_quat().round(4).tolist(),
        "scores": [scale(name, values) for name, values in residue_scores(result, protein).items()],
        "sites": [{"name": kind, "at": np.flatnonzero(labels).tolist()} for kind, labels in sites.items()],
        "features": [[f.residues, f"{f.kind} {f.note}".strip()] for f in protein.features],
        "pairs": [
            {"name": name, "at": [[int(i), int(j), int(touch[i, j])] for i, j in pairs]}
            for name, pairs in best_pairs(result, protein).items()
        ],
        "beside": [
            {"id": one.id, "name": one.name, "trace": one.positions("ca")[one.resolved].round(1).tolist()}
            for one in placed.beside
            if f"interface with chain {one.id}" in sites
        ],
    }  # fmt: skip


def marks_of(protein: Protein) -> dict[str, np.ndarray]:
    """What can be marked, bool, (L,): sites by kind, and the residues near each other chain."""
    found = {kind: labels for kind, labels in protein.sites.items() if labels.any()}
    if protein.placed is not None:
        for one in protein.placed.beside:
            near = protein.placed.along([chain.near([one], NEAR) for chain in protein.placed.chains], False)
            if near.any():
                found[f"interface with chain {one.id}"] = near
    return found


def backbone(placed: Placed) -> np.ndarray:
    """N, Cα, C and O of each residue of the protein, Å, (L, 4, 3), as in the file; Cα where another is missing.

    Nothing is turned, so that what is drawn from it has the hand that the file has.
    """
    atoms = [placed.along([chain.positions_of(name) for chain in placed.chains], np.nan) for name in BACKBONE]
    alpha = atoms[BACKBONE.index("CA")]
    return np.stack([np.where(np.isnan(one), alpha, one) for one in atoms], axis=1)


def scale(name: str, values: np.ndarray) -> dict:
    low, high = limits_of(values)
    short = [float(f"{v:.4g}") if np.isfinite(v) else None for v in values]
    return {"name": name, "values": short, "low": low, "high": high}


def still(result: Result, protein: Protein, folder: Path, number: int) -> Figure:
    """The protein from one side, as a picture."""
    scores = dict(list(residue_scores(result, protein).items())[:2])
    known = [labels for labels in protein.sites.values() if labels.any()]
    marked = np.any(known, axis=0) if known else None
    picture = in_space(protein.alpha, scores, marked=marked, title=f"{protein.id} in space ({protein.chain})")
    rings = "; rings: known sites" if marked is not None else ""
    caption = f"The backbone (Cα) of {protein.id} seen from one side; larger dots are nearer{rings}."
    return kept(picture, folder, f"space.{number}", caption)

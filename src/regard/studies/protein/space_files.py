"""Scores of residues as B-factors of mmCIF files, beside scripts that draw them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from regard.annotate.structure import Chain
from regard.errors import MissingExtra
from regard.plot.space import limits_of
from regard.studies.protein.placed import Placed
from regard.studies.protein.result import Result
from regard.studies.protein.space import KNOWN, best_pairs, residue_scores, shown
from regard.studies.protein.space_scripts import Written, chimerax, pseudobonds, pymol, word


def write_structures(result: Result, folder: Path) -> None:
    """Write `structures/<k>.<score>.cif` of the first proteins that stand in a structure, `<k>.pml` and `<k>.cxc`."""
    for number, (protein, placed) in enumerate(shown(result), start=1):
        at, scores = folder / "structures", residue_scores(result, protein)
        at.mkdir(exist_ok=True)
        scores = {name: values for name, values in scores.items() if np.isfinite(values[placed.seen()]).any()}
        files = {name: f"{number}.{word(name)}.cif" for name in scores}
        for name, values in scores.items():
            write_scored(at / files[name], placed, values, title=f"{protein.id}, {protein.chain}: {name}")
        pairs = {name: one for name, one in best_pairs(result, protein).items() if name != KNOWN}
        bonds = {name: f"{number}.pairs.{k}.pb" for k, name in enumerate(pairs, start=1)}
        limits = {name: limits_of(values) for name, values in scores.items()}
        written = Written(protein, placed, files, scores, limits, pairs, bonds)
        for name, file in bonds.items():
            (at / file).write_text(pseudobonds(written, name), encoding="utf-8")
        (at / f"{number}.pml").write_text(pymol(written), encoding="utf-8")
        (at / f"{number}.cxc").write_text(chimerax(written), encoding="utf-8")


def write_scored(path: Path, placed: Placed, values: np.ndarray, *, title: str) -> None:
    """Write the chains and those beside them as mmCIF, the score of each residue in the place of its B-factor.

    mmCIF, as its B-factor is any number, and that of PDB has two decimals: many scores would be 0.00 there. Where a
    residue has no score the file says so (`?`), as it does for the other chains; nothing is moved.

    values : (L,) along the protein, NaN where there is none.
    """
    try:
        from biotite.structure.io import pdbx
    except ImportError:
        raise MissingExtra("biotite", "protein") from None
    unscored = [(one, np.full(len(placed.resolved), -1)) for one in placed.beside]
    atoms, *others = [atoms_of(chain, on_chain(values, at, len(chain))) for chain, at in (*placed.parts, *unscored)]
    for more in others:
        atoms = atoms + more
    file = pdbx.CIFFile()
    pdbx.set_structure(file, atoms, data_block="regard")
    text = np.array([f"{score:.6g}" for score in atoms.b_factor])
    mask = np.where(np.isfinite(atoms.b_factor), pdbx.MaskValue.PRESENT, pdbx.MaskValue.MISSING)
    file.block["atom_site"]["B_iso_or_equiv"] = pdbx.CIFColumn(pdbx.CIFData(text), pdbx.CIFData(mask))
    file.block["struct"] = pdbx.CIFCategory({"entry_id": "regard", "title": title})
    file.write(path)


def on_chain(values: np.ndarray, at: np.ndarray, length: int) -> np.ndarray:
    """Values along a protein, (L,), as those of a chain's residues, (length,), NaN where it has none of them."""
    out = np.full(length, np.nan)
    out[at[at >= 0]] = values[at >= 0]
    return out


def atoms_of(chain: Chain, scores: np.ndarray) -> Any:
    """A chain as biotite's atoms, each with the score of its residue as B-factor; scores (L,) along the chain."""
    import biotite.structure as struc

    at, numbers = chain.atom_residues, [split(number) for number in chain.residue_numbers]
    atoms: Any = struc.AtomArray(len(at))
    atoms.coord = chain.atoms.astype(np.float32)
    atoms.chain_id = np.full(len(at), chain.id)
    atoms.res_id = np.array([number for number, _ in numbers])[at]
    atoms.ins_code = np.array([code for _, code in numbers])[at]
    atoms.res_name = np.array(chain.residue_names)[at]
    atoms.atom_name, atoms.element = chain.atom_names, chain.elements
    atoms.set_annotation("b_factor", scores[at])
    return atoms


def split(number: str) -> tuple[int, str]:
    """A residue's number and its insertion code; residues that the structure shows always have a number."""
    found = re.fullmatch(r"(-?\d+)(.*)", number)
    return (int(found[1]), found[2]) if found else (0, "")

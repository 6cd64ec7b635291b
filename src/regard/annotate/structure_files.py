"""Residues, atoms and ligands out of mmCIF, BinaryCIF and PDB files, through biotite."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from regard.annotate.alignment import align_to
from regard.annotate.binary_cif import read_binary_cif
from regard.annotate.declared import Declared, complete, declared_cif, declared_pdb
from regard.annotate.placing import bonded, settle
from regard.annotate.residue_names import TWENTY, has_parent, letter, links_peptides, nucleic_kind
from regard.annotate.secondary import secondary_structure
from regard.data.files import content
from regard.errors import InputError, MissingExtra, reason

FORMATS = {"bcif": "bcif", "cif": "cif", "mmcif": "cif", "pdb": "pdb", "ent": "pdb"}
# Water, and what crystals are grown or frozen in: near it is no binding site.
NO_LIGANDS = {
    "HOH", "DOD", "WAT", "SO4", "PO4", "GOL", "EDO", "PEG", "PGE", "PG4", "1PE", "MPD", "DMS", "ACT", "ACY", "FMT",
    "CIT", "TRS", "MES", "EPE", "BME", "IPA", "EOH", "MOH", "NO3", "CL", "NA", "K", "IOD", "BR", "NH4",
    "ACE", "NH2", "NME", "FOR",  # caps of a chain's ends
}  # fmt: skip
# Sugars that sit on asparagine and serine: a ligand only where they are not bound to the protein.
SUGARS = {"NAG", "NDG", "BMA", "MAN", "GAL", "GLA", "FUC", "FUL", "SIA", "XYP", "BGC", "GLC", "NGA", "A2G"}
COVALENT = 1.7  # Å between heavy atoms


@dataclass(frozen=True)
class Residues:
    """One chain as a file gives it; heavy atoms only."""

    chain: str
    name: str
    sequence: str
    numbers: tuple[str, ...]
    names: tuple[str, ...]  # three letters; "" where not resolved
    secondary: str
    atoms: np.ndarray
    atom_names: np.ndarray
    atom_residues: np.ndarray
    elements: np.ndarray


@dataclass(frozen=True)
class Ligand:
    name: str
    atoms: np.ndarray


@dataclass(frozen=True)
class Strand:
    """A chain of nucleotides; kind : DNA or RNA."""

    chain: str
    kind: str
    atoms: np.ndarray


def read_residues(path: Path | str) -> tuple[list[Residues], list[Ligand], list[Strand]]:
    """Protein chains, ligands and strands of nucleotides of the first model, in file order."""
    path = Path(path)
    parts = path.name.lower().removesuffix(".gz").split(".")
    if parts[-1] not in FORMATS:
        raise InputError(f"{path}: a structure is mmCIF (.cif), BinaryCIF (.bcif) or PDB (.pdb), gzipped or not")
    raw = content(path, "a structure", text=FORMATS[parts[-1]] != "bcif")
    try:
        import biotite.structure as struc
        from biotite.structure.io import pdb, pdbx
    except ImportError:
        raise MissingExtra("biotite", "protein") from None
    try:
        if FORMATS[parts[-1]] == "pdb":
            text = raw.decode("latin-1")
            atoms: Any = pdb.PDBFile.read(io.StringIO(text)).get_structure(model=1)
            declared = declared_pdb(text)
        else:
            binary = FORMATS[parts[-1]] == "bcif"
            file = read_binary_cif(path, raw) if binary else pdbx.CIFFile.read(io.StringIO(raw.decode()))
            complete(file.block["atom_site"])
            fields = ["label_seq_id"] if "label_seq_id" in file.block["atom_site"] else []
            atoms = pdbx.get_structure(file, model=1, extra_fields=fields)
            declared = declared_cif(file.block)
    except InputError:
        raise
    except Exception as error:  # biotite raises many kinds for damaged files
        raise InputError(
            f"{path}: not a readable structure, perhaps cut short ({type(error).__name__}: {reason(error)})"
        ) from None
    atoms = atoms[~np.isin(atoms.element, ["H", "D"]) & np.isfinite(atoms.coord).all(axis=1)]
    given = atoms.label_seq_id if "label_seq_id" in atoms.get_annotation_categories() else np.full(len(atoms), "")
    atoms.set_annotation("label_seq_id", np.where(np.isin(given, ["?", "."]), "", given))
    starts = struc.get_residue_starts(atoms, add_exclusive_stop=True)
    of = np.repeat(np.arange(len(starts) - 1), np.diff(starts))  # residue of each atom
    first = atoms[starts[:-1]]
    declared = {chain: one.trusted(named_residues(first, chain)) for chain, one in declared.items() if one.sequence}
    polymer = in_polymer(atoms, of, first, declared)
    chains = [
        residues_of(path, str(chain), atoms, of, first, polymer & (first.chain_id == chain), declared)
        for chain in dict.fromkeys(first.chain_id[polymer])
    ]
    if not chains:
        raise InputError(f"{path}: no protein chain in it")
    strands, stranded = strands_of(atoms, of, first, polymer)
    ligand = np.flatnonzero(first.hetero & ~polymer & ~stranded & ~np.isin(first.res_name, list(NO_LIGANDS)))
    ligands = [Ligand(str(first.res_name[i]), atoms.coord[starts[i] : starts[i + 1]]) for i in ligand]
    return chains, without_glycans(ligands, np.concatenate([one.atoms for one in chains])), strands


def strands_of(atoms, of: np.ndarray, first, polymer: np.ndarray) -> tuple[list[Strand], np.ndarray]:
    """Strands of nucleotides, and which residues are theirs, bool, one a residue.

    A modified base, which files have as hetero, is part of a strand whose other bases are plain.
    """
    kinds = {name: nucleic_kind(name) for name in map(str, np.unique(first.res_name[~polymer]))}
    kind = np.array([kinds.get(str(name), "") for name in first.res_name])
    inside, strands = np.zeros(len(first), dtype=bool), []
    for chain in dict.fromkeys(first.chain_id[(kind != "") & ~polymer & ~first.hetero]):
        mine = (kind != "") & ~polymer & (first.chain_id == chain)
        inside |= mine
        name = "DNA" if (kind[mine] == "DNA").sum() * 2 >= mine.sum() else "RNA"
        strands.append(Strand(str(chain), name, atoms.coord[mine[of]].astype(float)))
    return strands, inside


def without_glycans(ligands: list[Ligand], protein: np.ndarray) -> list[Ligand]:
    """Ligands without the sugars that are bound to the protein, directly or through others."""
    left = list(ligands)
    bound = protein
    while len(bound):
        tree = cKDTree(bound)
        joined = [one for one in left if one.name in SUGARS and tree.query(one.atoms)[0].min() < COVALENT]
        left = [one for one in left if not any(one is other for other in joined)]
        bound = np.concatenate([one.atoms for one in joined]) if joined else np.empty((0, 3))
    return left


def in_polymer(atoms, of: np.ndarray, first, declared: dict[str, Declared]) -> np.ndarray:
    """Bool, one a residue: part of a protein chain, and not a ligand that happens to be an amino acid."""
    alpha = np.zeros(len(first), dtype=bool)
    alpha[of[(atoms.atom_name == "CA") & (atoms.element == "C")]] = True
    plain = alpha & ~first.hetero
    found = alpha.copy()
    for i in np.flatnonzero(alpha | first.hetero):
        name, number = str(first.res_name[i]), number_of(first, i)
        known = declared.get(str(first.chain_id[i]))
        if known and known.numbers:
            stated = plain[i] or (alpha[i] and bool(first.label_seq_id[i]))
            found[i] = number in known.numbers if stated else name in known.named.get(number, ())
        elif name in NO_LIGANDS:
            found[i] = False
        elif first.hetero[i]:  # modified residues; one of the twenty outside ATOM records is free
            stated = bool(first.label_seq_id[i]) and not known
            usual = name in known.residue_names if known else alpha[i] and has_parent(name)
            found[i] = (usual or within(first, plain, i)) and name not in TWENTY
            found[i] = stated or (found[i] and (alpha[i] or links_peptides(name)))
    return found


def within(first, plain: np.ndarray, i: int) -> bool:
    """Does a residue stand inside its chain, in the file's order and by its number?"""
    chain = np.flatnonzero(plain & (first.chain_id == first.chain_id[i]))
    before, after = chain[chain < i], chain[chain > i]
    return bool(len(before) and len(after) and first.res_id[before[-1]] < first.res_id[i] < first.res_id[after[0]])


def residues_of(path, chain: str, atoms, of, first, wanted: np.ndarray, declared: dict[str, Declared]) -> Residues:
    seen = np.flatnonzero(wanted)
    numbers = [number_of(first, i) for i in seen]
    sequence = "".join(letter(str(first.res_name[i])) for i in seen)
    known = declared.get(chain)
    if known is None:
        known, at = Declared(sequence, tuple(numbers)), np.arange(len(seen))
    elif known.numbers:
        place = {number: at for at, number in reversed(list(enumerate(known.numbers)))}
        at = np.array([place[number] for number in numbers])
        at[np.setdiff1d(np.arange(len(at)), np.unique(at, return_index=True)[1])] = -1  # two residues at one place
    else:
        names = {"query": f"resolved residues of chain {chain} in {path.name}", "chain": f"what {path.name} declares"}
        at = align_to(sequence, known.sequence, **names)
        rank = np.full(len(first), -1)
        rank[seen] = np.arange(len(seen))
        use = rank[of] >= 0
        chained = bonded(atoms.coord[use], atoms.atom_name[use].astype(str), rank[of][use], len(seen))
        at = settle(at, sequence, numbers, chained, np.ones(len(seen), dtype=bool), known.sequence)
    placed = {int(p): k for k, p in enumerate(at) if p >= 0}
    full = "".join(sequence[placed[p]] if p in placed else one for p, one in enumerate(known.sequence))
    stated = known.numbers or ("",) * len(full)
    all_numbers = tuple(numbers[placed[p]] if p in placed else one for p, one in enumerate(stated))
    names = tuple(str(first.res_name[seen[placed[p]]]) if p in placed else "" for p in range(len(full)))
    row = np.full(len(first), -1)
    row[seen] = at
    use = row[of] >= 0
    backbone = {}
    for name in ("N", "CA", "C", "O"):
        named = use & (atoms.atom_name == name)
        backbone[name] = np.full((len(full), 3), np.nan)
        backbone[name][row[of][named]] = atoms.coord[named]
    secondary = secondary_structure(backbone, np.array(list(full)) == "P")
    return Residues(
        chain,
        known.name,
        full,
        all_numbers,
        names,
        "".join(secondary),
        atoms.coord[use].astype(float),
        atoms.atom_name[use].astype(str),
        row[of][use],
        atoms.element[use].astype(str),
    )


def named_residues(first, chain: str) -> list[tuple[str, str]]:
    """Number and name of the residues of a chain that stand in ATOM records."""
    return [
        (number_of(first, i), str(first.res_name[i]))
        for i in np.flatnonzero(~first.hetero)
        if first.chain_id[i] == chain
    ]


def number_of(first, i: int) -> str:
    return f"{first.res_id[i]}{str(first.ins_code[i]).strip(' .?')}"

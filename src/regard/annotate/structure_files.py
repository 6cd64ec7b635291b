"""Residues, atoms and ligands out of mmCIF, BinaryCIF and PDB files, through biotite."""

from __future__ import annotations

import gzip
import io
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from regard.annotate.alignment import align_to
from regard.annotate.secondary import secondary_structure
from regard.errors import InputError, MissingExtra

FORMATS = {"bcif": "bcif", "cif": "cif", "mmcif": "cif", "pdb": "pdb", "ent": "pdb"}
# Water, and what crystals are grown or frozen in: near it is no binding site.
NO_LIGANDS = {
    "HOH", "DOD", "WAT", "SO4", "PO4", "GOL", "EDO", "PEG", "PGE", "PG4", "1PE", "MPD", "DMS", "ACT", "ACY", "FMT",
    "CIT", "TRS", "MES", "EPE", "BME", "IPA", "EOH", "MOH", "NO3", "CL", "NA", "K", "IOD", "BR", "NH4",
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
    secondary: str
    atoms: np.ndarray
    atom_names: np.ndarray
    atom_residues: np.ndarray


@dataclass(frozen=True)
class Ligand:
    name: str
    atoms: np.ndarray


@dataclass(frozen=True)
class Declared:
    """What a file says of a chain beside its atoms; `numbers` is empty where it only gives the sequence."""

    sequence: str
    numbers: tuple[str, ...] = ()
    name: str = ""
    residue_names: frozenset[str] = frozenset()


def read_residues(path: Path | str) -> tuple[list[Residues], list[Ligand]]:
    """Protein chains and ligands of the first model, in file order."""
    path = Path(path)
    parts = path.name.lower().removesuffix(".gz").split(".")
    if parts[-1] not in FORMATS:
        raise InputError(f"{path}: a structure is mmCIF (.cif), BinaryCIF (.bcif) or PDB (.pdb), gzipped or not")
    try:
        raw = path.read_bytes()
        raw = (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).removeprefix(b"\xef\xbb\xbf")
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path}: cannot be read ({error})") from None
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
            file = pdbx.BinaryCIFFile.read(io.BytesIO(raw)) if binary else pdbx.CIFFile.read(io.StringIO(raw.decode()))
            atoms = pdbx.get_structure(file, model=1)
            declared = declared_cif(file.block)
    except Exception as error:  # biotite raises many kinds for damaged files
        raise InputError(
            f"{path}: not a readable structure, perhaps cut short ({type(error).__name__}: {error})"
        ) from None
    atoms = atoms[~np.isin(atoms.element, ["H", "D"]) & np.isfinite(atoms.coord).all(axis=1)]
    starts = struc.get_residue_starts(atoms, add_exclusive_stop=True)
    of = np.repeat(np.arange(len(starts) - 1), np.diff(starts))  # residue of each atom
    first = atoms[starts[:-1]]
    polymer = in_polymer(atoms, of, first, declared)
    chains = [
        residues_of(path, str(chain), atoms, of, first, polymer & (first.chain_id == chain), declared)
        for chain in dict.fromkeys(first.chain_id[polymer])
    ]
    if not chains:
        raise InputError(f"{path}: no protein chain in it")
    ligand = np.flatnonzero(first.hetero & ~polymer & ~np.isin(first.res_name, list(NO_LIGANDS)))
    ligands = [Ligand(str(first.res_name[i]), atoms.coord[starts[i] : starts[i + 1]]) for i in ligand]
    return chains, without_glycans(ligands, np.concatenate([one.atoms for one in chains]))


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
    found = alpha.copy()
    for i in np.flatnonzero(alpha):
        known = declared.get(str(first.chain_id[i]))
        if known and known.numbers:
            found[i] = number_of(first, i) in known.numbers
        elif first.hetero[i]:  # modified residues; one of the twenty outside ATOM records is free
            name = str(first.res_name[i])
            found[i] = name in known.residue_names if known else letter(name) != "X"
            found[i] &= name not in TWENTY
    return found


def residues_of(path, chain: str, atoms, of, first, wanted: np.ndarray, declared: dict[str, Declared]) -> Residues:
    seen = np.flatnonzero(wanted)
    numbers = [number_of(first, i) for i in seen]
    sequence = "".join(letter(str(first.res_name[i])) for i in seen)
    known = declared.get(chain, Declared(sequence, tuple(numbers)))
    if known.numbers:
        place = {number: at for at, number in enumerate(known.numbers)}
        at = np.array([place[number] for number in numbers])
        all_numbers = known.numbers
    else:
        names = {"query": f"resolved residues of chain {chain} in {path.name}", "chain": "its declared sequence"}
        at = align_to(sequence, known.sequence, **names)
        placed = dict(zip(at[at >= 0].tolist(), np.array(numbers)[at >= 0].tolist(), strict=True))
        all_numbers = tuple(placed.get(i, "") for i in range(len(known.sequence)))
    row = np.full(len(first), -1)
    row[seen] = at
    use = row[of] >= 0
    backbone = {}
    for name in ("N", "CA", "C", "O"):
        named = use & (atoms.atom_name == name)
        backbone[name] = np.full((len(known.sequence), 3), np.nan)
        backbone[name][row[of][named]] = atoms.coord[named]
    secondary = secondary_structure(backbone, np.array(list(known.sequence)) == "P")
    return Residues(
        chain,
        known.name,
        known.sequence,
        tuple(all_numbers),
        "".join(secondary),
        atoms.coord[use].astype(float),
        atoms.atom_name[use].astype(str),
        row[of][use],
    )


def declared_cif(block) -> dict[str, Declared]:
    """Full sequences by the author's chain id, from `pdbx_poly_seq_scheme`."""
    if "pdbx_poly_seq_scheme" not in block:
        return {}
    scheme = {
        key: block["pdbx_poly_seq_scheme"][key].as_array(str)
        for key in ("pdb_strand_id", "entity_id", "seq_id", "mon_id", "pdb_seq_num", "pdb_ins_code")
    }
    names = {}
    if "entity" in block and "pdbx_description" in block["entity"]:
        entity = block["entity"]
        names = dict(zip(entity["id"].as_array(str), entity["pdbx_description"].as_array(str), strict=True))
    declared = {}
    for chain in dict.fromkeys(scheme["pdb_strand_id"]):
        rows = np.flatnonzero(scheme["pdb_strand_id"] == chain)
        rows = rows[np.unique(scheme["seq_id"][rows].astype(int), return_index=True)[1]]  # one of several residues
        codes = [code if code not in "?." else "" for code in scheme["pdb_ins_code"][rows]]
        declared[str(chain)] = Declared(
            "".join(letter(str(name)) for name in scheme["mon_id"][rows]),
            tuple(str(n) + str(c) for n, c in zip(scheme["pdb_seq_num"][rows], codes, strict=True)),
            str(names.get(scheme["entity_id"][rows[0]], "")),
        )
    return declared


def declared_pdb(text: str) -> dict[str, Declared]:
    """Full sequences from SEQRES; they carry no numbers."""
    names: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.startswith("SEQRES"):
            names.setdefault(line[11:12].strip(), []).extend(line[19:70].split())
    return {chain: Declared("".join(map(letter, of)), residue_names=frozenset(of)) for chain, of in names.items()}


def number_of(first, i: int) -> str:
    return f"{first.res_id[i]}{str(first.ins_code[i]).strip(' .?')}"


TWENTY = {
    "ALA": "A", "CYS": "C", "ASP": "D", "GLU": "E", "PHE": "F", "GLY": "G", "HIS": "H", "ILE": "I", "LYS": "K",
    "LEU": "L", "MET": "M", "ASN": "N", "PRO": "P", "GLN": "Q", "ARG": "R", "SER": "S", "THR": "T", "VAL": "V",
    "TRP": "W", "TYR": "Y",
}  # fmt: skip


def letter(name: str) -> str:
    """One letter of a residue; that of the parent for a modified one (Chemical Component Dictionary), else X."""
    if name in TWENTY:
        return TWENTY[name]
    from biotite.structure.info import one_letter_code

    return one_letter_code(name) or "X"

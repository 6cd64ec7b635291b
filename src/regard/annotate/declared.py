"""What structure files say of a chain beside its atoms: the full sequence, and in mmCIF its numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from regard.annotate.placing import SAME
from regard.annotate.residue_names import TWENTY, letter


@dataclass(frozen=True)
class Declared:
    """`numbers` is empty where the file only gives the sequence; `named` has the residue names of each number."""

    sequence: str
    numbers: tuple[str, ...] = ()
    name: str = ""
    residue_names: frozenset[str] = frozenset()
    named: dict[str, set[str]] = field(default_factory=dict)

    def trusted(self, seen: Iterable[tuple[str, str]]) -> Declared:
        """The same, less its numbers where they disagree with the (number, residue name) of the atoms."""
        agree = [name in self.named.get(number, ()) for number, name in seen]
        if self.numbers and agree and np.mean(agree) < SAME:
            return replace(self, numbers=(), named={})
        return self


def text_column(category, name: str, default: str = "") -> np.ndarray:
    """A column as text, "" for what is not given; `default` in each row where the file lacks the column."""
    if name not in category:
        return np.full(category.row_count, default, dtype=object)
    found = category[name].as_array(str)
    return np.where(np.isin(found, ["?", "."]), "", found)


def complete(atom_site) -> None:
    """Give columns of atoms that mmCIF files may lack their usual values, in place."""
    rows = atom_site.row_count
    if "pdbx_PDB_ins_code" not in atom_site:
        atom_site["pdbx_PDB_ins_code"] = np.full(rows, "")
    if "pdbx_PDB_model_num" not in atom_site:
        atom_site["pdbx_PDB_model_num"] = np.ones(rows, dtype=int)
    for ours, other in (("auth", "label"), ("label", "auth")):
        for what in ("asym_id", "comp_id", "atom_id", "seq_id"):
            if (
                f"{ours}_{what}" not in atom_site
                and f"{other}_{what}" in atom_site
                and (ours, what)
                != (
                    "label",
                    "seq_id",
                )
            ):
                atom_site[f"{ours}_{what}"] = atom_site[f"{other}_{what}"]
    if "group_PDB" not in atom_site:
        usual = np.isin(atom_site["auth_comp_id"].as_array(str), list(TWENTY))
        atom_site["group_PDB"] = np.where(usual, "ATOM", "HETATM")
    if "type_symbol" not in atom_site:
        atom_site["type_symbol"] = elements(*(atom_site[f"auth_{what}_id"].as_array(str) for what in ("atom", "comp")))


def elements(atoms: np.ndarray, residues: np.ndarray) -> np.ndarray:
    """Of each atom by its name: an ion is called as its residue, all else begins with C, N, O, S, P or H."""
    return np.array([a if a == r else a.lstrip("0123456789")[:1] for a, r in zip(atoms, residues, strict=True)])


def declared_cif(block) -> dict[str, Declared]:
    """Full sequences by the author's chain id, from `pdbx_poly_seq_scheme`, or else from `entity_poly_seq`."""
    scheme = block.get("pdbx_poly_seq_scheme")
    if scheme is None or "mon_id" not in scheme:
        return of_entities(block)
    strand = text_column(scheme, "pdb_strand_id")
    if "pdb_strand_id" not in scheme:
        author = dict(zip(*(text_column(block["atom_site"], f"{of}_asym_id") for of in ("label", "auth")), strict=True))
        strand = np.array([author.get(one, one) for one in text_column(scheme, "asym_id", "A")])
    number = text_column(scheme, "pdb_seq_num" if "pdb_seq_num" in scheme else "auth_seq_num")
    code, monomer, entity = (text_column(scheme, name) for name in ("pdb_ins_code", "mon_id", "entity_id"))
    names, declared = names_of_entities(block), {}
    for chain in dict.fromkeys(strand):
        rows = np.flatnonzero(strand == chain)
        named: dict[str, set[str]] = {}
        for n, c, name in zip(number[rows], code[rows], monomer[rows], strict=True):
            named.setdefault(f"{n}{c}", set()).add(str(name))
        if "seq_id" in scheme:  # one of several residues that share a place
            rows = rows[np.unique(text_column(scheme, "seq_id")[rows].astype(int), return_index=True)[1]]
        numbers = tuple(f"{n}{c}" if n else "" for n, c in zip(number[rows], code[rows], strict=True))
        declared[str(chain)] = Declared(
            "".join(letter(str(name)) for name in monomer[rows]),
            numbers if any(numbers) else (),
            str(names.get(entity[rows[0]], "")),
            frozenset(map(str, monomer[rows])),
            named,
        )
    return declared


def names_of_entities(block) -> dict[str, str]:
    """What the molecules of a file are called, by the id of their entity."""
    if "entity" not in block or not {"id", "pdbx_description"} <= set(block["entity"]):
        return {}
    return dict(zip(*(text_column(block["entity"], name) for name in ("id", "pdbx_description")), strict=True))


def of_entities(block) -> dict[str, Declared]:
    """Full sequences by the author's chain id, from `entity_poly_seq`; the atoms tell their chains and numbers."""
    listed, atoms = block.get("entity_poly_seq"), block["atom_site"]
    if listed is None or not {"entity_id", "num", "mon_id"} <= set(listed) or "label_entity_id" not in atoms:
        return {}
    entity, place, monomer = (text_column(listed, name) for name in ("entity_id", "num", "mon_id"))
    columns = ("auth_asym_id", "label_entity_id", "label_seq_id", "auth_seq_id", "pdbx_PDB_ins_code")
    chain, of, at, number, code = (text_column(atoms, name) for name in columns)
    names, declared = names_of_entities(block), {}
    for one, which in dict.fromkeys(zip(chain, of, strict=True)):
        rows = np.flatnonzero(entity == which)
        if not len(rows):
            continue  # water, ligands
        inside = (chain == one) & (of == which)
        author = {p: f"{n}{c}" for p, n, c in zip(at[inside], number[inside], code[inside], strict=True) if p}
        named: dict[str, set[str]] = {}
        for p, name in zip(place[rows], monomer[rows], strict=True):
            if p in author:
                named.setdefault(author[p], set()).add(str(name))
        rows = rows[np.unique(place[rows].astype(int), return_index=True)[1]]  # one of several that share a place
        declared[str(one)] = Declared(
            "".join(letter(str(name)) for name in monomer[rows]),
            tuple(author.get(p, "") for p in place[rows]) if author else (),
            str(names.get(which, "")),
            frozenset(map(str, monomer[rows])),
            named,
        )
    return declared


def declared_pdb(text: str) -> dict[str, Declared]:
    """Full sequences from SEQRES; they carry no numbers."""
    names: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.startswith("SEQRES"):
            names.setdefault(line[11:12].strip(), []).extend(line[19:70].split())
    return {chain: Declared("".join(map(letter, of)), residue_names=frozenset(of)) for chain, of in names.items()}

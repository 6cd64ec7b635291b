"""Contacts between chains and what a chain is near to, held against biotite's own distances; DNA, RNA and peptides."""

from pathlib import Path

import numpy as np
import pytest

from regard.annotate.interfaces import COPY, NEAR, OF_PEPTIDE, PROTEIN, interfaces, touching
from regard.annotate.structure import CONTACT, read_structure
from tests.annotate.structures import atom_line, backbone, write

EXAMPLE = Path("src/regard/examples/antibody_7cth.bcif")


@pytest.fixture(scope="module")
def example():
    return read_structure(EXAMPLE)


@pytest.fixture(scope="module")
def atoms():
    """The example through biotite alone."""
    from biotite.structure.io import pdbx

    found = pdbx.get_structure(pdbx.BinaryCIFFile.read(EXAMPLE), model=1)
    return found[~found.hetero & (found.element != "H")]


def test_contacts_between_chains_are_those_of_biotite_s_distances(example, atoms):
    from biotite.structure import distance

    beta = atoms[(atoms.atom_name == "CB") | ((atoms.atom_name == "CA") & (atoms.res_name == "GLY"))]
    a, b = beta[beta.chain_id == "H"], beta[beta.chain_id == "L"]
    near = np.array([distance(a, atom) < CONTACT for atom in b]).T
    expected = {(str(a.res_id[i]) + a.ins_code[i], str(b.res_id[j]) + b.ins_code[j]) for i, j in np.argwhere(near)}
    heavy, light = example["H"], example["L"]
    found = touching([heavy.positions()], [light.positions()])
    numbers = {(heavy.residue_numbers[i], light.residue_numbers[j]) for i, j in np.argwhere(found)}
    assert numbers == expected and len(numbers) > 20


def test_residues_near_another_chain_are_those_of_biotite_s_cells(example, atoms):
    from biotite.structure import CellList

    heavy, others = atoms[atoms.chain_id == "H"], atoms[np.isin(atoms.chain_id, ["A", "B", "C", "L"])]
    close = (CellList(others, NEAR).get_atoms(heavy.coord, NEAR) >= 0).any(axis=1)
    expected = {str(n) + code for n, code in zip(heavy.res_id[close], heavy.ins_code[close], strict=True)}
    chain = example["H"]
    found = interfaces(chain, [one for name, one in example.items() if name != "H"])
    assert set(found) == {PROTEIN}
    assert {chain.residue_numbers[i] for i in np.flatnonzero(found[PROTEIN])} == expected


def test_copies_touch_as_the_nearest_two_of_them_do():
    rng = np.random.default_rng(0)
    copies = [rng.uniform(0, 30, (12, 3)) for _ in range(3)]
    copies[1][4] = np.nan
    found = touching(copies, copies)
    expected = np.zeros((12, 12), dtype=bool)
    for k, one in enumerate(copies):
        for m, other in enumerate(copies):
            if k != m:
                expected |= np.nan_to_num(np.linalg.norm(one[:, None] - other, axis=2), nan=99) < CONTACT
    assert np.array_equal(found, expected) and np.array_equal(found, found.T)
    assert not touching(copies[:1], copies[:1]).any()  # a chain is not beside itself


def residues(count, shift, chain):
    return backbone([("ALA", str(k + 1), (5.0 * k, shift, 0), None) for k in range(count)], chain)


def test_copies_peptides_and_strands_are_told_apart(tmp_path):
    def nucleotide(name, number, chain, xyz, hetero=False):
        return atom_line(900 + number, "P", name, chain, number, xyz, hetero=hetero, element="P")

    lines = [
        *residues(40, 0, "A"), "TER", *residues(40, 4.0, "B"), "TER", *residues(3, -4.0, "P"), "TER",
        nucleotide("DA", 1, "X", (100, -4, 0)), nucleotide("5CM", 2, "X", (105, -4, 0), hetero=True),
        nucleotide("DG", 3, "X", (110, -40, 0)), "TER", nucleotide("U", 1, "Y", (150, -4, 0)),
        atom_line(990, "PA", "ATP", "A", 901, (195, -4, 0), hetero=True, element="P"),
    ]  # fmt: skip
    chains = read_structure(write(tmp_path / "x.pdb", lines))
    assert list(chains) == ["A", "B", "P"] and chains["A"].ligands == ("ATP",)  # a modified base is none
    others = [chains["B"], chains["P"]]
    found = interfaces(chains["A"], others, [chains["B"]])
    assert set(found) == {COPY, OF_PEPTIDE, "binds DNA", "binds RNA"} and found[COPY].all()
    where = {kind: np.flatnonzero(near).tolist() for kind, near in found.items()}
    assert where[OF_PEPTIDE] == [0, 1, 2] and where["binds DNA"] == [20, 21] and where["binds RNA"] == [30]
    assert set(interfaces(chains["A"], others)) == {PROTEIN, OF_PEPTIDE, "binds DNA", "binds RNA"}
    assert interfaces(chains["P"], []) == {}

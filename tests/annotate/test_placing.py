"""Residues that stand for three letters and loops that are not resolved move nothing, in any way of writing a file."""

import gzip

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regard.annotate.placing import settle
from regard.annotate.residue_names import TWENTY, letter
from regard.annotate.structure import read_structure
from tests.annotate.structures import atom_line, backbone, seqres, write

pytest.importorskip("biotite", reason="the extra `protein` is not installed")

THREE = {one: name for name, one in TWENTY.items()}
FULL = "MASKGEELFTGWPTLVTTFTYGVQCFSRYPDHNKRH"  # as translated
AT = FULL.index("TYG", 18) + 1  # number of the Tyr in the middle of the chromophore
# What the file has: one residue, numbered as the Tyr, for Thr, Tyr and Gly.
RESIDUES = [(i, THREE[one]) for i, one in enumerate(FULL, 1) if i < AT - 1]
RESIDUES += [(AT, "CRO")] + [(i, THREE[one]) for i, one in enumerate(FULL, 1) if i > AT + 1]
ATOMS = ("N", "CA", "C", "O")
REAL = ("N1", "CA1", "C1", "O3", "CA2", "CA3")
COLUMNS = (
    *("group_PDB", "id", "type_symbol", "label_atom_id", "label_alt_id", "label_comp_id", "label_asym_id"),
    *("label_entity_id", "label_seq_id", "pdbx_PDB_ins_code", "Cartn_x", "Cartn_y", "Cartn_z", "occupancy"),
    *("auth_seq_id", "auth_comp_id", "auth_asym_id", "auth_atom_id", "pdbx_PDB_model_num"),
)
SCHEME = ("asym_id", "entity_id", "seq_id", "mon_id", "pdb_seq_num", "auth_seq_num", "pdb_strand_id", "pdb_ins_code")


def place(index):
    """Cα of a helix, 3.8 Å from one to the next."""
    turn = np.deg2rad(100) * index
    return np.round([2.3 * np.cos(turn), 2.3 * np.sin(turn), 1.5 * index], 3)


def atoms_of(name, index, real):
    for k, atom in enumerate(REAL if real and name == "CRO" else ATOMS):
        yield atom, place(index) + [(-0.6, 0, 0), (0, 0, 0), (0.6, 0, 0), (0.6, 0.5, 0), (0, 0.4, 0), (0, 0.5, 0)][k]


def loop(category, columns, rows, without):
    keep = [i for i, name in enumerate(columns) if name not in without]
    lines = ["loop_", *(f"_{category}.{columns[i]}" for i in keep)]
    return [*lines, *(" ".join(str(row[i]) for i in keep) for row in rows), "#"]


def cif(scheme=True, without=(), real=True):
    rows, scheme_rows = [], []
    for index, (number, name) in enumerate(RESIDUES):
        group = "HETATM" if name == "CRO" else "ATOM"
        scheme_rows.append(("A", 1, index + 1, name, number, number, "H", "."))
        for atom, xyz in atoms_of(name, index, real):
            rows.append(
                (
                    *(group, len(rows) + 1, atom[0], atom, ".", name, "A", 1, index + 1, "?", *xyz, 1.0),
                    *(number, name, "H", atom, 1),
                )
            )
    ligand = (*place(3) + 3, 1.0, 301, "ATP", "H", "C1", 1)
    rows.append(("HETATM", len(rows) + 1, "C", "C1", ".", "ATP", "B", 2, ".", "?", *ligand))
    lines = ["data_TEST", *(loop("pdbx_poly_seq_scheme", SCHEME, scheme_rows, without) if scheme else [])]
    return "\n".join([*lines, *loop("atom_site", COLUMNS, rows, without)]) + "\n"


def pdb_lines(sequence_too, real):
    lines = seqres([name for _, name in RESIDUES]) if sequence_too else []
    for index, (number, name) in enumerate(RESIDUES):
        for atom, xyz in atoms_of(name, index, real):
            lines.append(atom_line(len(lines), atom, name, "A", number, xyz, hetero=name == "CRO"))
    return [*lines, atom_line(900, "C1", "ATP", "A", 301, place(3) + 3, hetero=True)]


def check(chain, real):
    names = dict(RESIDUES)
    assert chain.sequence == "".join(letter(name) for _, name in RESIDUES)
    assert chain.residue_numbers == tuple(str(number) for number, _ in RESIDUES)
    assert chain.ligands == ("ATP",)
    resolved = np.flatnonzero(chain.resolved)
    assert len(resolved) == len(RESIDUES) - real
    for i in resolved:
        assert chain.sequence[i] == letter(names[int(chain.residue_numbers[i])])
        assert np.allclose(chain.positions("ca")[i], place(i))
    at = chain.placed_in(FULL)
    for i in np.flatnonzero(at >= 0):
        if chain.resolved[at[i]]:
            assert chain.residue_numbers[at[i]] == str(i + 1)


def test_a_residue_for_three_letters_is_one_x():
    assert [letter(name) for name in ("CRO", "CH6", "MSE", "SEP", "HEM", "TYR")] == list("XXMSXY")


@pytest.mark.parametrize("real", [True, False], ids=["CA1", "CA"])
@pytest.mark.parametrize("scheme", [True, False])
@pytest.mark.parametrize(
    "without",
    [
        (),
        ("pdbx_PDB_ins_code", "pdb_ins_code"),
        ("pdbx_PDB_model_num", "label_alt_id", "occupancy", "type_symbol", "entity_id", "label_entity_id"),
        ("auth_comp_id", "auth_atom_id", "auth_asym_id", "pdb_strand_id", "seq_id"),
        ("label_seq_id", "label_comp_id", "label_atom_id", "label_asym_id", "pdb_seq_num"),
    ],
)
def test_modified_residues_in_mmcif_with_and_without_optional_columns(tmp_path, real, scheme, without):
    (tmp_path / "x.cif.gz").write_bytes(gzip.compress(cif(scheme, without, real).encode()))
    (chain,) = read_structure(tmp_path / "x.cif.gz").values()
    check(chain, real)
    assert chain.id == ("A" if "auth_asym_id" in without else "H")


@pytest.mark.parametrize("real", [True, False], ids=["CA1", "CA"])
@pytest.mark.parametrize("sequence_too", [True, False], ids=["SEQRES", "none"])
def test_modified_residues_in_pdb(tmp_path, real, sequence_too):
    (chain,) = read_structure(write(tmp_path / "x.pdb", pdb_lines(sequence_too, real))).values()
    check(chain, real)


def test_a_scheme_that_counts_otherwise_than_the_atoms_gives_its_sequence_only(tmp_path):
    text = cif()
    for number, name in RESIDUES:
        text = text.replace(f"{name} {number} {number} H .", f"{name} {number + 7} {number + 7} H .")
    (tmp_path / "x.cif").write_text(text)
    (chain,) = read_structure(tmp_path / "x.cif").values()
    check(chain, True)


LINKER = "MKTAYIAKQRQGGGGSGGGGSGGGGSFVKSHFSRQLEERLGLIEVQ"


def linker_chain(folder, sequence, hidden, *, declared, renumbered=False):
    shown = [i for i in range(len(sequence)) if i not in hidden]
    residues = [(THREE[sequence[i]], (k if renumbered else i) + 1, place(i), None) for k, i in enumerate(shown)]
    lines = seqres([THREE[one] for one in sequence]) if declared else []
    (chain,) = read_structure(write(folder / "x.pdb", [*lines, *backbone(residues)])).values()
    return chain


def moved(chain, sequence):
    """Resolved residues that do not stand where they were put."""
    at = chain.placed_in(sequence)
    alpha = chain.positions("ca")
    placed = [i for i in np.flatnonzero(at >= 0) if chain.resolved[at[i]]]
    return len(placed), [i for i in placed if not np.allclose(alpha[at[i]], place(i), atol=1e-3)]


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize("renumbered", [True, False])
@pytest.mark.parametrize("start", [13, 15, 17])
def test_no_residue_beside_a_gap_in_a_linker_moves(tmp_path, declared, renumbered, start):
    hidden = range(start, start + 5)
    chain = linker_chain(tmp_path, LINKER, hidden, declared=declared, renumbered=renumbered)
    assert moved(chain, LINKER) == (len(LINKER) - 5, [])
    if declared and not renumbered:
        stated = [(i + 1, number) for i, number in enumerate(chain.residue_numbers) if number]
        assert all(str(i) == number for i, number in stated)
        assert len(stated) == len(LINKER) - 5


@settings(max_examples=40, deadline=None)
@given(
    middle=st.text("GS", min_size=6, max_size=30),
    gaps=st.lists(st.tuples(st.integers(0, 35), st.integers(1, 6)), min_size=1, max_size=2),
    declared=st.booleans(),
)
def test_no_residue_beside_any_gap_moves(tmp_path_factory, middle, gaps, declared):
    sequence = "MKTAYIAKQRQWD" + middle + "FVKSHFSRQLEERLGLIEVQ"
    hidden = {10 + a + k for a, size in gaps for k in range(size)} & set(range(10, len(sequence) - 8))
    chain = linker_chain(tmp_path_factory.mktemp("pdb"), sequence, hidden, declared=declared)
    assert moved(chain, sequence) == (len(sequence) - len(hidden), [])


def test_numbers_that_the_letters_contradict_are_not_followed():
    letters, target = "ACDEFGHIK", "ACDEFWWGHIK"
    aligned = np.array([0, 1, 2, 3, 4, 7, 8, 9, 10])
    chained = np.array([False, *[True] * 4, False, *[True] * 3])
    numbers = ["1", "2", "3", "4", "5", "9", "10", "11", "12"]
    settled = settle(aligned, letters, numbers, chained, np.ones(9, dtype=bool), target)
    assert settled.tolist() == aligned.tolist()


def test_without_a_scheme_the_sequence_is_that_of_the_entity(tmp_path):
    rows = [(1, i + 1, name) for i, (_, name) in enumerate(RESIDUES)]
    listed = loop("entity_poly_seq", ("entity_id", "num", "mon_id"), rows, ())
    gone = {number for number, name in RESIDUES[3:6] if name != "CRO"}  # not resolved
    lost = [f" {number} {name} H " for number, name in RESIDUES if number in gone]
    kept = [line for line in cif(scheme=False).splitlines() if not any(one in line for one in lost)]
    text = "\n".join(kept)
    (tmp_path / "x.cif").write_text(text + "\n" + "\n".join(listed) + "\n")
    (chain,) = read_structure(tmp_path / "x.cif").values()
    assert chain.sequence == "".join(letter(name) for _, name in RESIDUES)
    assert chain.residue_numbers == tuple("" if n in gone else str(n) for n, _ in RESIDUES)
    assert gone and not any(chain.resolved[i] for i, (n, _) in enumerate(RESIDUES) if n in gone)

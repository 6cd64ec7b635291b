"""Chains planted atom by atom come back as they were put; real files with all their oddities do too."""

import gzip
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from regard.annotate.structure import read_structure
from regard.annotate.structure_files import TWENTY
from regard.errors import InputError
from tests.annotate.structures import atom_line, backbone, seqres, write

pytest.importorskip("biotite", reason="the extra `protein` is not installed")

DATA = Path(os.environ.get("REGARD_DATA", "/nonexistent")) / "protein/structures"
EXAMPLE = Path("src/regard/examples/antibody_7cth.bcif")
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="REGARD_DATA has no protein structures")

# Cα on a line, 5 Å apart; Cβ 3 Å above, but for the glycine; the fourth stands far off.
FOUR = [
    ("ALA", 51, (0, 0, 0), (0, 3, 0)),
    ("GLY", 52, (5, 0, 0), None),
    ("CYS", "52A", (10, 0, 0), (10, 3, 0)),
    ("TRP", 54, (60, 0, 0), (60, 3, 0)),
]


def test_contacts_and_distances_of_cb_with_ca_for_glycine(tmp_path):
    (chain,) = read_structure(write(tmp_path / "x.pdb", backbone(FOUR))).values()
    assert chain.sequence == "AGCW"
    assert chain.residue_numbers == ("51", "52", "52A", "54")
    assert chain.distances()[0, 1] == pytest.approx(np.hypot(5, 3))  # Cβ to the glycine's Cα
    assert chain.distances("ca")[0, 1] == 5
    assert np.array_equal(chain.distances(), chain.distances().T)
    assert chain.contacts()[:3, :3].tolist() == [[True, True, False], [True, True, True], [False, True, True]]
    assert chain.contacts("ca", 11)[0, 2]
    assert not chain.contacts()[3, :3].any()
    with pytest.raises(InputError, match="atoms 'n' are unknown; choose cb or ca"):
        chain.distances("n")


def test_unresolved_residues_keep_their_place(tmp_path):
    names = ["MET", "ALA", "GLY", "CYS", "LYS", "PHE", "TRP", "SER"]
    path = write(tmp_path / "x.pdb", [*seqres(names), *backbone(FOUR)])
    (chain,) = read_structure(path).values()
    assert chain.sequence == "MAGCKFWS"
    assert chain.residue_numbers == ("", "51", "52", "52A", "", "", "54", "")
    assert chain.resolved.tolist() == [False, True, True, True, False, False, True, False]
    assert np.isnan(chain.distances()[0]).all()
    assert not chain.contacts()[[0, 4, 5, 7]].any()
    assert np.isnan(chain.ligand_distance).tolist() == (~chain.resolved).tolist()


def test_a_declared_sequence_without_residues_declares_nothing(tmp_path):
    path = write(tmp_path / "x.pdb", ["SEQRES   1 A    4", *backbone(FOUR)])
    bare = write(tmp_path / "y.pdb", backbone(FOUR))
    assert read_structure(path)["A"].sequence == read_structure(bare)["A"].sequence


def test_the_same_from_every_format(tmp_path):
    from biotite.structure.io import pdb, pdbx

    path = write(tmp_path / "x.pdb", backbone(FOUR))
    atoms = pdb.PDBFile.read(path).get_structure(model=1)
    for kind, name in ((pdbx.CIFFile, "x.cif"), (pdbx.BinaryCIFFile, "x.bcif")):
        file = kind()
        pdbx.set_structure(file, atoms)
        file.write(tmp_path / name)
    (tmp_path / "x.cif.gz").write_bytes(gzip.compress((tmp_path / "x.cif").read_bytes()))
    (first,) = read_structure(path).values()
    for name in ("x.cif", "x.bcif", "x.cif.gz"):
        (other,) = read_structure(tmp_path / name).values()
        assert (other.sequence, other.residue_numbers) == (first.sequence, first.residue_numbers), name
        assert np.array_equal(other.atoms, first.atoms), name


def test_only_the_first_model_counts_and_no_hydrogens(tmp_path):
    hydrogen = atom_line(99, "HA", "ALA", "A", 51, (0, 0, 1), element="H")
    moved = [(n, w, np.add(a, 100), b) for n, w, a, b in FOUR]
    lines = ["MODEL        1", *backbone(FOUR), hydrogen, "ENDMDL", "MODEL        2", *backbone(moved), "ENDMDL"]
    (chain,) = read_structure(write(tmp_path / "x.pdb", lines)).values()
    assert len(chain) == 4
    assert chain.positions("ca")[0].tolist() == [0, 0, 0]
    assert "HA" not in chain.atom_names


def test_disulfides_are_near_sulfurs(tmp_path):
    residues = [("CYS", i, (8 * i, 0, 0), (8 * i, 2, 0)) for i in range(1, 5)]
    sulfurs = {1: (8, 10, 0), 3: (9.9, 10.5, 0), 2: (16, 3.5, 0), 4: (32, 3.5, 0)}
    lines = backbone(residues)
    lines += [atom_line(90 + i, "SG", "CYS", "A", i, xyz) for i, xyz in sulfurs.items()]
    lines.sort(key=lambda line: int(line[22:26]))
    (chain,) = read_structure(write(tmp_path / "x.pdb", lines)).values()
    assert chain.disulfides == [(0, 2)]


def test_distance_to_ligands_but_not_water_nor_glycerol(tmp_path):
    def ligand(name, xyz):
        return atom_line(80, "C1", name, "A", 900, xyz, hetero=True, element="C")

    near = (0, 3, 4)  # 4 Å from the Cβ of the first
    for name, expected in (("ATP", 4.0), ("HOH", np.inf), ("GOL", np.inf)):
        (chain,) = read_structure(write(tmp_path / "x.pdb", [*backbone(FOUR), ligand(name, near)])).values()
        assert chain.ligand_distance[0] == pytest.approx(expected), name
        assert chain.ligands == (("ATP",) if name == "ATP" else ())


def test_sugars_on_the_protein_are_no_ligand_and_free_ones_are(tmp_path):
    def sugar(name, number, xyz):
        return atom_line(80 + number, "C1", name, "A", 900 + number, xyz, hetero=True, element="C")

    chained = [sugar("NAG", 1, (0, 4.4, 0)), sugar("BMA", 2, (0, 5.8, 0))]  # 1.4 Å from the Cβ, and from each other
    (chain,) = read_structure(write(tmp_path / "x.pdb", [*backbone(FOUR), *chained])).values()
    assert chain.ligands == ()
    (chain,) = read_structure(write(tmp_path / "y.pdb", [*backbone(FOUR), chained[1]])).values()
    assert chain.ligands == ("BMA",)
    assert chain.ligand_distance[0] == pytest.approx(2.8)


def test_modified_residues_have_the_letter_of_their_parent_and_a_free_one_is_a_ligand(tmp_path):
    lines = [
        line.replace("CYS", "MSE").replace("ATOM  ", "HETATM") if " CYS " in line else line for line in backbone(FOUR)
    ]
    free = [line.replace("ATOM  ", "HETATM") for line in backbone([("GLU", 700, (0, 3, 5), (0, 3, 7))])]
    (chain,) = read_structure(write(tmp_path / "x.pdb", [*lines, *free])).values()
    assert chain.sequence == "AGMW"
    assert chain.ligands == ("GLU",)


def test_chains_near_each_other(tmp_path):
    other = [("SER", i, (0, 3 + 4.4 + 100 * (i > 1), 0), None) for i in (1, 2)]
    chains = read_structure(write(tmp_path / "x.pdb", [*backbone(FOUR), "TER", *backbone(other, "B")]))
    assert list(chains) == ["A", "B"]
    assert chains["A"].near([chains["B"]], 4.5).tolist() == [True, False, False, False]
    assert chains["B"].near([chains["A"]], 4.5).tolist() == [True, False]
    assert not chains["A"].near([], 4.5).any()


@settings(max_examples=25, deadline=None)
@given(
    sequence=st.text("ACDEFGHIKLMNPQRSTVWY", min_size=2, max_size=30),
    noise=arrays(float, (30, 3), elements=st.floats(-1, 1)),
    hidden=st.sets(st.integers(0, 29)),
)
def test_what_is_written_is_read(tmp_path_factory, sequence, noise, hidden):
    three = {letter: name for name, letter in TWENTY.items()}
    names = [three[letter] for letter in sequence]
    shown = [i for i in range(len(sequence)) if i not in hidden] or [0]
    at = np.round(np.arange(len(sequence))[:, None] * [4.0, 0, 0] + noise[: len(sequence)], 3)
    residues = [(names[i], i + 1, at[i], None) for i in shown]
    path = write(tmp_path_factory.mktemp("pdb") / "x.pdb", backbone(residues))
    (chain,) = read_structure(path).values()
    assert chain.sequence == "".join(sequence[i] for i in shown)
    assert np.allclose(chain.positions("ca"), at[shown], atol=1e-3)
    assert chain.residue_numbers == tuple(str(i + 1) for i in shown)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("x.pdb", "nothing here\n", "not a readable structure|no protein chain"),
        ("x.cif", "no cif at all", "not a readable structure"),
        ("x.bcif", "neither", "not a readable structure"),
        ("x.txt", "", "a structure is mmCIF"),
    ],
)
def test_bad_files_get_one_line(tmp_path, name, text, says):
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=says) as error:
        read_structure(tmp_path / name)
    assert name in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_file_and_a_file_without_protein(tmp_path):
    with pytest.raises(InputError, match=r"none\.pdb: no such file"):
        read_structure(tmp_path / "none.pdb")
    (tmp_path / "cut.pdb.gz").write_bytes(gzip.compress(b"ATOM" * 1000)[:30])
    with pytest.raises(InputError, match=r"cut\.pdb\.gz: the gzip file is damaged or cut short"):
        read_structure(tmp_path / "cut.pdb.gz")
    water = [atom_line(1, "O", "HOH", "A", 1, (0, 0, 0), hetero=True)]
    with pytest.raises(InputError, match="no protein chain"):
        read_structure(write(tmp_path / "x.pdb", water))


def test_the_example_is_what_its_page_says():
    chains = read_structure(EXAMPLE)
    assert list(chains) == ["A", "B", "C", "H", "L"]
    heavy = chains["H"]
    assert (len(heavy), heavy.resolved.sum()) == (144, 127)
    (bond,) = heavy.disulfides
    assert [heavy.sequence[i] for i in bond] == ["C", "C"]
    assert heavy.secondary.count("E") > 40
    assert heavy.secondary.count("H") < 15


@needs_data
def test_insertion_codes_of_1igy_and_one_of_18_models_of_1gya():
    igy = read_structure(DATA / "1igy.bcif")
    assert {"52A", "82A", "82B", "82C"} <= set(igy["B"].residue_numbers)
    assert len(set(igy["B"].residue_numbers)) == len(igy["B"]) == 434
    gya = read_structure(DATA / "1gya.bcif")["A"]
    assert len(gya) == 105
    assert (gya.atom_names == "CA").sum() == 105


@needs_data
def test_secondary_structure_and_bonds_of_lysozyme():
    lysozyme = read_structure(DATA / "1aki.bcif")["A"]
    assert lysozyme.disulfides == [(5, 126), (29, 114), (63, 79), (75, 93)]
    helix = np.array(list(lysozyme.secondary)) == "H"
    assert helix[5:14].mean() > 0.8  # helix A, residues 5 to 15
    assert helix[89:99].mean() > 0.8  # helix C, residues 89 to 99
    assert not helix[42:46].any()  # the sheet
    assert 0.3 < helix.mean() < 0.5

"""Proteins in space: the hand of a helix, scores that come back as B-factors, scripts about files that are there."""

import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from regard.annotate.residue_names import TWENTY
from regard.annotate.structure import read_structure
from regard.plot.space import in_space, limits_of
from regard.plot.trace import facing, flattened
from regard.studies.protein.inputs import Protein
from regard.studies.protein.space import backbone, best_pairs, drawn, residue_scores, space_section
from regard.studies.protein.space_files import write_structures
from regard.studies.protein.structures import with_structures
from tests.annotate.structures import backbone as atom_lines
from tests.annotate.structures import write

SEQUENCE = "MAEKLVQDRSTIWCFHYNPG"
THREE = {letter: name for name, letter in TWENTY.items()}


def helix(count, hand=1):
    """Cα of an α-helix along z: 1.5 Å and 100° a residue, to the right if hand is 1."""
    angle = np.radians(100) * np.arange(count)
    return np.stack([2.3 * np.cos(angle), hand * 2.3 * np.sin(angle), 1.5 * np.arange(count)], axis=1)


def hand_of(alpha):
    """Sign of the volume that four Cα in a row span, mean over the chain: positive for a right-handed helix."""
    a, b, c = (alpha[k : len(alpha) - 3 + k + 1][: len(alpha) - 3] - alpha[: len(alpha) - 3] for k in (1, 2, 3))
    return np.sign(np.einsum("ij,ij->i", a, np.cross(b, c)).mean())


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A helix with an insertion code and a negative number, and a short chain that touches it."""
    where = ["-1", *map(str, range(1, 10)), "9A", *map(str, range(10, 19))]
    one = [(THREE[c], w, xyz, None) for c, w, xyz in zip(SEQUENCE, where, helix(20) + 30, strict=True)]
    other = [(THREE[c], str(k), helix(6)[k] + [36, 30, 30], None) for k, c in enumerate("GWCAKL")]
    return write(tmp_path_factory.mktemp("pdb") / "helix.pdb", [*atom_lines(one), "TER", *atom_lines(other, "B")])


@pytest.fixture(scope="module")
def result(path):
    """The protein has two residues that the chain lacks, and a site; its scores are known, one is missing."""
    rng = np.random.default_rng(0)
    protein = Protein("h<b>", "GG" + SEQUENCE, sites={"active site": np.isin(np.arange(22), [2, 12])})
    (placed,), _ = with_structures([protein], [path])
    map_ = rng.random((22, 22))
    return SimpleNamespace(
        proteins=[placed, Protein("elsewhere", "M" * 30)],
        readings={"h<b>": SimpleNamespace(received=rng.random((4, 22)) * 1e-4, mean=map_)},
        gradients={},
        contacts=None,
    )


def test_a_right_handed_helix_stays_one_on_the_page_and_in_the_picture(result):
    protein = result.proteins[0]
    alpha = protein.alpha[2:]
    assert hand_of(alpha) == 1 and hand_of(helix(20, hand=-1)) == -1
    told = drawn(result, protein, protein.placed)
    page = np.array(told["backbone"])[:, 1]
    assert hand_of(page) == 1 and np.allclose(page, alpha, atol=0.01)
    turn = Rotation.from_quat(told["turn"])
    assert np.allclose(turn.as_matrix(), facing(protein.alpha), atol=1e-3)
    flat, depth = flattened(protein.alpha)
    assert hand_of(np.column_stack([flat, depth])[2:]) == 1
    assert np.ptp(flat[2:, 0]) > np.ptp(depth[2:])  # the axis of the helix lies in the picture
    assert np.linalg.det(facing(helix(3))) == pytest.approx(1)


def test_what_the_view_is_told_is_what_is_known(result):
    protein = result.proteins[0]
    told = drawn(result, protein, protein.placed)
    assert told["seen"] == list(range(2, 22)) and told["numbers"][:4] == ["", "", "-1", "1"]
    sites = {one["name"]: one["at"] for one in told["sites"]}
    assert sites["active site"] == [2, 12] and "interface with chain B" in sites
    (beside,) = told["beside"]
    assert beside["id"] == "B" and len(beside["trace"]) == 6
    scores = {one["name"]: one for one in told["scores"]}
    assert list(scores) == ["attention received", "attention of M3", "attention to M3"]
    received = result.readings["h<b>"].received.mean(axis=0)
    assert np.allclose(scores["attention received"]["values"], received, rtol=1e-3)
    assert scores["attention to M3"]["values"][2] is None
    pairs = best_pairs(result, protein)["contacts in the structure"]
    assert {(i, j) for i, j in pairs} == {
        (i, j) for i in range(22) for j in range(i + 6, 22) if np.linalg.norm(protein.alpha[i] - protein.alpha[j]) < 8
    }


def test_atoms_that_are_missing_lie_at_their_alpha(result, tmp_path):
    bare = write(tmp_path / "ca.pdb", [x for x in atom_lines([("ALA", k, (4.0 * k, 0, 0), None) for k in range(1, 9)])
                                       if " CA " in x])  # fmt: skip
    (protein,), _ = with_structures([Protein("a", "A" * 8)], [bare])
    assert np.array_equal(backbone(protein.placed), np.repeat(protein.alpha[:, None], 4, axis=1))


def test_proteins_beyond_the_page_s_size_are_left_out(result, tmp_path, monkeypatch):
    (tmp_path / "figures").mkdir()
    protein = result.proteins[0]
    two = SimpleNamespace(**{**vars(result), "proteins": [protein, replace(protein, id="second")]})
    two.readings["second"] = two.readings["h<b>"]
    (whole,) = space_section(two, tmp_path)
    assert len(whole.parts) == 4 and '"id": "second"' in whole.parts[1].html and "<b>" not in whole.parts[1].html
    monkeypatch.setattr("regard.studies.protein.space.MOST", 10)
    (cut,) = space_section(two, tmp_path)
    assert len(cut.parts) == 3 and '"id": "second"' not in cut.parts[1].html
    assert space_section(SimpleNamespace(proteins=[Protein("none", "MKV")]), tmp_path) == []


def test_b_factors_are_the_scores_and_atoms_stay_where_they_were(result, path, tmp_path):
    from biotite.structure.io import pdbx

    write_structures(result, tmp_path)
    protein = result.proteins[0]
    file = pdbx.CIFFile.read(tmp_path / "structures/1.attention_to_M3.cif")
    atoms = pdbx.get_structure(file, model=1, extra_fields=["b_factor"])
    missing = file.block["atom_site"]["B_iso_or_equiv"].mask.array == pdbx.MaskValue.MISSING
    atoms.b_factor[missing] = np.nan  # `?`, of which biotite makes 0
    mine = atoms[atoms.chain_id == "A"]
    numbers = [f"{n}{code}" for n, code in zip(mine.res_id, mine.ins_code, strict=True)]
    values = residue_scores(result, protein)["attention to M3"]
    expected = {protein.placed.number(i): values[i] for i in range(2, 22)}
    assert len(mine) == 20 * 4 and np.isnan(expected["-1"])
    assert np.allclose(mine.b_factor, [expected[n] for n in numbers], rtol=1e-5, equal_nan=True)
    assert np.isnan(atoms.b_factor[atoms.chain_id == "B"]).all()
    assert [c for c in mine.res_name[mine.atom_name == "CA"]] == [THREE[c] for c in SEQUENCE]
    before, after = read_structure(path), read_structure(tmp_path / "structures/1.attention_received.cif")
    assert list(after) == ["A", "B"] and after["A"].residue_numbers == before["A"].residue_numbers
    assert np.allclose(after["A"].atoms, before["A"].atoms, atol=1e-3)
    small = pdbx.CIFFile.read(tmp_path / "structures/1.attention_received.cif").block["atom_site"]["B_iso_or_equiv"]
    assert 0 < small.as_array(float)[0] < 1e-3  # two decimals would have been 0.00


def test_scripts_load_what_lies_beside_them_and_name_the_sites(result, tmp_path):
    write_structures(result, tmp_path)
    folder = tmp_path / "structures"
    scores = ["attention_received", "attention_of_M3", "attention_to_M3"]
    assert sorted(p.name for p in folder.iterdir()) == sorted(["1.cxc", "1.pml", *(f"1.{s}.cif" for s in scores)])
    pml, cxc = (folder / "1.pml").read_text(), (folder / "1.cxc").read_text()
    assert re.findall(r"^load (\S+), (\w+)$", pml, re.M) == [(f"1.{s}.cif", s) for s in scores]
    assert re.findall(r"^open (\S+) name", cxc, re.M) == [f"1.{s}.cif" for s in scores]
    assert 'select site_active_site, (chain "A" and resi \\-1+9A)' in pml
    assert "name site_active_site /A:-1,9A" in cxc
    low, high = limits_of(residue_scores(result, result.proteins[0])["attention received"])
    assert f"minimum={low:.6g}, maximum={high:.6g}" in pml and f"range {low:.6g},{high:.6g}" in cxc
    # Only the residue from which it is seen has no score.
    assert re.findall(r"^color regard_unknown, (.*)$", pml, re.M) == [
        f'attention_{way}_M3 and chain "A" and resi \\-1' for way in ("of", "to")
    ]


def test_limits_and_picture_bear_what_is_missing_or_even():
    assert limits_of(np.array([np.nan, np.nan])) == (0.0, 1.0)
    low, high = limits_of(np.full(5, 2.0))
    assert low == 2.0 < high
    values = np.array([np.nan, *np.arange(9.0)])
    figure = in_space(helix(10), {"a": values, "b": values}, marked=values == 3, title="t")
    assert [ax.get_title() for ax in figure.axes[:2]] == ["a", "b"]

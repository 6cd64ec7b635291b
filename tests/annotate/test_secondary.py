"""Hydrogen bonds planted by hand, and a helix built from its textbook angles."""

import numpy as np

from regard.annotate.secondary import hydrogen_bonds, ladders, secondary_structure


def build(phi, psi, length):
    """Backbone of a chain with one pair of angles throughout, by placing atom after atom (NeRF)."""
    atoms = [np.array([0.0, 0, 0]), np.array([1.458, 0, 0]), np.array([2.0, 1.42, 0])]  # N, CA, C

    def place(bond, angle, torsion):
        a, b, c = atoms[-3:]
        bc = (c - b) / np.linalg.norm(c - b)
        normal = np.cross(b - a, bc)
        normal /= np.linalg.norm(normal)
        angle, torsion = np.radians(angle), np.radians(torsion)
        step = [-np.cos(angle), np.sin(angle) * np.cos(torsion), np.sin(angle) * np.sin(torsion)]
        return c + bond * (step[0] * bc + step[1] * np.cross(normal, bc) + step[2] * normal)

    for _ in range(length):
        atoms.append(place(1.329, 116.6, psi))  # N
        atoms.append(place(1.458, 121.7, 180))  # CA
        atoms.append(place(1.525, 111.0, phi))  # C
    stack = np.array(atoms).reshape(-1, 3, 3)
    n, ca, c = stack[:, 0], stack[:, 1], stack[:, 2]
    towards = (c[:-1] - ca[:-1]) / 1.525 + (c[:-1] - n[1:]) / 1.329  # the C=O points away from both neighbours
    o = c[:-1] + 1.23 * towards / np.linalg.norm(towards, axis=1, keepdims=True)
    return {"N": n[:-1], "CA": ca[:-1], "C": c[:-1], "O": o}


def test_textbook_angles_make_a_helix_and_an_extended_chain_none():
    helix = build(-57, -47, 14)
    kinds = "".join(secondary_structure(helix, np.zeros(14, bool)))
    assert kinds == "-" + 12 * "H" + "-"
    extended = build(-130, 130, 14)
    assert "".join(secondary_structure(extended, np.zeros(14, bool))) == 14 * "-"


def test_proline_gives_no_hydrogen_and_a_gap_breaks_the_chain():
    helix = build(-57, -47, 14)
    whole = hydrogen_bonds(helix, np.zeros(14, bool))
    assert whole[6, 2]
    assert not whole[2, 6]
    proline = hydrogen_bonds(helix, np.arange(14) == 6)
    assert not proline[6].any()
    for name in helix:
        helix[name][5] = np.nan
    broken = hydrogen_bonds(helix, np.zeros(14, bool))
    assert not broken[5].any() and not broken[:, 5].any()
    assert not broken[6].any()  # its hydrogen is placed by the residue before


def test_bridges_make_a_ladder_only_with_a_neighbour():
    bonds = np.zeros((20, 20), bool)
    for i, j in ((3, 14), (5, 12)):  # antiparallel: both bonds of a narrow pair
        bonds[i, j] = bonds[j, i] = True
    pairs = {tuple(sorted(pair)) for pair in ladders(bonds)}
    assert pairs == {(3, 14), (4, 13), (5, 12)}
    alone = np.zeros((20, 20), bool)
    alone[3, 14] = alone[14, 3] = True
    assert ladders(alone) == []


def test_a_parallel_ladder():
    bonds = np.zeros((20, 20), bool)
    for i in (4, 6):  # the C=O of i - 1 takes from j, the C=O of j takes from i + 1
        j = i + 9
        bonds[j, i - 1] = bonds[i + 1, j] = True
    assert {tuple(sorted(pair)) for pair in ladders(bonds)} == {(4, 13), (5, 14), (6, 15)}


def test_nothing_resolved_is_nothing_known():
    empty = {name: np.full((6, 3), np.nan) for name in ("N", "CA", "C", "O")}
    assert "".join(secondary_structure(empty, np.zeros(6, bool))) == "------"

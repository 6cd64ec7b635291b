"""Small structures written by hand: a residue is its name, number and a few atoms."""

from __future__ import annotations

import numpy as np


def atom_line(number, name, residue, chain, where, xyz, *, hetero=False, element=None, altloc=" "):
    """One ATOM record; `where` is the residue number with its insertion code, 52 or "52A"."""
    digits = str(where).rstrip("ABCDEFGH")
    code = str(where)[len(digits) :] or " "
    x, y, z = xyz
    return (
        f"{'HETATM' if hetero else 'ATOM  '}{number:5d}  {name:<3}{altloc}{residue:>3} {chain}{digits:>4}{code}   "
        f"{x:8.3f}{y:8.3f}{z:8.3f}  1.00 10.00          {element or name[0]:>2}"
    )


def backbone(residues, chain="A", *, start=0):
    """ATOM records of (name, number, Cα, Cβ or None); N, C and O stand beside the Cα."""
    lines = []
    for name, where, alpha, beta in residues:
        beside = {"N": (-0.6, 0, 0), "CA": (0, 0, 0), "C": (0.6, 0, 0), "O": (0.6, 0.5, 0)}
        atoms = [(atom, np.add(alpha, shift)) for atom, shift in beside.items()]
        atoms += [("CB", np.array(beta, dtype=float))] if beta is not None else []
        for atom, xyz in atoms:
            lines.append(atom_line(start + len(lines) + 1, atom, name, chain, where, xyz))
    return lines


def seqres(names, chain="A"):
    return [
        f"SEQRES{row + 1:4d} {chain}{len(names):5d}  " + " ".join(names[13 * row : 13 * row + 13])
        for row in range(-(-len(names) // 13))
    ]


def write(path, lines):
    path.write_text("\n".join([*lines, "END"]) + "\n")
    return path

"""Scripts for PyMOL and ChimeraX that load the files with scores and colour them as the report does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from regard.plot.style import BLUE, ORANGE
from regard.plot.trace import SHADES, UNKNOWN
from regard.studies.protein.inputs import Protein
from regard.studies.protein.placed import Placed
from regard.studies.protein.space import marks_of

OTHERS = "#c4c9d0"  # the other chains
AT_ONCE = 40  # residues that one command names


@dataclass(frozen=True)
class Written:
    """The files of one protein.

    files, scores, limits : by score its file, its values, (L,), and where its colours begin and end. pairs : best pairs
    by reading, int, (n, 2). bonds : the file of each reading's pairs.
    """

    protein: Protein
    placed: Placed
    files: dict[str, str]
    scores: dict[str, np.ndarray]
    limits: dict[str, tuple[float, float]]
    pairs: dict[str, np.ndarray]
    bonds: dict[str, str]


def word(name: str) -> str:
    """A name as part of a file's name, and as an object's in a script."""
    return re.sub(r"[^A-Za-z0-9]+", "_", name.replace("×", "x")).strip("_") or "score"


def numbers(written: Written, positions: Iterable[int]) -> Iterator[tuple[str, list[str]]]:
    """Chain and numbers of those residues of the protein that the structure shows, some at once."""
    seen = set(written.placed.seen().tolist())
    found = [written.placed.author(int(i)) for i in positions if int(i) in seen]
    for chain in written.placed.chains:
        yield from at_once(chain.id, [number for name, number in found if name == chain.id])


def unscored(written: Written, name: str) -> Iterator[tuple[str, list[str]]]:
    """Chain and numbers of its residues without this score, some at once."""
    values = written.scores[name]
    for chain, at in written.placed.parts:
        scored = {int(at[i]) for i in np.flatnonzero(np.isfinite(values) & (at >= 0))}
        found = [chain.residue_numbers[k] for k in np.flatnonzero(chain.resolved) if int(k) not in scored]
        yield from at_once(chain.id, found)


def at_once(chain: str, found: list[str]) -> Iterator[tuple[str, list[str]]]:
    for start in range(0, len(found), AT_ONCE):
        yield chain, found[start : start + AT_ONCE]


def pymol(written: Written) -> str:
    """For PyMOL: an object a score, the first one shown; sites as selections with balls; pairs as dashes, hidden."""
    names = [f'chain "{chain.id}"' for chain in written.placed.chains]
    mine = names[0] if len(names) == 1 else f"({' or '.join(names)})"
    lines = ["# Run it in its own folder: pymol <this file>", "bg_color white"]
    for name, shade in [
        *((f"regard_{k}", shade) for k, shade in enumerate(SHADES)),
        ("regard_unknown", UNKNOWN), ("regard_other", OTHERS), ("regard_site", ORANGE), ("regard_pair", BLUE),
    ]:  # fmt: skip
        parts = ", ".join(f"{int(shade[k : k + 2], 16) / 255:.3f}" for k in (1, 3, 5))
        lines.append(f"set_color {name}, [{parts}]")
    palette = " ".join(f"regard_{k}" for k in range(len(SHADES)))
    for name, file in written.files.items():
        low, high = written.limits[name]
        one = word(name)
        lines += [
            f"load {file}, {one}", f"hide everything, {one}", f"show cartoon, {one}", f"color regard_other, {one}",
            f"spectrum b, {palette}, {one} and {mine}, minimum={low:.6g}, maximum={high:.6g}",
        ]  # fmt: skip
        for chain, some in unscored(written, name):
            lines.append(f'color regard_unknown, {one} and chain "{chain}" and resi {resi(some)}')
    first = word(next(iter(written.files)))
    for kind, labels in marks_of(written.protein).items():
        site, begun = f"site_{word(kind)}", False
        for chain, some in numbers(written, np.flatnonzero(labels)):
            lines.append(f'select {site}, {f"{site} or " if begun else ""}(chain "{chain}" and resi {resi(some)})')
            begun = True
        if begun:
            lines += [f"show spheres, {site} and name CA", f"set sphere_color, regard_site, {site}"]
    lines += ["set sphere_scale, 0.5", "deselect"]
    touching = np.asarray(written.protein.contacts)
    for k, pairs in enumerate(written.pairs.values(), start=1):
        colours: dict[str, str] = {}
        for i, j in pairs:
            ends = [f"/{first}//{chain}/{resi([number])}/CA" for chain, number in map(written.placed.author, (i, j))]
            touch = touching[i, j]
            name = f"pairs_{k}_{'touching' if touch else 'apart'}"
            colours[name] = "regard_pair" if touch else "regard_site"
            lines.append(f"distance {name}, {ends[0]}, {ends[1]}")
        for name, colour in colours.items():
            lines += [f"hide labels, {name}", f"set dash_color, {colour}, {name}", f"disable {name}"]
    lines += [f"disable {word(name)}" for name in list(written.files)[1:]]
    return "\n".join([*lines, f"orient {first} and {mine}"]) + "\n"


def resi(found: list[str]) -> str:
    """Residues as PyMOL takes them; a minus sign would else be a range."""
    return "+".join(number.replace("-", "\\-") for number in found)


def chimerax(written: Written) -> str:
    """For ChimeraX: a model a score, the first one shown; sites named and drawn as balls; pairs as models, hidden."""
    mine = ",".join(chain.id for chain in written.placed.chains)
    lines = ["set bgColor white"]
    for k, (name, file) in enumerate(written.files.items(), start=1):
        low, high = written.limits[name]
        lines += [
            f'open {file} name "{word(name)}"', f"hide #{k} atoms", f"show #{k} cartoons", f"color #{k} {OTHERS}",
            f"color bfactor #{k}/{mine} palette {':'.join(SHADES)} range {low:.6g},{high:.6g}",
        ]  # fmt: skip
        lines += [f"color #{k}/{chain}:{','.join(some)} {UNKNOWN}" for chain, some in unscored(written, name)]
        for labels in marks_of(written.protein).values():
            for chain, some in numbers(written, np.flatnonzero(labels)):
                balls = f"#{k}/{chain}:{','.join(some)}@CA"
                lines += [f"show {balls} atoms", f"style {balls} ball", f"color {balls} {ORANGE} atoms"]
    for kind, labels in marks_of(written.protein).items():
        every: dict[str, list[str]] = {}
        for chain, some in numbers(written, np.flatnonzero(labels)):
            every.setdefault(chain, []).extend(some)
        if every:
            places = " | ".join(f"/{chain}:{','.join(some)}" for chain, some in every.items())
            lines.append(f"name site_{word(kind)} {places}")
    count = len(written.files)
    for k, (name, file) in enumerate(written.bonds.items(), start=count + 1):
        lines += [f'open {file} name "{word(name)}"', f"hide #{k} models"]
    lines += [f"hide #{k} models" for k in range(2, count + 1)]
    return "\n".join([*lines, f"view #1/{mine}"]) + "\n"


def pseudobonds(written: Written, name: str) -> str:
    """The best pairs of one reading for ChimeraX; blue where the two touch, orange where not."""
    lines = [f"; {name}", "; radius = 0.12", "; dashes = 0"]
    touching = np.asarray(written.protein.contacts)
    for i, j in written.pairs[name]:
        a, b = (f"#1/{chain}:{number}@CA" for chain, number in map(written.placed.author, (i, j)))
        lines.append(f"{a} {b} {BLUE if touching[i, j] else ORANGE}")
    return "\n".join(lines) + "\n"

"""Scripts for PyMOL and ChimeraX that load the files with scores and colour them as the report does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from regard.plot.style import BLUE, ORANGE
from regard.plot.trace import SHADES, UNKNOWN
from regard.studies.protein.inputs import Placed, Protein
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


def numbers(written: Written, positions: Iterable[int]) -> Iterator[list[str]]:
    """Numbers of those residues of the protein that the structure shows, some at once."""
    seen = set(written.placed.seen().tolist())
    found = [written.placed.number(int(i)) for i in positions if int(i) in seen]
    for start in range(0, len(found), AT_ONCE):
        yield found[start : start + AT_ONCE]


def unscored(written: Written, name: str) -> Iterator[list[str]]:
    """Numbers of the chain's residues without this score, some at once."""
    chain, at, values = written.placed.chain, written.placed.at, written.scores[name]
    scored = {int(at[i]) for i in np.flatnonzero(np.isfinite(values) & (at >= 0))}
    found = [chain.residue_numbers[k] for k in np.flatnonzero(chain.resolved) if int(k) not in scored]
    for start in range(0, len(found), AT_ONCE):
        yield found[start : start + AT_ONCE]


def pymol(written: Written) -> str:
    """For PyMOL: an object a score, the first one shown; sites as selections with balls; pairs as dashes, hidden."""
    chain = f'chain "{written.placed.chain.id}"'
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
            f"spectrum b, {palette}, {one} and {chain}, minimum={low:.6g}, maximum={high:.6g}",
        ]  # fmt: skip
        for some in unscored(written, name):
            lines.append(f"color regard_unknown, {one} and {chain} and resi {resi(some)}")
    first = word(next(iter(written.files)))
    for kind, labels in marks_of(written.protein).items():
        site, begun = f"site_{word(kind)}", False
        for some in numbers(written, np.flatnonzero(labels)):
            lines.append(f"select {site}, {f'{site} or ' if begun else ''}({chain} and resi {resi(some)})")
            begun = True
        if begun:
            lines += [f"show spheres, {site} and name CA", f"set sphere_color, regard_site, {site}"]
    lines += ["set sphere_scale, 0.5", "deselect"]
    touching = np.asarray(written.protein.contacts)
    for k, pairs in enumerate(written.pairs.values(), start=1):
        colours: dict[str, str] = {}
        for i, j in pairs:
            ends = [f"/{first}//{written.placed.chain.id}/{resi([written.placed.number(int(r))])}/CA" for r in (i, j)]
            touch = touching[i, j]
            name = f"pairs_{k}_{'touching' if touch else 'apart'}"
            colours[name] = "regard_pair" if touch else "regard_site"
            lines.append(f"distance {name}, {ends[0]}, {ends[1]}")
        for name, colour in colours.items():
            lines += [f"hide labels, {name}", f"set dash_color, {colour}, {name}", f"disable {name}"]
    lines += [f"disable {word(name)}" for name in list(written.files)[1:]]
    return "\n".join([*lines, f"orient {first} and {chain}"]) + "\n"


def resi(found: list[str]) -> str:
    """Residues as PyMOL takes them; a minus sign would else be a range."""
    return "+".join(number.replace("-", "\\-") for number in found)


def chimerax(written: Written) -> str:
    """For ChimeraX: a model a score, the first one shown; sites named and drawn as balls; pairs as models, hidden."""
    chain = written.placed.chain.id
    lines = ["set bgColor white"]
    for k, (name, file) in enumerate(written.files.items(), start=1):
        low, high = written.limits[name]
        lines += [
            f'open {file} name "{word(name)}"', f"hide #{k} atoms", f"show #{k} cartoons", f"color #{k} {OTHERS}",
            f"color bfactor #{k}/{chain} palette {':'.join(SHADES)} range {low:.6g},{high:.6g}",
        ]  # fmt: skip
        lines += [f"color #{k}/{chain}:{','.join(some)} {UNKNOWN}" for some in unscored(written, name)]
        for labels in marks_of(written.protein).values():
            for some in numbers(written, np.flatnonzero(labels)):
                balls = f"#{k}/{chain}:{','.join(some)}@CA"
                lines += [f"show {balls} atoms", f"style {balls} ball", f"color {balls} {ORANGE} atoms"]
    for kind, labels in marks_of(written.protein).items():
        every = [number for some in numbers(written, np.flatnonzero(labels)) for number in some]
        if every:
            lines.append(f"name site_{word(kind)} /{chain}:{','.join(every)}")
    count = len(written.files)
    for k, (name, file) in enumerate(written.bonds.items(), start=count + 1):
        lines += [f'open {file} name "{word(name)}"', f"hide #{k} models"]
    lines += [f"hide #{k} models" for k in range(2, count + 1)]
    return "\n".join([*lines, f"view #1/{chain}"]) + "\n"


def pseudobonds(written: Written, name: str) -> str:
    """The best pairs of one reading for ChimeraX; blue where the two touch, orange where not."""
    chain, lines = written.placed.chain.id, [f"; {name}", "; radius = 0.12", "; dashes = 0"]
    touching = np.asarray(written.protein.contacts)
    for i, j in written.pairs[name]:
        a, b = (written.placed.number(int(k)) for k in (i, j))
        lines.append(f"#1/{chain}:{a}@CA #1/{chain}:{b}@CA {BLUE if touching[i, j] else ORANGE}")
    return "\n".join(lines) + "\n"

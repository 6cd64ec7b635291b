"""The heads' maps themselves: all of a protein in a grid, each in full as a file, and those that were asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from regard.models.protein.model import ProteinModel
from regard.models.protein.view import View
from regard.plot.head_maps import (
    MISSING,
    SCALE,
    blocks_of,
    head_grid,
    highest_of,
    levels,
    read_map,
    whole_map,
    write_map,
)
from regard.report.columns import named
from regard.report.kept import kept
from regard.report.page import Note, Section
from regard.studies.protein.files import heads as head_table
from regard.studies.protein.inputs import Protein
from regard.studies.protein.result import Result
from regard.studies.protein.site_heads import NOT_TESTED

ACROSS = 940  # pixels of a grid of small maps
SMALLEST, LARGEST = 24, 110  # pixels of a small map
LONGEST = 1200  # residues of which each map is drawn as a file of its own
MOST_BYTES = 200_000_000  # of all these files together, at half a byte a pixel, before they are compressed


def side_of(model: ProteinModel) -> int:
    """Rows and columns of a small map, so that all of a layer stand side by side."""
    return int(np.clip(ACROSS // model.heads, SMALLEST, LARGEST))


def block_of(model: ProteinModel, protein: Protein, proteins: int) -> int:
    """Residues to a pixel, each way: the fewest with which the files of so many proteins stay below MOST_BYTES."""
    maps, block = model.layers * model.heads * proteins, 1
    while maps * (-(-len(protein) // block)) ** 2 / 2 > MOST_BYTES:
        block += 1
    return block


def writer(model: ProteinModel, protein: Protein, folder: Path, block: int = 1) -> Callable | None:
    """What writes each map to `LAYER.HEAD.png`, to be called by `view`; None for proteins that are too long.

    A pixel is the strongest of block × block pairs. Of a pair that several windows hold the one counts in whose middle
    it lies most.
    """
    if len(protein) > LONGEST:
        return None
    folder.mkdir(parents=True)
    even, first = 1 / min(len(protein), model.longest), set()

    def write(head: int, at: slice, one: np.ndarray, share: np.ndarray) -> None:
        path = folder / f"{head // model.heads + 1}.{head % model.heads + 1}.png"
        steps = levels(one, even)
        if at != slice(0, len(protein)):
            whole = np.full((len(protein),) * 2, MISSING, dtype=np.uint8)
            whole[at, at] = np.where(share >= 0.5, steps, MISSING)
            steps = whole
        steps = blocks_of(steps, block) if block > 1 else steps
        write_map(path, highest_of(read_map(path), steps) if head in first else steps)
        first.add(head)

    return write


def grid_section(
    result: Result, protein: Protein, view: View, folder: Path, number: int, files: str, pixel: int = 1
) -> Section:
    """All heads of one protein. files : the folder of the maps as files; "" where there are none.

    pixel : residues to a pixel of these, each way.
    """
    model = result.model
    even = 1 / min(len(protein), model.longest)
    picture = head_grid(view.small, model.layers, even, f"{protein.id}: all heads of {model.name}")
    side = view.small.shape[1]
    block = len(protein) / side
    made = f"each point is the mean of about {block:.1f} × {block:.1f} pairs" if block > 1 else "a point a pair"
    caption = f"Row looks at column; {made}. {SCALE[:1].upper()}{SCALE[1:]}."
    text = [
        f"Every head's map of {protein.id}, on one scale of colours. "
        + (
            file_words(model, protein, files, pixel)
            if files else f"Maps in full are not drawn of more than {LONGEST:,} residues."
        ),
        "What shows: a diagonal looks at itself or at neighbours, a column is a residue that all look at, a point away "
        "from the diagonal is a pair far apart.",
    ]  # fmt: skip
    shown = kept(picture, folder, f"heads.{number}", caption)
    return Section(f"The heads' maps of {protein.id}", [*text, shown, Note(NOT_TESTED)])


def file_words(model: ProteinModel, protein: Protein, files: str, pixel: int) -> str:
    """What a map's own file holds, and why not every pair where it does not."""
    if pixel == 1:
        return (
            f"Each in full, a pixel a pair of residues and in the same colours, is a file in {files}, named "
            "LAYER.HEAD.png."
        )
    size = model.layers * model.heads * len(protein) ** 2 / 2e6
    return (
        f"Each larger and in the same colours is a file in {files}, named LAYER.HEAD.png: a pixel is the strongest of "
        f"{pixel} × {pixel} pairs, as all in full could take {size:,.0f} MB; --head LAYER.HEAD draws one in full."
    )


def chosen_section(result: Result, proteins: list[tuple[Protein, View]], head: int, folder: Path) -> Section:
    """A head that was asked for: its maps in full, what it looks at, its strongest pairs."""
    model = result.model
    name = f"{head // model.heads + 1}.{head % model.heads + 1}"
    row = head_table(result).iloc[head].to_dict()
    text = [
        f"Mean distance between a residue and what it looks at: {row['mean_distance']:.1f} residues (64 and more count "
        f"as 64); {row['arcs']:.0f} pairs with attention above 0.3."
    ]
    shares = [
        f"{value:.3f} are {key.removeprefix('p_alpha ')}"
        for key, value in row.items()
        if str(key).startswith("p_alpha ") and value == value
    ]
    if shares:
        text.append(f"Of these pairs, the share whose looked-at side has a property: {'; '.join(shares)}.")
    if "contact_precision" in row:
        share = row["contact_precision"]
        text.append(
            f"Symmetrised and corrected, {share:.3f} of its best-ranked pairs touch, as many as there are residues, "
            "seen with the labels."
        )
    made, rows = [], []
    for number, (protein, view) in enumerate(proteins, 1):
        one = view.whole[head]
        even = 1 / min(len(protein), model.longest)
        picture = whole_map(
            one, even, f"{protein.id}, layer {name.replace('.', ', head ')}", contacts=far_contacts(protein)
        )
        caption = f"Row looks at column. {SCALE[:1].upper()}{SCALE[1:]}."
        if protein.contacts is not None:
            caption += " Rings: pairs that touch in the structure, six or more apart."
        made.append(kept(picture, folder, f"head.{name}.{number}", caption))
        rows += strongest(protein, one, even)
    return Section(f"Layer {name.replace('.', ', head ')}", [*text, *named(rows), *made, Note(NOT_TESTED)])


def far_contacts(protein: Protein) -> np.ndarray | None:
    if protein.contacts is None:
        return None
    rank = np.arange(len(protein))
    return protein.contacts & (np.abs(rank[:, None] - rank) >= 6)


def strongest(protein: Protein, attention: np.ndarray, even: float, count: int = 10) -> list[dict]:
    """The pairs six or more apart with the most attention."""
    rank, letters = np.arange(len(protein)), protein.sequence
    values = np.where(np.abs(rank[:, None] - rank) >= 6, attention, np.nan)
    order = np.argsort(-np.where(np.isnan(values), -1, values), axis=None, kind="stable")[:count]
    rows = []
    for query, key in zip(*np.unravel_index(order, values.shape), strict=True):
        if np.isnan(values[query, key]):
            break
        rows.append({
            "protein": protein.id, "looks": f"{letters[query]}{query + 1}", "looked at": f"{letters[key]}{key + 1}",
            "attention": float(values[query, key]), "times even": float(values[query, key] / even),
            **({} if protein.contacts is None else {"touch": "yes" if protein.contacts[query, key] else ""}),
        })  # fmt: skip
    return rows

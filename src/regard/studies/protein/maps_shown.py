"""The heads' maps of proteins, for a reader to choose from and look into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from regard.core.evidence import SUPPORTED
from regard.models.protein.view import View
from regard.report.inline import marked
from regard.report.maps import Shown, in_room, levels, maps_block, packed
from regard.report.page import Note, Section
from regard.studies.protein.head_maps import LONGEST
from regard.studies.protein.heads_section import head_rows
from regard.studies.protein.inputs import Protein
from regard.studies.protein.matter import supported_heads
from regard.studies.protein.result import Result
from regard.studies.protein.site_heads import NOT_TESTED
from regard.studies.protein.space import marks_of, residue_scores

SMALL, FULL = 2_000_000, 1_250_000  # characters of the page: all heads of the proteins, and what is there in full
IN_FULL = 6  # heads at most


def named_heads(result: Result, asked: Sequence[int], rows: pd.DataFrame) -> dict[int, str]:
    """The heads that the page names, by number: those that were asked for, then supported ones, then the best known.

    rows : what verdicts are on.
    """
    found = dict.fromkeys(asked, "asked for")
    for heads, method, annotation in supported_heads(result, rows[rows.verdict == SUPPORTED]):
        for layer, head in heads:
            found.setdefault(layer * result.model.heads + head, f"{method} at {annotation}, supported")
    for row in head_rows(result):
        number = (row["layer"] - 1) * result.model.heads + row["head"] - 1
        found.setdefault(number, f"among those that point most at {row['property']}, picked with the labels in sight")
    return found


def in_full(named: Mapping[int, str], protein: Protein) -> list[int]:
    """Numbers of the heads whose maps `maps_section` wants in full; none of a protein whose maps would be too large."""
    return list(named)[:IN_FULL] if len(protein) <= LONGEST else []


def maps_section(result: Result, proteins: list[tuple[Protein, View]], named: Mapping[int, str]) -> list[Section]:
    """The proteins, as many as the page holds; none where not even the first has room.

    proteins : with what `view` kept of them, maps in full of the heads that `in_full` gives among them.
    """
    shown, left = [], SMALL
    for protein, view in proteins:
        even = 1 / min(len(protein), result.model.longest)
        image = levels(view.small, even)
        left -= len(packed(image))
        if left < 0:
            break
        shown.append((protein, view, even, image))
    if not shown:
        return []
    mean = result.model.layers * (result.model.heads + 1)
    told = []
    for protein, view, even, image in shown:
        maps = [(k, view.whole[k]) for k in in_full(named, protein)]
        maps += [(mean, result.readings[protein.id].mean)] if len(protein) <= LONGEST else []
        full = in_room(maps, even, FULL // len(shown), finer=image.shape[-1])
        told.append(
            Shown(
                protein.id, f"{len(protein)} residues", protein.sequence, image, full,
                residue_scores(result, protein), along(protein), even=even,
            )
        )  # fmt: skip
    block = maps_block(told, result.model.layers, named=named, causal=False, unit="residue")
    text = marked(
        "Every head's map of {names}, one head at a time beside what is known of the residues; numbers count from 1. "
        "On paper, and without scripts, the figures of *The heads' maps*, below, show the same.",
        names=", ".join(one.id for one in told),
    )  # fmt: skip
    return [Section("Look into the heads", [text, block, Note(NOT_TESTED)])]


def along(protein: Protein) -> dict[str, np.ndarray]:
    """What is known along the sequence, bool, (L,): helices and strands, sites, regions."""
    found = {}
    for name, letter in (("helix", "H"), ("strand", "E")):
        found[name] = np.array([one == letter for one in protein.secondary or "-" * len(protein)])
    found |= marks_of(protein)
    rank = np.arange(len(protein))
    return found | {name: (rank >= start) & (rank < stop) for name, (start, stop) in protein.regions.items()}

"""The maps of the sequences that are shown, for a reader to choose from and look into."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from regard.annotate.motifs import MOTIFS, find
from regard.core.evidence import SUPPORTED
from regard.report.maps import Shown, even_causal, in_blocks, in_room, maps_block, side_for
from regard.report.page import Block
from regard.studies.dna.evidence_sections import main_rows
from regard.studies.dna.examples import shown_by
from regard.studies.dna.figures import are_bases, tss_of
from regard.studies.dna.result import Result

SMALL, FULL = 350_000, 400_000  # characters of the page: all heads of all sequences, and what is there in full
IN_FULL = 3  # maps of a sequence


def shown_maps(result: Result) -> Block:
    """Every sequence that is shown, the first of both ends first and beside each other; 0.8 MB of the page at most."""
    by_class = result.examples.groupby(shown_by(result.examples), sort=False).id.first()
    ends = [by_class[c] for c in dict.fromkeys(result.task.ends) if c in by_class] or list(by_class[:2])
    names = list(dict.fromkeys([*ends, *result.examples.id]))
    causal, bases = result.subject.reader.causal, are_bases(result.maps)
    layers, heads = result.maps.array.sizes["layer"], result.maps.array.sizes["head"]
    named = named_heads(main_rows(result.evidence), heads)
    mean = layers * heads + layers
    in_full = [*list(named)[: IN_FULL - 1], mean]
    longest = int(result.maps.array.length.max())
    side = side_for(len(names) * layers * heads, longest, SMALL, causal=causal)
    shown = []
    for name in names:
        attention = own_tokens(result, name)
        length = len(attention[0])
        even = even_causal(length) if causal else 1 / length
        maps = ((k, attention.mean(axis=0) if k == mean else attention[k]) for k in in_full if name in ends)
        own = min(side, length)
        full = in_room(maps, even, FULL // len(ends), finer=own)
        shown.append(
            Shown(
                name, about(result, name), letters(result, name), in_blocks(attention, even, own), full,
                tracks(result, name) if bases else {}, marks(result, name) if bases else {},
                tss_of(result, name) if bases else None,
            )
        )  # fmt: skip
    return maps_block(
        shown, layers, named=named, causal=causal, unit="base" if bases else "token", layer="block", first=0,
        beside=len(ends) > 1,
    )  # fmt: skip


def named_heads(rows: pd.DataFrame, heads: int) -> dict[int, str]:
    """The heads that the table of evidence names, by number: those that are supported first, then those that add most.

    rows : as `main_rows` gives them.
    """
    found: dict[int, str] = {}
    best = rows[rows.method.str.startswith("best head: ")].dropna(subset="adds")
    for row in best.iloc[np.lexsort([-best.adds, best.verdict != SUPPORTED])].itertuples():
        block, head = map(int, re.findall(r"\d+", row.method))
        number = (block - 1) * heads + head - 1
        said = f"{row.annotation}, {row.verdict}"
        found[number] = f"{found[number]}; {said}" if number in found else f"the head that adds most at {said}"
    return found


def tokens(result: Result, name: str) -> np.ndarray:
    """Which tokens of a sequence are its own, bool: not those that the model puts about it."""
    one = result.maps.array.sel(sample=name)
    return ~np.asarray(one.query_special)[: int(one.length)]


def own_tokens(result: Result, name: str) -> np.ndarray:
    """Attention among them, (layers × heads, L, L)."""
    own = tokens(result, name)
    found = result.maps[name][:, :, own][:, :, :, own]
    return found.reshape(-1, *found.shape[2:])


def letters(result: Result, name: str) -> list[str]:
    there = np.asarray(result.maps.array.sel(sample=name).query_token)
    return [str(one) for one in there[: len(tokens(result, name))][tokens(result, name)]]


def about(result: Result, name: str) -> str:
    row = result.examples.set_index("id").loc[name]
    said = [str(row.label)] if "label" in row else []
    return ", ".join([*said, *([f"predicted {row.predicted}"] if result.subject.classifies else [])])


def tracks(result: Result, name: str) -> dict[str, np.ndarray]:
    """Scores of the positions, and predicted initiation where there is a model of it."""
    found = {one.name: one.values[one.ids.index(name)] for one in result.scores if name in one.ids}
    if result.check.model is not None and result.tracks is not None:
        one = result.tracks.prediction.sel(sequence=name, target=result.check.target)
        found[f"{result.check.name}, {result.check.target}"] = np.asarray(one)
    return found


def marks(result: Result, name: str) -> dict[str, np.ndarray]:
    sequence = result.sequences.sequence[name]
    return {motif.name: find(motif.word, sequence, stranded=motif.stranded) for motif in MOTIFS}

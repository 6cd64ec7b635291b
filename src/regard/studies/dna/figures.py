"""The figures of the DNA study: maps, tracks and profiles."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from regard.annotate.motifs import MOTIFS, find
from regard.core.maps import AttentionMaps
from regard.plot.heatmap import relative_to_uniform, side_by_side, with_other_maps
from regard.plot.initiation import initiation_figure
from regard.plot.profiles import head_profiles
from regard.plot.style import save
from regard.plot.tracks import stacked
from regard.studies.dna.evidence import MEAN_OF_HEADS
from regard.studies.dna.examples import shown_by
from regard.studies.dna.result import Figure, Result

MOST_BLOCKS = 6  # that are drawn head by head
MOST_PANELS = 36


def tss_of(result: Result, name: str) -> int | None:
    tss = result.sequences.tss.get(name) if "tss" in result.sequences else None
    return None if tss is None or pd.isna(tss) else int(tss)


def title_of(result: Result, name: str) -> str:
    row = result.examples.set_index("id").loc[name]
    if not result.subject.classifies:
        return f"{name}\n{row.get('label', '')}"
    return f"{name}\npredicted {row.predicted}, p = {row[f'p_{row.predicted}']:.2f}"


def drawn_blocks(count: int) -> list[int]:
    """The blocks whose heads are drawn: all of a small model; first, middle and last of a deep one."""
    return list(range(count)) if count <= MOST_BLOCKS else [0, count // 2, count - 1]


def which_blocks(count: int) -> str:
    drawn = drawn_blocks(count)
    return "" if len(drawn) == count else f"Of {count} blocks {', '.join(str(b + 1) for b in drawn)} are drawn. "


def heatmap_figures(result: Result, folder: Path) -> list[Figure]:
    """Block by block, the heads of one example of each class; then the block means. First set shown."""
    by_class = [list(g.id) for _, g in result.examples.groupby(shown_by(result.examples), sort=False)]
    causal, blocks = result.subject.reader.causal, result.maps.array.sizes["layer"]
    shown = []
    for number in range(max(map(len, by_class))):
        names = [ids[number] for ids in by_class if number < len(ids)]
        attention = [result.maps[name] for name in names]
        sets = [(f"block {b + 1}, each head", f"block_{b + 1}", "head", [of[b] for of in attention])
                for b in drawn_blocks(blocks)]  # fmt: skip
        means = [of.mean(axis=1) for of in attention]
        sets.append(("mean of heads, each block", "block_means", "block", means))
        figure, before = None, []
        for what, stem, word, maps in sets:
            maps = [relative_to_uniform(one, causal=causal) for one in maps]
            panels = [f"{word} {i + 1}" for i in range(len(maps[0]))]
            columns = [(title_of(result, n), one, tss_of(result, n)) for n, one in zip(names, maps, strict=True)]
            if figure is None or len(panels) != len(before):
                figure = side_by_side(columns, panels, what, unit="bp" if are_bases(result.maps) else "token")
            else:
                with_other_maps(figure, maps, panels, what)
            before = panels
            file = f"figures/attention_{number + 1}_{stem}.svg"
            png = save(figure, folder / file, page=number == 0)
            if number == 0:
                shown.append(Figure(png, file, what.capitalize() + "."))
    return shown


def are_bases(maps: AttentionMaps) -> bool:
    """Whether every token is one base."""
    array = maps.array
    there = array.query_token.values != ""
    return bool(((array.query_end - array.query_start).values == 1)[there].all())


def track_figures(result: Result, folder: Path) -> list[Figure]:
    """Every example: attention, gradient × input, mutagenesis, and motifs and initiation, on one axis."""
    figures = []
    for i, name in enumerate(result.examples.id):
        title, tss = title_of(result, name), tss_of(result, name)
        rows = [
            (score.name.replace(", ", "\n").replace(" × ", "\n× "), score.values[score.ids.index(name)])
            for score in result.scores
            if name in score.ids
        ]
        if result.tracks is None:
            sequence = result.sequences.sequence[name]
            features = [(m.name, find(m.word, sequence, stranded=m.stranded)) for m in MOTIFS]
            figure = stacked(rows, features, title, tss)
        else:
            found, assays = result.tracks.sel(sequence=name), None
            if result.check.model is not None:
                assays = found.prediction
                title += f"\n{result.check.name}, {result.check.target}, {found.flanks.item()} flanks"
                found = found.sel(target=result.check.target)
            figure = initiation_figure(found, title, attention=rows, assays=assays, unit=result.check.unit, tss=tss)
        file = f"figures/tracks_{i + 1}.svg"
        figures.append(Figure(save(figure, folder / file), file, f"{name}."))
    return figures


def profile_figure(result: Result, folder: Path) -> Figure:
    """Attention received along the sequence, each head, each class; sequences of the commonest length."""
    lengths = result.sequences.sequence.str.len()
    used = [i for ids in result.groups.values() for i in ids]
    common = lengths.loc[used].mode().iloc[0]
    heads: dict[str, dict[str, np.ndarray]] = {}
    for head, scores in result.heads.items():
        if head == MEAN_OF_HEADS:
            continue
        value = dict(zip(scores.ids, scores.values, strict=True))
        of_class = {c: [value[i] for i in ids if lengths[i] == common] for c, ids in result.groups.items()}
        heads[head] = {c: np.stack(v) for c, v in of_class.items() if v}
    file = "figures/profiles.svg"
    if len(heads) > MOST_PANELS:
        heads = of_blocks(heads)
    figure = head_profiles(heads, "attention received beyond uniform and distance (log2)", f"sequences of {common} bp")
    return Figure(save(figure, folder / file), file, "Attention received, each head, by class.")


def of_blocks(heads: dict[str, dict[str, np.ndarray]]) -> dict[str, dict[str, np.ndarray]]:
    """Means over the heads of each block, where a panel for each head would be too small to read."""
    names = list(dict.fromkeys(head.rsplit(" head", 1)[0] for head in heads))
    mine = {name: [of for head, of in heads.items() if head.startswith(f"{name} ")] for name in names}
    return {name: {c: np.mean([of[c] for of in several], axis=0) for c in several[0]} for name, several in mine.items()}

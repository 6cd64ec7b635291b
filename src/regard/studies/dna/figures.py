"""The figures of the DNA study: maps, tracks and profiles."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from regard.annotate.motifs import MOTIFS, find
from regard.plot.heatmap import relative_to_uniform, side_by_side, with_other_maps
from regard.plot.initiation import initiation_figure
from regard.plot.profiles import head_profiles
from regard.plot.style import save
from regard.plot.tracks import stacked
from regard.studies.dna.evidence import MEAN_OF_HEADS
from regard.studies.dna.result import Figure, Result


def tss_of(result: Result, name: str) -> int | None:
    tss = result.sequences.tss.get(name) if "tss" in result.sequences else None
    return None if tss is None or pd.isna(tss) else int(tss)


def title_of(result: Result, name: str) -> str:
    row = result.examples.set_index("id").loc[name]
    return f"{name}\npredicted {row.predicted}, p = {row[f'p_{row.predicted}']:.2f}"


def heatmap_figures(result: Result, folder: Path) -> list[Figure]:
    """Block by block, the heads of one example of each class; then the block means. First set shown."""
    by_class = [list(g.id) for _, g in result.examples.groupby("predicted", sort=False)]
    shown = []
    for number in range(max(map(len, by_class))):
        names = [ids[number] for ids in by_class if number < len(ids)]
        attention = [result.maps[name] for name in names]
        maps = [relative_to_uniform(np.concatenate([of, of.mean(axis=1)[None]])) for of in attention]  # blocks, means
        titles = [(title_of(result, name), tss_of(result, name)) for name in names]
        columns = [(title, of[0], tss) for of, (title, tss) in zip(maps, titles, strict=True)]
        figure = side_by_side(columns, [""] * 4, "")
        for block in range(5):
            what = "mean of heads, each block" if block == 4 else f"block {block + 1}, each head"
            panels = [f"{'block' if block == 4 else 'head'} {i + 1}" for i in range(4)]
            with_other_maps(figure, [of[block] for of in maps], panels, what)
            stem = f"attention_{number + 1}_" + ("block_means" if block == 4 else f"block_{block + 1}")
            file = f"figures/{stem}.svg"
            png = save(figure, folder / file, page=number == 0)
            if number == 0:
                shown.append(Figure(png, file, what.capitalize() + "."))
    return shown


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
    figure = head_profiles(heads, "attention received beyond mask and distance (log2)", f"sequences of {common} bp")
    return Figure(save(figure, folder / file), file, "Attention received, each head, by class.")

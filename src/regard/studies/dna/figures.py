"""The figures of the DNA study: maps, tracks and profiles."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd

from regard.annotate.motifs import MOTIFS, find
from regard.core.maps import AttentionMaps
from regard.plot.heatmap import ranked, relative_to_uniform, side_by_side
from regard.plot.initiation import initiation_figure
from regard.plot.profiles import head_profiles
from regard.plot.style import shortened
from regard.plot.tracks import stacked
from regard.report.kept import kept
from regard.report.page import Figure
from regard.studies.dna.evidence import MEAN_OF_HEADS
from regard.studies.dna.examples import shown_by
from regard.studies.dna.result import Result

MOST_BLOCKS = 6  # that are drawn head by head
MOST_PANELS = 36
OVER_ALL = "Of these scores over all sequences:"
# Pixels per inch in the page, so that one of twelve sequences stays below 3 MB; files in `figures/` are vectors.
MAPS_DPI = 130
TRACKS_DPI, MANY_TRACKS_DPI, MANY = 110, 80, 6  # of tracks, and of more than so many sequences


def tss_of(result: Result, name: str) -> int | None:
    """The TSS of a sequence that is shown, stated, or known of the class asked about."""
    tss = result.sequences.tss.get(name) if "tss" in result.sequences else None
    if tss is not None and not pd.isna(tss):
        return int(tss)
    row = result.examples.set_index("id").loc[name]
    return result.tss if row.get("label", row.get("predicted")) == result.task.ends[0] else None


def title_of(result: Result, name: str) -> str:
    row = result.examples.set_index("id").loc[name]
    if not result.subject.classifies:
        return f"{shortened(name, 40)}\n{row.get('label', '')}".strip()
    return f"{shortened(name, 40)}\npredicted {row.predicted}, p = {row[f'p_{row.predicted}']:.2f}"


def drawn_blocks(count: int) -> list[int]:
    """The blocks whose heads are drawn: all of a small model; first, middle and last of a deep one."""
    return list(range(count)) if count <= MOST_BLOCKS else [0, count // 2, count - 1]


def which_blocks(count: int) -> str:
    drawn = drawn_blocks(count)
    return "" if len(drawn) == count else f"Of {count} blocks {', '.join(str(b + 1) for b in drawn)} are drawn. "


def heatmap_figures(result: Result, folder: Path) -> list[Figure]:
    """Block by block, the heads of one example of both ends, then the block means; the first set is shown.

    Classes between both ends (weak enhancers) have figures of their own, in the folder.
    """
    by_class = {c: list(g.id) for c, g in result.examples.groupby(shown_by(result.examples), sort=False)}
    ends = [c for c in dict.fromkeys(result.task.ends) if c in by_class] or list(by_class)[:2]
    between = [c for c in by_class if c not in ends]
    shown = []
    for number in range(max(map(len, by_class.values()))):
        for classes in [ends, *([c] for c in between)]:
            names = [by_class[c][number] for c in classes if number < len(by_class[c])]
            stem = f"attention_{number + 1}" + ("" if classes is ends else f"_{file_word(classes[0])}")
            first = number == 0 and classes is ends
            shown += one_set(result, folder, names, stem, page=first) if names else []
    return shown


def one_set(result: Result, folder: Path, names: list[str], stem: str, *, page: bool) -> list[Figure]:
    """The heads of each block of these sequences, and the block means; drawn into the folder, given where `page`."""
    causal, blocks = result.subject.reader.causal, result.maps.array.sizes["layer"]
    attention = [result.maps[name] for name in names]
    sets = [(f"Block {b + 1}, each head", f"block_{b + 1}", "head", [of[b] for of in attention])
            for b in drawn_blocks(blocks)]  # fmt: skip
    sets.append(("Mean of heads, each block", "block_means", "block", [of.mean(axis=1) for of in attention]))
    given = []
    for what, of, word, maps in sets:
        maps = ranked([relative_to_uniform(one, causal=causal) for one in maps])
        columns = [(title_of(result, n), one, tss_of(result, n)) for n, one in zip(names, maps, strict=True)]
        panels = [f"{word} {i + 1}" for i in range(len(maps[0]))]
        figure = side_by_side(columns, panels, what, unit="bp" if are_bases(result.maps) else "token")
        caption = f"{what}; colour: rank within each map."
        drawn = kept(figure, folder, f"{stem}_{of}", caption, page=page, dpi=MAPS_DPI if page else 120)
        given += [drawn] if page else []
    return given


def file_word(name: str) -> str:
    """A class as a part of a file's name."""
    return re.sub(r"[^A-Za-z0-9-]+", "_", name)


def are_bases(maps: AttentionMaps) -> bool:
    """Whether every token is one base."""
    array = maps.array
    there = array.query_token.values != ""
    return bool(((array.query_end - array.query_start).values == 1)[there].all())


def track_figures(result: Result, folder: Path) -> list[Figure]:
    """Every example: attention, gradient × input, mutagenesis, and motifs and initiation, on one axis."""
    figures, shown = [], result.evidence[result.evidence.method.isin([score.name for score in result.scores])]
    dpi = TRACKS_DPI if len(result.examples) <= MANY else MANY_TRACKS_DPI
    for i, name in enumerate(result.examples.id):
        rows = [
            (score.name.replace(", ", "\n").replace(" × ", "\n× "), score.values[score.ids.index(name)])
            for score in result.scores
            if name in score.ids
        ]
        picture, caption = tracks_of(result, name, rows), f"{name}. {OVER_ALL}"
        figures.append(kept(picture, folder, f"tracks_{i + 1}", caption, shown, dpi=dpi))
    return figures


def short_tracks(result: Result, folder: Path) -> list[Figure]:
    """Attention and the tracks of initiation of one example of each end: what is handed in."""
    classes = result.examples.groupby(shown_by(result.examples), sort=False).id.first()
    ends = [classes[c] for c in dict.fromkeys(result.task.ends) if c in classes] or list(classes[:2])
    figures, score = [], result.scores[0]
    for i, name in enumerate(ends):
        rows = [("attention,\nmean of heads", score.values[score.ids.index(name)])]
        figure = tracks_of(result, name, rows, short=True)
        caption = f"{title_of(result, name).replace(chr(10), ': ')}. {OVER_ALL}"
        shown = result.evidence[result.evidence.method == score.name]
        figures.append(kept(figure, folder, f"tracks_short_{i + 1}", caption, shown, dpi=160))
    return figures


def tracks_of(result: Result, name: str, rows: list[tuple[str, np.ndarray]], *, short: bool = False):
    """Scores of one example above what stands beside the attention; `short` for half a sheet of paper."""
    title, tss = title_of(result, name), tss_of(result, name)
    if result.tracks is None:
        sequence = result.sequences.sequence[name]
        features = [(m.name, find(m.word, sequence, stranded=m.stranded)) for m in MOTIFS]
        return stacked(rows, features, title, tss, width=7.2 if short else 9)
    found, assays = result.tracks.sel(sequence=name), None
    if result.check.model is not None:
        assays = found.prediction
        if short:  # on the scale of the one that is read: assays differ in theirs
            other = result.check.target[:-1] + "-"
            assays = assays.isel(target=[str(t) == other for t in assays.target.values])
            title = title.replace("\n", ": ")
        title += f"\n{result.check.name}, {result.check.target}, {found.flanks.item()} flanks"
        found = found.sel(target=result.check.target)
    if short and "contribution" in found:
        found = found.drop_vars("contribution")
    how = {"motifs": 3, "width": 7.2, "scale": 0.72} if short else {}
    return initiation_figure(found, title, attention=rows, assays=assays, unit=result.check.unit, tss=tss, **how)


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
    if len(heads) > MOST_PANELS:
        heads = of_blocks(heads)
    figure = head_profiles(heads, "attention received beyond uniform and distance (log2)", f"sequences of {common} bp")
    shown = result.evidence[result.evidence.method.isin(list(result.heads))]
    return kept(figure, folder, "profiles", f"Attention received, each head, by class. {OVER_ALL}", shown)


def of_blocks(heads: dict[str, dict[str, np.ndarray]]) -> dict[str, dict[str, np.ndarray]]:
    """Means over the heads of each block, where a panel for each head would be too small to read."""
    names = list(dict.fromkeys(head.rsplit(" head", 1)[0] for head in heads))
    mine = {name: [of for head, of in heads.items() if head.startswith(f"{name} ")] for name in names}
    return {name: {c: np.mean([of[c] for of in several], axis=0) for c in several[0]} for name, several in mine.items()}

"""A small figure of each kind, of numbers that never change."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.figure import Figure
from scipy.sparse import csr_array

from regard.annotate.uniprot import Feature
from regard.core.edges import Edges
from regard.core.evidence import evidence
from regard.data.regions import Region
from regard.judge.pairs import LEAD
from regard.plot.boundaries import difference
from regard.plot.checks import shares
from regard.plot.contact_track import draw_arcs
from regard.plot.contacts import contact_maps, precision_bars
from regard.plot.curves import precision_recall
from regard.plot.edges import drawing, matrix
from regard.plot.effects import effect_sizes
from regard.plot.head_maps import head_grid, heads_by_residue
from regard.plot.heads import amino_acid_pairs
from regard.plot.heatmap import ranked, relative_to_uniform, side_by_side
from regard.plot.initiation import initiation_figure
from regard.plot.locus import Track, plot_locus
from regard.plot.profiles import head_profiles
from regard.plot.questions import positions_figure
from regard.plot.ranking import by_distance, curves
from regard.plot.residues import along_residues
from regard.plot.style import BLUE, ORANGE
from regard.plot.substitutions import substitution_map
from regard.plot.trace import two_traces
from regard.plot.tracks import stacked

LENGTH = 40
REGION = Region("chr1", 1000, 21_000)
WAVE = np.sin(np.arange(LENGTH) / 3)
SITES = np.arange(LENGTH) % 13 == 5


def random(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).random(shape)


def maps(count: int, size: int = LENGTH, *, causal: bool = False) -> np.ndarray:
    values = random(count, size, size) ** 4
    values = np.tril(values) if causal else values
    return values / values.sum(axis=-1, keepdims=True)


def heatmaps() -> Figure:
    columns = ranked([relative_to_uniform(maps(4, causal=True)), relative_to_uniform(maps(4, causal=True)[::-1])])
    titles = [("promoter\np = 0.97", columns[0], 20), ("random\np = 0.02", columns[1], None)]
    return side_by_side(titles, [f"head {k}" for k in (1, 2, 3, 4)], "Block 1, each head")


def tracks() -> Figure:
    shown = [("attention", WAVE), ("gradient\n× input", -WAVE)]
    return stacked(shown, [("CpG", SITES), ("TATA", np.roll(SITES, 3))], "one sequence", 20)


def proteins() -> Figure:
    features = [Feature("region", 3, 12, "CDR1"), Feature("disulfide", 8, 30, ""), Feature("active site", 20, 21, "x")]
    return along_residues(
        {"attention received\n(mean of heads)": WAVE + 1}, {"gradient × input": WAVE**2}, features=features,
        secondary="--HHHHHHHH----EEEEE---EEEEE-----HHHH----", sites={"active site": SITES}, marked=20,
        sequence="ACDEFGHIKLMNPQRSTVWY" * 2, title="p (40 residues)",
    )  # fmt: skip


def contacts() -> Figure:
    near = np.abs(np.subtract.outer(np.arange(LENGTH), np.arange(LENGTH)[::-1])) < 2
    scores = near + random(LENGTH, LENGTH)
    known = np.triu(np.ones((LENGTH, LENGTH), bool), 6)
    return contact_maps([("attention", scores + scores.T), ("template", random(LENGTH, LENGTH))], near, known, "p")


def bars() -> Figure:
    rows = [("attention", 0.4, 0.2, 0.6, True), ("template", 0.5, np.nan, np.nan, False)]
    base = ("base rate", 0.1, np.nan, np.nan, False)
    return precision_bars(
        {"6 to 11": rows, "24 and more": [*rows, base]}, "Of the 120 best-ranked pairs, the share that touch"
    )


def network() -> tuple[Edges, csr_array]:
    scores = random(9, 9) ** 3
    np.fill_diagonal(scores, np.nan)
    return Edges("toy", [f"gene{k}" for k in range(9)], scores), csr_array(np.nan_to_num(scores) > 0.6)


def precision() -> Figure:
    labels = random(120) < 0.2
    scores = {"attention": labels * 0.4 + random(2, 120)[1], "genie3": random(3, 120)[2]}
    return precision_recall(scores, labels, draws=99)


def arcs() -> Figure:
    figure = Figure(figsize=(5, 1.5), layout="constrained")
    ax = figure.add_subplot(xlim=(REGION.start, REGION.end))
    draw_arcs(ax, [(3000.0, True), (8000.0, False), (19_000.0, True)], 5000, REGION)
    return figure


def locus() -> Figure:
    edges = np.arange(1000, 21_001, 2000)
    tested = pd.DataFrame({"start": [3000, 15_000], "end": [4000, 15_001], "regulated": [True, False]})
    genes = pd.DataFrame([("A", 2000, 8000, "+", 2000)], columns=["gene", "start", "end", "strand", "tss"])
    shown = [Track("H3K27ac", edges, np.arange(10.0), ORANGE, "reads"), Track("attention", edges, WAVE[:10], BLUE)]
    return plot_locus(REGION, shown, elements=tested, validated=tested, genes=genes, tss=2000, title="A")


def initiation() -> Figure:
    active = np.stack([np.roll(SITES, k) * 3.0 for k in range(4)])
    along = {f"{what}_effect": WAVE for what in ("motif", "initiator", "trinucleotide", "total")}
    along |= {"prediction": np.exp(WAVE), "prediction_sd": 0.2 + 0 * WAVE, "contribution": WAVE}
    found = xr.Dataset(
        {"activation": (("motif", "position"), active), "effect": (("motif", "position"), -active)}
        | {name: ("position", values) for name, values in along.items()},
        coords={"motif": ["A+", "B+", "A-", "B-"], "position": np.arange(LENGTH)},
    )
    return initiation_figure(found, "one", attention=[("attention", WAVE)], tss=20)


def intervals() -> Figure:
    rows = []
    for at, item in enumerate(("near", "far")):
        for shift, method in enumerate(("distance", "ABC")):
            verdict = "supported" if shift > at else "not supported"
            told = {"item": item, "method": method, "n": 90, "positives": 9, "prevalence": 0.1, "verdict": verdict}
            value = 0.2 + 0.3 * shift
            told |= {"ci_low": value - 0.1, "ci_high": value + 0.15, "value": value}
            rows += [told | {"metric": "auprc"}, told | {"metric": LEAD, "value": value - 0.2}]
    return by_distance(evidence(rows), ["near", "far"], {"distance": "baseline", "ABC": "measured"})


def rankings() -> Figure:
    labels = random(90) < 0.3
    kinds = {"distance": "baseline", "ABC": "measured", "attention": "model"}
    scores = {name: labels * (k / 2) + random(k + 1, 90)[k] for k, name in enumerate(kinds)}
    return curves(scores, labels, kinds, labels)


def effects() -> Figure:
    labels = random(60) < 0.3
    return effect_sizes({"distance": random(60), "ABC": random(3, 60)[2]}, random(2, 60)[1] - 0.7, labels)


def positions() -> Figure:
    groups = {"promoter": random(12, LENGTH), "random": random(24, LENGTH)[12:]}
    marks = np.array([[1, 0, 0, -1], [0, 0, 1, 0]])
    return positions_figure(groups, marks * 3.0, ["head 1", "head 2"], marks, 10, 20)


def substitutions() -> Figure:
    return substitution_map(random(LENGTH, 20) * 6 - 5, "ACDEFGHIKLMNPQRSTVWY" * 2, "p", marked=(5, "W"))


def space() -> Figure:
    turn = np.arange(LENGTH) * 0.6
    alpha = np.stack([8 * np.cos(turn), 5 * np.sin(turn), np.arange(LENGTH)], axis=1)
    return two_traces(alpha, {"attends to": WAVE + 1, "attended by": 1 - WAVE}, site=20, marked=SITES, title="p")


PICTURES: dict[str, Callable[[], Figure]] = {
    "heatmaps": heatmaps,
    "head_grid": lambda: head_grid(maps(8, 16), 2, 1 / 16, "all heads"),
    "heads_by_residue": lambda: heads_by_residue([("attends to", maps(6)[:, 3])], 2, 1 / LENGTH, "p", marked=[3]),
    "tracks": tracks,
    "residues": proteins,
    "contact_maps": contacts,
    "precision_bars": bars,
    "network_matrix": lambda: matrix(*network()),
    "network": lambda: drawing(*network()),
    "precision_recall": precision,
    "arcs": arcs,
    "locus": locus,
    "initiation": initiation,
    "intervals": intervals,
    "rankings": rankings,
    "effect_sizes": effects,
    "positions": positions,
    "profiles": lambda: head_profiles({"head 1": {"a": random(9, LENGTH), "b": random(9, LENGTH) / 2}}, "log2", "x"),
    "substitutions": substitutions,
    "space": space,
    "boundaries": lambda: difference([("mean", random(16, 16) - 0.5)], 16_000, "model"),
    "amino_acids": lambda: amino_acid_pairs(random(20, 20) * 2, "attention between amino acids"),
    "shares": lambda: shares([("duplicates", 0.2, 0.1, True), ("conflicts", 0.01, 0.05, False)]),
}

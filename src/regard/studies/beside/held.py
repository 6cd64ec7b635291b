"""What a run's folder holds item by item: scores, labels, and which items count together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd

from regard.judge.measures import Measure, mean_of, of_edges, pooled
from regard.judge.metrics import METRICS
from regard.studies.enhancer.rank_result import ALL

FILES = {
    "dna": "predictions.tsv",
    "enhancer rank": "pairs.tsv",
    "network": "network.graphml",
    "protein": "by_protein.tsv",
}


@dataclass(frozen=True)
class Held:
    """Items by name, what is known of them, how they were scored, and how a figure is made of them.

    n : how many the row of evidence counts, the items or what is within them.
    """

    items: list[tuple]
    labels: np.ndarray
    scores: np.ndarray
    measure: Measure
    n: int


Holder = Callable[[pd.Series], Held | None]  # what stands behind a row of evidence


def held_by(folder: Path, study: str) -> Holder:
    """What finds the items behind a row of a run's evidence; None where the folder does not hold them."""
    opened = {"enhancer rank": of_pairs, "network": of_network, "protein": of_proteins}.get(study)
    return opened(folder) if opened and (folder / FILES[study]).is_file() else lambda row: None


def files_held(folder: Path, study: str) -> list[Path]:
    """The files of a run that hold items."""
    there = [folder / FILES[study]] if study in FILES and (folder / FILES[study]).is_file() else []
    return [*there, *(sorted(folder.glob("edges.*.tsv")) if there and study == "network" else [])]


def read(path: Path) -> pd.DataFrame:
    empty = {"score": [""], "value": [""]}  # elsewhere NA is a name as any other
    return pd.read_csv(path, sep="\t", keep_default_na=False, na_values=empty, low_memory=False)


def of_pairs(folder: Path) -> Holder:
    """Element–gene pairs of a ranking; genes are left out in turn."""
    table = read(folder / "pairs.tsv")
    table["distance"] = -table["distance"].astype(float)
    names = [name for name in ("chrom", "start", "end", "gene", "cell_type", "tss", "dataset") if name in table]

    def find(row: pd.Series) -> Held | None:
        of_item = [table[name] == row["item"] for name in ("bin", "cell_type") if name in table]
        inside = np.ones(len(table), bool) if row["item"] == ALL else np.any(of_item, axis=0)
        if row["metric"] not in METRICS or row["method"] not in table or not inside.any():
            return None
        some = table[inside]
        labels = (some["regulated"].astype(str) == "True").to_numpy()
        measure = pooled(row["metric"], some["gene"].to_numpy(str))
        return Held(named(some, names), labels, some[row["method"]].to_numpy(float), measure, len(some))

    return find


def of_network(folder: Path) -> Holder:
    """Candidate edges and whether they are known; regulators and targets are left out in turn."""
    drawn = nx.read_graphml(folder / "network.graphml")
    known = {(a, b): bool(one["known"]) for a, b, one in drawn.edges(data=True) if "known" in one}

    def find(row: pd.Series) -> Held | None:
        path = folder / f"edges.{row['method']}.tsv"
        if row["metric"] not in METRICS or not path.is_file():
            return None
        table = read(path).astype({"regulator": str, "target": str})
        items = named(table, ["regulator", "target"])
        if not set(items) <= set(known):  # a large network's weak edges are not in the file
            return None
        labels = np.array([known[one] for one in items])
        measure = of_edges(row["metric"], table["target"].to_numpy(str), table["regulator"].to_numpy(str))
        return Held(items, labels, table["score"].to_numpy(float), measure, len(items))

    return find


def of_proteins(folder: Path) -> Holder:
    """Each protein's own figure, whose mean the row is; proteins of one group are left out together."""
    table = read(folder / "by_protein.tsv")

    def find(row: pd.Series) -> Held | None:
        some = table[(table[["annotation", "method", "metric"]] == row[["annotation", "method", "metric"]]).all(axis=1)]
        count, some = int(some["n"].sum()), some[some["value"].notna()]  # none where nothing is known of a protein
        if not len(some):
            return None
        items = named(some, ["id", "n", "positives"])  # with other labels it is another item
        values, measure = some["value"].to_numpy(float), mean_of(some["group"].to_numpy())
        return Held(items, np.ones(len(some), bool), values, measure, count)

    return find


def named(table: pd.DataFrame, names: Sequence[str]) -> list[tuple]:
    return list(table[list(names)].astype(str).itertuples(index=False, name=None))

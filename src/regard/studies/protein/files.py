"""Tables and attention that a run of the protein study leaves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from regard.core.maps import attention_maps
from regard.core.store import save_maps
from regard.core.tokens import token_table
from regard.judge.patterns import mean_distance, pooled_share
from regard.models.protein.model import stream
from regard.predictors.family import conservation
from regard.studies.protein.contacts import Contacts
from regard.studies.protein.result import Result
from regard.studies.protein.sites import RECEIVED

MOST_VALUES = 40_000_000  # of attention on disk: 160 MB before compression
MOST_PAIRS = 2  # of every method, times the length of the protein


def write_files(result: Result, folder: Path) -> None:
    """Write positions.tsv, pairs.tsv, by_protein.tsv, heads.tsv and, where it is not too large, attention.zarr."""
    positions(result).to_csv(folder / "positions.tsv", sep="\t", index=False, float_format="%.6g")
    if result.contacts is not None:
        pairs(result.contacts).to_csv(folder / "pairs.tsv", sep="\t", index=False, float_format="%.6g")
    if result.by_protein is not None:
        result.by_protein.to_csv(folder / "by_protein.tsv", sep="\t", index=False, float_format="%.6g")
    for number, one in enumerate(result.factored, 1):
        (folder / f"factored.{number}").mkdir()
        maps = attention_maps([one.attention[None]], [one.protein.id], [token_table(list(one.protein.sequence))])
        save_maps(maps, folder / f"factored.{number}" / "attention.zarr")
    heads(result).to_csv(folder / "heads.tsv", sep="\t", index=False, float_format="%.5g")
    model, longest = result.model, max(map(len, result.proteins))
    if model.layers * model.heads * longest**2 * len(result.proteins) > MOST_VALUES:
        result.remarks.append("attention.zarr was not written: all maps together would be too large")
        return
    if longest > model.longest:
        result.remarks.append(
            f"attention.zarr was not written: a protein of {longest} residues has no one map, as {model.name} reads "
            f"{model.longest} at once"
        )
        return
    save_maps(maps_of(result), folder / "attention.zarr")


def maps_of(result: Result):
    """Attention between residues, nothing averaged; special tokens are left out, so that rows sum to less than 1."""
    maps, model = [], result.model
    for protein in result.proteins:
        one = np.empty((model.layers, model.heads, len(protein), len(protein)), dtype=np.float32)
        stream(model, protein.sequence, one.__setitem__)
        maps.append(one)
    return attention_maps(
        maps, [p.id for p in result.proteins], [token_table(list(p.sequence)) for p in result.proteins]
    )


def positions(result: Result) -> pd.DataFrame:
    """One row a residue: attention received, mean of all heads; and what is known of it."""
    parts = []
    for protein in result.proteins:
        part = pd.DataFrame({
            "id": protein.id, "position": range(len(protein)), "residue": list(protein.sequence),
            "score": result.readings[protein.id].received.mean(axis=0),
            "method": RECEIVED,
        })  # fmt: skip
        if protein.family is not None:
            part["conservation"] = conservation(protein.family)
        if protein.resolved is not None:
            part["resolved"] = protein.resolved.astype(int)
        part["secondary"] = list(protein.secondary or "-" * len(protein))
        part["sites"] = [
            "|".join(kind for kind, labels in protein.sites.items() if labels[i]) for i in range(len(protein))
        ]
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def pairs(contacts: Contacts) -> pd.DataFrame:
    """The best pairs of each method and protein, twice as many as residues; is it a contact, only between copies?"""
    parts = []
    for name, scores in contacts.scores.items():
        for protein, values in zip(contacts.proteins, scores.values, strict=True):
            i, j = np.nonzero(protein.known & ~np.isnan(values))
            best = np.argsort(-values[i, j], kind="stable")[: MOST_PAIRS * len(protein)]
            i, j = i[best], j[best]
            parts.append(pd.DataFrame({
                "id": protein.id, "i": i, "j": j, "residue_i": [protein.sequence[k] for k in i],
                "residue_j": [protein.sequence[k] for k in j], "score": values[i, j],
                "contact": np.asarray(protein.contacts)[i, j].astype(int), "method": name,
            }))  # fmt: skip
            if protein.between is not None:
                parts[-1]["between"] = protein.between[i, j].astype(int)
    return pd.concat(parts, ignore_index=True)


def heads(result: Result) -> pd.DataFrame:
    """One row a head: how far it looks, its arcs, and for each property p_α(f); contact precision where known."""
    readings = [result.readings[p.id] for p in result.proteins]
    count = len(readings[0].arcs)
    table = pd.DataFrame({
        "layer": np.arange(count) // result.model.heads + 1, "head": np.arange(count) % result.model.heads + 1,
        "mean_distance": mean_distance(np.mean([r.distance for r in readings], axis=0)),
        "arcs": np.sum([r.arcs for r in readings], axis=0),
    })  # fmt: skip
    for name in dict.fromkeys(name for r in readings for name in r.hits):
        having = [r for r in readings if name in r.hits]
        table[f"p_alpha {name}"] = pooled_share([r.told[name] for r in having], [r.hits[name] for r in having])
    if result.contacts is not None:
        having = result.contacts.proteins
        table["contact_precision"] = np.mean(
            [np.asarray(p.contacts)[tuple(result.readings[p.id].top.transpose(2, 0, 1))].mean(axis=1) for p in having],
            axis=0,
        )
    return table

"""Which kind a table is, and that every kind has its measured order of methods."""

import dataclasses

import numpy as np
import pandas as pd

from regard.data.expression import Expression
from regard.studies.network.choice import KINDS, SIZES, TABLE, TIE, best_first, kind_of, size_of
from regard.studies.network.methods import METHODS


def table(samples=20, genes=5):
    values = np.random.default_rng(0).normal(3, 1, (samples, genes))
    return Expression(values, [f"g{i}" for i in range(genes)], [f"s{i}" for i in range(samples)])


def test_what_is_told_comes_before_what_is_seen():
    plain, many = table(), table(samples=50)  # of 5 genes
    assert (kind_of(plain), kind_of(many)) == ("few samples", "many samples")
    many.values[:12] = 0
    assert kind_of(many) == "counted"
    times = {"time": np.arange(50.0), "series": np.zeros(50, dtype=int)}
    assert kind_of(dataclasses.replace(many, **times)) == "series"
    little = dataclasses.replace(many, perturbation=np.eye(50, 5, dtype=np.int8) * [1, 1, 0, 0, 0])
    assert kind_of(little) == "counted"
    assert kind_of(dataclasses.replace(many, perturbation=np.eye(50, 5, dtype=np.int8), **times)) == "perturbed"
    assert (size_of(15), size_of(16)) == SIZES


def test_every_kind_and_size_has_an_order_of_known_methods():
    measured = pd.read_csv(TABLE, sep="\t")
    for kind in KINDS:
        for size in SIZES:
            rows = measured[(measured.kind == kind) & (measured.genes == size)]
            assert {"attention", "genie3", "pearson"} <= set(rows.method) <= set(METHODS), (kind, size)
            assert rows.auprc.between(0, 1).all()
            assert ("knockout-z" in set(rows.method)) == (kind == "perturbed")
    ranked = best_first(table())
    place = measured[(measured.kind == "few samples") & (measured.genes == SIZES[0])].set_index("method").auprc
    others = [place[name] for name in ranked if name != "genie3"]
    assert others == sorted(others, reverse=True)
    before = ranked[: ranked.index("genie3")]
    assert all(place[name] >= place["genie3"] + TIE for name in before)
    assert all(place[name] <= place["genie3"] + TIE for name in ranked[len(before) :])

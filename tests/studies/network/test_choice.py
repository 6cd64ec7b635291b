"""Which kind a table is, which method is chosen for it, and that the page's figures are the benchmark's."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from training.network.choose import RESULTS, chosen

from regard.data.expression import Expression
from regard.studies.network import methods as network_methods
from regard.studies.network.choice import AGREE, ANY, KINDS, TABLE, kind_of, measured, warning


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
    little = dataclasses.replace(many, perturbation=np.eye(50, 5, dtype=np.int8) * [1, 0, 0, 0, 0])
    assert kind_of(little) == "counted"
    assert kind_of(dataclasses.replace(many, perturbation=np.eye(50, 5, dtype=np.int8), **times)) == "perturbed"


@pytest.mark.parametrize("agree", [AGREE - 0.01, AGREE])
def test_the_network_model_is_taken_where_designs_are_told_or_its_readings_of_few_samples_agree(monkeypatch, agree):
    monkeypatch.setattr(network_methods, "agreement", lambda *_: agree)

    def default(expression):
        name, why = network_methods.default_method(expression)
        assert why.startswith(f"{name} was chosen")
        return name

    few, many, counted = table(), table(samples=50), table(samples=50)
    counted.values[:20] = 0
    assert default(few) == ("attention" if agree >= AGREE else "consensus")
    assert default(many) == default(counted) == "consensus"
    assert default(dataclasses.replace(few, perturbation=np.eye(20, 5, dtype=np.int8))) == "attention"
    times = {"time": np.arange(50.0), "series": np.zeros(50, dtype=int)}
    assert default(dataclasses.replace(counted, **times)) == "attention"


def test_what_the_page_says_of_the_choice_is_what_was_measured():
    kept, wanted = pd.read_csv(TABLE, sep="\t"), chosen(pd.read_csv(RESULTS / "strangers.tsv", sep="\t"))
    pd.testing.assert_frame_equal(kept, wanted.reset_index(drop=True), atol=1e-3, check_dtype=False)
    assert {"perturbed", "counted", "many samples", "few samples", ANY} == set(kept.kind)
    assert set(kept.kind) - {ANY} < set(KINDS)
    row = kept[(kept.kind == "counted") & (kept.method == "consensus")].iloc[0]
    assert f"{row.value:.2f} times the AUPRC of extra trees (worst {row.low:.2f}" in measured("counted", "consensus")
    assert measured("series", "attention") == ""
    right = kept[kept.method == "warning"].iloc[0].value
    assert "may do worse" in warning(AGREE - 0.01) and "may do worse" not in warning(AGREE)
    assert f"right in {right:.0%} of" in warning(0.9)

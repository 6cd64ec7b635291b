"""Rankings by data set and weighted, beside scikit-learn and each data set alone."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score

from regard.judge.data_sets import POOLED, by_data_set
from regard.judge.pairs import LEAD, WEIGHTED, compare_pairs


@pytest.fixture(scope="module")
def pairs():
    """Three data sets of 60, 60 and 5 pairs of eight genes each; the last has no regulated pair."""
    rng = np.random.default_rng(0)
    dataset = np.repeat(["a", "b", "c"], [60, 60, 5])
    genes = np.array([f"{name}{i % 8}" for i, name in enumerate(dataset)])
    regulated = (rng.random(125) < 0.3) & (dataset != "c")
    scores = {
        "distance": -rng.integers(1, 50, 125).astype(float),
        "s": np.round(regulated + rng.normal(0, 0.8, 125), 1),
    }
    return scores, regulated, genes, dataset, rng.random(125)


def test_each_data_set_is_as_alone_and_pooled_is_all_of_them(pairs):
    scores, regulated, genes, dataset, weights = pairs
    table = by_data_set(scores, regulated, genes, dataset, ["a", "b", "c"], weights=weights).set_index(
        ["dataset", "method"]
    )
    assert len(table) == 8
    for name, inside in (("a", dataset == "a"), ("b", dataset == "b"), (POOLED, dataset != "")):
        row = table.loc[(name, "s")]
        assert row.auprc == pytest.approx(average_precision_score(regulated[inside], scores["s"][inside]))
        assert row.ci_low < row.auprc < row.ci_high and (row.n, row.positives) == (
            inside.sum(),
            regulated[inside].sum(),
        )
        assert row["lead"] == pytest.approx(row.auprc - table.loc[(name, "distance"), "auprc"])
        expected = average_precision_score(regulated[inside], scores["s"][inside], sample_weight=weights[inside])
        assert row.weighted == pytest.approx(expected)
    assert table.loc[("c", "s")].isna().auprc and table.loc[("c", "s"), "n"] == 5
    assert np.isnan(table.loc[("a", "distance"), "lead"])


def test_weighted_rows_are_scikit_learns_and_all_other_rows_are_as_without(pairs):
    scores, regulated, genes, _, weights = pairs
    bins = {"all": regulated >= 0, "some": np.arange(125) % 2 == 0}
    plain = compare_pairs(scores, regulated, genes, bins, draws=20)
    table = compare_pairs(scores, regulated, genes, bins, weights=weights, draws=20)
    rest = table[table.metric != WEIGHTED].reset_index(drop=True)
    pd.testing.assert_frame_equal(rest, plain.reset_index(drop=True))
    rows = table[table.metric == WEIGHTED]
    assert len(rows) == 4 and LEAD in set(rest.metric)
    for row in rows.itertuples():
        inside = bins[row.item]
        expected = average_precision_score(regulated[inside], scores[row.method][inside], sample_weight=weights[inside])
        assert row.value == pytest.approx(expected, abs=1e-12) and row.ci_low < row.value < row.ci_high
        share = (weights * regulated)[inside].sum() / weights[inside].sum()
        assert row.null == "weighted prevalence" and row.null_mean == pytest.approx(share)
    same = compare_pairs(scores, regulated, genes, bins, weights=np.full(125, 0.3), draws=20)
    auprc = same[same.metric == "auprc"].value.to_numpy()
    assert same[same.metric == WEIGHTED].value.to_numpy() == pytest.approx(auprc)

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from regard.judge.verdict import LEAD
from sklearn.metrics import average_precision_score, precision_recall_curve

from regard.core.evidence import NOT_SUPPORTED, SUPPORTED, TOO_FEW
from regard.judge.metrics import Ranking
from regard.judge.pairs import CALLS, PRECISION, compare_pairs, figures, resampled, within_genes


@given(st.integers(0, 10_000))
def test_figures_of_weighted_pairs_are_those_of_scikit_learn(seed):
    rng = np.random.default_rng(seed)
    labels, scores = rng.random(60) < 0.3, rng.integers(0, 15, 60).astype(float)
    weights = rng.integers(0, 3, (4, 60)).astype(np.int32)
    weights[3] = ~labels  # a draw without positives has no figure
    found = figures(Ranking(scores), labels, weights, labels)
    for i, weight in enumerate(weights[:3]):
        if not (weight * labels).any():
            continue
        assert found["auprc"][i] == pytest.approx(average_precision_score(labels, scores, sample_weight=weight))
        precision, recall, _ = precision_recall_curve(labels, scores, sample_weight=weight)
        first = np.flatnonzero(recall >= 0.7 - 1e-9).max()  # recall falls along the curve
        assert found[PRECISION][i] == pytest.approx(precision[first])
    assert all(np.isnan(values[3]) for values in found.values())


def test_recall_is_taken_among_as_many_pairs_as_abc_calls():
    labels = np.array([True, False, True, False, True, False])
    called = np.array([True, True, True, False, False, False])
    whole = np.ones((1, 6), dtype=np.int32)
    assert figures(Ranking(np.arange(6.0)[::-1]), labels, whole, called)[CALLS] == pytest.approx([2 / 3])
    assert figures(Ranking(np.arange(6.0)), labels, whole, called)[CALLS] == pytest.approx([1 / 3])
    assert figures(Ranking(np.zeros(6)), labels, whole, called)[CALLS] == pytest.approx([1 / 2])  # ties in proportion


def test_pairs_of_a_gene_are_drawn_together_and_labels_stay_in_their_gene():
    genes, labels = np.repeat(["a", "b", "c"], [5, 20, 10]), np.arange(35) % 4 == 0
    weights = resampled(genes, 50, np.random.default_rng(0))
    for gene in "abc":
        assert (np.ptp(weights[:, genes == gene], axis=1) == 0).all()
    assert (weights[:, [0, 5, 25]].sum(axis=1) == 3).all() and np.ptp(weights) > 1
    mixed = within_genes(labels, genes, 50, np.random.default_rng(0))
    for gene in "abc":
        assert (mixed[:, genes == gene].sum(axis=1) == labels[genes == gene].sum()).all()
    assert (mixed != labels).any(axis=1).all()


@pytest.fixture(scope="module")
def planted():
    """40 genes of 25 pairs; near ones are regulated more often, and those of high activity far more often."""
    rng = np.random.default_rng(0)
    genes = np.repeat([f"g{i}" for i in range(40)], 25)
    distance, activity = rng.uniform(1e3, 2e5, 1000), rng.normal(size=1000)
    logit = -4 + 2.5 * activity - 2 * np.log10(distance / 5e4)
    regulated = rng.random(1000) < 1 / (1 + np.exp(-logit))
    scores = {
        "distance": -distance,
        "distance twice": -2 * distance,
        "both": 2.5 * activity - 2 * np.log10(distance / 5e4),
        "noise": rng.normal(size=1000),
        "gene": np.array([regulated[genes == g].mean() for g in genes]),
    }
    bins = {"all": np.ones(1000, dtype=bool), "near": distance < 1e4, "far": distance >= 1e4}
    return scores, regulated, genes, bins


def test_only_what_knows_more_than_distance_is_supported(planted):
    scores, regulated, genes, bins = planted
    table = compare_pairs(scores, regulated, genes, bins, draws=299)
    auprc = table[table.metric == "auprc"].set_index(["item", "method"])
    for (item, name), row in auprc.iterrows():
        inside = bins[item]
        assert row.value == pytest.approx(average_precision_score(regulated[inside], scores[name][inside]))
        assert row.prevalence == pytest.approx(regulated[inside].mean())
        assert row.ci_low < row.value < row.ci_high
    verdict = auprc.verdict["all"]
    assert verdict["distance"] == verdict["both"] == SUPPORTED
    assert verdict["noise"] == verdict["distance twice"] == verdict["gene"] == NOT_SUPPORTED
    assert "exchanged within genes" in auprc.reason["all", "gene"]
    assert "no evidence beyond distance" in auprc.reason["all", "distance twice"]
    assert auprc.verdict["far", "both"] == SUPPORTED
    assert regulated[bins["near"]].sum() < 20 and auprc.verdict["near", "both"] == TOO_FEW

    lead = table[table.metric == LEAD].set_index(["item", "method"])
    assert ("all", "distance") not in lead.index
    assert lead.value["all", "both"] == pytest.approx(auprc.value["all", "both"] - auprc.value["all", "distance"])
    twice = lead.loc["all", "distance twice"]
    assert (twice.value, twice.ci_low, twice.ci_high, twice.p_value) == (0, 0, 0, 1)
    assert lead.p_value["all", "both"] == pytest.approx(1 / 300) and (lead.q_value >= lead.p_value).all()


def test_the_same_seed_gives_the_same_table(planted):
    scores, regulated, genes, bins = planted
    some = {name: scores[name] for name in ("distance", "both")}
    one, same, other = (compare_pairs(some, regulated, genes, bins, draws=50, seed=seed) for seed in (0, 0, 1))
    assert one.equals(same) and not one.ci_low.equals(other.ci_low)


def test_a_bin_without_regulated_pairs_has_no_rows(planted):
    scores, regulated, genes, _ = planted
    bins = {"all": np.ones(1000, dtype=bool), "none": ~regulated}
    assert set(compare_pairs({"distance": scores["distance"]}, regulated, genes, bins, draws=20).item) == {"all"}

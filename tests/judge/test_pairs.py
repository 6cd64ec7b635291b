import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, precision_recall_curve

from regard.core.evidence import CANNOT_TELL, NOT_SUPPORTED, SUPPORTED, TOO_FEW
from regard.judge.metrics import Ranking
from regard.judge.pairs import CALLS, LEAD, PRECISION, compare_pairs, figures


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


@pytest.mark.parametrize("told", [lambda x: 1e5 * x, lambda x: 1e-3 * x - 7, np.exp, lambda x: np.sinh(3 * x)])
def test_the_unit_of_a_score_decides_nothing(planted, told):
    scores, regulated, genes, bins = planted
    rank = {name: np.argsort(np.argsort(values)) for name, values in scores.items()}
    first, again = (
        compare_pairs({n: how(v / len(v)) for n, v in rank.items()}, regulated, genes, bins, draws=99)
        for how in (lambda x: x, told)
    )
    columns = ["item", "method", "metric", "value", "p_value", "q_value", "verdict", "adds"]
    pd.testing.assert_frame_equal(first[columns], again[columns])


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
    assert verdict["both"] == SUPPORTED
    assert verdict["noise"] == verdict["distance twice"] == verdict["gene"] == NOT_SUPPORTED
    assert verdict["distance"] == CANNOT_TELL and "is the bar, not a candidate" in auprc.reason["all", "distance"]
    assert "labels within genes agree as well" in auprc.reason["all", "gene"]
    assert auprc.verdict["far", "both"] == SUPPORTED
    assert regulated[bins["near"]].sum() < 20 and auprc.verdict["near", "both"] == TOO_FEW
    both = auprc.loc["all", "both"]
    assert both.baseline == "distance and the gene's rate" and both.adds_low < both.adds < both.adds_high
    assert both.baseline_value < both.value and both.needed < both.value and both.q_value <= 0.01

    lead = table[table.metric == LEAD].set_index(["item", "method"])
    assert ("all", "distance") not in lead.index
    assert lead.value["all", "both"] == pytest.approx(auprc.value["all", "both"] - auprc.value["all", "distance"])
    assert lead.baseline_value["all", "both"] == pytest.approx(auprc.value["all", "distance"])
    twice = lead.loc["all", "distance twice"]
    assert (twice.value, twice.ci_low, twice.ci_high) == (0, 0, 0)
    assert lead.verdict["all", "both"] == SUPPORTED  # a verdict is of the method in the bin


def simulated(seed, of_element=0.0):
    """30 genes with a rate and 30 pairs each; what regulates is nearness, the gene, and something of the element."""
    rng = np.random.default_rng(seed)
    gene, rate = np.repeat(np.arange(30), 30), rng.normal(size=30)
    near, more = -np.log10(rng.uniform(1e3, 5e5, 900)), rng.normal(size=900)
    logit = -3.2 + 2 * (near - near.mean()) + rate[gene] + of_element * more
    regulated = rng.random(900) < 1 / (1 + np.exp(-logit))
    scores = {"distance": near, "distance and rate": 2 * near + rate[gene] + 0.1 * rng.normal(size=900)}
    return scores | {"element": more + 0.5 * rng.normal(size=900)}, regulated, gene.astype(str)


def verdict_of(name, seed, of_element=0.0):
    scores, regulated, genes = simulated(seed, of_element)
    used = {one: scores[one] for one in ("distance", name)}
    table = compare_pairs(used, regulated, genes, {"all": np.ones(900, dtype=bool)}, draws=299, seed=seed)
    row = table[(table.method == name) & (table.metric == "auprc")].iloc[0]
    return row.verdict, row.value / row.prevalence


def test_distance_with_the_genes_own_rate_is_never_supported():
    found = [verdict_of("distance and rate", seed) for seed in range(20)]
    assert {verdict for verdict, _ in found} == {NOT_SUPPORTED}
    assert np.mean([ratio for _, ratio in found]) > 2  # however well it does


def test_a_planted_score_at_twice_the_prevalence_is_supported():
    found = [verdict_of("element", seed, 1.0) for seed in range(20)]
    assert sum(verdict == SUPPORTED for verdict, _ in found) >= 18
    assert 1.8 < np.mean([ratio for _, ratio in found]) < 2.3


def test_scores_of_a_model_need_random_twins():
    scores, regulated, genes = simulated(0, 1.5)
    bins, rng = {"all": np.ones(900, dtype=bool)}, np.random.default_rng(1)
    without, beside, above = (
        compare_pairs(scores, regulated, genes, bins, models=["element"], twins=twins, draws=299).set_index("method")
        for twins in (
            None,
            [scores["element"][:, None] + 0.1 * rng.normal(size=(900, 1)) for _ in range(9)],
            [rng.normal(size=(900, 3)) for _ in range(9)],
        )
    )
    assert set(without.verdict["element"]) == {CANNOT_TELL} and "twins" in without.reason["element"].iloc[0]
    assert set(beside.verdict["element"]) == {NOT_SUPPORTED}
    assert "random weights reach as much" in beside.reason["element"].iloc[0]
    assert set(above.verdict["element"]) == {SUPPORTED}


def test_the_same_seed_gives_the_same_table(planted):
    scores, regulated, genes, bins = planted
    some = {name: scores[name] for name in ("distance", "both")}
    one, same, other = (compare_pairs(some, regulated, genes, bins, draws=50, seed=seed) for seed in (0, 0, 1))
    assert one.equals(same) and not one.ci_low.equals(other.ci_low)


def test_a_bin_without_regulated_pairs_has_no_rows(planted):
    scores, regulated, genes, _ = planted
    bins = {"all": np.ones(1000, dtype=bool), "none": ~regulated}
    assert set(compare_pairs({"distance": scores["distance"]}, regulated, genes, bins, draws=20).item) == {"all"}


def test_where_hardly_a_label_can_be_exchanged_it_cannot_be_told():
    """All but six of 29 genes have pairs of one kind only: moving labels moves next to nothing."""
    rng = np.random.default_rng(0)
    genes = np.repeat([f"g{i}" for i in range(29)], 2)
    regulated = np.repeat(np.arange(29) % 2 == 0, 2)
    regulated[:12:2] = ~regulated[:12:2]
    scores = {"distance": -np.repeat(rng.uniform(1e3, 2e5, 29), 2), "noise": rng.normal(size=58)}
    table = compare_pairs(scores, regulated, genes, {"all": np.ones(58, dtype=bool)}, draws=199)
    row = table[(table.method == "noise") & (table.metric == "auprc")].iloc[0]
    assert row.verdict == CANNOT_TELL and "only 6 of 30 regulated pairs stand beside one" in row.reason
    many = np.tile([True, False], 29 * 4)
    wide = {"distance": -rng.uniform(1e3, 2e5, 232), "noise": rng.normal(size=232)}
    table = compare_pairs(
        wide, many, np.repeat([f"g{i}" for i in range(29)], 8), {"all": np.ones(232, dtype=bool)}, draws=199
    )
    assert table[table.method == "noise"].iloc[0].verdict == NOT_SUPPORTED

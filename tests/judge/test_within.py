"""Figures within proteins, averaged over proteins; planted scores whose answer is known by hand."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from regard.core.evidence import NOT_SUPPORTED, SUPPORTED, TOO_FEW
from regard.core.scores import Annotations, PairAnnotations, PairScores, PositionScores
from regard.errors import InputError
from regard.judge.compare import compare
from regard.judge.measures import chance_of, top_share, within

RESIDUES = np.array(list("ACDEFGHIKLMNPQRSTVWY"))


def one_protein(metric, scores, length):
    measure = within(metric, [slice(0, len(scores))], [length], np.zeros(1, int))
    return lambda labels: measure.value(scores, labels)


def test_precision_at_l_by_hand():
    scores, labels = np.array([9.0, 8, 7, 6, 5, 4]), np.array([1, 0, 1, 0, 0, 1], bool)
    assert one_protein("P@L", scores, 4)(labels) == pytest.approx(2 / 4)
    assert one_protein("P@L/2", scores, 4)(labels) == pytest.approx(1 / 2)
    assert one_protein("P@L/5", scores, 4)(labels) == pytest.approx(1)
    assert one_protein("P@L", scores, 100)(labels) == pytest.approx(3 / 6)


def test_ties_at_the_cut_count_in_proportion():
    scores, labels = np.array([2.0, 1, 1, 1, 0]), np.array([1, 1, 0, 0, 1], bool)
    assert top_share(scores, 2).tolist() == pytest.approx([1, 1 / 3, 1 / 3, 1 / 3, 0])
    assert one_protein("P@L", scores, 2)(labels) == pytest.approx((1 + 1 / 3) / 2)


def test_auroc_and_auprc_are_scikit_learns():
    rng = np.random.default_rng(0)
    scores, labels = rng.normal(size=50), rng.random(50) < 0.3
    assert one_protein("auroc", scores, 50)(labels) == pytest.approx(roc_auc_score(labels, scores))
    assert one_protein("auprc", scores, 50)(labels) == pytest.approx(average_precision_score(labels, scores))


def test_chance_is_that_of_each_protein_averaged_over_those_with_a_label():
    blocks, labels = [slice(0, 10), slice(10, 40), slice(40, 45)], np.zeros(45, bool)
    labels[[0, 1, 12]] = True
    for metric, of_each in (
        ("P@L", (2 / 10, 1 / 30)),
        ("auprc", (chance_of("auprc", 2, 10), chance_of("auprc", 1, 30))),
    ):
        measure = within(metric, blocks, [10, 30, 5], np.arange(3))
        assert measure.by_chance(labels) == pytest.approx(np.mean(of_each))
    assert np.isnan(measure.by_chance(np.zeros(45, bool)))


@pytest.fixture(scope="module")
def planted():
    """Ten proteins with sites; one score knows them, one knows nothing."""
    rng = np.random.default_rng(3)
    ids = [f"p{k}" for k in range(10)]
    sites = [rng.permutation(60 + 10 * k) < 8 for k in range(10)]
    sequences = ["".join(rng.choice(RESIDUES, len(s))) for s in sites]
    good = PositionScores(ids, [2 * s + rng.normal(size=len(s)) for s in sites], "good")
    blind = PositionScores(ids, [rng.normal(size=len(s)) for s in sites], "blind")
    twins = [[PositionScores(ids, [rng.normal(size=len(s)) for s in sites], "twin")] for _ in range(4)]
    return [good, blind], Annotations(ids, sites, "sites"), sequences, twins


def test_a_planted_score_is_supported_and_a_blind_one_is_not(planted):
    methods, sites, sequences, twins = planted
    found = compare(
        methods, sites, sequences=sequences, twins=twins, metric=["auroc", "auprc"], each_sample=True, looks=3
    )
    assert found.metric.tolist() == ["auroc", "auprc"] * 2
    table = found[found.metric == "auroc"].set_index("method")
    good = [roc_auc_score(s, v) for s, v in zip(sites.values, methods[0].values, strict=True)]
    assert table.value["good"] == pytest.approx(np.mean(good))
    assert table.ci_low["good"] < table.value["good"] < table.ci_high["good"]
    assert table.verdict.to_dict() == {"good": SUPPORTED, "blind": NOT_SUPPORTED}
    assert table.needed["blind"] > table.value["blind"] and table.needed["good"] < table.value["good"]
    assert (found.groupby("method").q_value.nunique() == 1).all()  # one test, two figures
    assert table.q_value["good"] == pytest.approx(3 / 3000)  # three looks, three times as many moves


def test_pooled_is_the_default_and_another_figure(planted):
    methods, sites, sequences, _ = planted
    pooled = compare(methods[0], sites, sequences=sequences, metric="auroc").value[0]
    assert pooled == pytest.approx(roc_auc_score(np.concatenate(sites.values), np.concatenate(methods[0].values)))


def test_one_group_is_too_few_and_has_no_interval(planted):
    methods, sites, sequences, twins = planted
    table = compare(methods, sites, sequences=sequences, twins=twins, groups=[0] * 10, metric="auroc", each_sample=True)
    assert set(table.verdict) == {TOO_FEW} and table.ci_low.isna().all()
    assert np.allclose(table.baseline_value, 0.5)  # no other group to learn from


def test_a_protein_without_positives_is_left_out_of_the_mean(planted):
    methods, sites, sequences, _ = planted
    empty = Annotations(sites.ids, [sites.values[0], *(np.zeros_like(s) for s in sites.values[1:])], "sites")
    table = compare(methods[:1], empty, sequences=sequences, metric="auroc", each_sample=True)
    assert table.value.iloc[0] == pytest.approx(roc_auc_score(sites.values[0], methods[0].values[0]))


def test_only_pairs_that_every_method_scores_count():
    scores, other = np.arange(25.0).reshape(5, 5), np.zeros((5, 5))
    scores[np.subtract.outer(np.arange(5), np.arange(5)) > -2] = np.nan  # leaves the six pairs two or more apart
    other[0, 2] = np.nan
    contacts = np.zeros((5, 5), bool)
    contacts[2, 4] = True  # the highest of them
    known = PairAnnotations(["p"], [contacts], "contacts")
    both = [PairScores(["p"], [scores], "s"), PairScores(["p"], [other], "o")]
    table = compare(both, known, sequences=["ACDEF"], metric="P@L", lengths=[1]).set_index("method")
    assert table.n.tolist() == [5, 5] and table.value["s"] == 1
    assert table.value["o"] == pytest.approx(1 / 5)


def test_an_unknown_metric_is_refused(planted):
    methods, sites, sequences, _ = planted
    with pytest.raises(InputError, match=r"'P@M' is unknown.*P@L/5"):
        compare(methods, sites, sequences=sequences, metric="P@M")

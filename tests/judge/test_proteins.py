"""Figures within proteins, averaged over proteins; planted scores whose answer is known by hand."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from regard.core.scores import Annotations, PairAnnotations, PairScores, PositionScores
from regard.errors import InputError
from regard.judge.proteins import Places, compare_proteins, evaluator, shifted, top_share


def test_precision_at_l_by_hand():
    scores, labels = np.array([9.0, 8, 7, 6, 5, 4]), np.array([1, 0, 1, 0, 0, 1], bool)
    assert evaluator("P@L", scores, 4)(labels) == pytest.approx(2 / 4)
    assert evaluator("P@L/2", scores, 4)(labels) == pytest.approx(1 / 2)
    assert evaluator("P@L/5", scores, 4)(labels) == pytest.approx(1)
    assert evaluator("P@L", scores, 100)(labels) == pytest.approx(3 / 6)


def test_ties_at_the_cut_count_in_proportion():
    scores, labels = np.array([2.0, 1, 1, 1, 0]), np.array([1, 1, 0, 0, 1], bool)
    assert top_share(scores, 2).tolist() == pytest.approx([1, 1 / 3, 1 / 3, 1 / 3, 0])
    assert evaluator("P@L", scores, 2)(labels) == pytest.approx((1 + 1 / 3) / 2)


def test_auroc_and_auprc_are_scikit_learns():
    rng = np.random.default_rng(0)
    scores, labels = rng.normal(size=50), rng.random(50) < 0.3
    assert evaluator("auroc", scores, 50)(labels) == pytest.approx(roc_auc_score(labels, scores))
    assert evaluator("auprc", scores, 50)(labels) == pytest.approx(average_precision_score(labels, scores))


def test_contacts_are_shifted_along_both_axes():
    contacts = np.zeros((5, 5), bool)
    contacts[0, 2] = contacts[2, 0] = True
    assert np.argwhere(shifted(contacts, 1)).tolist() == [[1, 3], [3, 1]]


@pytest.fixture(scope="module")
def planted():
    """Eight proteins with sites; one score knows them, one does not, one baseline is a little good."""
    rng = np.random.default_rng(3)
    ids = [f"p{k}" for k in range(8)]
    sites = [rng.permutation(60 + 10 * k) < 8 for k in range(8)]
    good = PositionScores(ids, [2 * s + rng.normal(size=len(s)) for s in sites], "good")
    blind = PositionScores(ids, [rng.normal(size=len(s)) for s in sites], "blind")
    base = PositionScores(ids, [0.3 * s + rng.normal(size=len(s)) for s in sites], "base")
    places = Places([np.ones(len(s), bool) for s in sites], [len(s) for s in sites], list(range(8)))
    return [good, blind, base], Annotations(ids, sites, "sites"), places


def test_a_planted_score_is_supported_and_a_blind_one_is_not(planted):
    methods, sites, places = planted
    table = compare_proteins(methods, sites, places, "auroc", baselines=["base"])
    first = table.drop_duplicates("method").set_index("method")
    good = [roc_auc_score(s, v) for s, v in zip(sites.values, methods[0].values, strict=True)]
    assert first.value["good"] == pytest.approx(np.mean(good))
    assert first.ci_low["good"] < first.value["good"] < first.ci_high["good"]
    assert first.prevalence["good"] == pytest.approx(np.mean([s.mean() for s in sites.values]))
    assert first.verdict["good"] == "supported" and first.baseline["good"] == "base"
    assert first.verdict["blind"] == "not supported"
    assert set(table.null) == {"circular shift", "other samples"}


def test_one_group_is_too_few_and_has_no_interval(planted):
    methods, sites, places = planted
    table = compare_proteins(methods, sites, Places(places.there, places.lengths, [0] * 8), "auroc")
    assert set(table.verdict) == {"too few labels"} and table.ci_low.isna().all()
    assert set(table.null) == {"circular shift"}


def test_random_weights_that_do_as_well_take_the_verdict_away(planted):
    methods, sites, places = planted
    table = compare_proteins(methods[:1], sites, places, "auroc", random_weights={"good": [methods[0]]})
    assert table.verdict.iloc[0] == "not supported" and "random weights" in table.reason.iloc[0]


def test_a_protein_without_positives_is_left_out_of_the_mean(planted):
    methods, sites, places = planted
    empty = Annotations(sites.ids, [sites.values[0], *(np.zeros_like(s) for s in sites.values[1:])], "sites")
    table = compare_proteins(methods[:1], empty, places, "auroc")
    assert table.value.iloc[0] == pytest.approx(roc_auc_score(sites.values[0], methods[0].values[0]))


def test_only_known_places_count_and_a_missing_score_there_is_an_error():
    scores = np.arange(25.0).reshape(5, 5)
    scores[0, 0] = np.nan
    there = np.triu(np.ones((5, 5), bool), 2)
    contacts = np.zeros((5, 5), bool)
    contacts[2, 4] = True  # the highest of the six places
    pairs = PairScores(["p"], [scores], "s"), PairAnnotations(["p"], [contacts], "contacts")
    table = compare_proteins([pairs[0]], pairs[1], Places([there], [1], [0]), "P@L")
    assert table.n.iloc[0] == 6 and table.value.iloc[0] == 1
    there[0, 0] = True
    with pytest.raises(InputError, match="no score at 1 places"):
        compare_proteins([pairs[0]], pairs[1], Places([there], [1], [0]), "P@L")

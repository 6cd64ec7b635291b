"""Own figures against scikit-learn's."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from regard.judge.metrics import (
    Ranking,
    auroc,
    average_precision,
    early_precision,
    enrichment,
    precision_of_resamples,
)


@given(st.integers(0, 2**32 - 1), st.integers(3, 80), st.integers(2, 20))
@settings(max_examples=60, deadline=None)
def test_metrics_equal_scikit_learn_with_ties_and_weights(seed, n, levels):
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, levels, n).astype(float)
    labels = rng.random(n) < 0.3
    labels[:2] = [True, False]
    weights = rng.integers(0, 4, n)
    weights[:2] = 1
    ranking = Ranking(scores)
    assert np.isclose(average_precision(ranking, labels), average_precision_score(labels, scores))
    assert np.isclose(auroc(ranking, labels), roc_auc_score(labels, scores))
    with_weights = average_precision_score(labels, scores, sample_weight=weights)
    assert np.isclose(average_precision(ranking, labels, weights), with_weights)
    assert np.isclose(auroc(ranking, labels, weights), roc_auc_score(labels, scores, sample_weight=weights))


@given(st.integers(0, 2**32 - 1), st.integers(3, 80), st.integers(2, 20), st.integers(1, 6))
@settings(max_examples=60, deadline=None)
def test_many_resamples_at_once_equal_one_at_a_time(seed, n, levels, samples):
    rng = np.random.default_rng(seed)
    ranking = Ranking(rng.integers(0, levels, n).astype(float))
    several = [rng.random(n) < share for share in (0, 0.05, 0.3, 0.9)]
    sample = np.sort(rng.integers(0, samples, n))
    times = np.stack([np.bincount(draw, minlength=samples) for draw in rng.integers(0, samples, (9, samples))])
    for labels in several:
        found = precision_of_resamples(ranking, labels, sample, times)
        expected = [average_precision(ranking, labels, drawn[sample]) for drawn in times]
        assert np.allclose(found, expected, equal_nan=True, rtol=1e-12)


def test_enrichment_by_hand():
    scores = np.arange(100.0)
    labels = np.zeros(100, bool)
    labels[[99, 98, 97, 0, 1, 2, 3, 4, 5, 6]] = True  # 3 of the best 5, prevalence .1
    assert np.isclose(enrichment(Ranking(scores), labels), 6.0)


def test_enrichment_counts_ties_at_the_cut_in_proportion():
    labels = np.zeros(100, bool)
    labels[:10] = True
    assert np.isclose(enrichment(Ranking(np.zeros(100)), labels), 1.0)


def test_no_positives_has_no_value():
    assert np.isnan(average_precision(Ranking(np.arange(5.0)), np.zeros(5, bool)))
    assert np.isnan(auroc(Ranking(np.arange(5.0)), np.ones(5, bool)))


def test_early_precision_is_of_as_many_as_there_are_positives():
    scores = np.array([9.0, 8, 7, 6, 5, 4])
    assert early_precision(Ranking(scores), np.array([1, 0, 1, 0, 0, 1], bool)) == 2 / 3
    assert np.isclose(early_precision(Ranking(np.zeros(6)), np.array([1, 0, 1, 0, 0, 1], bool)), 0.5)

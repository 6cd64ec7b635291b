"""Partial correlation of few samples, which makes no table of all pairs of genes, is that of the whole inverse."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from sklearn.covariance import LedoitWolf

from regard.data.expression import Expression
from regard.predictors.correlation import correlated, partial


def table(samples: int, genes: int) -> Expression:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(samples, genes)) @ rng.normal(size=(genes, genes)) ** 3
    return Expression(values, [f"g{i}" for i in range(genes)], [f"s{i}" for i in range(samples)])


@pytest.mark.parametrize(("samples", "genes"), [(12, 40), (60, 40)])
def test_it_is_that_of_the_inverse_of_the_shrunk_covariance(samples, genes):
    expression, regulators = table(samples, genes), np.array([1, 5, 30])
    z = expression.values - expression.values.mean(axis=0)
    inverse = np.linalg.inv(LedoitWolf(assume_centered=True).fit(z / z.std(axis=0)).covariance_)
    scale = np.sqrt(np.diag(inverse))
    expected = -inverse / scale[:, None] / scale
    assert partial(expression, regulators) == pytest.approx(expected[:, regulators], abs=1e-12)
    assert correlated(expression.values, regulators) == pytest.approx(
        np.corrcoef(expression.values.T)[:, regulators], abs=1e-12
    )


def test_many_genes_need_no_table_of_all_pairs():
    rng = np.random.default_rng(0)
    expression = Expression(
        rng.normal(size=(20, 3_000)), [f"g{i:04d}" for i in range(3_000)], [str(i) for i in range(20)]
    )
    tracemalloc.start()
    partial(expression, np.arange(10))
    assert tracemalloc.get_traced_memory()[1] < 3_000**2 * 4 / 2  # half of one in float32
    tracemalloc.stop()

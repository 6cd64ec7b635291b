"""Partial information against loops over triples, and against values by hand."""

import numpy as np
import pytest
from scipy.stats import gamma

from regard.data.expression import Expression
from regard.errors import InputError
from regard.predictors.edges import infer
from regard.predictors.mutual_information import bins
from regard.predictors.pidc import unique_shares
from tests.toys.networks import planted


def by_triples(binned):
    """The definition, word for word: no sorting, no matrix product."""
    genes = binned.shape[1]
    states = range(binned.max() + 1)

    def specific(y, target, source):
        rows = binned[:, target] == y
        found = 0.0
        for x in states:
            given, prior = (binned[rows, source] == x).mean(), (binned[:, source] == x).mean()
            found += given * np.log(given / prior) if given else 0
        return found

    prior = [[(binned[:, gene] == y).mean() for y in states] for gene in range(genes)]
    table = np.zeros((genes, genes))
    for target in range(genes):
        seen = [y for y in states if prior[target][y]]
        told = {(y, s): specific(y, target, s) for y in seen for s in range(genes)}
        for source in set(range(genes)) - {target}:
            information = sum(prior[target][y] * told[y, source] for y in seen)
            for third in set(range(genes)) - {target, source}:
                both = sum(prior[target][y] * min(told[y, source], told[y, third]) for y in seen)
                table[target, source] += (information - both) / information if information > 1e-12 else 0
    return table


def test_sorted_sums_are_those_over_triples():
    binned = bins(planted(30).values)
    assert np.allclose(unique_shares(binned), by_triples(binned), atol=1e-4)


def test_a_copy_has_all_and_an_exclusive_or_leaves_what_one_gene_alone_says():
    """a and b are coins, c is a, d is a xor b: alone each says ln 2 of its copy, and nothing of anything else."""
    a, b = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    found = unique_shares(np.stack([a, b, a, a ^ b], axis=1))
    expected = np.zeros((4, 4))
    expected[0, 2] = expected[2, 0] = 2  # of both other genes, nothing is redundant
    assert np.allclose(found, expected, atol=1e-5)
    # With a second copy of a, neither copy is unique beside the other: two others of three say nothing.
    assert unique_shares(np.stack([a, b, a, a ^ b, a], axis=1))[0, 2] == pytest.approx(2, abs=1e-5)


def test_a_score_is_the_sum_of_two_gamma_distributions():
    expression = planted(30)
    share = unique_shares(bins(expression.values))
    u = share + share.T
    expected = 0.0
    for gene in (5, 0):
        others = np.delete(u[gene], gene)
        expected += gamma.cdf(u[5, 0], others.mean() ** 2 / others.var(), scale=others.var() / others.mean())
    assert infer("pidc", expression).scores[5, 0] == pytest.approx(expected, rel=1e-5)
    few = infer("pidc", expression, regulators=[0, 3])
    assert few.values.shape == (10, 2) and few.scores[5, 0] == pytest.approx(expected, rel=1e-5)


def test_two_genes_are_too_few():
    with pytest.raises(InputError, match="3 to 5,000 genes"):
        infer("pidc", Expression(np.random.default_rng(0).normal(size=(9, 2)), ["a", "b"], list("123456789")))

"""Every method on a planted network, and what must hold of all of them."""

import dataclasses

import numpy as np
import pytest
from sklearn.metrics import average_precision_score
from threadpoolctl import threadpool_limits

from regard.data.expression import Expression
from regard.errors import InputError
from regard.predictors import trees
from regard.predictors.edges import PREDICTORS, infer
from tests.toys.networks import EDGES, GENES, gold, planted

QUICK = [name for name in PREDICTORS if name not in ("knockout-z", "portia", "dyngenie3", "regdiffusion")]
DIRECTED = ("genie3", "extra-trees", "grnboost2", "lasso")


@pytest.fixture(autouse=True)
def few_trees(monkeypatch):
    monkeypatch.setattr(trees, "TREES", 60)
    monkeypatch.setattr(trees, "ROUNDS", 150)


def auprc(scores, known):
    there = ~np.isnan(scores)
    return average_precision_score(known[there], scores[there])


@pytest.mark.parametrize("name", QUICK)
def test_the_planted_edges_come_first(name):
    expression, known = planted(), gold()
    edges = infer(name, expression)
    either = known | known.T  # a correlation does not know the direction
    assert auprc(edges.scores, either) > 0.8
    assert np.isnan(np.diag(edges.scores)).all()
    assert np.isfinite(edges.scores[~np.eye(10, dtype=bool)]).all()


@pytest.mark.parametrize("name", QUICK)
def test_the_order_of_genes_makes_no_difference(name):
    expression = planted(40)
    order = np.random.default_rng(1).permutation(10)
    one, other = infer(name, expression, seed=3), infer(name, expression.take(order), seed=3)
    assert np.array_equal(one.scores[np.ix_(order, order)], other.scores, equal_nan=True)
    assert one.table().equals(other.table())


@pytest.mark.parametrize("name", [name for name in PREDICTORS if name != "regdiffusion"])
def test_the_order_of_samples_changes_no_bit(name):
    """Every other gene is knocked out once, there are two time series, and rounded values are equal in many samples."""
    pytest.importorskip("portia") if name == "portia" else None
    expression = planted(40)
    done = np.zeros((40, 10), dtype=np.int8)
    done[range(5), range(0, 10, 2)] = 1
    time, series = np.full(40, np.nan), np.full(40, -1)
    time[30:], series[30:] = [*range(5), *range(5)], np.repeat([0, 1], 5)
    values = np.round(expression.values, 1)
    told = dataclasses.replace(expression, values=values, perturbation=done, time=time, series=series)
    order = np.insert(np.random.default_rng(1).permutation(30), [0, 7, 7, 7, 15, 15, 28, 29, 30, 30], range(30, 40))
    other = Expression(
        values[order], told.genes, [told.samples[i] for i in order], done[order], time[order], series[order]
    )
    one, two = (infer(name, table, seed=3) for table in (told, other))
    assert np.array_equal(one.scores, two.scores, equal_nan=True)
    assert np.nanmax(one.scores) > 0


@pytest.mark.parametrize("name", QUICK)
def test_only_allowed_regulators_have_scores_and_a_constant_gene_the_least(name):
    expression = planted(40)
    expression.values[:, 3] = 1.0
    scores = infer(name, expression, regulators=[0, 1, 3]).scores
    assert np.isnan(scores[:, [2, 4, 5, 6, 7, 8, 9]]).all()
    assert np.isfinite(scores[4, [0, 1, 3]]).all()
    assert (scores[4, 3], scores[3, 0]) == (0, 0)
    assert (scores[~np.isnan(scores)] >= 0).all()


@pytest.mark.parametrize("name", [name for name in QUICK if PREDICTORS[name].record.signed])
def test_signs_are_those_planted(name):
    edges = infer(name, planted())
    at = {gene: i for i, gene in enumerate(GENES)}
    assert [edges.effects[at[t], at[r]] for r, t in EDGES] == list(EDGES.values())


@pytest.mark.parametrize("name", [name for name in QUICK if not PREDICTORS[name].record.signed])
def test_methods_without_a_sign_give_none(name):
    assert infer(name, planted(20)).effects is None


def test_seed_and_only_the_seed_changes_a_forest():
    expression = planted(30)
    same = [infer("genie3", expression, seed=s).scores for s in (0, 0, 1)]
    assert np.array_equal(same[0], same[1], equal_nan=True)
    assert not np.array_equal(same[0], same[2], equal_nan=True)


def test_processes_make_no_difference():
    expression = planted(30)
    one, two = (infer("lasso", expression, threads=t).scores for t in (1, 2))
    assert np.array_equal(one, two, equal_nan=True)


def test_threads_of_the_linear_algebra_make_no_difference():
    """In a table this long they split sums, and so round them, differently: 1e-16 without a limit in each fit."""
    expression, scores = planted(20_000), []
    for threads in (1, 2):
        with threadpool_limits(threads, "blas"):
            scores.append(infer("lasso", expression).scores)
    assert np.array_equal(*scores, equal_nan=True)


def test_finished_targets_are_kept_and_not_fitted_again(tmp_path, monkeypatch):
    expression, done = planted(30), []
    whole = infer("genie3", expression, kept=tmp_path, advance=done.append).scores
    assert sum(done) == 10 and len(list(tmp_path.glob("*.npy"))) == 10
    for target in (2, 7):
        (tmp_path / f"{target}.npy").unlink()
    fitted = []
    monkeypatch.setattr(trees, "fit_forest", lambda x, y, seed: fitted.append(1) or np.zeros(x.shape[1]))
    again = infer("genie3", expression, kept=tmp_path).scores
    assert len(fitted) == 2
    assert np.array_equal(np.delete(again, [2, 7], axis=0), np.delete(whole, [2, 7], axis=0), equal_nan=True)
    assert np.nansum(again[[2, 7]]) == 0


def knocked_out():
    """Wild type, every root knocked out once, and g1 only knocked down; noise is small."""
    expression = planted(12, noise=0.01)
    values = np.abs(expression.values[:1]).repeat(12, axis=0)
    done = np.zeros(values.shape, dtype=np.int8)
    effect = dict(EDGES)
    for row, gene in enumerate([0, 1, 2, 3, 4], 1):
        done[row, gene] = 2 if gene == 1 else 1
        values[row, gene] = 0
        for (regulator, target), sign in effect.items():
            if regulator == f"g{gene}":
                values[row, int(target[1:])] -= sign
    values += 0.01 * np.random.default_rng(0).normal(size=values.shape)
    return dataclasses.replace(expression, values=values, perturbation=done)


def test_knockouts_show_direction_and_sign():
    edges = infer("knockout-z", knocked_out())
    assert auprc(edges.scores, gold()) == 1
    at = {gene: i for i, gene in enumerate(GENES)}
    assert [edges.effects[at[t], at[r]] for r, t in EDGES] == list(EDGES.values())
    assert np.nanmax(edges.scores[:, 7]) == 0  # never perturbed: nothing is known


def test_a_knockout_z_is_the_change_in_standard_deviations():
    expression = knocked_out()
    scores = infer("knockout-z", expression).scores
    x = expression.values[:, 5]
    assert scores[5, 0] == pytest.approx(abs(x[1] - np.median(x)) / x.std())
    x = expression.values[:, 7]
    assert scores[7, 1] == pytest.approx(abs(x[2] - np.median(x)) / x.std())  # a knock-down, for want of a knock-out


def test_samples_of_a_time_series_do_not_count_for_knockouts():
    expression = knocked_out()
    late = dataclasses.replace(
        expression,
        values=np.concatenate([expression.values, 9 + np.random.default_rng(0).normal(size=(4, 10))]),
        samples=[str(i) for i in range(16)],
        perturbation=np.concatenate([expression.perturbation, np.zeros((4, 10), dtype=np.int8)]),
        time=np.array([np.nan] * 12 + [0.0, 1, 2, 3]),
    )
    assert np.allclose(infer("knockout-z", late).scores, infer("knockout-z", expression).scores, equal_nan=True)


def test_two_knockouts_in_one_sample_say_nothing_and_none_told_is_an_error():
    expression = knocked_out()
    expression.perturbation[1, 4] = 1
    scores = infer("knockout-z", expression).scores
    assert scores[5, 0] == 0
    with pytest.raises(InputError, match="--perturbations"):
        infer("knockout-z", planted(20))


def test_portia_uses_knockouts_when_told():
    pytest.importorskip("portia", reason="the extra portia is not installed")
    expression = knocked_out()
    told = infer("portia", expression).scores
    untold = infer("portia", dataclasses.replace(expression, perturbation=None)).scores
    assert auprc(told, gold()) > auprc(untold, gold())
    order = np.random.default_rng(1).permutation(10)
    assert np.array_equal(infer("portia", expression.take(order)).scores, told[np.ix_(order, order)], equal_nan=True)


def test_an_unknown_method():
    with pytest.raises(InputError, match=r"there are .*genie3"):
        infer("genie4", planted(10))


def test_nothing_varies_but_one_gene():
    values = np.ones((5, 3))
    values[:, 0] = np.arange(5)
    scores = infer("pearson", Expression(values, ["a", "b", "c"], list("12345"))).scores
    assert np.nansum(scores) == 0


@pytest.mark.parametrize("name", ["pearson", "spearman", "partial"])
def test_correlations_are_the_same_both_ways_to_the_last_bit(name):
    values = np.random.default_rng(0).normal(size=(37, 23)) * np.logspace(-3, 3, 23)
    expression = Expression(values, [f"g{i}" for i in range(23)], [f"s{i}" for i in range(37)])
    scores = infer(name, expression).scores
    assert np.array_equal(scores, scores.T, equal_nan=True)

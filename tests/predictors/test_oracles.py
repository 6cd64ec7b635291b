"""Single methods against scikit-learn, SciPy or a hand calculation."""

import numpy as np
import pytest
from scipy.stats import pearsonr, spearmanr
from sklearn.covariance import ledoit_wolf
from sklearn.ensemble import ExtraTreesRegressor, GradientBoostingRegressor, RandomForestRegressor
from sklearn.linear_model import Lasso
from sklearn.metrics import mutual_info_score

from regard.predictors import lasso, trees
from regard.predictors.edges import infer
from regard.predictors.mutual_information import bins
from tests.toys.networks import planted


def data(n=60):
    x = planted(n).values
    x = (x - x.mean(0)) / x.std(0)
    return x[:, :8], x[:, 8]


@pytest.mark.parametrize(
    ("fit", "forest"), [(trees.fit_forest, RandomForestRegressor), (trees.fit_extra, ExtraTreesRegressor)]
)
def test_a_forest_is_scikit_learns_up_to_the_draws(fit, forest, monkeypatch):
    monkeypatch.setattr(trees, "TREES", 600)
    x, y = data()
    model = forest(600, max_features="sqrt", random_state=1).fit(x, y)
    grown = [tree.tree_.compute_feature_importances(normalize=False) for tree in model.estimators_]
    mean, error = np.mean(grown, axis=0), np.std(grown, axis=0) / np.sqrt(600)
    assert np.all(np.abs(fit(x, y, 1) - mean) < 4.5 * np.sqrt(2) * error)
    if fit is trees.fit_extra:  # grown to the end on every sample: all the variance is shared out
        assert fit(x, y, 1).sum() == pytest.approx(1)


def test_boosting_stops_where_the_mean_of_25_rounds_falls_below_zero():
    x, y = data()
    found = trees.fit_boosted(x, np.random.default_rng(0).normal(size=len(y)), 0)
    y = np.random.default_rng(0).normal(size=len(y))
    model = GradientBoostingRegressor(
        n_estimators=5000, learning_rate=0.01, max_features=0.1, subsample=0.9, random_state=0
    ).fit(x, y, monitor=lambda i, m, _: i >= 24 and m.oob_improvement_[i - 24 : i + 1].mean() < 0)
    rounds = len(model.estimators_)
    assert 25 <= rounds < 5000
    assert found == pytest.approx(model.feature_importances_ * rounds)
    assert found.sum() == pytest.approx(rounds)


def test_correlations():
    expression = planted(30)
    x = expression.values
    assert infer("pearson", expression).scores[5, 2] == pytest.approx(abs(pearsonr(x[:, 5], x[:, 2])[0]))
    assert infer("spearman", expression).scores[5, 2] == pytest.approx(abs(spearmanr(x[:, 5], x[:, 2])[0]))


def test_partial_correlation_is_that_of_residuals_where_nothing_is_shrunk():
    # Shrunk covariance as of scikit-learn; then partial correlation as correlation of regression residuals.
    expression = planted(400)
    x = (expression.values - expression.values.mean(0)) / expression.values.std(0)
    covariance = ledoit_wolf(x, assume_centered=True)[0]
    rest = [k for k in range(10) if k not in (5, 0)]
    solve = np.linalg.solve(covariance[np.ix_(rest, rest)], covariance[np.ix_(rest, [5, 0])])
    left = covariance[np.ix_([5, 0], [5, 0])] - covariance[np.ix_([5, 0], rest)] @ solve
    wanted = left[0, 1] / np.sqrt(left[0, 0] * left[1, 1])
    edges = infer("partial", expression)
    assert edges.scores[5, 0] * edges.effects[5, 0] == pytest.approx(wanted)


def test_mutual_information_is_scikit_learns_of_the_bins():
    expression = planted(50)
    binned = bins(expression.values)
    assert np.unique(binned[:, 0], return_counts=True)[1].tolist() == [7, 7, 7, 7, 8, 7, 7] or binned.max() == 6
    assert infer("mutual-information", expression).scores[5, 0] == pytest.approx(
        mutual_info_score(binned[:, 5], binned[:, 0]), abs=1e-5
    )


def test_equal_values_share_a_bin():
    values = np.array([[0.0]] * 10 + [[float(i)] for i in range(1, 7)])
    assert len(set(bins(values)[:10, 0])) == 1


def test_the_penalty_at_which_a_regulator_enters():
    x, y = data()
    scores = lasso.fit(x, y, 0)
    for column in np.flatnonzero(scores)[:4]:
        for factor, there in ((0.999, True), (1.001, False)):
            model = Lasso(alpha=abs(scores[column]) * factor, tol=1e-10, max_iter=100_000).fit(x, y)
            assert (abs(model.coef_[column]) > 1e-9) == there
            assert not there or np.sign(model.coef_[column]) == np.sign(scores[column])
    assert np.abs(scores).max() == pytest.approx(np.abs(x.T @ y / len(y)).max())

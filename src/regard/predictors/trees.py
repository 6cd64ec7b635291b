"""Networks from ensembles of trees: GENIE3 with random forests or extra trees, and GRNBoost2."""

from __future__ import annotations

import numpy as np
import sklearn
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.tree import DecisionTreeRegressor, ExtraTreeRegressor

from regard.data.expression import Expression
from regard.predictors.edges import predictor
from regard.predictors.targets import each_target

TREES = 1000  # as published
ROUNDS, RATE, SHARE, SAMPLES, WINDOW = 5000, 0.01, 0.1, 0.9, 25  # arboreto's defaults


def forest(
    tree: type[DecisionTreeRegressor], x: np.ndarray, y: np.ndarray, seed: int, *, bootstrap: bool
) -> np.ndarray:
    """Mean over trees of the variance that splits on each regulator take away, shape (regulators,).

    scikit-learn's forests spend more on the upkeep of a small tree than on growing it, so the trees
    are grown one by one. Nor are importances made to sum to 1 for each target, as
    `feature_importances_` would: a target that nothing explains would rank beside one explained well.
    """
    x, y = np.asfortranarray(x, dtype=np.float32), y.reshape(-1, 1)
    rng, total = np.random.RandomState(seed), np.zeros(x.shape[1])
    one = tree(max_features=max(1, int(np.sqrt(x.shape[1]))), random_state=rng)
    with sklearn.config_context(skip_parameter_validation=True):
        for _ in range(TREES):
            weight = np.bincount(rng.randint(0, len(x), len(x)), minlength=len(x)).astype(float) if bootstrap else None
            one.fit(x, y, sample_weight=weight, check_input=False)
            total += one.tree_.compute_feature_importances(normalize=False)
    return total / TREES


def fit_forest(x: np.ndarray, y: np.ndarray, seed: int) -> np.ndarray:
    return forest(DecisionTreeRegressor, x, y, seed, bootstrap=True)


def fit_extra(x: np.ndarray, y: np.ndarray, seed: int) -> np.ndarray:
    return forest(ExtraTreeRegressor, x, y, seed, bootstrap=False)


def no_longer_improves(round_: int, model: GradientBoostingRegressor, _) -> bool:
    """True once the mean out-of-bag improvement of the last 25 rounds is below 0."""
    return round_ >= WINDOW - 1 and bool(model.oob_improvement_[round_ - WINDOW + 1 : round_ + 1].mean() < 0)


def fit_boosted(x: np.ndarray, y: np.ndarray, seed: int) -> np.ndarray:
    model = GradientBoostingRegressor(
        n_estimators=ROUNDS, learning_rate=RATE, max_features=SHARE, subsample=SAMPLES, random_state=seed
    )
    model.fit(x, y, monitor=no_longer_improves)
    return model.feature_importances_ * len(model.estimators_)  # a target that stops early is hard to predict


@predictor(
    "genie3",
    "random forest for each target: 1,000 trees, √regulators at each split",
    "variance of the target that splits on the regulator take away, mean over trees",
    "Huynh-Thu et al. 2010, PLoS ONE 5:e12776",
    by_target=True,
)
def genie3(expression: Expression, regulators: np.ndarray, **how) -> np.ndarray:
    return each_target(fit_forest, expression, regulators, **how)


@predictor(
    "extra-trees",
    "GENIE3 with extremely randomised trees: 1,000 trees, √regulators at each split",
    "as genie3",
    "Huynh-Thu et al. 2010; Geurts et al. 2006",
    by_target=True,
)
def extra_trees(expression: Expression, regulators: np.ndarray, **how) -> np.ndarray:
    return each_target(fit_extra, expression, regulators, **how)


@predictor(
    "grnboost2",
    "gradient boosting for each target, stopped when out-of-bag loss no longer falls",
    "share of the variance that splits on the regulator take away × rounds until the stop",
    "Moerman et al. 2019, Bioinformatics 35:2159",
    by_target=True,
)
def grnboost2(expression: Expression, regulators: np.ndarray, **how) -> np.ndarray:
    return each_target(fit_boosted, expression, regulators, **how)

"""TabPFN as an estimator of scikit-learn: its contracts, its maps and its edges, on planted tables."""

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("tabpfn", reason="the tabpfn extra is not installed")

from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import estimator_checks

import regard
from regard.attribute.tabpfn import edges
from regard.data.expression_tables import expression_of
from regard.errors import InputError
from regard.models.tabpfn.regressor import find
from tests.models.tabpfn_files import CONFIGS, write_checkpoint

CHECKS = (
    "check_parameters_default_constructible", "check_no_attributes_set_in_init", "check_get_params_invariance",
    "check_set_params", "check_mixin_order", "check_dict_unchanged",
)  # fmt: skip
READINGS = "tabpfn.target", "tabpfn.diagonal.last", "tabpfn.column.max", "tabpfn.row.weighted", "tabpfn.rollout"


def planted(columns: int = 5) -> tuple[pd.DataFrame, pd.Series]:
    x = pd.DataFrame(np.random.default_rng(3).normal(size=(40, columns)), columns=list("abcdefgh")[:columns])
    return x, (2 * x.c + 0.1 * x.a).rename("y")


@pytest.mark.parametrize("check", CHECKS)
def test_parameters_are_as_scikit_learn_wants_them(check):
    getattr(estimator_checks, check)("TabPFNAttention", regard.TabPFNAttention())


def test_a_pipeline_predicts_and_names_the_planted_regulator():
    x, y = planted()
    line = make_pipeline(StandardScaler().set_output(transform="pandas"), regard.TabPFNAttention(seed=1)).fit(x, y)
    assert line.score(x, y) > 0.8
    scores = line[-1].edge_scores()
    assert max(scores, key=scores.get) == ("c", "y") and len(scores) == 5
    assert clone(line[-1]).get_params()["seed"] == 1


@pytest.mark.parametrize("name", CONFIGS)
def test_edges_are_those_of_the_network_study(name, tmp_path):
    path = write_checkpoint(tmp_path / f"{name}.ckpt", name)
    x, y = planted()
    table = regard.TabPFNAttention(path, permutations=2).fit(x, y).edges(*READINGS)
    whole = x.assign(y=y).astype("float32")
    study = edges(path, expression_of(whole), scores=list(READINGS), permutations=2)
    for reading in READINGS:
        np.testing.assert_allclose(table[reading], study[reading][5, :5], rtol=1e-5)


@pytest.mark.parametrize("name", CONFIGS)
def test_maps_name_their_tokens_and_sum_to_one(name, tmp_path):
    x, y = planted()
    model = regard.TabPFNAttention(write_checkpoint(tmp_path / f"{name}.ckpt", name)).fit(x, y)
    every, mean = model.attention(x[:7], average=False), model.attention(x[:7])
    tokens, thinking = len(model.tokens_), model.checkpoint_.thinking
    assert "|".join(model.tokens_.token) == "a|b|c|d|e|y" and len(every) == model.checkpoint_.layers
    for each, layer in zip(every, mean, strict=True):
        heads = model.checkpoint_.heads
        assert each["between_features"].shape == (7, heads, tokens, tokens)
        assert each["between_items"].shape == (tokens, heads, 7, thinking + 40)
        for kind in ("between_features", "between_items"):
            np.testing.assert_allclose(each[kind].sum(axis=-1), 1, rtol=1e-4)
            np.testing.assert_allclose(each[kind].mean(axis=0), layer[kind], atol=1e-6)


def test_the_diagonal_is_read_off_the_maps():
    """The reading of the report in circulation, step by step; the order of columns moves it by some thousandths."""
    x, y = planted()
    model = regard.TabPFNAttention().fit(x, y)
    by_hand = np.mean([layer["between_features"].mean(axis=0) for layer in model.attention()], axis=0)
    for reading, expected in (("diagonal", np.diagonal(by_hand)), ("target", by_hand[-1])):
        scores = model.edge_scores(reading)
        np.testing.assert_allclose([scores[gene, "y"] for gene in x], expected[:5], atol=0.01)


def test_a_column_that_never_varies_has_no_score():
    x, y = planted()
    model = regard.TabPFNAttention().fit(x.assign(b=1.0), y)
    scores = model.edges().set_index("regulator")["tabpfn.target"]
    assert np.isnan(scores["b"]) and scores.notna().sum() == 4
    assert model.predict(x[:3]).shape == (3,)


@pytest.mark.parametrize("copy", ["y", "other"])
def test_the_target_is_never_among_its_regulators(copy):
    x, y = planted()
    with pytest.raises(InputError, match=f"column '{copy}': it is the target itself"):
        regard.TabPFNAttention().fit(x.assign(**{copy: y}), y)


def test_an_unknown_reading_and_a_flat_target_are_said():
    x, y = planted()
    with pytest.raises(InputError, match=r"'tabpfn\.self' is unknown"):
        regard.TabPFNAttention().fit(x, y).edges("self")
    with pytest.raises(InputError, match="target never varies"):
        regard.TabPFNAttention().fit(x, np.ones(len(x)))


def test_the_checkpoint_is_the_one_that_is_named():
    x, y = planted()
    assert regard.TabPFNAttention(find("small")).fit(x, y).checkpoint_.path == find("small")

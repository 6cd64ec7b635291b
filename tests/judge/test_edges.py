import numpy as np
import pytest
from regard.judge.nulls import rewired
from sklearn.metrics import average_precision_score, roc_auc_score

from regard.core.evidence import COLUMNS, NOT_SUPPORTED, SUPPORTED, TOO_FEW
from regard.core.scores import PairAnnotations, PairScores
from regard.errors import InputError
from regard.judge.edges import chance, compare_edges
from regard.judge.metrics import Ranking, early_precision


def network(genes=20, edges=40, seed=0):
    """Random known edges, bool (target, regulator), none of a gene to itself."""
    rng = np.random.default_rng(seed)
    pairs = [(t, r) for t in range(genes) for r in range(genes) if t != r]
    known = np.zeros((genes, genes), dtype=bool)
    known[tuple(np.transpose([pairs[i] for i in rng.choice(len(pairs), edges, replace=False)]))] = True
    return known


def scores(values, name):
    values = np.array(values, dtype=float)
    np.fill_diagonal(values, np.nan)
    return PairScores(["network"], [values], name)


def annotations(known):
    return PairAnnotations(["network"], [known], "gold.tsv")


def verdicts(table):
    return table.drop_duplicates("method").set_index("method").verdict.to_dict()


def test_figures_are_scikit_learns_and_noise_is_not_supported():
    known, rng = network(), np.random.default_rng(1)
    noise = rng.normal(size=known.shape)
    good = scores(known + 0.5 * noise, "good")
    table = compare_edges([good, scores(noise, "noise")], annotations(known))
    assert list(table) == COLUMNS
    there = ~np.isnan(good.values[0])
    row = table[(table.method == "good") & (table.null == "random ranking")].set_index("metric")
    assert row.value["auprc"] == pytest.approx(average_precision_score(known[there], good.values[0][there]))
    assert row.value["auroc"] == pytest.approx(roc_auc_score(known[there], good.values[0][there]))
    assert row.value["auprc / prevalence"] == pytest.approx(row.value["auprc"] * 380 / 40)
    assert (row.n["auprc"], row.positives["auprc"]) == (380, 40)
    assert row.ci_low["auprc"] < row.value["auprc"] < row.ci_high["auprc"]
    assert verdicts(table) == {"good": SUPPORTED, "noise": NOT_SUPPORTED}
    assert set(table.null) == {"random ranking", "rewired gold"}


def test_scores_that_only_know_the_hubs_are_not_supported():
    known = np.zeros((30, 30), dtype=bool)
    known[5:25, 0] = known[5:20, 1] = True
    known[2:10, 3] = True
    rng = np.random.default_rng(0)
    hubs = known.sum(axis=0) + 0.01 * rng.normal(size=known.shape) + np.zeros((30, 1))
    table = compare_edges([scores(hubs, "hubs")], annotations(known))
    row = table[table.metric == "auprc"].set_index("null")
    assert row.q_value["random ranking"] < 0.01
    assert verdicts(table) == {"hubs": NOT_SUPPORTED}
    assert "degrees" in row.reason.iloc[0]


def test_a_model_must_beat_what_needs_none():
    known, rng = network(), np.random.default_rng(1)
    good = [scores(known + 0.5 * rng.normal(size=known.shape), name) for name in ("attention", "genie3")]
    table = compare_edges(good, annotations(known), models=["attention"])
    assert verdicts(table) == {"attention": NOT_SUPPORTED, "genie3": SUPPORTED}
    row = table[(table.method == "attention") & (table.metric == "auprc")].iloc[0]
    assert row.baseline == "genie3" and "genie3" in row.reason
    assert (table[table.method == "genie3"].baseline == "").all()


def test_two_known_edges_of_21_are_too_few_however_good():
    values, known = np.full((10, 10), np.nan), np.zeros((10, 10), dtype=bool)
    values[3:, :3] = np.random.default_rng(0).normal(size=(7, 3))
    known[[3, 4], 0] = True
    values[[3, 4], 0] = 9
    table = compare_edges([PairScores(["network"], [values], "lucky")], annotations(known))
    assert (table.n.iloc[0], table.positives.iloc[0]) == (21, 2)
    assert verdicts(table) == {"lucky": TOO_FEW}
    assert "2 known edges into 2 targets" in table.reason.iloc[0]


def test_chance_of_two_in_21_is_the_mean_over_all_placements():
    every = [np.mean([1 / a, 2 / b]) for a in range(1, 22) for b in range(a + 1, 22)]
    drawn = chance(21, 2, draws=4000, seed=0)
    assert drawn.auprc.mean() == pytest.approx(np.mean(every), abs=0.01)
    assert np.mean(every) > 2 * 2 / 21  # far above prevalence
    assert drawn.auroc.mean() == pytest.approx(0.5, abs=0.02)
    assert drawn["early precision"].mean() == pytest.approx(2 / 21, abs=0.01)


def test_early_precision_is_the_share_of_true_edges_among_as_many_best():
    labels = np.array([1, 0, 1, 0, 0, 1], dtype=bool)
    assert early_precision(Ranking(np.array([6.0, 5, 4, 3, 2, 1])), labels) == pytest.approx(2 / 3)
    assert early_precision(Ranking(np.zeros(6)), labels) == pytest.approx(1 / 2)  # all tied: the prevalence


def test_rewiring_keeps_every_degree_and_moves_edges():
    known = network(15, 40)
    moved = []
    for one in rewired(known, 20, np.random.default_rng(0)):
        assert np.array_equal(one.sum(axis=0), known.sum(axis=0))
        assert np.array_equal(one.sum(axis=1), known.sum(axis=1))
        assert not one.diagonal().any()
        moved.append((one & known).mean() / known.mean())
    assert np.mean(moved) < 0.5


def test_methods_with_other_candidates_and_no_known_edge_are_refused():
    known = network()
    one, other = scores(np.ones(known.shape), "one"), np.ones(known.shape)
    other[:, 3] = np.nan
    with pytest.raises(InputError, match="do not score the same edges"):
        compare_edges([one, scores(other, "other")], annotations(known))
    with pytest.raises(InputError, match="may regulate"):
        compare_edges([scores(other, "other")], annotations(np.eye(20, k=-1, dtype=bool) * (np.arange(20) == 3)))


def test_same_seed_same_evidence():
    known = network()
    one = scores(np.random.default_rng(0).normal(size=known.shape), "one")
    tables = [compare_edges([one], annotations(known), seed=s) for s in (1, 1, 2)]
    assert tables[0].equals(tables[1])
    assert not tables[0].equals(tables[2])

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from regard.core.evidence import CANNOT_TELL, COLUMNS, NOT_SUPPORTED, SUPPORTED, TOO_FEW
from regard.core.scores import PairAnnotations, PairScores
from regard.errors import InputError
from regard.judge.edges import chance, compare_edges, mean_chance
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
    row = table[table.method == "good"].set_index("metric")
    assert row.value["auprc"] == pytest.approx(average_precision_score(known[there], good.values[0][there]))
    assert row.value["auroc"] == pytest.approx(roc_auc_score(known[there], good.values[0][there]))
    assert row.value["auprc / prevalence"] == pytest.approx(row.value["auprc"] * 380 / 40)
    assert (row.n["auprc"], row.positives["auprc"]) == (380, 40)
    assert row.ci_low["auprc"] < row.value["auprc"] < row.ci_high["auprc"]
    assert verdicts(table) == {"good": SUPPORTED, "noise": NOT_SUPPORTED}
    assert table.method.tolist() == ["good"] * 4 + ["noise"] * 4  # one row a figure
    judged = row.loc["auprc"]
    assert judged.null == "networks with other gene names" and judged.baseline == "each gene's own level"
    assert judged.null_mean == pytest.approx(chance(380, 40, draws=9999).auprc.mean(), abs=5e-4)
    assert judged.adds_low < judged.adds < judged.adds_high and judged.needed < judged.value
    assert judged.value == pytest.approx(row.value["auprc / prevalence"] * judged.prevalence)


def levels(genes, seed):
    """How much each gene regulates and is regulated, and a known network drawn from both."""
    rng = np.random.default_rng(seed)
    out, into = rng.normal(size=genes), rng.normal(size=genes)
    logit = -2 + 1.2 * out[None, :] + 0.8 * into[:, None]
    known = rng.random((genes, genes)) < 1 / (1 + np.exp(-logit))
    np.fill_diagonal(known, False)
    return rng, out, into, known


@pytest.mark.parametrize("genes", [10, 30])
def test_hubs_and_popular_targets_are_never_supported(genes):
    wrong, above = 0, 0
    for seed in range(15):
        rng, out, into, known = levels(genes, seed)
        noise = 0.1 * rng.normal(size=known.shape)
        kinds = {
            "hubs": out[None, :] + noise,
            "targets": into[:, None] + noise,
            "both": out[None, :] + into[:, None] + noise,
            "multiplied": np.exp(out)[None, :] * np.exp(into)[:, None] + noise,
            "degrees": known.sum(0)[None, :] * known.sum(1)[:, None] + noise,
        }
        table = compare_edges([scores(v, k) for k, v in kinds.items()], annotations(known), draws=299, seed=seed)
        wrong += SUPPORTED in verdicts(table).values()
        above += table[(table.metric == "auprc") & (table.method == "both")].value.iloc[0] > 1.3 * known.mean()
    assert wrong <= 1
    assert above >= 12  # though they rank the known edges well


def test_a_method_that_knows_edges_is_found_among_ten_genes():
    found, ratio = 0, []
    for seed in range(20):
        known, rng = network(10, 18, seed), np.random.default_rng(seed)
        kinds = {"knows": known + 0.4 * rng.normal(size=known.shape)} | {
            f"noise {i}": rng.normal(size=known.shape) for i in range(3)
        }
        table = compare_edges([scores(v, k) for k, v in kinds.items()], annotations(known), draws=299, seed=seed)
        found += verdicts(table)["knows"] == SUPPORTED
        ratio.append(table[(table.method == "knows") & (table.metric == "auprc / prevalence")].value.iloc[0])
    assert found >= 17 and 3.5 < np.mean(ratio) < 4.5


def test_edges_of_one_regulator_cannot_tell():
    known = np.zeros((20, 20), dtype=bool)
    known[1:16, 0] = True
    table = compare_edges([scores(known + 0.0, "perfect")], annotations(known))
    assert verdicts(table) == {"perfect": CANNOT_TELL}
    assert "nothing is left for scores to add" in table.reason.iloc[0]


def test_a_model_must_say_more_than_what_needs_none():
    known, rng = network(), np.random.default_rng(1)
    same = known + 0.5 * rng.normal(size=known.shape)
    kinds = [
        scores(same, "genie3"),
        scores(2 * same + 0.1 * rng.normal(size=known.shape), "alike"),
        scores(known + 0.5 * rng.normal(size=known.shape), "knows"),
    ]
    drawn = [scores(rng.normal(size=known.shape), "random") for _ in range(9)]
    how = {"models": ["alike", "knows"], "twins": {"alike": drawn, "knows": drawn}}
    table = compare_edges(kinds, annotations(known), **how)
    assert verdicts(table) == {"genie3": SUPPORTED, "alike": NOT_SUPPORTED, "knows": SUPPORTED}
    rows = table[table.metric == "auprc"].set_index("method")
    assert rows.baseline["knows"] == "each gene's own level and all that reads no model"
    correlation = known + 0.0  # as if correlation alone found every edge
    table = compare_edges(kinds[2:], annotations(known), models=["knows"], twins={"knows": drawn})
    assert verdicts(table) == {"knows": SUPPORTED}
    assert table.baseline.iloc[0] == "each gene's own level"
    table = compare_edges(
        kinds[2:], annotations(known), models=["knows"], twins={"knows": drawn}, correlation=correlation
    )
    assert verdicts(table) != {"knows": SUPPORTED}


def test_a_model_must_beat_its_random_twins_and_twins_serve_only_their_own_methods():
    known, rng = network(), np.random.default_rng(1)
    good = {name: scores(known + 0.5 * rng.normal(size=known.shape), name) for name in ("own", "other")}
    weak = [scores(rng.normal(size=known.shape), "own") for _ in range(9)]
    strong = [scores(known + 0.5 * rng.normal(size=known.shape), "own") for _ in range(9)]
    for twins, expected in (
        ({}, CANNOT_TELL),
        ({"own": weak[:1]}, CANNOT_TELL),
        ({"own": weak}, SUPPORTED),
        ({"own": strong}, NOT_SUPPORTED),
    ):
        table = compare_edges(list(good.values()), annotations(known), models=list(good), twins=twins)
        assert verdicts(table) == {"own": expected, "other": CANNOT_TELL}
    assert "random weights reach as much" in table[table.method == "own"].reason.iloc[0]
    assert "models with random weights (twins)" in table[table.method == "other"].reason.iloc[0]


def test_two_known_edges_of_21_are_too_few_however_good():
    values, known = np.full((10, 10), np.nan), np.zeros((10, 10), dtype=bool)
    values[3:, :3] = np.random.default_rng(0).normal(size=(7, 3))
    known[[3, 4], 0] = True
    values[[3, 4], 0] = 9
    table = compare_edges([PairScores(["network"], [values], "lucky")], annotations(known))
    assert (table.n.iloc[0], table.positives.iloc[0]) == (21, 2)
    assert verdicts(table) == {"lucky": TOO_FEW}
    assert table.reason.iloc[0].startswith("2 positives in 3 genes; 10 in 8 are the least")


def test_chance_of_two_in_21_is_the_mean_over_all_placements():
    every = [np.mean([1 / a, 2 / b]) for a in range(1, 22) for b in range(a + 1, 22)]
    drawn = chance(21, 2, draws=4000, seed=0)
    assert mean_chance(21, 2)["auprc"] == pytest.approx(np.mean(every))
    assert drawn.auprc.mean() == pytest.approx(np.mean(every), abs=0.01)
    assert np.mean(every) > 2 * 2 / 21  # far above prevalence
    assert drawn.auroc.mean() == pytest.approx(0.5, abs=0.02)
    assert drawn["early precision"].mean() == pytest.approx(2 / 21, abs=0.01)


def test_early_precision_is_the_share_of_true_edges_among_as_many_best():
    labels = np.array([1, 0, 1, 0, 0, 1], dtype=bool)
    assert early_precision(Ranking(np.array([6.0, 5, 4, 3, 2, 1])), labels) == pytest.approx(2 / 3)
    assert early_precision(Ranking(np.zeros(6)), labels) == pytest.approx(1 / 2)  # all tied: the prevalence


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


def test_columns_of_regulators_alone_give_the_same_evidence():
    known, rng, columns = network(), np.random.default_rng(2), np.array([0, 3, 4, 8, 11, 15])
    values, correlation = known + rng.normal(size=known.shape), rng.normal(size=known.shape)
    np.fill_diagonal(values, np.nan)
    whole = np.full(values.shape, np.nan)
    whole[:, columns] = values[:, columns]
    how = {"models": ["m"], "draws": 19}
    alone = compare_edges(
        [PairScores(["network"], [values[:, columns]], name) for name in ("m", "free")],
        annotations(known[:, columns]), correlation=correlation[:, columns], regulators=columns, **how,
    )  # fmt: skip
    full = [PairScores(["network"], [whole], name) for name in ("m", "free")]
    assert alone.equals(compare_edges(full, annotations(known), correlation=correlation, **how))

"""Rows are tested where the folders hold what their figures were made of; elsewhere it is said why not."""

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_rel

from regard.core.evidence import evidence
from regard.core.recorded import Recorded
from regard.judge.measures import of_edges, pooled
from regard.studies.beside.free import with_free
from regard.studies.beside.rows import beside
from regard.studies.beside.tested import ALIKE, DIFFER, FEW, NOT_AGAIN, OTHER, SUMMARY, with_tests
from tests.studies.runs import row

GENES = np.repeat([f"gene{k}" for k in range(16)], 12)
LABELS = np.random.default_rng(0).random(len(GENES)) < 0.25


def recorded(folder, study):
    return Recorded(folder, ["regard", *study.split()], 0, {}, {}, {}, [])


def ranking(folder, scores, *, labels=LABELS, genes=GENES, shift=0.0):
    """A ranking's folder and its row of evidence. shift : by how much the recorded figure is wrong."""
    folder.mkdir()
    places = {"chrom": "chr1", "start": range(len(genes)), "end": 9, "gene": genes, "distance": 1, "bin": "near"}
    pd.DataFrame(places | {"regulated": labels, "A": scores}).to_csv(folder / "pairs.tsv", sep="\t", index=False)
    value = pooled("auprc", genes).value(np.asarray(scores), labels) + shift
    return [row("A", round(value, 4), "supported", item="all distances", n=len(genes), positives=int(labels.sum()))]


def says(one, other, folders, study="enhancer rank"):
    table = beside(evidence(one), evidence(other))
    return with_tests(with_free(table, study), tuple(recorded(folder, study) for folder in folders))


@pytest.fixture
def folders(tmp_path):
    return tmp_path / "one", tmp_path / "two"


def noise(seed, size):
    return np.random.default_rng(seed).normal(size=len(LABELS)) * size


def test_a_better_ranking_is_found_and_an_equal_one_is_not(folders, tmp_path):
    rows = [ranking(folders[0], noise(1, 1)), ranking(folders[1], LABELS + noise(2, 0.5))]
    (found,) = says(*rows, folders).to_dict("records")
    assert found["test"] == DIFFER and found["q_value"] < 0.01
    assert found["test_low"] < found["difference"] < found["test_high"]
    also = ranking(tmp_path / "also", LABELS + noise(2, 0.5) + noise(3, 0.05))
    (found,) = says(rows[1], also, (folders[1], tmp_path / "also")).to_dict("records")
    assert found["test"] == ALIKE and found["test_low"] <= 0 <= found["test_high"]


def test_the_order_of_items_does_not_matter(folders, tmp_path):
    rows = [ranking(folders[0], noise(1, 1)), ranking(folders[1], LABELS + noise(2, 0.5))]
    plain = says(*rows, folders).p_value.item()
    table = pd.read_csv(folders[1] / "pairs.tsv", sep="\t")
    table.sample(frac=1, random_state=0).to_csv(folders[1] / "pairs.tsv", sep="\t", index=False)
    assert says(*rows, folders).p_value.item() == pytest.approx(plain)


def test_more_tests_ask_for_more(folders):
    rows = [ranking(folders[0], noise(1, 1)), ranking(folders[1], LABELS + noise(2, 0.5))]
    for some in rows:
        some.append(some[0] | {"item": "near"})  # the same pairs, as a bin
    found = says(*rows, folders)
    np.testing.assert_allclose(found.q_value, 2 * found.p_value)


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"labels": ~LABELS}, OTHER),
        ({"genes": np.array([f"{gene}b" for gene in GENES])}, OTHER),
        ({"shift": 0.05}, NOT_AGAIN),
    ],
)
def test_what_does_not_fit_is_not_tested(folders, how, why):
    found = says(ranking(folders[0], noise(1, 1)), ranking(folders[1], noise(2, 1), **how), folders)
    assert found.test.tolist() == [why] and np.isnan(found[["p_value", "q_value", "test_low"]].to_numpy()).all()


def test_summaries_and_few_groups_are_said(folders):
    two = np.repeat(["a", "b"], len(GENES) // 2)
    rows = [ranking(folders[0], noise(1, 1), genes=two), ranking(folders[1], noise(2, 1), genes=two)]
    assert says(*rows, folders).test.tolist() == [FEW]
    assert says(*rows, folders, study="enhancer locus").test.tolist() == [SUMMARY]


def test_edges_of_two_networks(folders):
    rng, genes = np.random.default_rng(3), [f"g{k}" for k in range(14)]
    pairs = [(a, b) for a in genes for b in genes if a != b]
    known = rng.random(len(pairs)) < 0.2
    rows = []
    both = rng.normal(size=len(pairs)), known + rng.normal(size=len(pairs)) / 3
    for folder, scores in zip(folders, both, strict=True):
        folder.mkdir()
        graph = nx.DiGraph()
        graph.add_edges_from((a, b, {"known": bool(is_known)}) for (a, b), is_known in zip(pairs, known, strict=True))
        nx.write_graphml(graph, folder / "network.graphml")
        table = pd.DataFrame(pairs, columns=["regulator", "target"]).assign(score=scores)
        table.sort_values("score", ascending=False).to_csv(folder / "edges.m.tsv", sep="\t", index=False)
        regulator, target = np.array(pairs).T
        value = of_edges("auprc", target, regulator).value(scores, known)
        rows.append([row("m", round(value, 4), "supported", n=len(pairs), annotation="gold")])
    found = says(*rows, folders, study="network")
    assert found.test.tolist() == [DIFFER]
    (folders[1] / "edges.m.tsv").unlink()
    assert says(*rows, folders, study="network").test.tolist() == [SUMMARY]


def test_proteins_by_their_own_figures(folders):
    rng, rows = np.random.default_rng(4), []
    told = {"annotation": "contacts, 24 and more apart", "metric": "P@L"}
    for folder, mean in zip(folders, (0.2, 0.6), strict=True):
        folder.mkdir()
        names = {"method": "attention", "id": [f"p{k}" for k in range(9)], "group": range(9)}
        table = pd.DataFrame(told | names | {"n": 100, "positives": 10})
        table["value"] = mean + rng.normal(size=9) / 10
        table.loc[8, ["positives", "value"]] = 0, np.nan  # nothing is known of the last one
        table.to_csv(folder / "by_protein.tsv", sep="\t", index=False)
        rows.append([row("attention", round(table.value.mean(), 4), "supported", **told | {"n": 900})])
    (found,) = says(*rows, folders, study="protein").to_dict("records")
    a, b = (pd.read_csv(folder / "by_protein.tsv", sep="\t").value.dropna() for folder in folders)
    assert found["test"] == DIFFER and found["p_value"] == pytest.approx(ttest_rel(b, a).pvalue)
    table.assign(positives=11).to_csv(folders[1] / "by_protein.tsv", sep="\t", index=False)
    assert says(*rows, folders, study="protein").test.tolist() == [OTHER]

"""The table and the drawing of the strongest edges, as the page gets them."""

import numpy as np

from regard.core.edges import Edges
from regard.studies.network.drawn import MOST_EDGES, MOST_GENES, network, strongest


def edges_of(genes: int, seed: int = 0) -> Edges:
    values = np.random.default_rng(seed).random((genes, genes))
    np.fill_diagonal(values, np.nan)
    return Edges("random", [f"g{i:03}" for i in range(genes)], values)


def test_edges_are_told_in_order_with_what_is_known():
    edges = edges_of(12)
    known = np.zeros((12, 12), dtype=bool)
    known[3, 5] = True  # g005 regulates g003
    table = strongest(edges, known)
    assert len(table) == 132 and list(table.known).count("yes") == 1
    assert table[table.known == "yes"][["regulator", "target"]].to_numpy().tolist() == [["g005", "g003"]]
    told = network(edges, table)
    genes = [gene["name"] for gene in told["genes"]]
    assert [(genes[r], genes[t]) for r, t, *_ in told["edges"]] == [*zip(table.regulator, table.target, strict=True)]
    assert np.allclose([edge[2] for edge in told["edges"]], table.score, rtol=1e-3)
    assert [edge[4] for edge in told["edges"]] == [one == "yes" for one in table.known]
    assert {edge[3] for edge in told["edges"]} == {0}
    assert {edge[4] for edge in network(edges, strongest(edges, None))["edges"]} == {None}


def test_a_large_network_is_cut_and_no_two_genes_share_a_place():
    edges = edges_of(600)
    told = network(edges, strongest(edges, None))
    assert len(told["edges"]) == MOST_EDGES
    places = [tuple(gene["at"]) for gene in told["genes"] if gene["at"] is not None]
    assert len(places) == len(set(places)) == MOST_GENES < len(told["genes"])
    first = {gene for edge in told["edges"][: told["shown"]] for gene in edge[:2]}
    assert all(told["genes"][gene]["at"] for gene in first)


def test_genes_that_come_in_later_stand_about_those_that_are_shown_at_first():
    edges = edges_of(60)
    told = network(edges, strongest(edges, None))
    inner = {gene for edge in told["edges"][: told["shown"]] for gene in edge[:2]}
    far = [np.hypot(*gene["at"]) for gene in told["genes"]]
    outer = [one for i, one in enumerate(far) if i not in inner]
    assert outer and min(outer) > max(far[i] for i in inner)


def test_places_hang_on_no_order_of_genes():
    edges, order = edges_of(40), np.random.default_rng(1).permutation(40)
    moved = Edges("random", [edges.genes[i] for i in order], edges.values[np.ix_(order, order)])
    assert network(edges, strongest(edges, None)) == network(moved, strongest(moved, None))


def test_one_edge_is_drawn_too():
    edges = Edges("one", ["a", "b"], np.array([[np.nan], [1.0]]), regulators=np.array([0]))
    told = network(edges, strongest(edges, None))
    assert told["shown"] == 1 and [gene["name"] for gene in told["genes"]] == ["a", "b"]

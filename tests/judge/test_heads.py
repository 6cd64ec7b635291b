"""Heads are chosen on other proteins: planted heads, planted leaks."""

from dataclasses import replace

import numpy as np
import pytest

from regard.core.pairs import pairs_apart
from regard.judge.heads import KnownProtein, choose, leave_one_out, pooled_p, shifted
from regard.judge.patterns import amino_acid_ratio, pooled_share
from regard.judge.site_heads import LabelledProtein, choose_site_heads, head_aurocs

HEADS, GENERAL, LEAK = 6, 2, 4  # head 2 shows contacts everywhere; head 4 only where a leak is planted


def protein(k, rng, leak=False):
    """A protein whose head GENERAL ranks most contacts first, and with a leak head LEAK all of them."""
    size = 60
    i, j = pairs_apart(size)
    touching = rng.permutation(len(i)) < 120
    contacts = np.zeros((size, size), bool)
    contacts[i[touching], j[touching]] = True
    scores = rng.normal(size=(HEADS, len(i)))
    scores[GENERAL] += 2.0 * touching
    scores[LEAK] += 50.0 * touching * leak
    best = np.argsort(-scores, axis=1)[:, :size]
    top = np.stack([i[best], j[best]], axis=2)
    known = np.zeros_like(contacts)
    known[i, j] = True
    return KnownProtein(f"p{k}", k, contacts | contacts.T, known, top, (i, j), scores.T.astype(np.float32))


@pytest.fixture(scope="module")
def proteins():
    rng = np.random.default_rng(0)
    return [protein(k, rng, leak=k == 0) for k in range(5)]


def test_the_planted_head_is_chosen_and_nothing_else_passes(proteins):
    choice = choose(proteins[1:])
    assert choice.weights["best head"].argmax() == GENERAL
    assert choice.table.query("q_value <= .05")["head"].tolist() == [GENERAL]
    assert np.abs(choice.weights["logistic regression"]).argmax() == GENERAL


def test_a_leak_in_a_protein_is_never_seen_by_the_choice_it_is_scored_with(proteins):
    seeing = choose([proteins[0]])
    assert seeing.weights["best head"].argmax() == LEAK  # the leak would win if it were looked at
    choices = leave_one_out(proteins)
    own = choices["p0"]
    assert "p0" not in own.seen and own.weights["best head"].argmax() == GENERAL
    assert abs(own.weights["logistic regression"][LEAK]) < 0.1 * own.weights["logistic regression"][GENERAL]
    # What is scored may be turned upside down: the choice for it stays bit for bit.
    other = replace(proteins[0], contacts=~proteins[0].contacts, top=proteins[0].top[::-1])
    again = leave_one_out([other, *proteins[1:]])["p0"]
    assert all(np.array_equal(again.weights[name], own.weights[name]) for name in own.weights)
    assert not np.array_equal(
        leave_one_out([other, *proteins[1:]])["p1"].weights["logistic regression"],
        choices["p1"].weights["logistic regression"],
    )


def test_proteins_of_one_group_are_left_out_together(proteins):
    related = [replace(proteins[0], id="twin", group=0), *proteins]
    choices = leave_one_out(related)
    assert choices["p0"].seen == choices["twin"].seen == ("p1", "p2", "p3", "p4")


def test_nothing_is_chosen_where_nothing_shows_contacts(proteins):
    rng = np.random.default_rng(1)
    blind = [replace(p, top=p.top[:, rng.permutation(60)][[0, 1, 3, 5]]) for p in proteins]
    assert "best head" not in choose(blind).weights
    assert choose([]).weights == {}


def test_contacts_are_shifted_along_both_axes():
    contacts = np.zeros((5, 5), bool)
    contacts[0, 2] = contacts[2, 0] = True
    assert np.argwhere(shifted(contacts, 1)).tolist() == [[1, 3], [3, 1]]


def test_site_heads_and_their_aurocs():
    rng = np.random.default_rng(2)
    sites = [rng.random(80) < 0.15 for _ in range(4)]
    received = [rng.normal(size=(HEADS, 80)) for _ in sites]
    for one, labels in zip(received, sites, strict=True):
        one[GENERAL] += 2 * labels
    from sklearn.metrics import roc_auc_score

    assert head_aurocs(received[0], sites[0])[1] == pytest.approx(roc_auc_score(sites[0], received[0][1]))
    known = [LabelledProtein(str(k), k, r, s) for k, (r, s) in enumerate(zip(received, sites, strict=True))]
    weights = choose_site_heads(known)
    assert weights["best head"].argmax() == GENERAL
    assert weights["logistic regression"].argmax() == GENERAL
    assert choose_site_heads([replace(known[0], sites=np.zeros(80, bool))]) == {}


def test_p_alpha_pools_arcs_and_needs_a_hundred():
    share = pooled_share([np.array([90.0, 60]), np.array([60.0, 30])], [np.array([9.0, 60]), np.array([6.0, 30])])
    assert share[0] == pytest.approx(0.1) and np.isnan(share[1])


def test_amino_acid_ratio_by_hand():
    attention, pairs = np.zeros((20, 20)), np.zeros((20, 20))
    pairs[0, :2] = 100
    attention[0, 0], attention[0, 1] = 30, 10
    ratio = amino_acid_ratio(attention, pairs)
    assert ratio[0, 0] == pytest.approx(np.log2(0.3 / 0.2)) and ratio[0, 1] == pytest.approx(np.log2(0.1 / 0.2))
    assert np.isnan(ratio[1, 1])


def test_one_good_head_of_hundreds_can_pass_the_correction():
    rng = np.random.default_rng(4)
    drawn = rng.normal(0.05, 0.01, (199, 660))
    found = rng.normal(0.05, 0.01, 660)
    found[17] = 0.15
    p = pooled_p(found, drawn, least=0.001)
    assert p[17] == pytest.approx(1 / (199 * 660 + 1)) and p[17] * 660 < 0.05
    assert 0.4 < np.median(p) < 0.6  # the others are as uniform as they should be
    assert pooled_p(np.zeros(3), np.zeros((9, 3)), least=0.01).tolist() == [1, 1, 1]

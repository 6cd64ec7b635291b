"""Verdicts of the protein study on scores whose truth is planted; what is asked of whom."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from regard.core.evidence import CANNOT_TELL, NOT_SUPPORTED, SUPPORTED, TOO_FEW
from regard.core.scores import PairScores
from regard.judge.contacts import HYDROPATHY as WATER
from regard.predictors.residues import by_distance, hydrophobic_pairs
from regard.studies.protein.contact_scores import DISTANCE, HYDROPATHY
from regard.studies.protein.contacts import judge
from regard.studies.protein.inputs import Protein
from regard.studies.protein.questions import about_contacts, about_sites, looks_of
from regard.studies.protein.sites import GRADIENT, RECEIVED, study_sites

RESIDUES = np.array(list("ACDEFGHIKLMNPQRSTVWY"))


def protein(k, rng, size=70):
    """Contacts between water-avoiding residues, more the nearer they are, and sites that are one residue in eight."""
    sequence = "".join(rng.choice(RESIDUES, size))
    water = np.array([WATER[c] for c in sequence])
    apart = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    chance = 0.5 / (1 + np.exp(3.5 + 0.03 * apart - 0.15 * np.add.outer(water, water)))
    contacts = np.triu(rng.random((size, size)) < 4 * chance, 6)
    return Protein(
        f"p{k}", sequence, group=k, contacts=contacts | contacts.T, resolved=np.ones(size, bool),
        sites={"site": rng.random(size) < 0.125},
    )  # fmt: skip


@pytest.fixture(scope="module")
def proteins():
    rng = np.random.default_rng(1)
    return [protein(k, rng) for k in range(10)]


def pairs(proteins, name, score):
    return PairScores([p.id for p in proteins], [np.asarray(score(p), float) for p in proteins], name)


@pytest.fixture(scope="module")
def scores(proteins):
    """A head that is the contacts with noise; heads that know only distance, or hydropathy; what needs no model."""
    rng = np.random.default_rng(2)

    def noise(p):
        one = rng.normal(size=(len(p), len(p)))
        return (one + one.T) / 2

    found = [
        pairs(proteins, "head of contacts", lambda p: p.contacts + noise(p)),
        pairs(proteins, "head of distance", lambda p: by_distance(len(p)) / 20 + 0.3 * noise(p)),
        pairs(proteins, "head of hydropathy", lambda p: hydrophobic_pairs(p.sequence) + 0.3 * noise(p)),
        pairs(proteins, DISTANCE, lambda p: by_distance(len(p))),
        pairs(proteins, HYDROPATHY, lambda p: hydrophobic_pairs(p.sequence)),
    ]
    twins = [[pairs(proteins, "twin", noise) for _ in range(3)] for _ in range(5)]
    return {one.name: one for one in found}, twins


def test_a_head_of_contacts_is_supported_and_heads_of_distance_and_hydropathy_are_not(proteins, scores):
    named, twins = scores
    table = judge(proteins, named, twins, looks=looks_of(proteins))
    assert set(table.metric) == {"P@L", "P@L/2", "P@L/5", "auprc"}
    assert set(table.annotation) == {f"contacts, {r} apart" for r in ("6 to 11", "12 to 23", "24 and more")}
    main = table[table.metric == "P@L"].pivot(index="method", columns="annotation", values="verdict")
    assert set(main.loc["head of contacts"]) == {SUPPORTED}
    assert set(main.loc["head of distance"]) == set(main.loc["head of hydropathy"]) == {NOT_SUPPORTED}
    free = table[table.method.isin([DISTANCE, HYDROPATHY])]
    assert len(free) == 3 * 4 * 2 and not free.reason.str.contains("random weights").any()
    assert table.groupby(["annotation", "metric"]).n.nunique().eq(1).all()  # all share the places
    far = table[(table.method == "head of distance") & (table.metric == "P@L")]
    assert (far.needed > far.value).all()


def test_without_twins_it_cannot_be_told(proteins, scores):
    named, _ = scores
    table = judge(proteins, named)
    read = table[table.method.str.startswith("head of")]
    assert set(read.verdict) == {CANNOT_TELL} and read.reason.str.contains("random weights").all()


def test_a_place_that_one_method_lacks_is_asked_of_none(proteins, scores):
    named, _ = scores
    holes = [v.copy() for v in named["head of distance"].values]
    for one in holes:
        one[:, -10:] = one[-10:] = np.nan
    less = {**named, "head of distance": replace(named["head of distance"], values=holes)}
    table, whole = (judge(proteins[:3], cut(one, 3), []) for one in (less, named))
    assert table.groupby("annotation").n.nunique().eq(1).all()
    assert (table.n.to_numpy() < whole.n.to_numpy()).all()


def cut(named, count):
    return {name: PairScores(one.ids[:count], one.values[:count], name) for name, one in named.items()}


def test_few_structures_are_too_few_and_ask_for_no_twins(proteins):
    assert looks_of(proteins) == 4  # three ranges and a kind of site
    assert looks_of(proteins[:7]) == 0
    assert looks_of([replace(p, group=p.group % 7) for p in proteins]) == 0
    assert looks_of([replace(p, sites={}) for p in proteins]) == 3
    rare = [replace(p, sites={"site": np.arange(len(p)) == 5}) for p in proteins]
    assert looks_of(rare) == 3 and not about_sites(rare)["site"].enough  # ten sites
    assert about_contacts([replace(p, contacts=None, resolved=None) for p in proteins]) == {}


def test_a_planted_head_of_sites_is_supported_and_one_of_hydropathy_is_not(proteins):
    rng = np.random.default_rng(4)

    def received(p, knows):
        heads = rng.normal(size=(4, len(p)))
        heads[1] += 2 * p.sites["site"] * (knows == "sites")
        heads[1] += 5 * np.array([WATER[c] for c in p.sequence]) * (knows == "hydropathy")
        return heads

    twins = [{p.id: received(p, "") for p in proteins} for _ in range(5)]
    verdicts = {}
    for knows in ("sites", "hydropathy"):
        table = study_sites(proteins, {p.id: received(p, knows) for p in proteins}, {}, twins, item="toy", looks=2)
        assert set(table.metric) == {"auroc", "auprc"} and GRADIENT not in set(table.method)
        verdicts[knows] = table[table.metric == "auroc"].set_index("method").verdict
    assert verdicts["sites"]["attention received, best head"] == SUPPORTED
    assert set(verdicts["hydropathy"].filter(like="attention")) == {NOT_SUPPORTED}
    assert RECEIVED in verdicts["sites"]
    few = study_sites(proteins[:5], {p.id: received(p, "sites") for p in proteins}, {}, [], item="toy")
    assert isinstance(few, pd.DataFrame) and set(few.verdict) == {TOO_FEW}

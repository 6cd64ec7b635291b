"""Copies and complexes through the readers to the questions: what is a contact, and what is asked of whom."""

from types import SimpleNamespace

import numpy as np
import pytest

from regard.annotate.residue_names import TWENTY
from regard.core.scores import PairScores
from regard.studies.protein.complexes import LINKER, complexes_of, joined
from regard.studies.protein.complexes_report import joined_words
from regard.studies.protein.contacts import judge
from regard.studies.protein.inputs import Protein, apart
from regard.studies.protein.questions import about_contacts
from regard.studies.protein.structures import with_structures
from tests.annotate.structures import backbone, write

THREE = {letter: name for name, letter in TWENTY.items()}
STEP = 4.1  # Å
rng = np.random.default_rng(5)
ONE, OTHER = ("".join(rng.choice(list("ACDEFHIKLMNPQRSTVWY"), 40)) for _ in range(2))


def line(sequence, chain, start, way=1):
    """A chain along the first axis, Cα a step apart."""
    at = np.asarray(start, float) + np.arange(len(sequence))[:, None] * [way * STEP, 0, 0]
    return [*backbone([(THREE[c], str(k + 1), xyz, None) for k, (c, xyz) in enumerate(zip(sequence, at, strict=True))],
                      chain), "TER"]  # fmt: skip


@pytest.fixture(scope="module")
def placed(tmp_path_factory):
    """Two copies that run against each other, so that i and 39 − i touch; another protein along the first."""
    lines = [
        *line(ONE, "A", (0, 0, 0)), *line(ONE, "B", (39 * STEP, 6, 0), -1), *line(OTHER, "C", (0, 0, 7)),
    ]  # fmt: skip
    path = write(tmp_path_factory.mktemp("pdb") / "x.pdb", lines)
    proteins = [Protein("one", ONE), Protein("other", OTHER), Protein("alone", OTHER[::-1])]
    found, remarks = with_structures(proteins, [path])
    assert remarks == ["1 proteins are in no structure given: alone"]
    return found, path


def test_contacts_between_copies_are_contacts_of_the_sequence(placed):
    (one, other, _), path = placed
    rank = np.arange(40)
    crossing = np.abs(rank[:, None] + rank - 39) * STEP  # along the line, between residues of the two copies
    touch = np.hypot(crossing, 6) < 8
    within = np.abs(rank[:, None] - rank) * STEP < 8
    np.fill_diagonal(touch, False)
    np.fill_diagonal(within, False)
    assert np.array_equal(one.contacts, touch | within) and np.array_equal(one.between, touch & ~within)
    assert one.placed.names == ["A", "B"] and one.placed.same[0].id == "B" and other.between is None
    (alone,), _ = with_structures([Protein("one", ONE)], [path], copies=False)
    assert np.array_equal(alone.contacts, within) and alone.between is None


def test_copies_are_asked_by_themselves_without_pairs_that_touch_within(placed):
    (one, other, alone), _ = placed
    asked = about_contacts([one, other, alone])
    assert list(asked) == ["6 to 11", "12 to 23", "24 and more", "between copies"]
    question = asked["between copies"]
    assert question.ids == ["one"] and not (question.there[0] & one.contacts & ~one.between).any()
    assert (question.labels[0] & question.there[0]).sum() == (one.between & one.known).sum() > 20
    far = asked["24 and more"]
    assert (far.labels[0] & far.there[0]).sum() == (one.between & np.triu(apart(40, 24))).sum() > 0


def test_copies_are_judged_by_the_scores_of_their_own_protein(placed):
    """A score that is the contacts between copies is perfect there, and one that is those within is not asked."""
    (one, other, _), _ = placed
    rng = np.random.default_rng(0)
    noise = [rng.random((40, 40)) / 10 for _ in range(2)]
    ids = ["other", "one"]  # not first, so that the wrong protein's scores would be noticed
    right = PairScores(ids, [noise[0], noise[1] + one.between], "right")
    wrong = PairScores(ids, [noise[0] + 1, noise[1] + (one.contacts & ~one.between)], "wrong")
    table = judge([other, one], {"right": right, "wrong": wrong}, [[right]])
    rows = table[(table.annotation == "contacts, between copies") & (table.metric == "auprc")].set_index("method")
    assert rows.value["right"] == pytest.approx(1) and rows.value["wrong"] < 0.6
    (question,) = [q for name, q in about_contacts([other, one]).items() if name == "between copies"]
    assert set(rows.n) == {int(question.there[0].sum())}


def test_two_proteins_of_one_structure_are_read_as_one(placed):
    (one, other, alone), _ = placed
    model = SimpleNamespace(name="toy", longest=200)
    (both,), remarks = complexes_of(model, [one, other, alone])
    assert both.id == "one + other" and both.sequence == ONE + LINKER + OTHER and not remarks
    assert both.across == (40, 65) and both.chain == "x A or B with C"
    i, j = np.nonzero(both.known)
    assert len(i) == 1600 and i.max() == 39 and j.min() == 65
    # The other protein runs along the first, 7 Å away: residues of one number touch.
    assert {(i, j - 65) for i, j in np.argwhere(both.contacts & both.known)} == {(k, k) for k in range(40)}
    assert joined_words(both).startswith(
        "one + other (chain A or B with C of x): 40 pairs of residues touch (Cβ < 8 Å) between some of these chains, "
        "copies taken together."
    )
    asked = about_contacts([both])
    assert list(asked) == ["between two chains"] and asked["between two chains"].there[0].sum() == 1600
    none, (told,) = complexes_of(SimpleNamespace(name="toy", longest=100), [one, other])
    assert not none and "105 residues with a linker, and toy reads 100 at once" in told
    assert joined(one, one) is None and joined(one, alone) is None


def test_mutants_of_one_chain_are_no_complex(placed):
    (one, *_), path = placed
    mutant = ONE[:10] + ("A" if ONE[10] != "A" else "C") + ONE[11:]
    (same,), _ = with_structures([Protein("mutant", mutant)], [path])
    assert same.placed is not None and joined(one, same) is None

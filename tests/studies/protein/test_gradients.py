"""Gradient × input of a few residues: which, how many, and what is said of it."""

import numpy as np
import pytest
from rich.progress import Progress

from regard.attribute.protein import gradient_pairs, position_scores
from regard.errors import InputError
from regard.models.protein.model import load_protein
from regard.studies.protein.gradients import ALL, FEW, LONGEST, NONE, SHORT, gradients_of, number_of, rows_of
from regard.studies.protein.inputs import Protein
from regard.studies.protein.study import study
from tests.models.protein_folder import write_esm2

LETTERS = np.random.default_rng(0).choice(list("ACDEFGHIKLMNPQRSTVWY"), LONGEST + 1)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return load_protein(str(write_esm2(tmp_path_factory.mktemp("esm2") / "tiny", layers=2, heads=4)))


def protein(length, name="p"):
    return Protein(name, "".join(LETTERS[:length]))


def test_rows_that_are_asked_are_those_of_all(model):
    sequence, rows = "".join(LETTERS[:40]) + "X", np.array([3, 17, 30])
    every, some, done = gradient_pairs(model, sequence), gradient_pairs(model, sequence, rows=rows), []
    np.testing.assert_allclose(some[rows], every[rows], atol=1e-6)
    assert np.isnan(np.delete(some, rows, axis=0)).all() and np.isnan(every[40]).all()
    np.testing.assert_allclose(position_scores(some)[3], every[[17, 30], 3].mean())
    gradient_pairs(model, sequence, rows=rows, advance=done.append)
    assert sum(done) == 3


def test_a_short_protein_is_asked_in_full_and_of_a_long_one_a_few_are_drawn():
    assert len(rows_of(protein(SHORT), None, (), 0)) == SHORT
    few = rows_of(protein(500), None, (77,), 0)
    assert len({*few}) == FEW and 77 in few and (np.diff(few) > 0).all()
    assert np.array_equal(few, rows_of(protein(500), None, (77,), 0)) and not np.array_equal(
        few, rows_of(protein(500), None, (77,), 1)
    )
    assert len(rows_of(protein(500), number_of(ALL), (), 0)) == 500
    assert len(rows_of(protein(500), number_of("9"), (), 0)) == 9
    assert 20 not in rows_of(Protein("x", "A" * 20 + "X"), None, (20,), 0)  # no likelihood of a letter that is none


def test_what_was_asked_is_counted_and_said(model):
    drawn = gradients_of(model, [protein(30, "a"), protein(20, "b")], most=25)
    assert drawn.rows == {"a": 25, "b": 20} and (~np.isnan(drawn.of["a"][:, 0])).sum() == 25
    assert "25 of 30 residues of a, drawn at random" in drawn.remarks[0] and len(drawn.remarks) == 1
    assert drawn.of_pairs([protein(30, "a"), protein(20, "b")]) == {}
    assert list(drawn.of_pairs([protein(20, "b")])) == ["b"]
    none = gradients_of(model, [protein(30)], most=number_of(NONE))
    assert none.of == {} and none.remarks == ["gradient × input was left out (--gradients none)"]
    (told,) = gradients_of(model, [protein(LONGEST + 1, "long")]).remarks
    assert told.endswith(f"longer than {LONGEST} residues: long")


@pytest.mark.parametrize("asked", ["some", "1", "-3", "2.5"])
def test_what_cannot_be_asked_is_one_line(asked):
    with pytest.raises(InputError, match=r"--gradients .*: expected all, none, or a number of residues, 2 or more"):
        number_of(asked)


def test_a_study_of_few_residues_has_gradients_beside_attention_at_sites_alone(model):
    sited = [
        Protein(
            name, "".join(LETTERS[at : at + 40]), group=k, sites={"site": np.arange(40) % 7 == 0},
            contacts=np.abs(np.subtract.outer(np.arange(40), np.arange(40))) == 9, resolved=np.ones(40, dtype=bool),
        )
        for k, (name, at) in enumerate((("a", 0), ("b", 100)))
    ]  # fmt: skip
    for most, contacts in ((12, False), (None, True)):
        with Progress(disable=True) as progress:
            result = study(model, sited, "toy", [], twins=0, gradients=most, seed=0, progress=progress)
        asked = result.evidence[result.evidence.method == "gradient × input"].annotation
        assert (asked == "site").any() and asked.str.startswith("contacts").any() == contacts
        assert any("drawn at random" in one for one in result.remarks) == (not contacts)

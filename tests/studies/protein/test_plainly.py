"""Three sentences first: what was looked at, what came of it, what it is not for."""

from types import SimpleNamespace

import pandas as pd
import pytest

from regard.core.evidence import NOT_SUPPORTED, SUPPORTED, TOO_FEW
from regard.data.proteins import AMINO_ACIDS
from regard.studies.protein.factored import FACTORED
from regard.studies.protein.inputs import Protein
from regard.studies.protein.plainly import NOT_FOR_PATIENTS, three_sentences, words_section
from tests.report.pages import rows_of

SEQUENCE = "MKTAYIAKQR"


def result(every=None, proteins=None):
    return SimpleNamespace(
        proteins=proteins or [Protein("enzyme", SEQUENCE)], model=SimpleNamespace(name="toy"), every=every or {}
    )


@pytest.mark.parametrize(
    ("verdicts", "says"),
    [
        ([SUPPORTED, NOT_SUPPORTED], "agrees with what is known (active site)"),
        ([NOT_SUPPORTED, NOT_SUPPORTED], "Of 2 comparisons with what is known none goes beyond luck"),
        ([TOO_FEW], "Too little is known"),
        ([], "Too little is known"),
    ],
)
def test_the_second_sentence_is_the_verdict(verdicts, says):
    rows = judged(verdicts)
    first, second, third = three_sentences(result(), rows, [])
    assert "which residues of enzyme the model toy reads" in first and says in second and third == NOT_FOR_PATIENTS


def judged(verdicts, method="attention"):
    return pd.DataFrame([{"verdict": one, "annotation": "active site", "method": method} for one in verdicts],
                        columns=["verdict", "annotation", "method"], dtype=object)  # fmt: skip


def test_what_an_alignment_taught_is_not_told_of_the_model():
    rows = pd.concat([judged([TOO_FEW]), judged([SUPPORTED], FACTORED)])
    _, second, _ = three_sentences(result(), rows, [])
    assert second.startswith("Too little is known") and "which is not the model's, agrees" in second
    assert second == three_sentences(result(), rows[:1], [])[1] + second[second.index(" Attention that was") :]


def test_the_third_tells_the_rank_of_a_variant_and_what_it_is_not():
    rows = [(i, SEQUENCE[i], a, 0.0) for i in range(10) for a in AMINO_ACIDS if a != SEQUENCE[i]]
    every = pd.DataFrame(rows, columns=["position", "wild", "mutant", "log_ratio"])
    every.loc[(every.position == 3) & (every.mutant == "T"), "log_ratio"] = -1.0
    none = judged([])
    *_, third = three_sentences(result({"enzyme": every}), none, ["A4T"])
    assert third.startswith("A4T comes 1 of 190") and "nothing about disease" in third
    assert third.endswith(NOT_FOR_PATIENTS)


def test_each_word_has_a_meaning():
    section = words_section()
    assert all(row["word"] and row["what it means"] for row in rows_of(section))

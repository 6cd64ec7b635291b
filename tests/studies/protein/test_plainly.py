"""A few sentences first: what was looked at, what came of it, the variants, what it is not for."""

from types import SimpleNamespace

import pandas as pd
import pytest

from regard.annotate.uniprot import Feature
from regard.core.evidence import NOT_SUPPORTED, SUPPORTED, TOO_FEW, evidence
from regard.data.proteins import AMINO_ACIDS
from regard.studies.protein.changed import place_variants
from regard.studies.protein.contact_scores import COUPLING
from regard.studies.protein.factored import FACTORED
from regard.studies.protein.inputs import Protein
from regard.studies.protein.plainly import NOT_FOR_PATIENTS, first_said, words_section
from regard.studies.protein.reported import known_briefly
from tests.report.pages import rows_of

SEQUENCE = "MKTAYIAKQR"


def result(every=None, proteins=None, rows=()):
    return SimpleNamespace(
        proteins=proteins or [Protein("enzyme", SEQUENCE)], model=SimpleNamespace(name="toy"), every=every or {},
        deletions={}, evidence=evidence(list(rows)),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("verdicts", "says"),
    [
        ([SUPPORTED, NOT_SUPPORTED], "agrees with what is known (active site)"),
        ([NOT_SUPPORTED], "The one comparison with what is known that could be judged does not go beyond luck"),
        ([NOT_SUPPORTED, NOT_SUPPORTED], "Of 2 comparisons with what is known none goes beyond luck"),
        ([TOO_FEW], "Too little is known"),
        ([], "Too little is known"),
    ],
)
def test_the_second_sentence_is_the_verdict(verdicts, says):
    rows = judged(verdicts)
    first, second, third = first_said(result(), rows, [])
    assert "which residues of enzyme the model toy reads" in first and says in second and third == NOT_FOR_PATIENTS


def judged(verdicts, method="attention"):
    about = {"item": "enzyme", "annotation": "active site", "metric": "auprc", "method": method, "value": 0.3531}
    return evidence([about | {"verdict": one} for one in verdicts])


def test_what_an_alignment_taught_is_not_told_of_the_model():
    rows = pd.concat([judged([TOO_FEW]), judged([SUPPORTED], FACTORED)])
    _, second, _ = first_said(result(), rows, [])
    assert second.startswith("Too little is known") and "which is not the model's, agrees" in second
    assert second == first_said(result(), rows[:1], [])[1] + second[second.index(" Attention that was") :]


def test_what_needs_no_model_and_does_better_is_said_at_once():
    rows = judged([SUPPORTED], FACTORED)
    free = {"item": "enzyme", "annotation": "active site", "metric": "auprc", "method": COUPLING, "value": 0.4412}
    _, second, _ = first_said(result(rows=[free]), rows, [])
    assert second.endswith(
        " Coupling in the alignment, which needs no model, does better by itself at active site: 0.441 against 0.353."
    )
    for other in ({"value": 0.3}, {"item": "other"}, {"metric": "auroc"}, {"annotation": "fold"}, {"method": "m"}):
        assert "needs no model" not in first_said(result(rows=[free | other]), rows, [])[1]
    assert "needs no model" not in first_said(result(rows=[free]), judged([NOT_SUPPORTED], FACTORED), [])[1]


def all_of(sequence):
    rows = [(i, c, a, 0.0) for i, c in enumerate(sequence) for a in AMINO_ACIDS if a != c]
    return pd.DataFrame(rows, columns=["position", "wild", "mutant", "log_ratio"])


def test_each_variant_asked_for_is_told_with_what_is_known_of_it():
    reported = (
        Feature("variant", 3, 4, "A -> T (in DEMO)"),
        Feature("mutagenesis", 7, 8, "K->A: No effect."),
        Feature("mutagenesis", 8, 9, "Q->E,N: Loss of activity."),
        Feature("variant", 6, 8, "Missing (in DEMO2)"),
    )
    proteins = [Protein("enzyme", SEQUENCE, reported=reported)]
    for text, says in (("Q9E", "mutagenesis: Loss of activity."), ("A7_K8del", "a natural variant (in DEMO2).")):
        ((_, change),) = place_variants([text], proteins)
        assert known_briefly(proteins[0], *change.parts[0]) == f"The UniProt file has it as {says}"
    asked = ["A4T", "K8R", "A4T:Y5F", "Q9E", "R10K"]
    *_, one, other, both, more, last = first_said(result({"enzyme": all_of(SEQUENCE)}, proteins), judged([]), asked)
    assert one.startswith("A4T comes 1 of 190") and one.endswith(
        "The UniProt file has it as a natural variant (in DEMO)."
    )
    assert other.endswith("The UniProt file has another change there, mutagenesis: K->A: No effect.")
    assert both == (
        "A4T:Y5F: what the model makes of it stands below. A4T: The UniProt file has it as a natural variant (in "
        "DEMO). Y5F: The UniProt file has nothing on it."
    )
    assert more == "And 2 more variants, below." and last.endswith(NOT_FOR_PATIENTS)
    (alone, _) = first_said(result({"enzyme": all_of(SEQUENCE)}), judged([]), ["A4T"])[2:]
    assert "UniProt" not in alone  # none was given


def test_a_second_protein_is_one():
    two = result(proteins=[Protein("a", SEQUENCE), Protein("b", SEQUENCE[1:])])
    assert "residues of a and 1 more protein the model" in first_said(two, judged([]), [])[0]
    assert first_said(two, judged([]), ["b:A3T"])[2].startswith("A3T of b:")


def test_the_third_tells_the_rank_of_a_variant_and_what_it_is_not():
    every = all_of(SEQUENCE)
    every.loc[(every.position == 3) & (every.mutant == "T"), "log_ratio"] = -1.0
    none = judged([])
    *_, third, last = first_said(result({"enzyme": every}), none, ["A4T"])
    assert third.startswith("A4T comes 1 of 190") and "nothing about disease" in last
    assert last.endswith(NOT_FOR_PATIENTS)


def test_each_word_has_a_meaning():
    section = words_section()
    assert all(row["word"] and row["what it means"] for row in rows_of(section))

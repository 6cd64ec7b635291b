"""What verdicts were held against is told from the rows themselves."""

from regard.core.evidence import NOT_SUPPORTED, SUPPORTED, TOO_FEW, evidence
from regard.studies.protein.bar import beyond
from regard.studies.protein.contact_scores import MEAN
from regard.studies.protein.factored import FACTORED

APART, BESIDE = "separation, residues and place", "residues, their neighbours and place"


def row(method, verdict, baseline):
    return {"method": method, "verdict": verdict, "baseline": baseline}


def test_coupling_was_in_the_bar_of_the_model_and_not_of_the_layer():
    layer, model = row(FACTORED, SUPPORTED, APART), row(MEAN, NOT_SUPPORTED, BESIDE)
    assert beyond(evidence([layer, row(MEAN, TOO_FEW, BESIDE)])) == (
        "moved labels, random weights, and separation, residue types and place"
    )
    assert beyond(evidence([model])).endswith(
        "and residue types, their neighbours and place, with all that is marked “needs no model”"
    )
    assert beyond(evidence([layer, model, model])).count("; or ") == 1

"""What the report says of verdicts: each sentence from rows whose answer is known; and of heads that are supported."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from rich.progress import Progress

from regard.core.evidence import CANNOT_TELL, NOT_SUPPORTED, SEEN, SUPPORTED, TOO_FEW, evidence
from regard.models.protein.model import load_protein
from regard.studies.protein.contact_scores import BEST, DISTANCE, GRADIENT, MEAN, SHIPPED, TOP
from regard.studies.protein.evidence_sections import wide
from regard.studies.protein.factored import FACTORED
from regard.studies.protein.inputs import Protein
from regard.studies.protein.matter import matter_sections, supported_heads, usual
from regard.studies.protein.sites import BEST as SITE_BEST
from regard.studies.protein.study import last_words, study
from regard.studies.protein.which_model import FEWER, TWINS, for_antiberty, twins_for
from regard.studies.protein.words import answers, counted, headline, judged_rows
from tests.models.protein_folder import write_esm2
from tests.report.pages import lines_of

FAR = "contacts, 24 and more apart"


def row(method, verdict, annotation=FAR, metric="P@L", **more):
    usual = {
        "value": 0.1,
        "needed": 0.21,
        "adds": 0.01,
        "adds_low": -0.1,
        "baseline": "place",
        "reason": f"why {method}",
    }
    return {"method": method, "annotation": annotation, "metric": metric, "verdict": verdict} | usual | more


def test_only_judged_comparisons_of_the_model_are_counted():
    rows = [
        row(MEAN, NOT_SUPPORTED),
        row(BEST, SUPPORTED),
        row(BEST, SUPPORTED, metric="auprc"),  # another figure of the same comparison
        row(DISTANCE, SUPPORTED),  # reads no model
        row(MEAN, TOO_FEW, "paratope", "auroc"),
        row(SITE_BEST, CANNOT_TELL, "CDR", "auroc"),
        row(SHIPPED["best head"], TOO_FEW, reason=f"{SEEN}: it taught it"),
    ]
    judged = judged_rows(evidence(rows))
    assert len(judged) == 4
    assert counted(judged) == "1 of 2 comparisons supported; 1 has too few labels; 1 cannot be told"
    assert counted(judged[judged.verdict == TOO_FEW]) == "no comparison could be judged; 1 has too few labels"
    assert counted(judged[:0]) == "nothing known to compare with"


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([row(MEAN, TOO_FEW)], "Too few proteins for a verdict"),
        ([row(MEAN, NOT_SUPPORTED), row(BEST, TOO_FEW)], "The one comparison of the model with what is known is not"),
        ([row(MEAN, CANNOT_TELL), row(BEST, TOO_FEW)], "No verdict: it cannot be told"),
        (
            [row(MEAN, SUPPORTED), row(GRADIENT, SUPPORTED, "x")],
            f"Attention agrees with {FAR}, beyond place$",
        ),
        (
            [row(MEAN, SUPPORTED, baseline="separation, residues and place"), row(TOP, SUPPORTED, "CDR", "auroc")],
            f"Attention agrees with {FAR}, beyond separation, residue types and place; and with CDR, beyond place$",
        ),
        (
            [row(FACTORED, SUPPORTED, "contacts within p", "auprc")],
            "Attention trained on the alignment, not the model's, agrees with contacts within p, beyond place$",
        ),
        ([row(GRADIENT, SUPPORTED)], "Gradient × input agrees"),
    ],
)
def test_the_headline_restates_the_verdicts(rows, says):
    assert pd.Series([headline(evidence(rows))]).str.match(says).all()


def test_the_answer_says_what_a_head_would_have_needed():
    rows = [row(MEAN, NOT_SUPPORTED), row(BEST, NOT_SUPPORTED, value=0.15), row(TOP, SUPPORTED, "CDR", "auroc")]
    not_supported, supported = answers(evidence(rows))
    assert f"not supported for {MEAN}, {BEST}" in not_supported and f"Highest by itself is {BEST}" in not_supported
    assert "P@L 0.15 (it would have needed 0.21); why" in not_supported
    assert supported.startswith(f"CDR: supported for {TOP}. Most is added to place by {TOP}, +0.010 [-0.100, ")
    (untold,) = answers(evidence([row(MEAN, CANNOT_TELL)]))
    assert untold == f"C{FAR[1:]}: cannot be told for {MEAN}; why {MEAN}."
    (line,) = answers(evidence([row(MEAN, NOT_SUPPORTED, needed=0.05)]))
    assert "needed" not in line
    (few,) = answers(evidence([row(MEAN, TOO_FEW)]))
    assert few.startswith(f"Too few labels: {FAR}") and "20 positives in 8 independent proteins" in few


def test_a_row_of_the_table_tells_no_lead_where_nothing_was_judged():
    rows = wide(evidence([row(MEAN, TOO_FEW), row(BEST, NOT_SUPPORTED), row(DISTANCE, SUPPORTED)]), "contacts")
    told = {r["method"]: (r["told"], r["free"], r["needed"]) for r in rows}
    assert told[MEAN][0] is False and np.isnan(told[MEAN][2])
    assert told[BEST] == (True, False, 0.21) and told[DISTANCE][:2] == (False, True)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return load_protein(str(write_esm2(tmp_path_factory.mktemp("esm2") / "tiny", layers=2, heads=4)))


@pytest.fixture(scope="module")
def proteins():
    rng = np.random.default_rng(0)
    letters = np.array(list("ACDEFGHIKLMNPQRSTVWY"))
    return [Protein(f"p{k}", "".join(rng.choice(letters, 30)), group=k) for k in range(10)]


def test_twins_are_read_only_where_a_verdict_can_come_of_them(model, proteins):
    sited = [replace(p, sites={"site": np.arange(30) % 7 == 0}) for p in proteins]
    assert twins_for(model, sited, None) == (TWINS, [])
    assert twins_for(model, sited[:7], None) == (0, []) == twins_for(model, proteins, 5)
    count, (told,) = twins_for(model, sited, 0)
    assert count == 0 and "two are the least for a verdict" in told
    network = SimpleNamespace(parameters=lambda: [SimpleNamespace(numel=lambda: 60_000_000)])
    heavy = SimpleNamespace(name="heavy", device=model.device, network=network)
    count, (told,) = twins_for(heavy, sited, None)
    assert count == FEWER and "60 million weights" in told and f"{FEWER} models" in told
    assert twins_for(heavy, sited, 9) == (9, [])


def test_a_study_without_twins_supports_nothing_and_says_what_it_lacks(model, proteins):
    rng = np.random.default_rng(1)
    sited = [replace(p, sites={"site": rng.random(30) < 0.2}) for p in proteins]
    verdicts = {}
    for twins in (0, 4):
        with Progress(disable=True) as progress:
            result = study(model, sited, "toy", [], twins=twins, seed=0, progress=progress)
        rows = judged_rows(result.evidence)
        verdicts[twins] = set(rows.verdict)
        assert ("cannot be told" in last_words(result)[-1]) == (twins == 0)
    assert verdicts[0] == {CANNOT_TELL} and verdicts[4] == {NOT_SUPPORTED}


def test_one_domain_is_cut_to_its_own_and_two_to_theirs():
    one, other = (Protein(name, "MKTAYIAKQR", regions={"FR1": (2, 8)}) for name in "ab")
    (domain, _), _ = for_antiberty([one, other])
    assert domain.sequence == "TAYIAK" and domain.offset == 2
    assert "so that a was cut to its own; residues" in for_antiberty([one])[1][0]
    assert "so that a, b were cut to theirs; residues" in for_antiberty([one, other])[1][0]


def test_the_head_chosen_most_often_is_taken_out():
    one, other = np.array([0, 1.0, 0, 0, 0, 0, 0, 0]), np.array([0, 0, 0, 0, 0, 1.0, 0, 0])
    assert usual([one, other, other], 4) == ((1, 1),)
    assert usual([one / 2 + other / 2] * 3, 4) == ((0, 1), (1, 1))


def test_supported_heads_are_taken_out_and_others_are_not(model, proteins):
    weights = {"best head": np.eye(8)[2], "top heads": (np.eye(8)[2] + np.eye(8)[5]) / 2}
    contacts = SimpleNamespace(
        proteins=proteins, choices={p.id: SimpleNamespace(weights=weights) for p in proteins}, learned=None
    )
    result = SimpleNamespace(model=model, proteins=proteins, contacts=contacts, seed=0, readings={})
    rows = evidence([row(BEST, SUPPORTED), row(BEST, SUPPORTED, "near"), row(TOP, NOT_SUPPORTED), row(MEAN, SUPPORTED)])
    found = list(supported_heads(result, rows[rows.verdict == SUPPORTED]))
    assert [heads for heads, *_ in found] == [((0, 2),), ((0, 2),)]
    (section,) = matter_sections(result, rows)
    text = lines_of(section)
    assert section.title == "Does it matter?" and len(text) == 1 + 2 * 2
    assert text[0].startswith(f"Taken out: {BEST} ({FAR}, near). Where heads were chosen")
    assert "Without block 1 head 3 (zero ablation) the loss changes by" in text[1]
    assert "Without block 1 head 3 (mean ablation)" in text[3] and "8 sequences" in text[3]
    assert "other heads of the same blocks" in text[1] and "over 3 sets" in text[1]
    assert matter_sections(result, rows[rows.verdict == NOT_SUPPORTED]) == []

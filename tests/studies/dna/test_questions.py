"""Every answer on planted scores: it finds what was planted, denies what was not, and says what it cannot know."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from regard.core.evidence import CANNOT_TELL, NOT_SUPPORTED, SUPPORTED, TOO_FEW
from regard.studies.dna.evidence import MEAN_OF_HEADS
from regard.studies.dna.initiation import CrossCheck
from regard.studies.dna.mutagenesis import NAME as MUTATED
from regard.studies.dna.questions_heads import blocks, focus
from regard.studies.dna.questions_initiation import enhancers_initiate, peaks_on_motifs, weaker
from regard.studies.dna.questions_positions import attracting_positions, in_bins, ranges
from tests.studies.planted_many import HEADS, planted_many


@pytest.fixture(scope="module")
def many():
    return planted_many()


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_the_planted_position_of_the_planted_head_and_no_other(many):
    answer = attracting_positions(many)
    assert answer.sentence.startswith("1 of 16 heads attend more to some positions in promoter than in non-promoter")
    assert "block 3 head 2 at 40-49" in answer.sentence
    assert "the TSS being at 45" in answer.sentence
    verdicts = answer.rows.set_index("method").verdict
    assert verdicts["attention received, block 3 head 2, bases 40-49"] == SUPPORTED
    assert (verdicts == SUPPORTED).sum() == 1
    assert answer.rows.n.tolist() == [60] * 16  # sequences, not positions
    assert len(answer.figure.axes[0].collections[0].get_offsets()) == 1  # one dot


def test_blocks_differ_as_planted(many):
    answer = blocks(many)
    assert "The first block is more diffuse than the last (entropy 0.90 against 0.30" in answer.sentence
    assert "looks nearer (10 against 40 bp away; n = 60" in answer.sentence
    assert answer.rows.verdict.tolist() == [SUPPORTED, SUPPORTED]
    assert answer.rows.value[0] == pytest.approx(0.6, abs=0.01)


def test_the_head_whose_focus_depends_on_the_class(many):
    answer = focus(many)
    assert "1 of 16 heads are more or less focused" in answer.sentence
    found = answer.rows.set_index("method")
    assert found.verdict["entropy, block 2 head 1"] == SUPPORTED
    assert found.value["entropy, block 2 head 1"] < 0.1  # lower in promoters


def test_initiation_is_weaker_in_the_background_and_attention_is_where_planted(many):
    answer = weaker(many)
    assert "Peak of attention is higher in promoter than in non-promoter sequences" in answer.sentence
    assert answer.rows.verdict.tolist() == [SUPPORTED, SUPPORTED, CANNOT_TELL]
    assert "random weights (twins)" in answer.rows.reason.iloc[-1]  # the initiation model has none
    assert answer.rows.metric.tolist() == ["auroc"] * 3
    assert answer.rows.set_index("method").value["highest predicted initiation"] > 0.99
    assert "60 random" in answer.caveat


def test_what_gc_explains_is_not_called_evidence(many):
    """The same attention, but the promoters are of G and C only."""
    rows, rng = many.rows.copy(), np.random.default_rng(0)
    for i in many.groups["promoter"]:
        rows.loc[i, "sequence"] = "".join(rng.choice(list("GC"), 60))
    answer = weaker(replace(many, rows=rows))
    assert answer.rows.verdict.tolist()[0] in (NOT_SUPPORTED, CANNOT_TELL)
    assert "peak of attention is higher in" not in answer.sentence


def test_copies_of_one_sequence_are_too_few(many):
    rows = many.rows.copy()
    rows.loc[many.groups["promoter"], "sequence"] = "GATTACA" * 8 + "GATT"
    assert set(weaker(replace(many, rows=rows)).rows.verdict) == {TOO_FEW}


def test_enhancers_in_the_order_planted():
    answer = enhancers_initiate(planted_many("enhancer"))
    assert answer.sentence.startswith("Predicted initiation is higher in strong than in none sequences as it stands")
    assert "100% of strong" in answer.sentence
    assert answer.rows.verdict.tolist() == [CANNOT_TELL] * 3
    assert (answer.rows.value > 0.9).all()
    assert answer.rows.annotation.tolist() == ["strong against none", "weak against none", "strong against weak"]


def test_what_cannot_be_answered_says_so_in_one_sentence(many):
    unlabelled = replace(many, labelled=False)
    one_class = replace(many, groups={"promoter": many.groups["promoter"]})
    no_model = replace(many, check=CrossCheck())
    for answer in (attracting_positions(unlabelled), weaker(unlabelled)):
        assert "no labels" in answer.sentence
        assert answer.sentence.count(".") == 1
        assert answer.figure is None
        assert answer.rows.empty
    for answer in (attracting_positions(one_class), weaker(one_class)):
        assert answer.sentence == "This cannot be answered: no sequence is labelled non-promoter."
    assert "no labels" in focus(unlabelled).sentence  # after what needs none
    assert len(weaker(no_model).rows) == 2
    assert "--puffin" in weaker(no_model).sentence
    assert "--task enhancer" in enhancers_initiate(many).sentence


def test_too_few_sequences_are_no_evidence_however_different(many):
    groups = {c: ids[:6] for c, ids in many.groups.items()}
    answer = weaker(replace(many, groups=groups))
    assert "only 6 sequences" in answer.sentence
    assert set(answer.rows.verdict) == {"too few labels"}


def test_sequences_of_other_lengths_are_left_out_of_positions(many):
    rows = many.rows.copy()
    rows.loc[many.groups["promoter"][:5], "sequence"] = "ACGT" * 10
    assert attracting_positions(replace(many, rows=rows)).rows.n.tolist() == [55] * 16


def comparison(method, annotation, adds, verdict):
    return {
        "item": "promoter (30 sequences)", "method": method, "annotation": annotation, "value": 0.3, "ci_low": 0.29,
        "ci_high": 0.31, "prevalence": 0.1, "baseline": "letters", "baseline_value": 0.6, "adds": adds,
        "adds_low": adds - 0.01, "adds_high": adds + 0.01, "verdict": verdict, "metric": "auprc", "reason": "r",
    }  # fmt: skip


def test_agreement_with_motifs_is_counted_where_it_could_be_judged():
    names = [MEAN_OF_HEADS, "gradient × input", "block 1 head 1"]
    table = pd.DataFrame([
        comparison(method, annotation, adds, SUPPORTED if adds > 0.2 else NOT_SUPPORTED)
        for method, values in zip(names, [(0.3, 0.1), (0.1, 0.1), (0.4, 0.5)], strict=True)
        for annotation, adds in zip(("TATA", "SP"), values, strict=True)
    ] + [
        comparison(MEAN_OF_HEADS, "TSS ± 10 bp", 0.9, SUPPORTED),
        comparison(MEAN_OF_HEADS, "ETS", 0.9, TOO_FEW),
    ])  # fmt: skip
    some = pd.DataFrame([comparison(MUTATED, "TATA", 0.5, SUPPORTED), comparison(MUTATED, "SP", 0.1, TOO_FEW)])
    answer = peaks_on_motifs(table, some, "JASPAR")
    assert "averaged attention agrees with 1 of 2 motif annotations that could be judged (JASPAR)" in answer.sentence
    assert "gradient × input with 0 of 2" in answer.sentence
    assert "mutagenesis of some bases with 1 of 1" in answer.sentence
    assert "2 of 2 single-head comparisons hold (block 1 head 1 for SP; block 1 head 1 for TATA)" in answer.sentence
    assert "adds most to TATA: +0.300" in answer.sentence


def test_bins_in_words():
    assert in_bins(np.arange(25.0)).tolist() == [4.5, 14.5]
    assert ranges(np.array([True, True, False, False, True])) == "0-19, 40-49"
    assert len(HEADS) == 16

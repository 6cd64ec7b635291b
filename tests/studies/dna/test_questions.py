"""Every answer on planted scores: it finds what was planted, denies what was not, and says what it cannot know."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from regard.core.evidence import CANNOT_TELL, NOT_SUPPORTED, SUPPORTED, TOO_FEW, evidence
from regard.core.scores import PositionScores
from regard.studies.dna.evidence import MEAN_OF_HEADS
from regard.studies.dna.initiation import CrossCheck
from regard.studies.dna.mutagenesis import NAME as MUTATED
from regard.studies.dna.questions_heads import blocks, focus
from regard.studies.dna.questions_initiation import enhancers_initiate, peaks_on_motifs, weaker
from regard.studies.dna.questions_models import two_models
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
    assert "attend less" not in answer.sentence
    verdicts = answer.rows.set_index("method").verdict
    assert verdicts["attention received, block 3 head 2, bases 40-49"] == SUPPORTED
    of_heads = verdicts[verdicts.index.str.contains("bases")]
    assert (of_heads == SUPPORTED).sum() == 1
    assert len(of_heads) == 16
    assert set(answer.rows.n) == {60}  # sequences, not positions
    dots, rings = answer.figure.axes[1].collections[:2]
    assert len(dots.get_offsets()) == 1 and not len(rings.get_offsets())


def test_positions_less_attended_are_found_as_well(many):
    received = dict(many.received)
    values = [v.copy() for v in received["block 1 head 3"].values]
    for i, name in enumerate(received["block 1 head 3"].ids):
        values[i][20:30] -= 2 * name.startswith("promoter")
    received["block 1 head 3"] = PositionScores(received["block 1 head 3"].ids, values, "block 1 head 3")
    answer = attracting_positions(replace(many, received=received))
    assert "1 of 16 heads attend less to some positions in promoter" in answer.sentence
    assert "most clearly block 1 head 3 at 20-29" in answer.sentence
    assert "block 3 head 2 at 40-49" in answer.sentence
    assert len(answer.figure.axes[1].collections[1].get_offsets()) == 1  # a ring


def test_a_spike_at_the_tss_is_named_and_one_base_of_it_is_supported(many):
    mean, ids = many.received[MEAN_OF_HEADS], many.received[MEAN_OF_HEADS].ids
    values = [v.copy() for v in mean.values]
    for i, name in enumerate(ids):
        values[i][45] += 1.5 * name.startswith("promoter")
    received = many.received | {MEAN_OF_HEADS: PositionScores(ids, values, MEAN_OF_HEADS)}
    answer = attracting_positions(replace(many, received=received))
    assert "The spike is the TSS (base 45): in the mean of heads it receives 3." in answer.sentence
    assert "times as much in promoter as against non-promoter" in answer.sentence
    assert "supported (AUROC 1.00" in answer.sentence


def test_early_and_late_blocks_are_halves_and_differ_as_planted(many):
    answer = blocks(many, pd.DataFrame([comparison("block 4 head 1", "CpG", 0.3, SUPPORTED)]))
    assert "Blocks 1–2 are more diffuse than blocks 3–4 (entropy 0.74 against 0.45" in answer.sentence
    assert "look nearer (15 against 35 bp away; n = 60" in answer.sentence
    assert answer.rows.annotation.tolist() == ["blocks 1–2 minus blocks 3–4"] * 2
    assert answer.rows.verdict.tolist() == [SUPPORTED, SUPPORTED]
    assert answer.rows.value[0] == pytest.approx(0.29, abs=0.02)
    assert (
        "no head of blocks 1–2 agrees with a known element, and 1 head of blocks 3–4 agrees with CpG" in answer.sentence
    )
    assert "the same bases no more often than by chance" in answer.sentence


def test_blocks_that_attend_to_the_same_bases_are_said_to(many):
    same = np.random.default_rng(1).normal(size=(60, 60))
    heads = {h: PositionScores(many.ids, list(same), h) for h in many.heads}
    answer = blocks(replace(many, received=heads | {MEAN_OF_HEADS: many.received[MEAN_OF_HEADS]}), evidence([]))
    assert "They attend to partly the same bases: of the 5% of bases that each half attends to most, 100% ± 0% are" in (
        answer.sentence
    )
    assert "could not be judged" in answer.sentence


def test_the_head_whose_focus_depends_on_the_class(many):
    answer = focus(many)
    assert "1 of 16 heads are more focused and 0 more diffuse in promoter than in non-promoter" in answer.sentence
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
    assert "predicts in no unit" in answer.sentence
    puffin = weaker(replace(many, check=replace(many.check, name="Puffin")))
    assert "promoter 30 strong, 0 weak, 0 none (n = 30)" in puffin.sentence
    assert "strong from 0.69, one count; weak from 0.10" in puffin.sentence


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
    assert "no second model" in two_models(no_model).sentence
    assert "--puffin" in weaker(no_model).sentence
    assert "--task enhancer" in enhancers_initiate(many).sentence


def test_too_few_sequences_are_no_evidence_however_different(many):
    groups = {c: ids[:6] for c, ids in many.groups.items()}
    answer = weaker(replace(many, groups=groups))
    assert "only 6 sequences" in answer.sentence
    assert set(answer.rows.verdict) == {"too few labels"}
    small = replace(many, groups=groups)
    for answer in (attracting_positions(small), focus(small)):
        assert "None" not in answer.sentence
        assert "too few" in answer.sentence or "cannot" in answer.sentence


def test_sequences_of_other_lengths_are_left_out_of_positions(many):
    rows = many.rows.copy()
    rows.loc[many.groups["promoter"][:5], "sequence"] = "ACGT" * 10
    assert set(attracting_positions(replace(many, rows=rows)).rows.n) == {55}


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

"""The public verb on scores whose truth is planted."""

import numpy as np
import pytest

import regard
from regard.core.evidence import CANNOT_TELL, COLUMNS, NOT_SUPPORTED, SUPPORTED, TOO_FEW
from regard.core.scores import Annotations, PairAnnotations, PairScores, PositionScores
from regard.errors import InputError
from regard.judge.compare import compare

COUNT, LENGTH = 12, 90


def dna(count=COUNT, length=LENGTH, seed=0):
    rng = np.random.default_rng(seed)
    lengths = np.broadcast_to(length, count)
    return ["".join(rng.choice(list("ACGT"), n)) for n in lengths]


def where(sequences, word="CG", name="CG"):
    found = []
    for s in sequences:
        one = np.zeros(len(s), bool)
        for i in range(len(s) - len(word) + 1):
            if s[i : i + len(word)] == word:
                one[i : i + len(word)] = True
        found.append(one)
    return Annotations([f"s{i}" for i in range(len(sequences))], found, name)


def noise(sequences, name="noise", seed=1):
    rng = np.random.default_rng(seed)
    return PositionScores([f"s{i}" for i in range(len(sequences))], [rng.normal(size=len(s)) for s in sequences], name)


def plus(scores, what, size, name):
    return PositionScores(scores.ids, [a + size * b for a, b in zip(scores.values, what, strict=True)], name)


def twins(sequences, count=9, heads=3):
    return [[noise(sequences, f"head {h}", 100 + 10 * t + h) for h in range(heads)] for t in range(count)]


SEQUENCES = dna()
CG = where(SEQUENCES)
TWINS = twins(SEQUENCES)
READER = plus(noise(SEQUENCES, seed=3), CG.values, 1.0, "word")
OTHERS = [noise(SEQUENCES, f"noise {k}", 10 + k) for k in range(3)]


def readers(sequences, seed=7):
    """Scores that know letter means and the distance from the end, with some noise."""
    gc = [np.array([c in "GC" for c in s], float) for s in sequences]
    means = [np.convolve(one, np.ones(5) / 5, "same") for one in gc]
    causal = [np.convolve(one, np.ones(8) / 8)[: len(one)] for one in gc]
    end = [1.0 * (np.abs(len(s) - np.arange(len(s)) - 30) < 8) for s in sequences]
    return [
        plus(noise(sequences, seed=seed), means, 4, "letters"),
        plus(noise(sequences, seed=seed + 1), causal, 5, "causal"),
        plus(noise(sequences, seed=seed + 2), end, 2, "place"),
    ]


def test_a_lone_word_reader_is_found_and_noise_letters_and_place_are_not():
    scores = [*OTHERS, READER, *readers(SEQUENCES)]
    table = compare(scores, CG, sequences=SEQUENCES, twins=TWINS)
    assert list(table.columns) == COLUMNS
    verdict = table.set_index("method").verdict
    assert verdict["word"] == SUPPORTED
    assert set(verdict.drop("word")) == {NOT_SUPPORTED}
    row = table.set_index("method").loc["word"]
    assert row.adds > 0 and row.needed < row.value and row.q_value <= 0.01
    assert row.null == "labels turned within their sequence" and row.baseline == "letters, shares and place"
    assert np.allclose(table.prevalence, np.concatenate(CG.values).mean())


def test_distance_from_the_end_is_not_supported_at_unequal_lengths():
    sequences = dna(COUNT, np.random.default_rng(0).integers(80, 200, COUNT), 2)
    rng = np.random.default_rng(1)
    ids = [f"s{i}" for i in range(COUNT)]
    labels = []
    for s in sequences:
        at = len(s) - int(rng.normal(40, 8))
        labels.append(np.abs(np.arange(len(s)) - at) < 4)
    end = [np.exp(-(((len(s) - np.arange(len(s)) - 40) / 8) ** 2)) for s in sequences]
    place = plus(noise(sequences, seed=5), end, 3, "place")
    known = plus(noise(sequences, seed=6), labels, 1.5, "knows")
    table = compare([place, known], Annotations(ids, labels, "TSS"), sequences=sequences, twins=twins(sequences))
    assert table.verdict.tolist() == [NOT_SUPPORTED, SUPPORTED]


def test_models_without_twins_or_sequences_get_no_verdict_and_the_reason_says_what_is_lacking():
    table = compare(READER, CG)
    assert table.verdict[0] == CANNOT_TELL
    assert table.reason[0] == (
        "needs the sequences (or features that need no model) and the same scores from at least two models with random "
        "weights (twins)"
    )
    without_twins = compare(READER, CG, sequences=SEQUENCES)
    assert without_twins.verdict[0] == CANNOT_TELL and "sequences" not in without_twins.reason[0]
    without_sequences = compare(READER, CG, twins=TWINS)
    assert without_sequences.verdict[0] == CANNOT_TELL and "twins" not in without_sequences.reason[0]
    assert compare(READER, CG, sequences=SEQUENCES, twins=TWINS[:1]).verdict[0] == CANNOT_TELL
    assert compare(READER, CG, sequences=SEQUENCES, model=False).verdict[0] == SUPPORTED
    assert 0 < table.value[0] < 1 and table.ci_low[0] < table.value[0]


def test_copies_of_two_sequences_are_two_and_groups_may_be_given():
    sequences = dna(2, seed=4) * 10
    known = where(sequences)
    scores = plus(noise(sequences), known.values, 1, "word")
    table = compare(scores, known, sequences=sequences, twins=twins(sequences))
    assert table.verdict[0] == TOO_FEW and "in 2 sequences" in table.reason[0]
    by_hand = compare(READER, CG, sequences=SEQUENCES, twins=TWINS, groups=[f"family {i % 7}" for i in range(COUNT)])
    assert by_hand.verdict[0] == TOO_FEW and "in 7 sequences" in by_hand.reason[0]


def test_labels_at_one_place_cannot_be_told():
    here = [(np.arange(LENGTH) // 10 == 7) for _ in SEQUENCES]
    known = Annotations(CG.ids, here, "TSS")
    scores = plus(noise(SEQUENCES), here, 3, "place")
    table = compare([scores, *OTHERS], known, sequences=SEQUENCES, twins=TWINS)
    assert set(table.verdict) == {CANNOT_TELL}
    assert "letters, shares and place tell these labels by themselves" in table.reason[0]


def test_random_weights_that_reach_as_much_take_the_verdict_away():
    knowing = [[plus(s, CG.values, 1.0, s.name) for s in twin] for twin in TWINS]
    table = compare(READER, CG, sequences=SEQUENCES, twins=knowing)
    assert table.verdict[0] == NOT_SUPPORTED and "random weights reach as much" in table.reason[0]


def test_a_baseline_that_knows_the_same_takes_the_verdict_away():
    baseline = plus(READER, noise(SEQUENCES, seed=8).values, 0.1, "simple")
    table = compare(READER, CG, sequences=SEQUENCES, twins=TWINS, baselines=[baseline])
    assert table.verdict[0] == NOT_SUPPORTED
    other = compare(READER, CG, sequences=SEQUENCES, twins=TWINS, baselines=[noise(SEQUENCES, "simple", 9)])
    assert other.verdict[0] == SUPPORTED


def test_features_stand_for_sequences():
    knows = [np.stack([c, np.zeros(LENGTH)], 1).astype(float) for c in CG.values]
    blind = [np.random.default_rng(i).normal(size=(LENGTH, 2)) for i in range(COUNT)]
    seen = compare(READER, CG, features=blind, twins=TWINS)
    assert seen.verdict[0] == SUPPORTED and seen.baseline[0] == "the features given"
    assert compare(READER, CG, features=knows, twins=TWINS).verdict[0] == CANNOT_TELL


def test_several_annotations_are_corrected_together():
    weak = plus(noise(SEQUENCES, seed=3), CG.values, 0.3, "weak")
    many = [CG, *(where(SEQUENCES, w, w) for w in ("TA", "GG", "AC", "TT", "CC"))]
    alone = compare(weak, CG, sequences=SEQUENCES, twins=TWINS)
    together = compare([weak, *OTHERS], many, sequences=SEQUENCES, twins=TWINS)
    assert len(together) == 6 * 4
    assert together.annotation.tolist() == [a.name for a in many for _ in range(4)]
    assert together.q_value[0] > alone.q_value[0] == pytest.approx(alone.p_value[0], abs=0.01)
    assert together.p_value[0] == pytest.approx(alone.p_value[0], abs=0.02)
    assert together.value[0] == alone.value[0]


def test_same_seed_same_bytes():
    how = {"sequences": SEQUENCES, "twins": TWINS[:3], "draws": 199}
    one, two = (compare([READER, OTHERS[0]], CG, seed=4, **how).to_csv() for _ in range(2))
    assert one == two
    assert one != compare([READER, OTHERS[0]], CG, seed=5, **how).to_csv()


def test_places_without_a_score_are_left_out_everywhere():
    holes = PositionScores(READER.ids, [v.copy() for v in READER.values], "holes")
    holes.values[0][:50] = np.nan
    holes.values[3][10:20] = np.nan
    table = compare([holes, OTHERS[0]], CG, sequences=SEQUENCES, twins=TWINS)
    assert (table.n == COUNT * LENGTH - 60).all()
    assert table.verdict.tolist() == [SUPPORTED, NOT_SUPPORTED]
    gap = PositionScores(READER.ids, [np.where(np.arange(LENGTH) < 5, np.nan, v) for v in TWINS[0][0].values], "head 0")
    assert compare(READER, CG, sequences=SEQUENCES, twins=[[gap], *TWINS[1:]]).n[0] == COUNT * (LENGTH - 5)
    nowhere = PositionScores(READER.ids, [np.full(LENGTH, np.nan) for _ in READER.ids], "nowhere")
    with pytest.raises(InputError, match="no place has a score of every method"):
        compare([READER, nowhere], CG, sequences=SEQUENCES)


def test_a_sequence_of_which_nothing_is_scored_is_as_if_it_were_not_there():
    scores = PositionScores(READER.ids, [np.full(LENGTH, np.nan), *READER.values[1:]], "word")
    table = compare(scores, CG, sequences=SEQUENCES, twins=TWINS)
    assert table.verdict[0] == SUPPORTED and table.n[0] == (COUNT - 1) * LENGTH


def proteins(count=10, length=40, seed=0):
    rng = np.random.default_rng(seed)
    letters, ids = list("ACDEFGHIKLMNPQRSTVWY"), [f"p{i}" for i in range(count)]
    sequences = ["".join(rng.choice(letters, length)) for _ in ids]
    contacts = []
    for _ in ids:
        one = np.triu(rng.random((length, length)) < 0.06, 6)
        contacts.append(one | one.T)
    return sequences, PairAnnotations(ids, contacts, "contacts"), rng


def symmetric(rng, contacts, size, name):
    values = []
    for one in contacts.values:
        value = rng.normal(size=one.shape)
        value = value + value.T + size * one
        value[np.abs(np.subtract.outer(*[np.arange(len(one))] * 2)) < 6] = np.nan
        values.append(value)
    return PairScores(contacts.ids, values, name)


def test_pairs_of_residues_are_judged_above_the_diagonal_by_precision_at_l():
    sequences, contacts, rng = proteins()
    scores = [symmetric(rng, contacts, size, str(size)) for size in (0.0, 1.5)]
    drawn = [[symmetric(rng, contacts, 0, "t")] for _ in range(9)]
    table = compare(scores, contacts, sequences=sequences, twins=drawn, metric="P@L/2")
    assert table.verdict.tolist() == [NOT_SUPPORTED, SUPPORTED]
    assert (table.n == 10 * 34 * 35 // 2).all()
    each = []
    for value, known in zip(scores[1].values, contacts.values, strict=True):
        upper = np.triu(np.nan_to_num(value, nan=-99), 6)
        upper[np.tril_indices(40, 5)] = -99
        best = np.unravel_index(np.argsort(-upper, axis=None)[:20], upper.shape)
        each.append(known[best].mean())
    assert table.value[1] == pytest.approx(np.mean(each))


def test_residues_are_told_from_bases():
    sequences, _, rng = proteins()
    ids = [f"p{i}" for i in range(10)]
    sites = Annotations(ids, [rng.random(40) < 0.15 for _ in ids], "sites")
    scores = PositionScores(ids, [rng.normal(size=40) + 2 * s for s in sites.values], "head")
    table = compare(scores, sites, sequences=sequences, model=False)
    assert table.verdict[0] == SUPPORTED and table["null"][0] == "labels turned within their protein"
    assert table.baseline[0] == "residues, their neighbours and place"


def test_what_does_not_match_is_refused_with_both_names():
    reversed_ids = Annotations(CG.ids[::-1], CG.values, "known")
    with pytest.raises(InputError, match=r"word has 12 samples \(s0.*known 12 \(s11"):
        compare(READER, reversed_ids)
    short = Annotations(CG.ids, [v[:-1] for v in CG.values], "known")
    with pytest.raises(InputError, match=r"'s0': word has shape \(90,\), known \(89,\)"):
        compare(READER, short)
    with pytest.raises(InputError, match="11 sequences for 12 samples"):
        compare(READER, CG, sequences=SEQUENCES[:-1])
    with pytest.raises(InputError, match="'s11': a sequence of 89 letters for 90 places"):
        compare(READER, CG, sequences=[*SEQUENCES[:-1], SEQUENCES[-1][:-1]])
    with pytest.raises(InputError, match="3 groups for 12 samples"):
        compare(READER, CG, sequences=SEQUENCES, groups=[1, 2, 3])
    with pytest.raises(InputError, match=r"'f1' is unknown; choose one of auprc.*P@L"):
        compare(READER, CG, sequences=SEQUENCES, metric="f1")
    for how in ({"twins": [[noise(SEQUENCES[:-1])]] * 2}, {"baselines": [noise(SEQUENCES[:-1])]}):
        with pytest.raises(InputError, match="noise has 11 samples"):
            compare(READER, CG, sequences=SEQUENCES, **how)


def test_few_labels_are_few_and_none_break_nothing():
    few = Annotations(CG.ids, [np.arange(LENGTH) == i for i in range(COUNT)], "few")
    none = Annotations(CG.ids, [np.zeros(LENGTH, bool)] * COUNT, "none")
    table = compare(READER, [few, none, CG], sequences=SEQUENCES, twins=TWINS)
    assert table.verdict.tolist() == [TOO_FEW, TOO_FEW, SUPPORTED]
    assert np.isnan(table.value[1])


def test_it_is_the_verb_of_the_package():
    assert regard.compare is compare

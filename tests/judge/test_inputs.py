"""Whatever is given: one clear sentence or a verdict, never a traceback and no warnings."""

import numpy as np
import pytest

from regard.core.evidence import CANNOT_TELL, NOT_SUPPORTED, TOO_FEW
from regard.core.scores import Annotations, PairAnnotations, PairScores, PositionScores
from regard.errors import InputError
from regard.judge.classes import class_evidence, paired_evidence
from regard.judge.compare import compare
from regard.judge.inputs import letters

pytestmark = pytest.mark.filterwarnings("error")
rng = np.random.default_rng(0)
IDS = [f"s{i}" for i in range(10)]
SEQUENCES = ["".join(rng.choice(list("ACGT"), 40)) for _ in IDS]


def scores(make=lambda n: rng.normal(size=n), sequences=SEQUENCES, name="head"):
    return PositionScores([f"s{i}" for i in range(len(sequences))], [make(len(s)) for s in sequences], name)


def known(make=lambda n: rng.random(n) < 0.2, sequences=SEQUENCES, name="site"):
    return Annotations([f"s{i}" for i in range(len(sequences))], [make(len(s)) for s in sequences], name)


def asked(one=None, labels=None, sequences=SEQUENCES, **how):
    of = SEQUENCES if sequences is None else sequences
    one, labels = scores(sequences=of) if one is None else one, known(sequences=of) if labels is None else labels
    how.setdefault("twins", [[scores(sequences=of)] for _ in range(2)])
    return compare(one, labels, sequences=sequences, **how)


def spoiled(value):
    def make(n):
        out = rng.normal(size=n)
        out[3] = value
        return out

    return make


@pytest.mark.parametrize(("how", "sentence"), [
    ({"one": scores(spoiled(np.inf))}, "'s0': head has a score that is infinite"),
    ({"one": scores(spoiled(-np.inf))}, "'s0': head has a score that is infinite"),
    ({"one": scores(spoiled(1e200))}, r"beyond 1e\+100"),
    ({"baselines": [scores(spoiled(np.inf), name="simple")]}, "'s0': simple has a score that is infinite"),
    ({"twins": [[scores(spoiled(np.inf), name="twin")]] * 2}, "'s0': twin has a score that is infinite"),
    ({"one": scores(lambda n: np.full(n, "high"))}, "'s0': the scores of head are no real numbers"),
    ({"one": scores(lambda n: np.full(n, 1j))}, "no real numbers"),
    ({"one": [scores(), scores()]}, "several scores are called 'head'"),
    ({"labels": [known(), known()]}, "several annotations are called 'site'"),
    ({"one": []}, "no scores are given"),
    ({"labels": []}, "no annotations are given"),
    ({"labels": known(lambda n: rng.random(n))}, "'s0': site has values other than true and false"),
    ({"labels": known(lambda n: np.where(np.arange(n) < 5, np.nan, 1))}, "values other than true and false"),
    ({"sequences": [*SEQUENCES[:-1], ""]}, "'s9': an empty sequence"),
    ({"draws": 98}, "of 98 draws no corrected p can be 0.01; 99 are the least"),
    ({"features": [np.zeros((40, 1))] * 10}, "sequences and features: give one"),
    ({"sequences": None, "features": [np.zeros((40, 1))] * 9},
     "features of 9 samples for 10"),
    ({"sequences": None, "features": [np.zeros((39, 1))] * 10},
     r"'s0': features of shape \(39, 1\)"),
    ({"sequences": None, "features": [np.full((40, 1), np.nan)] * 10},
     "'s0': its features have NaN"),
])  # fmt: skip
def test_what_cannot_be_compared_is_said_in_one_sentence(how, sentence):
    with pytest.raises(InputError, match=sentence):
        asked(**how)


def test_a_map_that_is_not_square_is_refused():
    values = [rng.normal(size=(40, 39)) for _ in IDS]
    with pytest.raises(InputError, match="40 letters for 40 × 39 places"):
        compare(
            PairScores(IDS, values, "map"),
            PairAnnotations(IDS, [v > 1 for v in values], "contact"),
            sequences=SEQUENCES,
        )


@pytest.mark.parametrize(("how", "verdict"), [
    ({"one": scores(lambda n: np.ones(n))}, NOT_SUPPORTED),
    ({"one": scores(lambda n: 1e30 * rng.normal(size=n))}, NOT_SUPPORTED),
    ({"one": scores(lambda n: 1e-300 * rng.normal(size=n))}, NOT_SUPPORTED),
    ({"one": scores(lambda n: rng.integers(0, 5, n))}, NOT_SUPPORTED),
    ({"one": scores(lambda n: rng.random(n) < 0.5)}, NOT_SUPPORTED),
    ({"one": scores(lambda n: list(rng.normal(size=n)))}, NOT_SUPPORTED),
    ({"labels": known(lambda n: rng.integers(0, 2, n))}, NOT_SUPPORTED),
    ({"labels": known(lambda n: np.ones(n, bool))}, CANNOT_TELL),
    ({"labels": known(lambda n: np.zeros(n, bool))}, TOO_FEW),
    ({"twins": [[scores(lambda n: np.ones(n))]] * 2}, NOT_SUPPORTED),
    ({"twins": [scores(), scores()]}, NOT_SUPPORTED),  # one score of each random model
    ({"twins": []}, CANNOT_TELL),
    ({"twins": [[], []]}, CANNOT_TELL),
    ({"sequences": ["N" * 40] * 10}, TOO_FEW),
    ({"sequences": ["A" * 40] * 10, "groups": IDS}, NOT_SUPPORTED),
    ({"sequences": SEQUENCES[:1]}, TOO_FEW),
    ({"sequences": [s[: 1 + i % 5] for i, s in enumerate(SEQUENCES * 4)], "groups": range(40)}, NOT_SUPPORTED),
    ({"sequences": [s[:1] for s in SEQUENCES]}, TOO_FEW),
    ({"groups": [None] * 5 + ["a"] * 5}, TOO_FEW),
    ({"sequences": None, "features": rng.normal(size=(10, 40, 3))}, NOT_SUPPORTED),
    ({"sequences": None,
      "features": [rng.normal(size=40) for _ in IDS]}, NOT_SUPPORTED),
    ({"sequences": None, "baselines": [scores(name="b")]}, NOT_SUPPORTED),
    ({"metric": "P@L/5"}, NOT_SUPPORTED),
    ({"metric": "auroc"}, NOT_SUPPORTED),
    ({"metric": "enrichment"}, NOT_SUPPORTED),
])  # fmt: skip
def test_what_is_odd_but_may_be_compared_gets_its_verdict(how, verdict):
    # Of so few places labels may not pass either, whatever the scores are.
    assert set(asked(**how).verdict) <= ({verdict} if verdict != NOT_SUPPORTED else {verdict, CANNOT_TELL})


@pytest.mark.parametrize("make", [str.lower, lambda s: s.replace("T", "U")])
def test_small_letters_and_rna_are_the_same_bases(make):
    one, labels, twins = scores(), known(), [[scores()] for _ in range(2)]
    before, after = (
        compare(one, labels, sequences=s, twins=twins, draws=99) for s in (SEQUENCES, [make(s) for s in SEQUENCES])
    )
    assert before.equals(after)
    assert before.baseline[0] == "letters, shares and place"


def test_codes_of_several_bases_are_n_and_proteins_are_left_as_they_are():
    assert letters(["acgu", "ACGTACGTACGTACGTACRT"]) == ["ACGT", "ACGTACGTACGTACGTACNT"]
    assert letters(["MKVLA", "acdef"]) == ["MKVLA", "ACDEF"]


def test_numbers_of_whole_sequences():
    first = np.arange(10) < 5
    for bad in (np.full(10, np.nan), np.append(np.ones(9), np.inf), np.ones(9)):
        with pytest.raises(InputError, match=r"head: .* numbers for 10 sequences"):
            class_evidence({"head": bad}, first, SEQUENCES, "promoter")
    assert set(class_evidence({"head": np.ones(10)}, first, SEQUENCES, "promoter").verdict) == {TOO_FEW}
    assert set(class_evidence({"head": np.ones(10)}, ~(first | ~first), SEQUENCES, "promoter").verdict) == {TOO_FEW}
    assert set(class_evidence({"head": np.ones(1)}, first[:1], SEQUENCES[:1], "promoter").verdict) == {TOO_FEW}
    assert not len(class_evidence({}, first, SEQUENCES, "promoter"))
    assert not len(paired_evidence({"head": (np.ones(0), np.ones(0))}, "site"))
    assert set(paired_evidence({"head": (np.ones(1), np.ones(1))}, "site").verdict) == {TOO_FEW}
    equal = paired_evidence({"head": (np.ones(20), np.ones(20))}, "site", twins=[np.ones((40, 1))] * 2)
    assert set(equal.verdict) == {NOT_SUPPORTED}

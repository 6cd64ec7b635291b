import numpy as np
import pytest

from regard.core.evidence import CANNOT_TELL, COLUMNS, NOT_SUPPORTED, SUPPORTED, TOO_FEW
from regard.judge.boundaries import boundary_evidence

PAIRS, LAYERS, HEADS, FEATURES = 60, 2, 3, 4
STRIPE, BLOCK = "attention to the boundary, layer 1, head 2", "attention across the boundary, layer 2, head 3"
MEANS = {"attention to the boundary, mean of heads", "attention across the boundary, mean of heads"}


def model(rng, features, own=0.1, stripe=0.0, block=0.0):
    """Scores of boundaries and matched loci; each head has an effect of its own, N(0, own²), and follows the features.

    A pair's difference has a standard deviation of about 1.
    """
    found = {}, {}
    for name in ("stripe", "block"):
        locus = rng.normal(size=(PAIRS, 1, 1)) / 2
        effect, slope = own * rng.normal(size=(LAYERS, HEADS)), rng.normal(size=(FEATURES, LAYERS, HEADS)) / 5
        for side in (0, 1):
            noise = rng.normal(size=(PAIRS, LAYERS, HEADS)) / np.sqrt(2)
            follows = np.einsum("pk,klh->plh", features[side], slope)
            found[side][name] = 1 + locus + noise + follows + (0 if side else effect)
    found[0]["stripe"][:, 0, 1] += stripe
    found[0]["block"][:, 1, 2] -= block
    return found


def judged(seed=0, own=0.1, trained=0.1, twins=9, shift=0.0, given=True, **planted):
    """A report; `shift` : how far features of boundaries lie from those of matched loci."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(PAIRS, FEATURES)) + shift, rng.normal(size=(PAIRS, FEATURES))
    boundary, control = model(rng, features, trained, **planted)
    drawn = [model(rng, features, own) for _ in range(twins)]
    return boundary_evidence(boundary, control, features=features if given else None, twins=drawn, draws=499, seed=seed)


def test_the_planted_heads_are_found_and_no_others():
    found = others = 0
    for seed in range(10):
        table = judged(seed, stripe=1.2, block=1.2)
        supported = set(table[table.verdict == SUPPORTED].method)
        found += len(supported & {STRIPE, BLOCK})
        others += bool(supported - {STRIPE, BLOCK} - MEANS)
    assert list(table.columns) == COLUMNS and len(table) == 2 * 7
    assert found >= 18 and others <= 1


def test_a_block_is_told_in_the_direction_in_which_it_was_measured():
    table = judged(1, stripe=1.2, block=1.2).set_index("method")
    stripe, block = table.loc[STRIPE], table.loc[BLOCK]
    assert (stripe.metric, block.metric) == ("stripe difference", "block difference")
    for row, side in ((stripe, 1), (block, -1)):
        assert row.verdict == SUPPORTED
        assert side * row.value == pytest.approx(1.2, abs=0.4) and side * row.adds == pytest.approx(1.2, abs=0.4)
        assert row.ci_low < row.value < row.ci_high and row.adds_low < row.adds < row.adds_high
        assert 0 < side * row.needed < side * row.value
        assert f"adds {row.adds:+.3f} [{row.adds_low:+.3f}, {row.adds_high:+.3f}]" in row.reason
        assert row.value == pytest.approx(row.adds + row.baseline_value)


def test_the_other_direction_is_not_supported():
    verdicts = judged(stripe=-1.2, block=-1.2).set_index("method").verdict
    assert set(verdicts[[STRIPE, BLOCK]]) == {NOT_SUPPORTED}


@pytest.mark.parametrize("own", [0.1, 0.5])
def test_effects_like_those_of_random_models_are_not_supported(own):
    reports = 40
    wrong = sum((judged(seed, own=own, trained=own).verdict == SUPPORTED).any() for seed in range(reports))
    assert wrong <= 2


def test_what_the_composition_explains_is_taken_out():
    wrong = 0
    for seed in range(20):  # boundaries differ in composition, and heads follow it
        wrong += (judged(seed, own=0, trained=0, shift=0.7).verdict == SUPPORTED).any()
    assert wrong <= 1


def test_without_composition_or_random_twins_nothing_can_be_told():
    for lacks, how in (("random weights", {"twins": 1}), ("composition of the windows", {"given": False})):
        table = judged(stripe=2, block=2, **how)
        assert set(table.verdict) == {CANNOT_TELL} and table.reason.str.contains(lacks).all()


def test_few_pairs_are_too_few_and_pairs_that_overlap_are_one(monkeypatch):
    monkeypatch.setitem(globals(), "PAIRS", 9)
    assert set(judged(stripe=2, block=2).verdict) == {TOO_FEW}
    monkeypatch.setitem(globals(), "PAIRS", 60)
    rng = np.random.default_rng(0)
    features = rng.normal(size=(60, 4)), rng.normal(size=(60, 4))
    scores, twins = model(rng, features, stripe=2), [model(rng, features) for _ in range(9)]
    how = {"features": features, "twins": twins, "draws": 499}
    copies = boundary_evidence(*scores, groups=np.arange(60) // 10, **how)
    assert set(copies.verdict) == {TOO_FEW} and "60 positives in 6 loci" in copies.reason[0]
    apart, chained = (
        boundary_evidence(*scores, groups=groups, **how).set_index("method") for groups in (None, np.arange(60) // 3)
    )
    assert apart.verdict[STRIPE] == SUPPORTED
    assert chained.q_value[STRIPE] >= apart.q_value[STRIPE]


def test_the_same_seed_gives_the_same_table():
    assert judged(3).equals(judged(3))

"""What composition and place say of positions: every feature by hand, and what must go and what must stay."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regard.judge.engine import weigh
from regard.judge.nuisance import freed, predicted, share
from regard.judge.positions import (
    BENT,
    CENTRED,
    REACH,
    SIDED,
    added_up,
    hits,
    of_positions,
    order_free,
    question_of_positions,
)


def drawn(lengths, seed=0, letters="ACGT"):
    rng = np.random.default_rng(seed)
    return ["".join(rng.choice(list(letters), n)) for n in lengths]


def test_hits_leave_out_the_last_letter_and_n_is_none():
    assert hits("ACGTN", "ACGT").tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0], [0, 0, 0]]


@given(st.text("ACGT", min_size=1, max_size=40), st.integers(0, 5))
def test_letters_are_added_up_at_every_offset_and_over_windows_to_each_side(sequence, reach):
    found = added_up(sequence, "ACGT", reach)
    n = len(sequence)
    for i in range(n):
        row = [float(0 <= i + d < n and sequence[i + d] == c) for d in range(-reach, reach + 1) if d for c in "ACG"]
        for w in SIDED:
            for window in (sequence[max(i - w + 1, 0) : i + 1], sequence[i : i + w]):
                row += [window.count(c) / len(window) for c in "ACG"]
        for w in CENTRED:
            window = sequence[max(i - w // 2, 0) : i + w // 2 + 1]
            row += [window.count(c) / len(window) for c in "ACG"]
        assert found[i] == pytest.approx(row)


@given(st.text("ACGT", min_size=1, max_size=30))
def test_shares_of_one_window_are_squared_cubed_and_multiplied(sequence):
    found, n = order_free(sequence, "ACGT", 999), len(sequence)
    assert found.shape == (n, len(BENT) * (6 + 10))
    for i in range(n):
        row = []
        for before, after in BENT:
            window = sequence[max(i - before, 0) : i + after + 1]
            a, c, g = (window.count(x) / len(window) for x in "ACG")
            row += [a * a, a * c, a * g, c * c, c * g, g * g]
            row += [a**3, a * a * c, a * a * g, a * c * c, a * c * g, a * g * g, c**3, c * c * g, c * g * g, g**3]
        assert found[i] == pytest.approx(row)


def test_as_many_are_bent_as_items_bear():
    whole = order_free("ACGTACGGT", "ACGT", 999)
    for most, columns in ((0, 0), (5, 0), (6, 6), (15, 6), (16, 16), (22, 22), (100, 96)):
        assert np.array_equal(order_free("ACGTACGGT", "ACGT", most), whole[:, :columns])
    assert order_free("ACDEFGHIKL", "ACDEFGHIKLMNPQRSTVWY", 999).shape == (10, 0)


def test_heads_that_weigh_letters_by_softmax_or_saturate_are_taken_out():
    sequences = drawn([200] * 20)
    asked = question_of_positions(sequences, np.arange(20))
    rng = np.random.default_rng(0)
    values = []
    for before, after in ((1, 1), (3, 0), (4, 4)):
        weight, value = np.exp(rng.normal(size=4)), rng.normal(size=4)

        def bent(s, before=before, after=after, weight=weight, value=value):
            code = np.array(["ACGT".index(c) for c in s])
            shares = share(np.eye(4)[code], before, after)
            soft = shares @ (weight * value) / (shares @ weight)
            return np.stack([soft, 1 / (1 + np.exp(-12 * (shares[:, 1] + shares[:, 2] - 0.6)))], 1)

        values.append(np.concatenate([bent(s) for s in sequences]))
    values = np.hstack(values)
    assert (freed(values / values.std(0), asked.nuisance).var(0) < 0.05).all()


def test_n_is_a_letter_of_its_own_of_bases_and_of_residues():
    bases = [s[:50] + "N" * 9 + s[59:] for s in drawn([120] * 12)]
    residues = drawn([120] * 12, letters="ACDEFGHIKLMNPQRSTVWY")
    for sequences in (bases, residues):
        asked = question_of_positions(sequences, np.arange(12))
        here = np.concatenate([[c == "N" for c in s] for s in sequences]).astype(float)[:, None]
        assert freed(here / here.std(), asked.nuisance).var() < 1e-4


def test_residues_have_fewer_windows_and_offsets_two_to_each_side():
    letters = "ACDEFGHIKLMNPQRSTVWY"
    (sequence,) = drawn([60], letters=letters)
    smooth, added = of_positions(sequence, letters, 60)
    assert smooth.shape == (60, 19 + 19 * len(CENTRED[::3]) + 19 + 1 + 4)
    bases = of_positions(drawn([60])[0], "ACGT", 60)
    assert bases[0].shape == (60, 3 + 3 * len(CENTRED) + 3 + 1 + 4)
    assert bases[1].shape[1] - added_up("ACGT" * 15, "ACGT", REACH).shape[1] == added.shape[1] - 19 * 4


@pytest.mark.parametrize("length", [1, 2, 3, 5])
def test_the_shortest_sequences_have_finite_features(length):
    for part in of_positions("ACGTA"[:length], "ACGT", 5):
        assert part.shape[0] == length and np.isfinite(part).all()


def test_what_adds_up_letters_is_taken_out_exactly_and_a_word_is_not():
    sequences = drawn([200] * 20)
    asked = question_of_positions(sequences, np.arange(20))
    rng = np.random.default_rng(1)
    weights = rng.normal(size=(2 * REACH + 1, 4))
    reader, word = [], []
    for s in sequences:
        code = np.pad(np.array(["ACGT".index(c) for c in s]), REACH, constant_values=-1)
        near = np.stack([np.roll(code, -d)[: len(s)] for d in range(2 * REACH + 1)], 1)
        reader.append(np.where(near >= 0, weights[np.arange(2 * REACH + 1), near], 0).sum(1))
        word.append(np.array([s[i : i + 2] == "CG" for i in range(len(s))], float))
    values = np.stack([np.concatenate(reader), np.concatenate(word)], 1)
    values = (values - values.mean(0)) / values.std(0)
    left = freed(values, asked.nuisance)
    # A letter beyond the end is no letter: what is left is what the missing ones say at the ends.
    middle = np.concatenate([np.arange(b.start + REACH, b.stop - REACH) for b in asked.blocks])
    assert left[:, 0].var() < 0.02 and left[middle, 0].var() < 0.02
    assert left[:, 1].var() > 0.35


def test_a_spike_at_one_place_from_either_end_is_taken_out():
    lengths = [60, 75, 90, 64, 81, 70, 66, 88] * 4
    asked = question_of_positions(drawn(lengths), np.arange(32))
    at = [np.arange(n) for n in lengths]
    values = np.concatenate([np.stack([a == 17, len(a) - a == 9], 1) for a in at]).astype(float)
    assert (freed(values, asked.nuisance).var(0) < 0.02 * values.var(0)).all()


def test_few_items_are_not_explained_away():
    noise = np.random.default_rng(0).normal(size=(8 * 40, 1))
    asked = question_of_positions(drawn([40] * 8), np.arange(8))
    assert freed(noise, asked.nuisance).var() > 0.45 * noise.var()
    proteins = question_of_positions(drawn([60] * 8, letters="ACDEFGHIKLMNPQRSTVWY"), np.arange(8))
    noise = np.random.default_rng(0).normal(size=(8 * 60, 1))
    assert freed(noise, proteins.nuisance).var() > 0.6 * noise.var()


def test_composition_of_the_neighbourhood_is_predicted_across_groups():
    sequences = drawn([150] * 24)
    asked = question_of_positions(sequences, np.arange(24))
    gc = [np.array([c in "GC" for c in s], float) for s in sequences]
    smooth = np.concatenate([np.exp(2 * np.convolve(one, np.ones(9) / 9, "same")) for one in gc])[:, None]
    found = predicted(asked.nuisance, smooth.astype(np.float32), asked.blocks, np.arange(24) % 8, 0)
    assert ((smooth - found) ** 2).mean() < 0.05 * smooth.var()


def test_only_places_that_are_there_are_items_and_other_scores_join():
    sequences = drawn([30, 40, 50])
    there = [np.arange(len(s)) % 3 > 0 for s in sequences]
    items = sum(t.sum() for t in there)
    extra = np.random.default_rng(0).normal(size=(items, 2))
    asked = question_of_positions(sequences, np.arange(3), there=there, extra=extra)
    assert [b.stop - b.start for b in asked.blocks] == [t.sum() for t in there]
    whole = question_of_positions(sequences, np.arange(3))
    for b in range(3):
        smooth, added = asked.nuisance.features(b)
        assert np.array_equal(smooth[:, :-2], whole.nuisance.features(b)[0][there[b]])
        assert np.array_equal(smooth[:, -2:], extra[asked.blocks[b]])
        assert np.array_equal(added, whole.nuisance.features(b)[1][there[b]])
    many = np.random.default_rng(0).normal(size=(20 * 60, 1))
    asked = question_of_positions(drawn([60] * 20), np.arange(20), extra=many)
    assert freed(many, asked.nuisance) == pytest.approx(0, abs=1e-3)


def test_remainders_turn_within_their_sequence_copies_together():
    sequences = drawn([30, 40, 30])
    asked = question_of_positions(sequences, np.array([0, 1, 0]))
    r = np.zeros((100, 1))
    r[30:70] = np.random.default_rng(0).normal(size=(40, 1))
    s = np.random.default_rng(1).normal(size=(100, 1))
    outside = s.copy()
    outside[:30], outside[70:] = 5, -5
    assert asked.moves(r, s, 20)[1] == pytest.approx(asked.moves(r, outside, 20)[1])
    r = np.tile(np.random.default_rng(0).normal(size=(100, 1)), 1)
    r[70:], s[70:] = r[:30], s[:30]
    r[30:70] = 0
    one = r.copy()
    one[70:] = 0
    assert asked.moves(r, s, 20)[1] == pytest.approx(2 * asked.moves(one, s, 20)[1])


def test_letter_readers_fall_and_a_word_reader_stays():
    sequences = drawn([150] * 20, seed=3)
    labels = np.concatenate([[s[i : i + 2] == "CG" or s[i - 1 : i + 1] == "CG" for i in range(150)] for s in sequences])
    gc = [np.array([c in "GC" for c in s], float) for s in sequences]
    rng = np.random.default_rng(0)
    smooth = [np.concatenate([np.convolve(one, np.ones(w) / w, "same") for one in gc]) for w in (3, 5, 9)]
    causal = np.concatenate([np.convolve(one, np.ones(6) / 6)[:150] for one in gc])
    readers = np.stack([*smooth, causal, labels * 0.3], 1)
    readers = readers / readers.std(0)
    readers[:, 4] = 0.5 * labels
    found = weigh(
        question_of_positions(sequences, np.arange(20)), readers + rng.normal(size=readers.shape), labels[:, None]
    )
    assert (found.p[0, :4] > 0.01).all()
    assert found.p[0, 4] == 0.001

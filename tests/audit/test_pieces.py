import numpy as np
import pytest

from regard.audit.pieces import partial_pairs
from regard.data.sequences import reverse_complement
from tests.audit.planted import changed, random_dna
from tests.audit.test_sketch import brute_force, corpus, kmer_set

NONE = np.empty((0, 2), dtype=np.int64)


def found_in(sequences, near=NONE, similarity=0.5):
    pairs, value = partial_pairs(corpus(sequences), np.arange(len(sequences)), near, similarity=similarity)
    return dict(zip(map(tuple, pairs.tolist()), value, strict=True))


def test_every_shifted_window_is_found_on_either_strand_and_nothing_else():
    rng = np.random.default_rng(0)
    places = [random_dna(rng, 400) for _ in range(200)]
    shifted = [reverse_complement(p[100:]) if i % 2 else p[100:] for i, p in enumerate(places)]
    strangers = [random_dna(rng, 300) for _ in range(1000)]
    found = found_in([p[:300] for p in places] + shifted + strangers)
    assert set(found) == {(i, i + 200) for i in range(200)}
    assert all(v == pytest.approx(189 / 289, abs=0.02) for v in found.values())


@pytest.mark.parametrize("shift", [20, 60, 100, 140])
def test_containment_is_that_of_the_sets_of_kmers(shift):
    rng = np.random.default_rng(shift)
    place = random_dna(rng, 300 + shift)
    a, b = place[:300], changed(place[shift:], {40})
    share = len(kmer_set(a) & kmer_set(b)) / min(len(kmer_set(a)), len(kmer_set(b)))
    found = found_in([a, b])
    assert found == ({(0, 1): pytest.approx(share)} if share >= 0.5 else {})


def test_one_inside_the_other_at_any_length():
    rng = np.random.default_rng(1)
    whole = random_dna(rng, 3000)
    found = found_in([whole, whole[1000:1060], reverse_complement(whole[2000:2300]), whole[5:35]])
    assert found == {(0, 1): 1.0, (0, 2): 1.0}  # 30 bases are too few to say


def test_repeats_and_n_are_no_pieces():
    rng = np.random.default_rng(2)
    rows = [random_dna(rng, 100) + "A" * 100 + random_dna(rng, 100) for _ in range(50)]
    rows += [random_dna(rng, 150) + "CA" * 50 + "N" * 50 for _ in range(50)] + ["A" * 300, "CA" * 150, "N" * 60]
    assert found_in(rows) == {}


def test_near_duplicates_are_left_to_their_own_check():
    rng = np.random.default_rng(3)
    a = random_dna(rng, 300)
    b = changed(a, {150})
    assert brute_force(a, b) > 0.5
    assert found_in([a, b], np.array([[0, 1]])) == {}
    assert set(found_in([a, b])) == {(0, 1)}  # which sketches may have missed


def test_a_crowd_of_shifted_rows_stays_linear_and_connected():
    rng = np.random.default_rng(4)
    place = random_dna(rng, 700)
    found = found_in([place[i : i + 300] for i in range(400)], similarity=0.5)
    assert len(found) < 400 * 100
    assert {i for pair in found for i in pair} == set(range(400))

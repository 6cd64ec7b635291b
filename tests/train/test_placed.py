"""Promoters laid into windows: the TSS is always there, no junction tells a class, no known promoter is a window."""

import numpy as np
import pytest

from regard.data.sequences import complement, encode
from regard.train.genome import Genome
from regard.train.placed import (
    BLOCKS,
    GENOME,
    LENGTH,
    MARGIN,
    NEAR,
    PROMOTER,
    SHARED,
    TSS,
    any_length,
    anywhere,
    background,
    batch,
    gc_share,
    other_strand,
    placed,
    places_of,
    senseless,
    varied,
)


@pytest.fixture
def genome():
    codes = np.random.default_rng(0).integers(0, 4, 6000, dtype=np.uint8)
    return Genome(["a", "b"], codes, np.zeros(6000, dtype=bool), np.array([0, 3000, 6000]))


def test_a_base_stands_where_it_was_put_and_the_rest_is_the_surroundings():
    codes, around = np.arange(5)[None].repeat(3, 0), np.full((3, 4), 9)
    assert placed(codes, around, np.array([0, 2, -3])).tolist() == [[0, 1, 2, 3], [9, 9, 0, 1], [3, 4, 9, 9]]


def test_the_tss_and_its_sides_are_in_the_window_wherever_a_promoter_begins():
    rng = np.random.default_rng(0)
    for length in (150, 300, 512):
        tss = anywhere(5000, length, rng) + TSS
        assert (tss.min(), tss.max()) == (MARGIN, length - MARGIN - 1)
    lengths = np.array([any_length(rng) for _ in range(4000)])
    assert (lengths.min(), lengths.max()) == (150, 512)
    assert abs((lengths < 300).mean() - 0.5) < 0.03


def test_known_promoters_are_found_on_both_strands_and_neither_they_nor_what_is_near_is_in_a_window(genome):
    promoters = np.stack([genome.codes[700:1000], other_strand(genome.codes[None, 4100:4400])[0]])
    taken = places_of(promoters, genome)
    # The first segment begins 700 bases before its promoter; its last bases are not near the second's.
    assert np.flatnonzero(np.diff(taken)).tolist() == [999 + NEAR, 4099 - NEAR, 4399 + NEAR]
    assert taken[0]
    free = background(genome, taken)
    for starts, length in ((free.starts, LENGTH), (free.around, 512)):
        assert len(starts)
        assert not taken[starts[:, None] + np.arange(length)].any()
        assert (starts // 3000 == (starts + length - 1) // 3000).all()


def test_a_repeat_that_a_promoter_holds_too_is_no_promoter(genome):
    promoter = genome.codes[700:1000].copy()
    genome.codes[4000:4060] = promoter[120:180]  # the middle 60 bases, as of a transposon
    taken = places_of(promoter[None], genome)
    assert taken[:2000].all()
    assert not taken[3000:].any()


def test_matched_windows_have_the_share_that_is_wanted(genome):
    free = background(genome, np.zeros(6000, dtype=bool))
    wanted = np.quantile(free.gc, [0.1, 0.5, 0.9])
    assert abs(gc_share(free.matched(wanted, np.random.default_rng(0))) - wanted).max() <= 0.0101


def test_senseless_rows_are_shuffled_or_repeated(genome):
    windows = background(genome, np.zeros(6000, dtype=bool)).any(200, np.random.default_rng(1))
    nonsense = senseless(windows, np.random.default_rng(0))
    same_bases = (np.sort(nonsense, axis=1) == np.sort(windows, axis=1)).all(axis=1)
    repeats = np.any([(nonsense[:, k:] == nonsense[:, :-k]).all(axis=1) for k in range(1, 7)], axis=0)
    assert (same_bases ^ repeats).all()
    assert 70 < repeats.sum() < 130
    assert not (nonsense == windows).all(axis=1).any()


def test_a_batch_has_its_classes_and_the_same_seed_the_same_bytes(genome):
    promoters = np.random.default_rng(2).integers(0, 4, (30, LENGTH), dtype=np.uint8)
    free = background(genome, np.zeros(6000, dtype=bool))
    lengths, plain = set(), 0
    for seed in range(40):
        codes, label, as_they_are = batch(promoters, free, 8, np.random.default_rng(seed))
        again, *_ = batch(promoters, free, 8, np.random.default_rng(seed))
        assert np.array_equal(codes, again) and codes.max() < 4
        assert np.bincount(label).tolist() == [8, 10, 8]
        lengths.add(codes.shape[1])
        plain += as_they_are
        if as_they_are:  # each promoter nearly ends as one of the table, each copy keeps 8 of its 20 blocks
            ends = codes[label == PROMOTER][:, None, SHARED[1] :] == promoters[:, SHARED[1] :]
            kept = (codes[label == BLOCKS] == codes[label == PROMOTER]).reshape(8, 20, 15).all(axis=2).sum(axis=1)
            assert ends.mean(axis=2).max(axis=1).min() > 0.8 and (kept == 8).all()
            assert ((codes[label == GENOME][:, None] == promoters).mean(axis=2) < 0.5).all()
    assert 3 < plain < 20 and len(lengths) > 10 and min(lengths) >= 150 and max(lengths) <= 512


def test_varied_sequences_begin_as_others_do_keep_their_tss_and_change_few_bases():
    rows = np.repeat(np.arange(4, dtype=np.uint8), 500)[:, None].repeat(LENGTH, axis=1)  # one letter each
    got = varied(rows, np.random.default_rng(0))
    assert np.array_equal(got, varied(rows, np.random.default_rng(0)))
    kept = got[:, SHARED[1] :] == rows[:, SHARED[1] :]
    assert 0.94 < kept.mean() < 0.98 and kept.mean(axis=1).min() > 0.75  # 0 to 10 % drawn anew, a quarter of them alike
    begun = (got[:, : SHARED[0]] == rows[:, : SHARED[0]]).mean(axis=1) < 0.5
    assert 0.33 < begun.mean() < 0.42  # half, of which a quarter got their own letter
    assert ((got[begun, : SHARED[0]] == np.median(got[begun, : SHARED[0]], axis=1)[:, None]).mean(axis=1) > 0.6).all()


def test_the_other_strand_is_complemented_and_turned():
    assert np.array_equal(other_strand(encode("AACGN")[None])[0], complement(encode("AACGN"))[::-1])


def test_promoters_that_are_never_moved_stand_as_in_the_table(genome):
    promoters = np.random.default_rng(2).integers(0, 4, (30, LENGTH), dtype=np.uint8)
    free = background(genome, np.zeros(6000, dtype=bool))
    for seed in range(12):
        codes, *_ = batch(promoters, free, 4, np.random.default_rng(seed), moved=0.0)
        assert codes.shape[1] == LENGTH  # on either strand
    moved = [batch(promoters, free, 4, np.random.default_rng(seed), moved=1.0)[2] for seed in range(12)]
    assert not any(moved)

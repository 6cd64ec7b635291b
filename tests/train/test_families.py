import numpy as np
import pytest

from regard.data.kmers import kmer_hashes
from regard.data.sequences import encode, reverse_complement
from regard.train.families import families, folds
from regard.train.negatives import replace_blocks


def random_dna(length, seed):
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), length))


def test_a_shared_50mer_makes_relatives_also_on_the_other_strand_and_through_a_third():
    shared, other = random_dna(50, 0), random_dna(50, 1)
    sequences = [
        random_dna(60, 2) + shared,
        reverse_complement(shared) + random_dna(70, 3) + other,
        other + random_dna(10, 4),
        random_dna(120, 5),
        shared[:49] + random_dna(60, 6),  # one base too few
        random_dna(30, 7),  # shorter than a 50-mer
    ]
    family = families(sequences, k=50)
    assert family[0] == family[1] == family[2]
    assert len(set(family)) == 4


def test_blocks_link_a_negative_with_its_parent_only_at_the_same_place():
    parent = random_dna(300, 0)
    built = replace_blocks(encode(parent)[None], np.random.default_rng(1))[0]
    child = "".join("ACGT"[c] for c in built)
    moved = parent[15:] + random_dna(15, 2)
    broken = "".join(moved[i : i + 40] + "N" for i in range(0, 300, 41))  # no 50-mer in common any more
    assert len(set(families([parent, child], k=50, block=15))) == 1
    assert len(set(families([parent, broken], k=50, block=15))) == 2


@pytest.mark.parametrize("k", [5, 50])
def test_hashes_are_those_of_both_strands_and_skip_n(k):
    sequence = random_dna(200, 3)
    forward = kmer_hashes(encode(sequence), k)
    assert sorted(forward) == sorted(kmer_hashes(encode(reverse_complement(sequence)), k))
    assert len(forward) == 200 - k + 1
    assert len(kmer_hashes(encode(sequence[:100] + "N" + sequence[101:]), k)) == 200 - k + 1 - k


def test_folds_keep_families_whole_and_sizes_even():
    family = np.repeat(np.arange(60), np.random.default_rng(0).integers(1, 9, 60))
    fold = folds(family, 5, seed=1)
    assert all(len(set(fold[family == name])) == 1 for name in range(60))
    assert np.ptp(np.bincount(fold, minlength=5)) <= 1
    assert np.array_equal(fold, folds(family, 5, seed=1))
    assert not np.array_equal(fold, folds(family, 5, seed=2))

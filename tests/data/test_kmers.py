import numpy as np
import pytest

from regard.data.kmers import kmer_hashes, kmer_numbers, without_n
from regard.data.sequences import encode, reverse_complement

SEQUENCE = "".join(np.random.default_rng(0).choice(list("ACGTN"), 200, p=[0.245] * 4 + [0.02]))


@pytest.mark.parametrize("k", [1, 2, 3, 7, 12, 16])
def test_numbers_are_the_smaller_strand_read_in_base_4(k):
    words = [SEQUENCE[i : i + k] for i in range(len(SEQUENCE) - k + 1)]
    known = without_n(encode(SEQUENCE)[None], k)[0]
    assert known.tolist() == ["N" not in word for word in words]
    in_base_4 = [
        min(int("".join(str("ACGT".index(c)) for c in w), 4) for w in (word, reverse_complement(word)))
        for word in words
        if "N" not in word
    ]
    assert kmer_numbers(encode(SEQUENCE)[None], k)[0][known].tolist() == in_base_4


@pytest.mark.parametrize("k", [1, 5, 32, 50])
def test_hashes_are_the_sum_they_say_they_are(k):
    g, expected = 0x9E3779B97F4A7C15, []
    for i in range(len(SEQUENCE) - k + 1):
        word = SEQUENCE[i : i + k]
        if "N" not in word:
            both = [word, reverse_complement(word)]
            expected.append(min(sum(("ACGT".index(c) + 1) * g**j for j, c in enumerate(w)) % 2**64 for w in both))
    assert kmer_hashes(encode(SEQUENCE), k).tolist() == expected
    assert len(kmer_hashes(encode("ACGT"), 5)) == 0

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from regard.audit.sketch import K, jaccard, near_pairs, sketches
from regard.data.corpus import Corpus
from regard.data.sequences import encode, reverse_complement
from tests.audit.planted import changed, random_dna


def corpus(sequences):
    start = np.append(0, np.cumsum([len(s) for s in sequences]))
    codes, n = encode("".join(sequences)), len(sequences)
    return Corpus(codes, start, [str(i) for i in range(n)], np.full(n, -1), [], np.zeros(n, int))


def kmer_set(sequence, k=K):
    words = {sequence[i : i + k] for i in range(len(sequence) - k + 1)}
    return {min(w, reverse_complement(w)) for w in words if "N" not in w}


def brute_force(a, b):
    a, b = kmer_set(a), kmer_set(b)
    return len(a & b) / len(a | b) if a | b else float("nan")


DNA = st.text("ACGTN", min_size=1, max_size=60)


@given(st.lists(st.tuples(DNA, DNA), min_size=1, max_size=5))
def test_similarity_is_the_jaccard_index_of_the_sets_of_kmers(pairs):
    # the same piece in both, so that there is something in common, also on the other strand
    shared = "ACGGTTACAGGCATTACA"
    pairs = [(a + shared, reverse_complement(b) + reverse_complement(shared)) for a, b in pairs]
    n = len(pairs)
    value = jaccard(corpus([a for a, _ in pairs] + [b for _, b in pairs]), np.arange(n), np.arange(n) + n)
    assert np.allclose(value, [brute_force(a, b) for a, b in pairs])


@given(st.integers(0, 10**6), st.sampled_from([100, 300, 1000]), st.integers(1, 30))
def test_sketches_estimate_the_jaccard_index(seed, length, changes):
    rng = np.random.default_rng(seed)
    first = random_dna(rng, length)
    second = changed(first, set(rng.choice(length, changes, replace=False).tolist()))
    a, b = sketches(corpus([first, second]), np.arange(2), bins=512, seed=seed)
    used = (a != 0xFFFFFFFF) | (b != 0xFFFFFFFF)
    error = ((a == b) & used).sum() / used.sum() - brute_force(first, second)
    assert abs(error) < 5 * 0.5 / np.sqrt(used.sum())


def test_sketches_do_not_know_strands_and_repeat_with_their_seed():
    sequence = random_dna(np.random.default_rng(0), 200)
    data = corpus([sequence, reverse_complement(sequence), "ACGT", "N" * 50])
    once, again, other = (sketches(data, np.arange(4), seed=s) for s in (1, 1, 2))
    assert np.array_equal(once, again)
    assert not np.array_equal(once, other)
    assert np.array_equal(once[0], once[1])
    assert (once[2:] == 0xFFFFFFFF).all()


def test_near_pairs_are_those_of_brute_force_and_hardly_any_is_missed():
    rng = np.random.default_rng(0)
    sequences = []
    for _ in range(80):
        first = random_dna(rng, int(rng.integers(150, 400)))
        places = rng.choice(len(first), rng.integers(1, 12), replace=False)
        second = changed(first, set(places.tolist()))
        sequences += [first, reverse_complement(second) if rng.random() < 0.5 else second]
    sets = [kmer_set(s) for s in sequences]
    true = {
        (i, j) for i in range(160) for j in range(i + 1, 160) if len(sets[i] & sets[j]) >= 0.5 * len(sets[i] | sets[j])
    }
    pairs, value = near_pairs(corpus(sequences), np.arange(160), similarity=0.5)
    found = set(map(tuple, pairs.tolist()))
    assert found <= true
    assert len(true) > 30
    assert len(true - found) <= 0.05 * len(true)
    assert all(np.isclose(v, brute_force(sequences[i], sequences[j])) for (i, j), v in zip(pairs, value, strict=True))


def test_a_crowd_of_relatives_stays_linear_and_connected():
    rng = np.random.default_rng(0)
    first = random_dna(rng, 300)
    crowd = [changed(first, {int(p)}) for p in rng.integers(0, 300, 400)]
    pairs, _ = near_pairs(corpus(crowd), np.arange(400), similarity=0.5)
    assert len(pairs) <= 400 * 16 * 8
    assert set(pairs.ravel().tolist()) == set(range(400))

"""Near copies count once."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from regard.data.regions import Region
from regard.judge.groups import near_copies, overlapping

rng = np.random.default_rng(0)
COMPLEMENT = str.maketrans("ACGT", "TGCA")


def dna(n=200):
    return "".join(rng.choice(list("ACGT"), n))


def mutated(sequence, count, letters="ACGT"):
    out = list(sequence)
    for k in rng.choice(len(out), count, replace=False):
        out[k] = rng.choice([c for c in letters if c != out[k]])
    return "".join(out)


def test_unrelated_sequences_are_alone():
    assert len(set(near_copies([dna() for _ in range(30)]))) == 30


def test_copies_and_reverse_complements_share_a_group():
    one, other = dna(), dna()
    group = near_copies([one, other, one, one.translate(COMPLEMENT)[::-1], one[5:]])
    assert group[0] == group[2] == group[3] == group[4] != group[1]
    assert near_copies([one, one[::-1]])[0] != near_copies([one, one[::-1]])[1]  # read backwards is no complement


def test_near_copies_at_one_remove_share_a_group():
    one = dna(300)
    shifted = [one[:240], one[40:280], one[80:] + dna(20)]  # the first and the last share fewer than half
    group = near_copies([*shifted, dna(240)])
    assert group[0] == group[1] == group[2] != group[3]
    assert near_copies([shifted[0], shifted[2]])[0] != near_copies([shifted[0], shifted[2]])[1]


def test_half_of_all_words_is_the_border():
    one = dna(211)  # 200 words
    words = lambda shared: one[: shared + 11]  # noqa: E731
    near, far = words(104), words(96)
    assert len(set(near_copies([one, near]))) == 1
    assert len(set(near_copies([one, far]))) == 2


def test_proteins_are_compared_by_three_residues_and_one_strand():
    letters = "ACDEFGHIKLMNPQRSTVWY"
    proteins = ["".join(rng.choice(list(letters), 150)) for _ in range(6)]
    group = near_copies([*proteins, mutated(proteins[2], 8, letters), proteins[3][::-1]])
    assert group[6] == group[2]
    assert len(set(group)) == 7


def test_sequences_shorter_than_a_word_are_their_own_word():
    group = near_copies(["ACG", "CGT", "AAA", "A"])
    assert group[0] == group[1] and len(set(group)) == 3  # ACG is CGT read on the other strand
    assert len(near_copies(["ACGT"])) == 1


@given(st.permutations(range(6)))
def test_the_order_of_sequences_does_not_matter(order):
    made = np.random.default_rng(1)
    base = ["".join(made.choice(list("ACGT"), 80)) for _ in range(3)]
    every = [*base, base[0][3:], base[1], base[2][:-4]]
    group = near_copies([every[k] for k in order])
    for i in range(6):
        for j in range(6):
            assert (group[i] == group[j]) == (order[i] % 3 == order[j] % 3)


def test_regions_that_overlap_chain_their_items():
    a, b, c = Region("1", 0, 100), Region("1", 50, 200), Region("1", 199, 300)
    inside, apart, other = Region("1", 10, 20), Region("1", 300, 400), Region("2", 0, 100)
    code = overlapping([[a], [b], [c], [apart], [other], [inside]])
    assert code[0] == code[1] == code[2] == code[5]
    assert len({code[0], code[3], code[4]}) == 3  # 299 is the last base of c
    pairs = overlapping([[a, other], [apart, Region("2", 90, 95)], [Region("3", 0, 5), Region("4", 0, 5)]])
    assert pairs[0] == pairs[1] != pairs[2]
    assert overlapping([[a]]).tolist() == [0]


def test_a_long_region_holds_several():
    long = Region("1", 0, 1000)
    assert len(set(overlapping([[long], [Region("1", 10, 20)], [Region("1", 500, 510)]]))) == 1

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from regard.audit.duplicates import conflicting, first_of, identities, repeated
from regard.data.sequences import reverse_complement
from tests.audit.test_sketch import corpus


@given(st.lists(st.text("ACGTN", min_size=1, max_size=4), min_size=1, max_size=40))
def test_numbers_are_equal_where_sequences_are(sequences):
    same, either = identities(corpus(sequences))
    strandless = [min(s, reverse_complement(s)) for s in sequences]
    for number, key in ((same, sequences), (either, strandless)):
        assert len(set(zip(number.tolist(), key, strict=True))) == len(set(key)) == number.max() + 1


def test_groups_conflicts_and_firsts():
    group, label = np.array([2, 0, 2, 1, 0, 1, 3]), np.array([0, 1, 1, 0, 1, -1, 0])
    assert repeated(group).tolist() == [True, True, True, True, True, True, False]
    assert conflicting(group, label).tolist() == [True, False, True, False, False, False, False]
    assert first_of(group).tolist() == [0, 1, 3, 6]
    assert not conflicting(group, np.full(7, -1)).any()

import numpy as np

from regard.annotate.activation import REACH, annotate_activation


def test_the_highest_positions_and_their_neighbours_direction_respected():
    quiet = np.random.default_rng(0).random((4, 200)) * 0.1
    one, other = quiet.copy(), quiet.copy()
    one[0, 50], one[2, 120] = 5.0, 7.0  # ETS on the given and on the other strand
    other[1, 80:82], other[3, 150] = 9.0, 9.0  # TATA on the given strand counts, on the other it does not
    found = {a.name: a for a in annotate_activation(["a", "b"], [one, other], ["ETS+", "TATA+", "ETS-", "TATA-"])}
    assert list(found) == ["any motif activation", "ETS activation", "TATA activation"]
    ets, tata = found["ETS activation"].values, found["TATA activation"].values
    assert ets[0][50 - REACH : 50 + REACH + 1].all() and ets[0][120]
    assert tata[1][80 - REACH : 82 + REACH].all()
    assert not tata[1][150]
    union = found["any motif activation"].values
    assert np.array_equal(union[0], ets[0] | tata[0])


def test_one_percent_of_all_positions_count():
    values = np.random.default_rng(1).random((2, 10_000))
    (_, one) = annotate_activation(["a"], [values], ["SP+", "SP-"])
    assert 0.07 < one.values[0].mean() < 0.09  # 1 % of positions, nine bases each, hardly overlapping


def test_the_ends_are_kept():
    value = np.zeros((1, 300))
    value[0, [0, 299]] = 1.0
    (_, one) = annotate_activation(["a"], [value], ["SP+"])
    assert one.values[0].nonzero()[0].tolist() == [*range(REACH + 1), *range(299 - REACH, 300)]

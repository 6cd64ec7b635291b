from regard.core.regions import Region
from regard.judge.groups import overlapping


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

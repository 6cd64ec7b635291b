import numpy as np

from regard.audit.built import built_negatives
from tests.audit.planted import changed, corpus_of, planted_rows, random_dna


def test_planted_negatives_are_found_with_their_parents_and_nothing_else(tmp_path):
    table = built_negatives(corpus_of(tmp_path, planted_rows()))
    assert table[["negative", "positive", "shared", "blocks"]].values.tolist() == [
        [20, 31, 8, 20], [22, 33, 8, 20], [24, 35, 8, 20],
    ]  # fmt: skip
    assert table.rest.between(0.15, 0.4).all()


def test_it_wants_another_label_the_same_place_and_noise_in_between(tmp_path):
    rng = np.random.default_rng(1)
    parent = random_dna(rng, 150)
    kept = parent[:60] + random_dna(rng, 90)
    others = [
        (kept, 1),  # same label
        (kept, None),  # no label
        (random_dna(rng, 5) + kept[:145], 0),  # moved by 5
        (parent[:30] + random_dna(rng, 120), 0),  # two blocks only
    ]
    copies = [(changed(parent, {70, 140}), 0), (parent, 0)]  # nearly the same, not built
    assert built_negatives(corpus_of(tmp_path, [(parent, 1), *others])).empty
    assert built_negatives(corpus_of(tmp_path, [(parent, 1), *copies])).empty
    assert built_negatives(corpus_of(tmp_path, [(parent, 1), *copies, (kept, 0)])).negative.tolist() == [3]


def test_a_parent_with_many_children_and_blocks_of_n(tmp_path):
    rng = np.random.default_rng(2)
    parent = random_dna(rng, 150)
    rows = [(parent[:60] + random_dna(rng, 90), 0) for _ in range(40)] + [(parent, 1)]
    rows += [("N" * 60 + random_dna(rng, 90), i % 2) for i in range(10)]
    table = built_negatives(corpus_of(tmp_path, rows))
    assert table.negative.tolist() == list(range(40))
    assert set(table.positive) == {40}

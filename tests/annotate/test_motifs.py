"""IUPAC words where they stand and nowhere else."""

import numpy as np

from regard.annotate.motifs import MOTIFS, annotate_motif, find


def where(word, sequence, stranded=True):
    return np.flatnonzero(find(word, sequence, stranded=stranded)).tolist()


def test_words_on_the_given_strand():
    assert where("TATAWAW", "GGTATAAATCC") == list(range(2, 9))
    assert where("TATAWAW", "GGTATACATCC") == []
    assert where("CG", "CGCGN") == [0, 1, 2, 3]


def test_overlapping_matches_all_count():
    assert where("AAA", "GAAAAG") == [1, 2, 3, 4]


def test_the_other_strand_where_it_counts():
    assert where("CCAAT", "GGATTGGC") == []
    assert where("CCAAT", "GGATTGGC", stranded=False) == [2, 3, 4, 5, 6]


def test_n_is_no_match():
    assert where("NN", "ANA") == []


def test_annotations_have_the_shape_of_the_sequences():
    known = annotate_motif(MOTIFS[0], ["a", "b"], ["TATAAAA", "C" * 30])
    assert [len(v) for v in known.values] == [7, 30]
    assert known.values[0].all()
    assert not known.values[1].any()

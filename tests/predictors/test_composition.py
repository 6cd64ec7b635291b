import numpy as np
import pytest

from regard.data.sequences import encode, reverse_complement
from regard.predictors.composition import dinucleotides, gc_and_cpg


def test_dinucleotides_are_shares_of_both_strands():
    np.testing.assert_allclose(dinucleotides(encode("AAAAA")), np.eye(10)[0])
    np.testing.assert_allclose(dinucleotides(encode("TTNTT")), np.eye(10)[0])
    text = "".join(np.random.default_rng(0).choice(list("ACGT"), 300, p=[0.4, 0.1, 0.3, 0.2]))
    one, other = dinucleotides(encode(text)), dinucleotides(encode(reverse_complement(text)))
    np.testing.assert_allclose(one, other)
    assert one.sum() == pytest.approx(1)
    assert one[3] == pytest.approx((text.count("AT")) / 299)


def test_bases_of_a_cpg():
    np.testing.assert_array_equal(gc_and_cpg(encode("ACGTG")), np.array([[0, 1, 1, 0, 1], [0, 1, 1, 0, 0]]).T)
    assert not gc_and_cpg(encode("GAC"))[:, 1].any()  # ends do not meet

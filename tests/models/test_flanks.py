import numpy as np
import pytest

from regard.errors import InputError
from regard.models.flanks import fill_flanks, random_bases


def fill(before, after, size=6, draws=3, sequence="ACGT"):
    return fill_flanks("a", sequence, before, after, size, draws, np.random.default_rng(0))


def test_true_flanks_are_used_as_they_are():
    assert fill("TTTTTTCCCCCC", "GGGGGGAA") == ("true", ["CCCCCCACGTGGGGGG"])


def test_random_flanks_go_outside_what_is_known():
    kind, filled = fill("CC", "GGGGGG")
    assert kind == "partly true"
    assert len(set(filled)) == 3
    for text in filled:
        assert len(text) == 16
        assert text[4:] == "CCACGTGGGGGG"
    kind, filled = fill("", "")
    assert kind == "random"
    assert [text[6:10] for text in filled] == ["ACGT"] * 3
    assert not set("".join(filled)) - set("ACGT")


def test_random_bases_have_the_composition_of_the_sequence_and_never_n():
    text = random_bases("G" * 700 + "C" * 200 + "A" * 100 + "N" * 500, 5000, np.random.default_rng(0))
    assert abs(text.count("G") / 5000 - 0.7) < 0.03
    assert abs(text.count("A") / 5000 - 0.1) < 0.02
    assert text.count("N") == 0


def test_n_in_a_flank_is_an_error():
    with pytest.raises(InputError, match="'a': its flank has other letters than A, C, G, T"):
        fill("NNNNNN", "")

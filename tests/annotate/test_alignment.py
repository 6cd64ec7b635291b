"""Where residues of one sequence stand in another."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regard.annotate.alignment import align_to
from regard.errors import InputError

pytest.importorskip("biotite", reason="the extra `protein` is not installed")

PROTEIN = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVGDGTQDNLSGAEKAVQ"
OTHER = "GSHMWCWPDNCHWWYPFMNCDEHGWWCPNHDFMYCWGPHDNWCMYHFPGWDCNHWP"


def test_one_within_the_other():
    assert align_to(PROTEIN[5:20], PROTEIN).tolist() == list(range(5, 20))
    inner = align_to(PROTEIN, PROTEIN[5:20])
    assert inner[5:20].tolist() == list(range(15))
    assert (np.delete(inner, range(5, 20)) == -1).all()


def test_a_tag_a_gap_and_a_mutation():
    chain = "GSHM" + PROTEIN[:20] + PROTEIN[26:40] + "W" + PROTEIN[41:]
    placed = align_to(PROTEIN, chain)
    expected = [*range(4, 24), *[-1] * 6, *range(24, len(chain))]
    assert placed.tolist() == expected
    assert chain[placed[40]] == "W"


def test_two_proteins_are_an_error_that_quotes_both():
    with pytest.raises(InputError) as error:
        align_to(PROTEIN, OTHER, query="P1", chain="chain A of x.pdb")
    text = str(error.value)
    assert "P1 and chain A of x.pdb are not the same protein" in text
    assert PROTEIN[:20] in text and OTHER[:20] in text
    assert f"{len(PROTEIN)} residues" in text


def test_a_short_common_stretch_is_not_enough():
    with pytest.raises(InputError, match="not the same protein"):
        align_to(PROTEIN[:30] + OTHER[:30], OTHER[30:] + PROTEIN[:12])


def test_identity_that_is_asked_for():
    mutated = "".join("A" if i % 8 == 0 else letter for i, letter in enumerate(PROTEIN))
    with pytest.raises(InputError, match=r"8\d % of"):
        align_to(PROTEIN, mutated)
    assert align_to(PROTEIN, mutated, least_identity=0.8).tolist() == list(range(len(PROTEIN)))


def test_unknown_letters_fit_and_empty_sequences_do_not():
    assert align_to("X" * 3 + PROTEIN[3:], PROTEIN).tolist() == list(range(len(PROTEIN)))
    with pytest.raises(InputError, match="the chain has no residues"):
        align_to(PROTEIN, "")


@settings(max_examples=40, deadline=None)
@given(st.text("ACDEFGHIKLMNPQRSTVWY", min_size=40, max_size=80), st.integers(5, 15), st.integers(1, 8))
def test_a_cut_sequence_is_placed_in_order_on_the_same_letters(sequence, start, length):
    chain = sequence[:start] + sequence[start + length :]
    placed = align_to(sequence, chain, least_identity=0.8)
    there = placed[placed >= 0]
    assert (np.diff(there) > 0).all()
    assert len(there) >= len(chain) - 8
    same = [sequence[i] == chain[j] for i, j in enumerate(placed) if j >= 0]
    assert np.mean(same) >= 0.8

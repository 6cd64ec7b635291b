import numpy as np
import pytest
import torch
from torch import nn

from regard.data.sequences import decode, encode, reverse_complement
from regard.train.genome import Genome
from regard.train.pretrain import bits_per_base, complement, cross_entropy_bits, draw, next_base_loss


class Fixed(nn.Module):
    """Says the next base is `follows[this base]` with the given odds."""

    def __init__(self, follows, odds):
        super().__init__()
        self.table = torch.zeros(5, 4)
        for base, following in enumerate(follows):
            self.table[base, following] = np.log(odds)

    def forward(self, tokens):
        return self.table[tokens]


def genome_of(text):
    codes = encode(text)
    masked = np.array([letter.islower() for letter in text])
    return Genome(["x"], codes, masked, np.array([0, len(codes)]))


def test_complement_gives_the_other_strand_and_keeps_n():
    codes = encode("AACGTN")
    assert decode(complement(codes)) == "TTGCAN"
    assert decode(complement(codes)[::-1]) == reverse_complement("AACGTN")
    assert complement(codes).dtype == codes.dtype


def test_bits_of_a_periodic_sequence_are_those_counted_by_hand():
    tokens = torch.tensor([[0, 1, 2, 3, 0, 1, 2, 3]])
    sure = cross_entropy_bits(Fixed([1, 2, 3, 0], 5.0), tokens)
    assert sure.shape == (1, 7)
    assert sure == pytest.approx(np.full((1, 7), np.log2(8 / 5)), rel=1e-5)
    wrong = cross_entropy_bits(Fixed([2, 2, 3, 0], 5.0), tokens)  # wrong after A, twice
    assert wrong[0] == pytest.approx(np.where(np.arange(7) % 4 == 0, 3, np.log2(8 / 5)), rel=1e-5)


def test_held_out_bits_take_repeats_apart_base_by_base():
    genome = genome_of("aCGt" * 80)  # the same on the other strand, and the same letters masked
    found = bits_per_base(genome, length=160, windows=40, seed=0)(Fixed([1, 2, 0, 1], 5.0))
    right = np.log2(8 / 5)  # after A and C; wrong after G and T, where the masked letters come
    assert found["bits_unique"] == pytest.approx(right, rel=1e-5)
    assert found["bits_repeats"] == pytest.approx(3, rel=1e-5)
    assert found["bits"] == pytest.approx((3 + right) / 2, rel=1e-5)


def test_n_and_weightless_bases_are_not_scored():
    logits = torch.randn(1, 6, 4, generator=torch.Generator().manual_seed(0))
    tokens = torch.tensor([[0, 1, 4, 2, 3, 3]])
    each = -logits.log_softmax(dim=2)[0]
    expected = (each[0, 1] + each[2, 2] + each[3, 3] + each[4, 3]) / 4
    assert next_base_loss(logits, tokens, torch.ones(1, 6)).item() == pytest.approx(expected.item())
    halved = torch.tensor([[1.0, 0.5, 1.0, 1.0, 0.0, 0.0]])
    expected = (0.5 * each[0, 1] + each[2, 2]) / 1.5
    assert next_base_loss(logits, tokens, halved).item() == pytest.approx(expected.item())
    nothing = next_base_loss(logits, torch.full((1, 6), 4), torch.ones(1, 6))
    assert nothing.item() == 0


def test_windows_come_from_both_strands_with_their_repeats():
    genome = genome_of("AAAAAAAAccAAAAA")
    codes, masked = draw(genome, genome.window_starts(15), 15, 50, np.random.default_rng(0))
    texts = {decode(c) for c in codes}
    assert texts == {"AAAAAAAACCAAAAA", "TTTTTGGTTTTTTTT"}
    assert np.array_equal(masked, (codes == 1) | (codes == 2))

"""Variants of a sequence against the same model reading each of them whole."""

import pytest
import torch

from regard.models.dna_gpt.endings import features_after
from regard.models.dna_gpt.model import Config, DnaGPT


@pytest.fixture
def model() -> DnaGPT:
    torch.manual_seed(0)
    model = DnaGPT(Config(blocks=3, heads=2, width=16, longest=40)).eval()
    for parameter in model.parameters():  # larger than they start, so that attention is not uniform
        parameter.data.mul_(5)
    return model


@pytest.mark.parametrize("first", [0, 1, 7, 29])
def test_equal_to_reading_the_whole_variant(model, first):
    sequence = torch.randint(4, (30,))
    variants = sequence.repeat(5, 1)
    for row, at in enumerate([first, *torch.randint(first, 30, (3,)).tolist()]):  # the last stays as it was
        variants[row, at] = (variants[row, at] + 2) % 4
    found = features_after(model, sequence)(variants)
    whole = model.features(model.states(variants), variants, torch.full((5,), 30))
    assert (whole[0] - whole[4]).abs().max() > 1e-3
    torch.testing.assert_close(found, whole, atol=1e-5, rtol=1e-5)


def test_the_sequence_itself_and_several_in_turn(model):
    sequence = torch.randint(4, (30,))
    features = features_after(model, sequence)
    whole = model.features(model.states(sequence[None]), sequence[None], torch.tensor([30]))
    for _ in range(2):
        torch.testing.assert_close(features(sequence[None]), whole, atol=1e-5, rtol=1e-5)


def test_what_is_before_the_first_difference_is_not_computed_again(model):
    sequence = torch.randint(4, (30,))
    features, read = features_after(model, sequence), []
    model.blocks[0].up.register_forward_hook(lambda _module, _inputs, out: read.append(out.shape[1]))
    variant = sequence.clone()
    variant[25] = 4
    features(variant[None])
    assert read == [5]

"""Borzoi as the enhancer study reads it: the real package with random weights."""

import pytest
import torch

pytest.importorskip("borzoi_pytorch", reason="the borzoi extra is not installed")

from regard.attribute.contributions import attention_from_tss, gradient_by_bin
from regard.errors import InputError
from regard.models.borzoi import genomic as borzoi


@pytest.fixture(scope="module")
def model():
    return borzoi.genomic(borzoi.untrained(0), length=borzoi.SMALL_LENGTH, tracks=(0, 5), trained=False)


@pytest.fixture(scope="module")
def tokens():
    return torch.randint(0, 4, (1, borzoi.SMALL_LENGTH), generator=torch.Generator().manual_seed(0))


def one_hot(tokens):
    return torch.nn.functional.one_hot(tokens, 5).float()


def test_the_output_is_that_of_the_tracks_at_the_tss(model, tokens):
    with torch.no_grad():
        raw = model.module(one_hot(tokens)[..., :4].transpose(1, 2))  # (1, tracks, 96): bins 16 to 111 of 128
    # The TSS is base 2,048, so the bins of 32 bases from 1,920 to 2,303 are 60 to 71, of the crop 44 to 55.
    assert model.output(one_hot(tokens)).item() == pytest.approx(raw[0, [0, 5], 44:56].sum().item(), rel=1e-5)
    profile = model.profile(tokens)[0]
    assert profile.shape == (32,) and profile.isnan().nonzero().flatten().tolist() == [0, 1, 2, 3, 28, 29, 30, 31]
    assert profile[4].item() == pytest.approx(raw[0, [0, 5], :4].mean().item(), rel=1e-5)


def test_attention_and_gradients_have_a_value_a_bin(model, tokens):
    attention = attention_from_tss(model, tokens)
    assert attention.shape == (1, 32) and attention.sum() == pytest.approx(1, abs=1e-4)
    gradients = gradient_by_bin(model, tokens)
    assert gradients.shape == (1, 32) and (gradients >= 0).all() and gradients.std() > 0


def test_twins_are_random_of_a_seed(model, tokens):
    values = [model.untrained(seed).output(one_hot(tokens)).item() for seed in (1, 1, 2)]
    assert values[0] == values[1] != values[2] and not model.untrained(1).trained


def test_a_folder_is_read_as_it_was_saved(model, tokens, tmp_path):
    model.module.save_pretrained(tmp_path)
    again = borzoi.genomic(borzoi.load(tmp_path), length=borzoi.SMALL_LENGTH, tracks=(0, 5))
    assert again.trained and again.output(one_hot(tokens)).item() == model.output(one_hot(tokens)).item()


@pytest.mark.parametrize(
    ("how", "says"), [({"length": 1_000}, "whole bins of 128"), ({"tracks": (9_999,)}, "choose from 0 to 7610")]
)
def test_what_it_does_not_have_is_refused(model, how, says):
    with pytest.raises(InputError, match=says):
        borzoi.genomic(model.module, **{"length": borzoi.SMALL_LENGTH, **how})

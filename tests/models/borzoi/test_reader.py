"""Borzoi's attention: the real package, random weights, laid on the bases that its bins stand for."""

import pytest
import torch

pytest.importorskip("borzoi_pytorch", reason="the borzoi extra is not installed")

import borzoi_pytorch as package
from borzoi_pytorch.pytorch_borzoi_transformer import get_positional_features_central_mask

import regard
from regard.data.sequences import encode
from regard.errors import InputError

SMALL = {"dim": 64, "depth": 2, "heads": 4, "attn_dim_key": 16, "attn_dim_value": 16, "bins_to_return": 16}
LONG, SHORT = "ACGGT" * 256 * 2, "GATTACA" * 128


# Prime came with version 0.5, which does not go together with enformer-pytorch 0.8.12.
@pytest.fixture(scope="module", params=[name for name in ("Borzoi", "Prime") if hasattr(package, name)])
def model(request):
    torch.manual_seed(0)
    return getattr(package, request.param).from_hparams(**SMALL).eval()


@torch.no_grad()
def by_hand(model, sequence: str) -> list[torch.Tensor]:
    """Softmax of each layer's own logits, computed from what goes into each attention."""
    inputs: list[torch.Tensor] = []
    layers = [block[0].fn[1] for block in model.transformer]
    handles = [a.register_forward_pre_hook(lambda _, given: inputs.append(given[0])) for a in layers]
    regard.reader(model).forward(torch.from_numpy(encode(sequence)).long()[None])
    for handle in handles:
        handle.remove()
    maps = []
    for layer, x in zip(layers, inputs, strict=True):
        q, k = (to(x).unflatten(-1, (layer.heads, -1)).transpose(1, 2) for to in (layer.to_q, layer.to_k))
        q = q * layer.scale
        content = (q + layer.rel_content_bias) @ k.transpose(2, 3)
        bins = x.shape[1]
        apart = torch.arange(bins) - torch.arange(bins)[:, None]  # key - query
        near = get_positional_features_central_mask(apart.flatten(), 16, 4096)
        features = torch.cat([near, apart.flatten().sign()[:, None] * near], dim=1)
        relative = layer.to_rel_k(features).view(bins, bins, layer.heads, -1)
        position = torch.einsum("hqd,qkhd->hqk", (q + layer.rel_pos_bias)[0], relative)
        maps.append((content[0] + position).softmax(-1))
    return maps


def test_attention_is_the_softmax_of_its_own_logits_also_of_a_second_length(model):
    maps = regard.attention(model, [LONG, SHORT])  # the package keeps the distances of the first length
    for got, sequence in zip((maps[0], maps[1]), (LONG, SHORT), strict=True):
        expected = torch.stack(by_hand(model, sequence)).numpy()
        assert got.shape == (2, 4, len(sequence) // 128, len(sequence) // 128)
        assert abs(got - expected).max() < 1e-6
        assert got.std() > 1e-4  # not uniform, so that the comparison says something


def test_a_bin_is_laid_on_its_128_bases(model):
    scores = regard.attention(model, [SHORT]).reduce("received | mean(layer, head)").on("base").values[0]
    assert len(scores) == len(SHORT) and (scores.reshape(-1, 128) == scores[::128, None]).all()


def test_the_random_twin_is_another_model_of_the_same_shape(model):
    read = regard.reader(model)
    one, same, other = (regard.attention(read.untrained(seed), [SHORT])[0] for seed in (1, 1, 2))
    assert (one == same).all() and (one != other).any()


@pytest.mark.parametrize("sequence", ["ACGT" * 33, "ACGT" * 32], ids=["no whole bin", "less than the crop wants"])
def test_windows_that_it_cannot_read_are_refused(model, sequence):
    with pytest.raises(InputError, match="whole bins of 128"):
        regard.attention(model, [sequence])


def test_flash_attention_is_refused_in_words(model, monkeypatch):
    monkeypatch.setattr(model, "flashed", True)
    with pytest.raises(InputError, match="flash attention computes no maps"):
        regard.reader(model)


def test_training_mode_is_refused(model):
    model.train()
    try:
        with pytest.raises(InputError, match="training mode"):
            regard.reader(model)
    finally:
        model.eval()

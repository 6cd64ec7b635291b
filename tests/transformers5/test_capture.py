"""The seams on transformers 5, which the locked environment does not have (antiberty needs 4).

`make test-transformers5` runs this in an environment of its own.
"""

from importlib.metadata import PackageNotFoundError, version

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from regard.errors import CaptureError
from regard.models.capture import capture

try:
    INSTALLED = version("transformers")
except PackageNotFoundError:
    INSTALLED = "0"
pytestmark = pytest.mark.skipif(
    int(INSTALLED.split(".")[0]) < 5, reason=f"needs transformers 5 or later, not {INSTALLED}"
)
FUSED = F.scaled_dot_product_attention


def esm(implementation: str | None = None):
    from transformers import EsmConfig, EsmModel

    torch.manual_seed(1)
    config = EsmConfig(
        vocab_size=33, hidden_size=16, num_hidden_layers=3, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=32, position_embedding_type="rotary", token_dropout=True,
        mask_token_id=32, pad_token_id=1, initializer_range=0.5,
    )  # fmt: skip
    model = EsmModel(config, add_pooling_layer=False).double().eval()
    if implementation:
        model.set_attn_implementation(implementation)
    return model


@pytest.fixture
def residues():
    ids = torch.randint(4, 24, (2, 8), generator=torch.Generator().manual_seed(0))
    mask = torch.ones_like(ids)
    ids[1, 5:], mask[1, 5:] = 1, 0
    return {"input_ids": ids, "attention_mask": mask}


def close(one, other):
    torch.testing.assert_close(one, other, atol=1e-6, rtol=0)


def hooks(model: nn.Module) -> int:
    return sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in model.modules())


def test_seams_agree_with_output_attentions(residues):
    there = residues["attention_mask"].bool()
    with torch.no_grad():
        reference = esm("eager")(**residues, output_attentions=True)
        assert len(reference.attentions) == 3
        for implementation, seam in ((None, "sdpa"), (None, "eager"), ("eager", "eager")):
            model = esm(implementation)
            expected = model(**residues).last_hidden_state[there]
            with capture(model, seam, layers=3) as maps:
                close(model(**residues).last_hidden_state[there], expected)
            for one, other in zip(maps, reference.attentions, strict=True):
                assert one.shape == (2, 2, 8, 8)
                close(one, other)
                assert (one[1, ..., 5:] == 0).all()
    assert (reference.attentions[0][0] - 1 / 8).abs().max() > 0.01


@pytest.mark.parametrize("seam", ["sdpa", "eager"])
@pytest.mark.parametrize("fails", [False, True])
def test_the_model_is_left_as_it_was(residues, seam, fails):
    model = esm()
    model(**residues, output_attentions=True)  # the first such call leaves hooks of transformers' own
    before, n = model.config._attn_implementation, hooks(model)
    try:
        with capture(model, seam):
            model(**residues)
            if fails:
                raise ZeroDivisionError
    except ZeroDivisionError:
        assert fails
    assert model.config._attn_implementation == before == "sdpa"
    assert hooks(model) == n
    assert not model(**residues).attentions
    assert F.scaled_dot_product_attention is FUSED


@pytest.mark.parametrize("seam", ["sdpa", "eager"])
def test_gradients_flow(residues, seam):
    model = esm()
    with capture(model, seam) as maps:
        model(**residues)
    (gradient,) = torch.autograd.grad(maps[0].square().sum(), model.embeddings.word_embeddings.weight)
    assert gradient.abs().sum() > 0


def test_no_attention_is_an_error_and_not_an_empty_list(residues):
    """On the default implementation `output_attentions=True` gives nothing; a seam must not."""
    model = esm("eager")
    with pytest.raises(CaptureError, match="caught 0 attention maps of EsmModel"), capture(model, "sdpa"):
        model(**residues)

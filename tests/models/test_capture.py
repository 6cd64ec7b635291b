"""Captured attention is what the model computed, and the model is left as it was."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.overrides import _get_current_function_mode_stack as modes

from regard.errors import CaptureError
from regard.models.capture import SEAMS, capture
from regard.models.dna_gpt.model import Config, DnaGPT
from tests.toys.planted import random_model

FUSED = F.scaled_dot_product_attention


@pytest.fixture(autouse=True)
def nothing_stays_patched():
    torch.manual_seed(0)
    yield
    assert F.scaled_dot_product_attention is FUSED
    assert not modes()


def close(one, other):
    torch.testing.assert_close(one, other, atol=1e-6, rtol=0)


def hooks(model: nn.Module) -> int:
    return sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in model.modules())


@pytest.fixture
def gpt() -> DnaGPT:
    model = DnaGPT(Config(blocks=3, heads=2, width=16, longest=32)).double().eval()
    for weights in model.parameters():  # attention away from uniform
        weights.data *= 10
    return model


def bases(batch=2, length=9):
    return torch.randint(4, (batch, length))


# ---- our GPT, through the fused function


def test_gpt_maps_have_a_sample_axis_and_rows_that_sum_to_one(gpt):
    with capture(gpt, layers=3) as maps:
        gpt(bases(5, 9))
    assert [m.shape for m in maps] == [(5, 2, 9, 9)] * 3
    for m in maps:
        close(m.sum(-1), torch.ones(5, 2, 9).double())
        assert (m.triu(1) == 0).all()  # row = query: nothing above the diagonal
        assert (m - m.mean(0)).abs().max() > 1e-3  # samples are not averaged


def test_gpt_gives_the_same_with_and_without_capture(gpt):
    x = bases()
    expected = gpt(x)
    with capture(gpt):
        close(gpt(x), expected)
    assert torch.equal(gpt(x), expected)


def test_single_precision_agrees_as_well():
    model, x = DnaGPT(Config(blocks=2, heads=2, width=16, longest=32)).eval(), bases()
    expected = model(x)
    with capture(model, layers=2):
        close(model(x), expected)


def test_gpt_first_layer_by_hand(gpt):
    """Softmax of q · k / √size, written out for one query."""
    x = bases(1, 5)
    with capture(gpt) as maps:
        gpt(x)
    block = gpt.blocks[0]
    qkv = block.attention.qkv(block.attention_norm(gpt.embedded(x)))[0]
    pairs = 4  # width 16, 2 heads, so 8 a head: 4 pairs

    def turned(vector, position):
        out = torch.empty_like(vector)
        for i in range(pairs):
            angle = torch.tensor(position * 10_000 ** (-i / pairs))
            a, b = vector[2 * i], vector[2 * i + 1]
            out[2 * i], out[2 * i + 1] = a * angle.cos() - b * angle.sin(), a * angle.sin() + b * angle.cos()
        return out

    head, query = 1, 3
    q = turned(qkv[query, 8:16], query)
    logits = torch.stack([q @ turned(qkv[key, 16 + 8 : 16 + 16], key) for key in range(query + 1)])
    close(maps[0][0, head, query, : query + 1], (logits / 8**0.5).softmax(0))


def test_every_sample_of_a_batch_has_the_map_it_has_alone(gpt):
    x = bases(3)
    with capture(gpt) as together:
        gpt(x)
    for i in range(3):
        with capture(gpt) as alone:
            gpt(x[i : i + 1])
        for a, b in zip(together, alone, strict=True):
            close(a[i], b[0])


def test_gradients_flow_through_captured_maps(gpt):
    with capture(gpt) as maps:
        gpt(bases())
    (gradient,) = torch.autograd.grad(maps[1][..., -1, 0].sum(), gpt.blocks[0].attention.qkv.weight)
    assert gradient.abs().sum() > 0


def test_gradient_of_the_output_with_respect_to_a_map_can_be_asked_for(gpt):
    with capture(gpt) as maps:
        out = gpt(bases())
    gradients = torch.autograd.grad(out.sum(), maps)
    assert [g.shape for g in gradients] == [m.shape for m in maps]
    assert all(g.abs().sum() > 0 for g in gradients)


def test_gradients_of_the_weights_are_the_same(gpt):
    x = bases()
    parameters = list(gpt.blocks.parameters())
    expected = torch.autograd.grad(gpt(x).square().sum(), parameters)
    with capture(gpt):
        out = gpt(x)
    for one, other in zip(torch.autograd.grad(out.square().sum(), parameters), expected, strict=True):
        torch.testing.assert_close(one, other, atol=1e-8, rtol=1e-8)


def test_each_streams_layers_in_order_and_keeps_nothing(gpt):
    got = []
    with capture(gpt, each=lambda layer, a: got.append((layer, a.detach().clone()))) as kept:
        gpt(bases())
    assert kept == []
    assert [layer for layer, _ in got] == [0, 1, 2]
    assert all(a.shape == (2, 2, 9, 9) for _, a in got)


def test_each_is_called_while_the_model_runs(gpt):
    order = []
    for i, block in enumerate(gpt.blocks):
        block.register_forward_hook(lambda *_, i=i: order.append(("block done", i)))
    with capture(gpt, each=lambda layer, a: order.append(("map", layer))):
        gpt(bases())
    assert order == [(what, i) for i in range(3) for what in ("map", "block done")]


# ---- the intercept against the fused function


def qkv(heads=4, groups=1, queries=5, keys=7, size=8):
    q = torch.randn(2, heads, queries, size).double()
    return q, *(torch.randn(2, heads // groups, keys, size).double() for _ in range(2))


def both_ways(*args, **kwargs):
    expected = FUSED(*args, **kwargs)
    with capture(nn.Identity(), layers=1) as maps:
        got = F.scaled_dot_product_attention(*args, **kwargs)
    close(got, expected)
    return maps[0]


def test_plain():
    assert both_ways(*qkv()).shape == (2, 4, 5, 7)


def test_causal_square_and_not_square():
    assert (both_ways(*qkv(keys=5), is_causal=True).triu(1) == 0).all()
    assert (both_ways(*qkv(), is_causal=True).triu(1) == 0).all()


def test_bool_padding_mask():
    seen = torch.ones(2, 1, 1, 7, dtype=torch.bool)
    seen[1, ..., 4:] = False
    attention = both_ways(*qkv(), attn_mask=seen)
    assert (attention[1, ..., 4:] == 0).all()
    assert (attention[0, ..., 4:] > 0).all()


def test_float_mask_is_added():
    mask = torch.randn(2, 1, 5, 7).double()
    mask[0, ..., 2] = -torch.inf
    attention = both_ways(*qkv(), attn_mask=mask)
    assert (attention[0, ..., 2] == 0).all()


@pytest.mark.parametrize("scale", [1.0, 0.05, 3, 0.0])
def test_explicit_scale(scale):
    both_ways(*qkv(), scale=scale)


def test_grouped_queries():
    assert both_ways(*qkv(heads=6, groups=3), enable_gqa=True).shape == (2, 6, 5, 7)


def test_values_of_another_size():
    q, k, _ = qkv()
    both_ways(q, k, torch.randn(2, 4, 7, 3).double())


@pytest.mark.parametrize("seed", range(3))
def test_arguments_may_come_by_position(seed):
    torch.manual_seed(seed)
    both_ways(*qkv(), torch.randn(5, 7).double(), 0.0, False)


def test_half_precision():
    q, k, v = (x.bfloat16() for x in qkv())
    with capture(nn.Identity()) as maps:
        out = F.scaled_dot_product_attention(q, k, v)
    assert maps[0].dtype == torch.bfloat16
    torch.testing.assert_close(out, FUSED(q, k, v), atol=2e-2, rtol=2e-2)


def test_dropout_is_refused():
    with (
        pytest.raises(CaptureError, match=r"attention dropout; call model\.eval\(\)"),
        capture(nn.Identity()),
    ):
        F.scaled_dot_product_attention(*qkv(), dropout_p=0.1)


# ---- plain torch modules


@pytest.mark.parametrize("grad", [True, False])
def test_torch_transformer_encoder(grad):
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    model = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False).eval()
    x, padding = torch.randn(2, 5, 8), torch.tensor([[False] * 5, [False] * 3 + [True] * 2])
    with torch.set_grad_enabled(grad):
        expected = model(x, src_key_padding_mask=padding)
        with capture(model, layers=2) as maps:
            got = model(x, src_key_padding_mask=padding)
    close(got[0], expected[0])
    close(got[1, :3], expected[1, :3])
    assert [m.shape for m in maps] == [(2, 2, 5, 5)] * 2
    assert (maps[0][1, ..., 3:] == 0).all()


class Weighs(nn.Module):
    """Calls torch.nn.MultiheadAttention for one map a head."""

    def __init__(self):
        super().__init__()
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)

    def forward(self, x, average=False):
        return self.attention(x, x, x, average_attn_weights=average)[0]


def test_hook_on_torch_multihead_attention_agrees_with_sdpa():
    model, x = Weighs().eval(), torch.randn(3, 5, 8)
    expected = model(x)
    with capture(model, "hook", modules="attention", layers=1) as maps:
        close(model(x), expected)
    assert maps[0].shape == (3, 2, 5, 5)
    assert maps[0].requires_grad
    with capture(model, layers=1) as through_sdpa:
        close(model.attention(x, x, x, need_weights=False)[0], expected)
    close(maps[0], through_sdpa[0])
    assert hooks(model) == 0


def test_averaged_heads_are_no_attention_maps():
    model = Weighs().eval()
    with (
        pytest.raises(CaptureError, match=r"layer 0, seam 'hook': shape \(3, 5, 5\) is not \(batch, heads"),
        capture(model, "hook", modules="attention"),
    ):
        model(torch.randn(3, 5, 8), average=True)
    assert hooks(model) == 0


@pytest.mark.parametrize("training", [True, False])
def test_a_hook_on_attention_that_returns_no_weights_says_what_to_try(training):
    encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True), 2)
    encoder.train(training)
    x = torch.randn(3, 5, 8)
    with (
        pytest.raises(CaptureError, match=r"seam 'hook'.*try seam='sdpa'") as error,
        capture(encoder, "hook", modules=r".*self_attn"),
    ):
        encoder(x)
    assert "\n" not in str(error.value)
    assert hooks(encoder) == 0
    with capture(encoder, layers=2) as maps:
        encoder(x)
    assert maps[0].shape == (3, 2, 5, 5)


class Written(nn.Module):
    """Attention written out, with its softmax and dropout in modules of their own."""

    def __init__(self):
        super().__init__()
        self.qk = nn.Linear(8, 16)
        self.softmax = nn.Softmax(-1)
        self.drop = nn.Dropout(0.5)

    def forward(self, x):
        q, k = self.qk(x).unflatten(-1, (2, 2, 4)).permute(2, 0, 3, 1, 4)  # each (B, heads, T, size)
        return self.drop(self.softmax(q @ k.transpose(-2, -1))).mean(1) @ x


@pytest.mark.parametrize(("pattern", "layers"), [("0.softmax", 1), (r"\d\.softmax", 2), (r".*\.drop", 2)])
def test_hook_on_modules_that_match_in_full(pattern, layers):
    model, x = nn.Sequential(Written(), Written()).eval(), torch.randn(2, 5, 8)
    expected = model(x)
    with capture(model, "hook", modules=pattern, layers=layers) as maps:
        close(model(x), expected)
    assert [m.shape for m in maps] == [(2, 2, 5, 5)] * layers
    q, k = model[0].qk(x)[..., :8], model[0].qk(x)[..., 8:]
    close(maps[0][:, 1], (q[..., 4:] @ k[..., 4:].transpose(1, 2)).softmax(-1))


def test_rows_must_sum_to_one():
    model = nn.Sequential(Written())
    with (
        pytest.raises(CaptureError, match=r"layer 0, seam 'hook': rows do not sum to 1.*eval mode"),
        capture(model, "hook", modules="0.drop"),
    ):
        model(torch.randn(2, 5, 8))  # in training mode, dropout takes entries away
    assert hooks(model) == 0


def test_rows_of_nan_do_not_sum_to_one():
    model = nn.Sequential(Written()).eval()
    with (
        pytest.raises(CaptureError, match="off by up to nan"),
        capture(model, "hook", modules=r"0\.softmax"),
    ):
        model(torch.full((1, 3, 8), torch.nan))


def test_hook_needs_a_pattern_that_fits():
    model = nn.Sequential(Written())
    with pytest.raises(CaptureError, match="needs modules="), capture(model, "hook"):
        pytest.fail("was let in")
    with (
        pytest.raises(CaptureError, match=r"no module of Sequential is called 'softmax'.*named_modules"),
        capture(model, "hook", modules="softmax"),
    ):
        pytest.fail("was let in")


# ---- Hugging Face


def esm(implementation="sdpa"):
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    torch.manual_seed(1)
    config = transformers.EsmConfig(
        vocab_size=33, hidden_size=16, num_hidden_layers=3, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=32, position_embedding_type="rotary", token_dropout=True,
        mask_token_id=32, pad_token_id=1, attn_implementation=implementation, initializer_range=0.5,
    )  # fmt: skip
    return transformers.EsmModel(config, add_pooling_layer=False).double().eval()


def residues():
    ids = torch.randint(4, 24, (2, 8))
    mask = torch.ones_like(ids)
    ids[1, 5:], mask[1, 5:] = 1, 0
    return {"input_ids": ids, "attention_mask": mask}


def test_esm_seams_agree_with_each_other_and_with_output_attentions():
    x = residues()
    with torch.no_grad():
        reference = esm("eager")(**x, output_attentions=True)
        expected = esm("sdpa")(**x).last_hidden_state
        for implementation, seam in (("sdpa", "sdpa"), ("sdpa", "eager"), ("eager", "eager")):
            model = esm(implementation)
            with capture(model, seam, layers=3) as maps:
                got = model(**x).last_hidden_state
            close(got[x["attention_mask"].bool()], expected[x["attention_mask"].bool()])
            for one, other in zip(maps, reference.attentions, strict=True):
                assert one.shape == (2, 2, 8, 8)
                close(one, other)
                assert (one[1, ..., 5:] == 0).all()
    assert (reference.attentions[0][0] - 1 / 8).abs().max() > 0.01


@pytest.mark.parametrize("implementation", ["sdpa", "eager"])
@pytest.mark.parametrize("fails", [False, True])
def test_esm_is_left_as_it_was(implementation, fails):
    model = esm(implementation)
    if fails:
        with pytest.raises(ZeroDivisionError), capture(model, "eager"):
            model(**residues())
            raise ZeroDivisionError
    else:
        with capture(model, "eager"):
            model(**residues())
    assert model.config._attn_implementation == implementation
    assert hooks(model) == 0
    assert model(**residues()).attentions is None


def test_esm_gradients_flow():
    for seam in ("sdpa", "eager"):
        model = esm()
        with capture(model, seam) as maps:
            model(**residues())
        (gradient,) = torch.autograd.grad(maps[0].square().sum(), model.embeddings.word_embeddings.weight)
        assert gradient.abs().sum() > 0


def test_eager_wants_a_hugging_face_model(gpt):
    with (
        pytest.raises(CaptureError, match="DnaGPT is no Hugging Face model; try seam='sdpa'"),
        capture(gpt, "eager"),
    ):
        pytest.fail("was let in")


def test_eager_without_attentions_in_the_output_is_an_error():
    model = esm()
    with pytest.raises(CaptureError, match="caught 0 attention maps of EsmModel"), capture(model, "eager"):
        model(**residues(), return_dict=False)


# ---- heads in groups


def test_some_heads_at_once_are_the_same_heads_in_their_order(gpt):
    x = bases()
    with capture(gpt) as whole:
        expected = gpt(x)
    got = []
    with torch.no_grad(), capture(gpt, layers=3, heads_at_once=1, each=lambda i, a: got.append((i, a.clone()))) as kept:
        close(gpt(x), expected)
    assert kept == [] and [layer for layer, _ in got] == [0, 0, 1, 1, 2, 2]
    for layer, one in enumerate(whole):
        close(torch.cat([a for i, a in got if i == layer], dim=1), one)


@pytest.mark.parametrize("at_once", [1, 2, 4, 9])
@pytest.mark.parametrize("mask", [None, (5, 7), (2, 1, 1, 7), (2, 6, 5, 7)])
def test_some_heads_at_once_with_masks_and_shared_keys(at_once, mask):
    q, k, v = qkv(heads=6, groups=3)
    how = {"attn_mask": None if mask is None else torch.randn(mask).double(), "enable_gqa": True}
    expected, sizes = FUSED(q, k, v, **how), []
    with capture(nn.Identity(), layers=1, heads_at_once=at_once, each=lambda _, a: sizes.append(a.shape[1])):
        close(F.scaled_dot_product_attention(q, k, v, **how), expected)
    assert sum(sizes) == 6 and max(sizes) == min(at_once, 6)


def test_heads_of_a_hook_are_handed_on_in_groups_too():
    model, sizes = nn.Sequential(Written(), Written()).eval(), []
    with capture(model, "hook", modules=r"\d\.softmax", heads_at_once=1, each=lambda i, a: sizes.append((i, *a.shape))):
        model(torch.randn(2, 5, 8))
    assert sizes == [(i, 2, 1, 5, 5) for i in (0, 0, 1, 1)]


def test_heads_at_once_are_for_each(gpt):
    for how in ({}, {"each": print}):
        with pytest.raises(CaptureError, match="heads_at_once=0 wants 1 or more, and each="):
            capture(gpt, heads_at_once=0, **how).__enter__()
    with pytest.raises(CaptureError, match="heads_at_once=2 wants"):
        capture(gpt, heads_at_once=2).__enter__()


# ---- what goes wrong is said, and leaves nothing behind


def test_no_maps():
    model = nn.Linear(2, 2)
    with (
        pytest.raises(
            CaptureError, match=r"'sdpa' caught 0 attention maps of Linear, expected at least one.*seam='hook'"
        ),
        capture(model),
    ):
        model(torch.zeros(1, 2))


@pytest.mark.parametrize(("passes", "layers"), [(1, 2), (1, 4), (2, 3), (0, 3)])
def test_wrong_number_of_maps(gpt, passes, layers):
    with (
        pytest.raises(CaptureError, match=f"caught {3 * passes} attention maps of DnaGPT, expected {layers};"),
        capture(gpt, layers=layers),
    ):
        for _ in range(passes):
            gpt(bases())


def test_unknown_seam(gpt):
    with pytest.raises(CaptureError, match=f"'flash' is unknown; choose one of {', '.join(SEAMS)}"):
        capture(gpt, "flash").__enter__()


def test_an_exception_in_the_block_is_not_hidden(gpt):
    for captured_something in (False, True):
        with pytest.raises(ZeroDivisionError), capture(gpt, layers=7):
            if captured_something:
                gpt(bases())
            raise ZeroDivisionError
        assert F.scaled_dot_product_attention is FUSED
        assert not modes()


def test_an_exception_in_each_leaves_nothing_behind(gpt):
    def each(layer, attention):
        raise ZeroDivisionError

    encoder = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True).eval()
    for model, x in ((gpt, bases()), (encoder, torch.randn(1, 4, 8))):
        with pytest.raises(ZeroDivisionError), capture(model, each=each):
            model(x)
        assert F.scaled_dot_product_attention is FUSED
        assert not modes()


def test_captures_one_after_the_other_are_separate():
    model = random_model(0)
    with capture(model, layers=1) as first:
        model(bases())
    with capture(model, layers=1) as second:
        model(bases())
    model(bases())
    assert len(first) == len(second) == 1
    assert np.abs((first[0] - second[0]).detach().numpy()).max() > 0

"""A head that is taken out is gone, nothing else is, and the model is left as it was."""

import copy
import json

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.overrides import _get_current_function_mode_stack as modes

from regard.attribute.ablation import ablated, mean_outputs
from regard.attribute.head_outputs import head_outputs
from regard.data.sequences import encode
from regard.errors import CaptureError, InputError
from regard.models.dna_gpt.model import Config, DnaGPT, load
from regard.models.protein.model import load_protein
from regard.models.shelf.shipped import DNA_GPT
from tests.models.protein_folder import VOCABULARY, write_esm2
from tests.toys.planted import planted_model, random_model

FUSED = F.scaled_dot_product_attention
TATA = "GCTATACGTATA"


@pytest.fixture(autouse=True)
def nothing_stays_patched():
    torch.manual_seed(0)
    yield
    assert F.scaled_dot_product_attention is FUSED
    assert not modes()


def close(one, other, atol=1e-6):
    torch.testing.assert_close(one, other, atol=atol, rtol=0)


def hooks(model: nn.Module) -> int:
    return sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in model.modules())


def tokens(*sequences: str) -> torch.Tensor:
    return torch.from_numpy(np.stack([encode(s) for s in sequences])).long()


def without_columns(projection: nn.Linear, head: int, heads: int) -> None:
    """The oracle: nothing of what the head hands on reaches the residual stream."""
    size = projection.in_features // heads
    projection.weight.data[:, head * size : (head + 1) * size] = 0


@pytest.fixture
def gpt() -> DnaGPT:
    config = Config(blocks=3, heads=2, width=16, longest=32, motifs=4, motif_width=3, tasks={"on": ["no", "yes"]})
    model = DnaGPT(config).double().eval()
    for weights in model.parameters():  # attention away from uniform, blocks away from nothing
        weights.data *= 10
    return model


# ---- planted heads


@torch.no_grad()
def test_the_planted_head_is_all_there_is():
    model, x = planted_model(), tokens(TATA)
    expected = model(x)
    assert expected[0, -1, 1] > 0.9
    with ablated(model, [(0, 0)]):
        assert (model(x) == 0).all()
    with ablated(model, [(0, 1), (0, 2)]):
        assert torch.equal(model(x), expected)
    assert torch.equal(model(x), expected)


@torch.no_grad()
def test_mean_by_hand():
    """Head 0 hands on 1 where a TATA lies at or before the query, else 0: at 10 bases and at all 12."""
    model, sequences = planted_model(), ("GCTATACGTATA", "TATAGGGGCCCC")
    means = mean_outputs(model, lambda: [model(tokens(s)) for s in sequences])  # two passes
    assert [m.shape for m in means] == [(3, 2)]
    np.testing.assert_allclose(means[0], [[22 / 24, 0], [0, 0], [0, 0]], atol=1e-6)
    with ablated(model, [(0, 0)], "mean", means=means):
        out = model(tokens("CCCCCCCCCCCC"))
    np.testing.assert_allclose(out[0, :, 1], 22 / 24, atol=1e-6)
    assert model(tokens("CCCCCCCCCCCC"))[0, -1, 1] == 0


# ---- our GPT


def states_of(model, x):
    return torch.stack(model.states(x))


@torch.no_grad()
@pytest.mark.parametrize("heads", [[(0, 0)], [(1, 1)], [(2, 0), (0, 1), (2, 1)]])
def test_zero_is_the_model_without_columns_of_its_projections(gpt, heads):
    x, other = tokens("ACGTACGTA", "TTGCANNAC"), copy.deepcopy(gpt)
    for layer, head in heads:
        without_columns(other.blocks[layer].attention.out, head, 2)
    with ablated(gpt, heads):  # passes are told apart by calls of the model
        first, second = gpt(x), gpt(x)
    with ablated(gpt, heads, layers=3):  # and of its methods by the number of layers
        states, again = states_of(gpt, x), states_of(gpt, x)
    close(first, other(x))
    close(second, other(x))
    close(states, states_of(other, x))
    close(again, states_of(other, x))
    assert (first - gpt(x)).abs().max() > 1e-3


@torch.no_grad()
def test_mean_is_the_model_with_a_bias_in_place_of_the_head(gpt):
    x, reference, other = tokens("ACGTACGTA"), tokens("GATTACAGG", "CCCCGTGTA"), copy.deepcopy(gpt)
    block = gpt.blocks[1].attention
    values = []
    hook = block.out.register_forward_pre_hook(lambda _, inputs: values.append(inputs[0]))
    means = mean_outputs(gpt, lambda: gpt(reference))
    hook.remove()
    close(means[1].flatten(), values[0].mean(dim=(0, 1)))
    without_columns(other.blocks[1].attention.out, 0, 2)
    other.blocks[1].attention.out.bias = nn.Parameter(block.out.weight[:, :8] @ values[0][..., :8].mean(dim=(0, 1)))
    with ablated(gpt, [(1, 0)], "mean", means=means):
        got = gpt(x)
    close(got, other(x))
    assert (got - gpt(x)).abs().max() > 1e-3


@torch.no_grad()
def test_shipped_weights():
    model, x = load(DNA_GPT), tokens("ACGTACGTTACGCG" * 4)
    other = copy.deepcopy(model)
    without_columns(other.blocks[1].attention.out, 3, 4)
    lengths = torch.tensor([x.shape[1]])
    expected = model.classify("promoter", x, lengths)
    with ablated(model, [(1, 3)], layers=4):
        got = model.classify("promoter", x, lengths)
    close(got, other.classify("promoter", x, lengths), atol=1e-5)
    assert torch.equal(model.classify("promoter", x, lengths), expected)
    assert (other.classify("promoter", x, lengths) - expected).abs().max() > 0.01


def test_gradients_flow_around_the_head(gpt):
    x = tokens("ACGTACGTA")
    with ablated(gpt, [(2, 1)]):
        gpt(x).square().sum().backward()
    value = gpt.blocks[2].attention.qkv.weight.grad.view(3, 2, 8, 16)[2]  # of each head
    assert (value[1] == 0).all() and value[0].abs().sum() > 0


# ---- plain torch


@torch.no_grad()
def test_torch_transformer_encoder():
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    model = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False).eval()
    x, other = torch.randn(2, 5, 8), copy.deepcopy(model)
    without_columns(other.layers[1].self_attn.out_proj, 1, 2)
    with ablated(model, [(1, 1)]):
        got = model(x)
    close(got, other(x))
    assert (model(x) - other(x)).abs().max() > 1e-3


# ---- Hugging Face


@pytest.fixture(scope="module")
def transformers():
    return pytest.importorskip("transformers", reason="transformers is not installed")


def write_bert(transformers, folder):
    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *VOCABULARY[4:29]]))
    transformers.BertTokenizer(str(folder / "vocab.txt"), do_lower_case=False).save_pretrained(folder)
    config = transformers.BertConfig(
        vocab_size=30, hidden_size=32, num_hidden_layers=3, num_attention_heads=4, intermediate_size=64,
        max_position_embeddings=64, initializer_range=0.3,
    )  # fmt: skip
    torch.manual_seed(0)
    transformers.BertForMaskedLM(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module", params=["esm", "bert"])
def encoder(request, transformers, tmp_path_factory):
    """A small random model, saved, and loaded by the path that users take."""
    folder = tmp_path_factory.mktemp(request.param) / "tiny"
    written = write_esm2(folder) if request.param == "esm" else write_bert(transformers, folder)
    return load_protein(str(written))


HEADS = [(0, 3), (2, 0), (2, 1)]


def projection(network, layer: int) -> nn.Linear:
    return network.base_model.encoder.layer[layer].attention.output.dense


@torch.no_grad()
def test_encoder_agrees_with_projections_and_with_head_masks(encoder):
    x, other = encoder.tokens("MKTAYIAKQRQISF"), copy.deepcopy(encoder.network)
    mask = torch.ones(3, 4)
    for layer, head in HEADS:
        without_columns(projection(other, layer), head, 4)
        mask[layer, head] = 0
    with ablated(encoder.network, HEADS):
        got = encoder.forward(x).logits
    close(got, other(input_ids=x).logits, atol=1e-5)
    eager = copy.deepcopy(encoder.network)
    eager.set_attn_implementation("eager")
    close(got, eager(input_ids=x, head_mask=mask).logits, atol=1e-5)
    assert (got - encoder.forward(x).logits).abs().max() > 0.01
    assert hooks(encoder.network) == 0 and encoder.network.config._attn_implementation == "sdpa"


@torch.no_grad()
def test_the_two_seams_agree(encoder):
    x, network = encoder.tokens("MKTAYIAKQRQISF"), encoder.network
    named = r".*attention\.output\.dense"
    means = mean_outputs(network, lambda: encoder.forward(x))
    again = mean_outputs(network, lambda: encoder.forward(x), modules=named)
    for one, other in zip(means, again, strict=True):
        close(one, other)
    for how in ("zero", "mean"):
        with ablated(network, HEADS, how, means=means):
            expected = encoder.forward(x).logits
        with ablated(network, HEADS, how, means=means, modules=named):
            close(encoder.forward(x).logits, expected, atol=1e-5)
    assert hooks(network) == 0


@torch.no_grad()
@pytest.mark.parametrize("fails", [False, True])
def test_an_eager_esm_is_switched_to_sdpa_and_back(transformers, tmp_path, fails):
    folder = write_esm2(tmp_path / "tiny")
    eager = transformers.EsmForMaskedLM.from_pretrained(folder, attn_implementation="eager").eval()
    x, other = torch.randint(4, 24, (1, 9)), copy.deepcopy(eager)
    without_columns(projection(other, 1), 2, 4)
    expected = other(x).logits
    try:
        with ablated(eager, [(1, 2)]):
            close(eager(x).logits, expected, atol=1e-5)
            if fails:
                raise ZeroDivisionError
    except ZeroDivisionError:
        assert fails
    assert eager.config._attn_implementation == "eager" and hooks(eager) == 0


@torch.no_grad()
def test_eager_bert_and_deberta_are_refused_and_read_by_their_projections(transformers, tmp_path):
    bert = write_bert(transformers, tmp_path / "tiny")
    eager = transformers.BertForMaskedLM.from_pretrained(bert, attn_implementation="eager").eval()
    config = json.loads((bert / "config.json").read_text())
    small = {k: config[k] for k in ("hidden_size", "num_hidden_layers", "num_attention_heads", "vocab_size")}
    deberta = transformers.DebertaV2ForMaskedLM(transformers.DebertaV2Config(**small, intermediate_size=64)).eval()
    x = torch.randint(5, 24, (1, 9))
    for model in (eager, deberta):
        with pytest.raises(CaptureError, match="modules="), ablated(model, [(1, 2)]):
            model(x)
        assert model.config._attn_implementation == "eager" and hooks(model) == 0
        other = copy.deepcopy(model)
        without_columns(projection(other, 1), 2, 4)
        with ablated(model, [(1, 2)], modules=r".*attention\.output\.dense"):
            got = model(x).logits
        close(got, other(x).logits, atol=1e-5)
        assert (got - model(x).logits).abs().max() > 1e-4


@torch.no_grad()
def test_antiberty():
    pytest.importorskip("antiberty", reason="extra antibody")
    model = load_protein("antiberty")
    assert model.seam == "sdpa"
    x, other = model.tokens("EVQLVESGAEVKKPGASVK"), copy.deepcopy(model.network)
    expected = model.forward(x).prediction_logits
    without_columns(projection(other, 5), 7, 8)
    with ablated(model.network, [(5, 7)]):
        got = model.forward(x).prediction_logits
    close(got, other(input_ids=x).prediction_logits, atol=1e-4)
    assert (got - expected).abs().max() > 0.01
    assert torch.equal(model.forward(x).prediction_logits, expected)


# ---- what cannot be done is said, and leaves nothing behind


@pytest.mark.parametrize(
    ("heads", "kwargs", "said"),
    [
        ([(3, 0)], {"layers": 3}, r"head \(3, 0\): no layer 3.*layers 0 to 2"),
        ([(-1, 0)], {}, r"no layer -1"),
        ([(0, -1)], {}, r"no head -1"),
        ([], {}, "no heads"),
        ([(0, 0)], {"how": "median"}, "'median' is unknown; choose one of zero, mean"),
        ([(0, 0)], {"how": "mean"}, r"needs means=.*mean_outputs"),
        ([(0, 2)], {"how": "mean", "means": [torch.zeros(2, 8)] * 3}, "layer 0 has heads 0 to 1"),
        ([(0, 0)], {"how": "mean", "means": [torch.zeros(2, 8)] * 3, "layers": 4}, "means of 3 layers"),
        ([(0, 0)], {"modules": "nothing"}, "no module of DnaGPT is called 'nothing'"),
        ([(0, 0)], {"modules": r".*\.out"}, "head_count="),
    ],
)
def test_refused_at_the_door(gpt, heads, kwargs, said):
    with pytest.raises((InputError, CaptureError), match=said), ablated(gpt, heads, **kwargs):
        pytest.fail("was let in")
    assert hooks(gpt) == 0


@pytest.mark.parametrize(
    ("heads", "kwargs", "said"),
    [
        ([(3, 0)], {}, r"no layer 3.*layers 0 to 2"),
        ([(1, 2)], {}, "layer 1 has heads 0 to 1"),
        ([(0, 0)], {"layers": 2}, "3 attention layers were caught, expected 2 a pass"),
        ([(0, 0)], {"how": "mean", "means": [torch.zeros(2, 4)] * 3}, "means of layer 0 are not of 2 heads × 8"),
        ([(0, 0)], {"modules": r".*\.out", "head_count": 3}, r"not \(batch, query, 3 × size\)"),
    ],
)
def test_refused_when_the_model_runs(gpt, heads, kwargs, said):
    with pytest.raises((InputError, CaptureError), match=said), ablated(gpt, heads, **kwargs):
        gpt(tokens("ACGTACGT"))
    assert hooks(gpt) == 0


def test_methods_need_the_number_of_layers(gpt):
    with pytest.raises(CaptureError, match="say layers="), ablated(gpt, [(0, 0)]):
        gpt.states(tokens("ACGT"))
    with (
        pytest.raises(CaptureError, match="3 attention layers were caught, expected 2"),
        ablated(gpt, [(0, 0)], layers=2),
    ):
        gpt.states(tokens("ACGT"))


def test_no_attention_no_pass_and_no_heads_apart():
    with pytest.raises(CaptureError, match=r"Linear: 0 attention layers.*modules="), ablated(nn.Linear(2, 2), [(0, 0)]):
        pass

    class Joined(nn.Module):
        def forward(self, x):
            return F.scaled_dot_product_attention(x, x, x)

    with pytest.raises(CaptureError, match=r"shape \(1, 3, 4\) is not"), ablated(Joined(), [(0, 0)]):
        Joined()(torch.zeros(1, 3, 4))


def test_dropout_is_refused():
    class Drops(nn.Module):
        def forward(self, x):
            return F.scaled_dot_product_attention(x, x, x, dropout_p=0.1)

    model = Drops()
    with pytest.raises(CaptureError, match="attention dropout"), ablated(model, [(0, 0)]):
        model(torch.zeros(1, 2, 3, 4))


@torch.no_grad()
def test_the_model_is_as_it_was_after_an_exception(gpt):
    x, before = tokens("ACGTACGT"), copy.deepcopy(gpt.state_dict())
    expected = gpt(x)
    with pytest.raises(ZeroDivisionError), ablated(gpt, [(0, 0)]):
        gpt(x)
        raise ZeroDivisionError
    assert hooks(gpt) == 0 and torch.equal(gpt(x), expected)
    assert all(torch.equal(before[name], weights) for name, weights in gpt.state_dict().items())


def test_another_model_inside_the_block_is_noticed(gpt):
    with pytest.raises(CaptureError, match="or by another model"), ablated(gpt, [(0, 0)]):
        random_model(0)(tokens("ACGT"))


@torch.no_grad()
def test_reading_changes_nothing_to_the_last_bit():
    model, x, seen = random_model(0), tokens(TATA), []
    with head_outputs(model, lambda layer, output: seen.append((layer, output.shape)) or output):
        got = model(x)
    assert torch.equal(got, model(x)) and seen == [(0, (1, 3, 12, 2))]

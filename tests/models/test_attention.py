"""One verb for any model: modules and functions of one's own, and our models by the same way."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

import regard
from regard.data.sequences import encode
from regard.errors import CaptureError, InputError
from regard.models.attention import reader
from regard.models.dna_gpt.model import Config, DnaGPT
from regard.models.enformer import model as enformer

SEQUENCES = ["ACGTACGTAC", "GGGTACGTAA", "ACG"]


class NotebookHead(nn.Module):
    """A head as courses write it: no fused function, and its attention is returned, (T, T)."""

    def __init__(self, width: int, size: int):
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(width, size, bias=False) for _ in range(3))

    def forward(self, x):
        scores = self.query(x) @ self.key(x).transpose(-2, -1) / self.query.out_features**0.5
        past = torch.ones(x.shape[1], x.shape[1]).tril().bool()
        attention = scores.masked_fill(~past, -torch.inf).softmax(-1)
        return attention @ self.value(x), attention


class NotebookGPT(nn.Module):
    """Blocks × heads; gives logits, loss and a list of each block's attention, (heads, T, T), of one sequence."""

    def __init__(self, blocks=4, heads=4, width=16):
        super().__init__()
        self.embed, self.out = nn.Embedding(5, width), nn.Linear(width, 5)
        of_block = [nn.ModuleList(NotebookHead(width, width // heads) for _ in range(heads)) for _ in range(blocks)]
        self.blocks = nn.ModuleList(of_block)

    def forward(self, ids):
        x, maps = self.embed(ids), []
        for block in self.blocks:
            outputs, attention = zip(*(head(x) for head in block), strict=True)
            x = x + torch.cat(outputs, dim=-1)
            maps.append(torch.cat(attention))
        return self.out(x), None, maps


@pytest.fixture(autouse=True)
def seeded():
    torch.manual_seed(0)


def test_the_notebook_gpt_in_one_line():
    model = NotebookGPT().eval()
    maps = regard.attention(lambda ids: model(ids), SEQUENCES, tokens=regard.letters("ACGTN"))
    assert maps[2].shape == (4, 4, 3, 3)
    assert np.allclose(maps[0][1], model(torch.from_numpy(encode(SEQUENCES[0])).long()[None])[2][1].detach(), atol=1e-7)
    assert np.allclose(np.triu(maps[0][3, 2], 1), 0) and np.allclose(maps[0].sum(-1), 1, atol=1e-6)


def test_a_function_that_returns_no_attention_says_so():
    with pytest.raises(CaptureError, match="0 attention maps"):
        regard.attention(lambda ids: (ids, None), ["ACG"], tokens=regard.letters("ACGT"))
    with pytest.raises(CaptureError, match="sum to 1"):
        regard.attention(lambda ids: [torch.ones(2, 3, 3)], ["ACG"], tokens=regard.letters("ACGT"))


def test_a_transformer_of_torch_itself_also_where_it_would_take_its_fast_path():
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    model = nn.Sequential(nn.Embedding(4, 8), nn.TransformerEncoder(layer, 3)).eval()
    maps = regard.attention(model, SEQUENCES, tokens=regard.letters("ACGT"))
    x = model[0](torch.tensor([[0, 1, 2]]))
    for i, one in enumerate(model[1].layers):
        _, theirs = one.self_attn(x, x, x, need_weights=True, average_attn_weights=False)
        assert np.allclose(maps[2][i], theirs[0].detach(), atol=1e-6)
        x = one(x)


@pytest.mark.parametrize("flash", [True, False])
def test_x_transformers(flash):
    x_transformers = pytest.importorskip("x_transformers")
    body = x_transformers.Encoder(dim=16, depth=2, heads=4, attn_flash=flash)
    model = x_transformers.TransformerWrapper(num_tokens=4, max_seq_len=32, attn_layers=body).eval()
    how = {} if flash else {"seam": "hook", "modules": r".*\.attend"}
    maps = regard.attention(model, SEQUENCES, tokens=regard.letters("ACGT"), layers=2, **how)
    with torch.no_grad():
        plain = x_transformers.TransformerWrapper(
            num_tokens=4, max_seq_len=32, attn_layers=x_transformers.Encoder(dim=16, depth=2, heads=4)
        ).eval()
        plain.load_state_dict(model.state_dict())
        _, theirs = plain(torch.tensor([[0, 1, 2, 3, 0, 1, 2, 3, 0, 1]]), return_attn=True)
    assert np.allclose(maps[0], torch.cat(theirs), atol=1e-6)


def test_our_gpt_needs_no_word_and_its_twin_is_another():
    model = DnaGPT(Config(blocks=2, heads=2, width=16, longest=64)).eval()
    of = reader(model)
    maps = regard.attention(model, SEQUENCES, ["a", "b", "c"])
    assert maps["c"].shape == (2, 2, 3, 3) and maps.array.attrs["unit"] == "base" and of.causal
    assert not np.allclose(regard.attention(of.untrained(1), SEQUENCES)[0], maps[0], atol=1e-4)
    with pytest.raises(InputError, match="reads 64 at once"):
        regard.attention(model, ["A" * 65])


def test_enformer_reads_windows_and_its_tokens_are_bins():
    pytest.importorskip("enformer_pytorch")
    model = enformer.genomic(enformer.untrained(0), tracks=(0,))
    sequence = "".join("ACGT"[i] for i in torch.randint(0, 4, (model.length,)).tolist())
    maps = regard.attention(model, [sequence])
    assert maps[0].shape == (2, 4, model.bins, model.bins)
    assert maps.array.query_end.values[0, -1] == model.length
    scores = maps.reduce("received | mean(layer, head)").on("base")
    assert len(scores.values[0]) == model.length
    with pytest.raises(InputError, match=f"exactly {model.length}"):
        regard.attention(model, ["ACGT"])


@pytest.mark.parametrize(
    ("model", "known", "says"),
    [
        (nn.Linear(2, 2).eval(), {}, "how does it read a sequence"),
        (nn.Linear(2, 2), {"tokens": regard.letters("ACGT")}, "training mode"),
        (SimpleNamespace(), {}, "no model that can be read"),
        (nn.Linear(2, 2).eval(), {"tokens": lambda s: torch.zeros(2, dtype=torch.long)}, "2 tokens for 4 letters"),
        ("/nowhere", {}, "no such folder"),
    ],
)
def test_what_cannot_be_read_is_one_line(model, known, says):
    with pytest.raises(InputError, match=says) as caught:
        regard.attention(model, ["ACGT"], **known)
    assert "\n" not in str(caught.value)


def test_rows_that_may_see_nothing_are_zero_as_in_the_fused_function():
    q = torch.randn(1, 2, 4, 8)
    mask = torch.ones(4, 4, dtype=torch.bool).tril()
    mask[:, 0] = False  # padding on the left: the first query sees nothing

    class Plain(nn.Module):
        def forward(self, x):
            return F.scaled_dot_product_attention(x, x, x, attn_mask=mask)

    model = Plain().eval()
    with regard.capture(model) as layers:
        out = model(q)
    assert torch.allclose(out, F.scaled_dot_product_attention(q, q, q, attn_mask=mask), atol=1e-6)
    assert layers[0][0, 0, 0].eq(0).all() and layers[0].isfinite().all()

"""The snippets of docs/add-a-model.md run as they stand there, on models that are small."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

import regard
from regard.predictors.edges import PREDICTORS, infer
from tests.toys.networks import planted
from tests.toys.planted import planted_model, random_model

PAGE = Path(__file__).parents[1] / "docs" / "add-a-model.md"
SNIPPETS = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), re.DOTALL | re.MULTILINE)
GENOME = Path(regard.__file__).parent / "examples" / "chr22_locus.fa.gz"


def snippet(word: str) -> str:
    (one,) = [text for text in SNIPPETS if word in text]
    return one


def told(word: str, **names) -> dict:
    """Run the snippet that has a word in it, with these names there; what it leaves."""
    exec(compile(snippet(word), f"{PAGE.name}: {word}", "exec"), names := names | {"regard": regard})
    return names


class Bins(nn.Module):
    """Attention between bins of bases, by a module of its own: (batch, length, 5) → (batch, bins, 1)."""

    def __init__(self, seed: int, size: int = 16):
        super().__init__()
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            self.read, self.blocks = nn.Conv1d(5, 4, size, stride=size), nn.ModuleList([nn.Module()])
            self.blocks[0].attn_dropout, self.out = nn.Dropout(0.1), nn.Linear(4, 1)

    def forward(self, one_hot):
        x = self.read(one_hot.transpose(1, 2)).transpose(1, 2)
        attention = (x @ x.transpose(1, 2)).softmax(dim=-1)[:, None]
        return self.out(self.blocks[0].attn_dropout(attention)[:, 0] @ x)


def test_every_snippet_is_tried():
    assert len(SNIPPETS) == 7


def test_attention_that_pytorch_computes():
    layers = told("calls scaled_dot_product", model=planted_model(), batch=torch.randint(4, (2, 9)))["layers"]
    assert [tuple(one.shape) for one in layers] == [(2, 3, 9, 9)]


def test_attention_of_a_hugging_face_model():
    transformers = pytest.importorskip("transformers")
    small = {"num_hidden_layers": 2, "num_attention_heads": 2, "hidden_size": 8, "intermediate_size": 8}
    encoder = transformers.EsmModel(transformers.EsmConfig(vocab_size=33, pad_token_id=1, mask_token_id=32, **small))
    layers = told("a Hugging Face model", encoder=encoder.eval(), tokens={"input_ids": torch.tensor([[0, 5, 6, 2]])})
    assert [tuple(one.shape) for one in layers["layers"]] == [(1, 2, 4, 4)] * 2


def test_attention_that_a_module_gives():
    layers = told("a module whose output", model=Bins(0).eval(), batch=torch.zeros(1, 64, 5))["layers"]
    assert [tuple(one.shape) for one in layers] == [(1, 1, 4, 4)]


def test_attention_of_tabpfn():
    pytest.importorskip("tabpfn")
    from regard.models.tabpfn.regressor import describe, find, fit

    x = np.random.default_rng(0).normal(size=(20, 3))
    assert told("TabPFN, by its own", regressor=fit(describe(find("small")), x, x[:, 0]), x=x[:4])["layers"]


def test_maps_are_reduced_and_compared():
    rng = np.random.default_rng(0)
    sequences = ["".join(rng.choice(list("ACGT"), 40)) for _ in range(10)]

    def arrays_of(model):
        found = []
        for sequence in sequences:
            with regard.capture(model) as layers:
                model(torch.tensor([["ACGT".index(base) for base in sequence]]))
            found.append(torch.stack([one[0] for one in layers]).detach().numpy())
        return found

    names = {"arrays": arrays_of(planted_model()), "ids": [f"s{i}" for i in range(10)], "sequences": sequences}

    def scores_of(model):
        maps = regard.attention_maps(arrays_of(model), names["ids"], [regard.token_table(list(s)) for s in sequences])
        return [maps.reduce("causal | log | detrend | received | mean(layer, head)")]

    def known_positions(sequence):
        return np.array([base == "A" for base in sequence])

    told("maps.reduce(", known_positions=known_positions, scores_of=scores_of, untrained=random_model, **names)


def test_a_method_for_networks():
    before = dict(PREDICTORS)
    try:
        told("@predictor(")
        assert infer("variance", planted(20)).table().regulator[0] == f"g{planted(20).values.std(axis=0).argmax()}"
    finally:
        PREDICTORS.clear()
        PREDICTORS.update(before)


def test_a_model_of_a_genome(tmp_path):
    told("GenomicModel(", mine=Bins(0).eval(), fresh=lambda s: Bins(s).eval(), out=tmp_path / "out", fasta=GENOME)
    assert (tmp_path / "out" / "report.html").is_file()

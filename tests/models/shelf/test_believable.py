"""Weights whose config lies, or whose numbers are none: one line, before they cost memory or time."""

import json
import shutil
import time
from dataclasses import asdict

import pytest
import torch
from safetensors.torch import load_file, save_file

from regard.errors import InputError
from regard.models.dna_gpt.model import Config, DnaGPT, load
from regard.models.hugging_face.folder import load_folder
from regard.models.shelf.weight_files import save
from tests.models.protein_folder import write_esm2

SMALL = Config(blocks=1, heads=2, width=8, longest=64, motifs=4, motif_width=3, tasks={"own": ["a", "b"]})


@pytest.fixture
def ours(tmp_path):
    path = tmp_path / "small.safetensors"
    save(DnaGPT(SMALL), path)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_esm2(tmp_path_factory.mktemp("esm2") / "m", layers=2, heads=2)


@pytest.fixture
def theirs(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "m")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("blocks", 10**9),
        ("blocks", 2),
        ("blocks", 0),
        ("blocks", -1),
        ("width", 10**12),
        ("width", 16),
        ("heads", 0),
        ("heads", 3),
        ("longest", 10**12),
        ("motifs", 10**12),
        ("motif_width", 10**30),
        ("tasks", {"own": ["a", "b", "c"]}),
        ("tasks", "own"),
        ("blocks", "1"),
        ("blocks", None),
        ("depth", 3),
    ],
)
def test_a_config_that_does_not_fit_its_weights_costs_nothing(ours, key, value):
    metadata = {"config": json.dumps(asdict(SMALL) | {key: value})}
    save_file(load_file(ours), ours, metadata=metadata)
    began = time.monotonic()
    with pytest.raises(InputError, match=r"small\.safetensors") as caught:
        load(ours)
    assert time.monotonic() - began < 2 and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "config", ["[" * 50_000, "{}", "[]", "null", '{"blocks": 1e999}', '{"blocks": NaN}', "9" * 5000]
)
def test_a_config_that_is_none(ours, config):
    save_file(load_file(ours), ours, metadata={"config": config})
    with pytest.raises(InputError, match=r"small\.safetensors"):
        load(ours)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers_are_named(ours, theirs, value):
    weights = load_file(ours)
    weights["ending.weight" if "ending.weight" in weights else next(iter(weights))].view(-1)[0] = value
    save_file(weights, ours, metadata={"config": json.dumps(asdict(SMALL))})
    with pytest.raises(InputError, match=r"small.safetensors: .* NaN or infinite"):
        load(ours)
    weights = load_file(theirs / "model.safetensors")
    weights["esm.embeddings.word_embeddings.weight"][3, 3] = value
    save_file(weights, theirs / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(InputError, match=r"word_embeddings.weight has numbers that are NaN or infinite"):
        load_folder(theirs)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("num_hidden_layers", 10**9),
        ("num_hidden_layers", 3),
        ("hidden_size", 10**12),
        ("vocab_size", 10**12),
        ("intermediate_size", 7),
        ("num_attention_heads", 0),
        ("num_hidden_layers", "many"),
        ("model_type", "nothing-of-that-name"),
        ("architectures", [1]),
    ],
)
def test_a_folder_whose_config_lies_costs_nothing(theirs, key, value):
    path = theirs / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {key: value}))
    began = time.monotonic()
    with pytest.raises(InputError) as caught:
        load_folder(theirs)
    assert time.monotonic() - began < 5
    assert str(theirs) in str(caught.value) and "\n" not in str(caught.value)


def test_a_missing_shard_is_named(theirs):
    (theirs / "model.safetensors").rename(theirs / "model-00001-of-00002.safetensors")
    index = {"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}
    (theirs / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(InputError, match=r"model-00002-of-00002\.safetensors, of 2 files of weights, is missing"):
        load_folder(theirs)


def test_what_is_whole_is_read(ours, theirs):
    assert torch.isfinite(next(load(ours).parameters())).all()
    assert load_folder(theirs)[0].config.num_hidden_layers == 2

"""Every family through the real path: folder, tokenizer's own call, attention as the model itself says it."""

import copy

import numpy as np
import pytest
import torch

import regard
from regard.errors import InputError
from regard.models.attention import reader
from tests.models.hugging_face.families import FAMILIES, PROTEIN, write

ids = [family.name for family in FAMILIES]


@pytest.fixture(scope="module", params=FAMILIES, ids=ids)
def case(request, tmp_path_factory):
    folder = write(request.param, tmp_path_factory.mktemp("family") / "model")
    return request.param, folder, reader(str(folder))


def test_tokens_are_those_of_the_tokenizers_own_call_and_know_where_they_stand(case):
    from transformers import AutoTokenizer

    family, folder, of = case
    found, table = of.tokens(family.sequence)
    apart = " ".join(family.sequence) if "apart" in family.name or family.name.startswith("T5") else family.sequence
    if "k-mers" in family.name:
        apart = " ".join(family.sequence[a:b] for a, b in family.tokens)
    assert found.tolist() == AutoTokenizer.from_pretrained(folder)(apart)["input_ids"]
    inside = table[~table.special]
    assert list(zip(inside.start, inside.end, strict=True)) == family.tokens
    before, behind = family.around
    assert table.special.tolist() == [True] * before + [False] * len(inside) + [True] * behind
    assert of.unit == family.unit


def test_attention_is_the_models_own(case):
    family, folder, of = case
    maps = regard.attention(str(folder), [family.sequence])[0]
    network = copy.deepcopy(of.module)
    network.set_attn_implementation("eager")
    tokens = of.tokens(family.sequence)[0][None]
    with torch.no_grad():
        theirs = torch.stack(network(input_ids=tokens, output_attentions=True).attentions)[:, 0].numpy()
    assert maps.shape == theirs.shape == (3, 4, len(tokens[0]), len(tokens[0]))
    assert np.abs(maps - theirs).max() < 1e-6
    assert theirs.std() > 1e-3  # not uniform, so that a mistake would show


def test_seam_direction_and_longest_input(case):
    family, _, of = case
    assert (of.seam, of.causal, of.longest) == (family.seam, family.causal, family.longest)
    if of.longest:
        with pytest.raises(InputError, match=f"reads {of.longest} at once"):
            regard.attention(of, [family.sequence * 20])


def test_a_twin_has_other_weights_and_the_seed_decides(case):
    family, _, of = case
    one, again = (regard.attention(of.untrained(3), [family.sequence])[0] for _ in range(2))
    assert np.array_equal(one, again)
    assert np.abs(one - regard.attention(of, [family.sequence])[0]).max() > 1e-4


def test_scores_are_laid_on_units(case):
    family, _, of = case
    maps = regard.attention(of, [family.sequence], ["a"])
    scores = maps.reduce("received | mean(layer, head)").on(family.unit)
    assert scores.values[0].shape == (len(family.sequence),)
    value = maps[0].mean(axis=(0, 1, 2))[family.around[0] :]
    want = [
        np.mean([v for v, (a, b) in zip(value, family.tokens, strict=False) if a <= i < b])
        for i in range(len(family.sequence))
    ]
    assert np.allclose(scores.values[0], want, atol=1e-6)
    pairs = maps.reduce("mean(layer, head)").on(family.unit)
    assert pairs.values[0].shape == (len(family.sequence),) * 2


def test_protein_encoders_load_for_the_protein_study(case):
    family, folder, _ = case
    if family.unit != "residue":
        with pytest.raises(InputError, match=r"tokens|spell|residue"):
            regard.load_protein(str(folder))
        return
    model = regard.load_protein(str(folder))
    maps = regard.attention(model, [PROTEIN])[0]
    assert np.abs(maps - regard.attention(str(folder), [PROTEIN])[0]).max() < 1e-6


def test_a_module_in_memory_with_its_tokenizer(case):
    from transformers import AutoTokenizer

    family, folder, of = case
    found = regard.attention(of.module, [family.sequence], tokenizer=AutoTokenizer.from_pretrained(folder))
    assert np.allclose(found[0], regard.attention(of, [family.sequence])[0], atol=1e-6)


def test_code_in_a_folder_is_never_run(tmp_path):
    import json

    folder = write(FAMILIES[1], tmp_path / "model")
    config = json.loads((folder / "config.json").read_text())
    config |= {"model_type": "mine", "auto_map": {"AutoConfig": "mine.Config", "AutoModel": "mine.Model"}}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "mine.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    with pytest.raises(InputError, match="code of its own, which Regard never runs"):
        reader(str(folder))
    assert not (tmp_path / "ran").exists()

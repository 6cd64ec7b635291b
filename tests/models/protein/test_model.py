"""Protein encoders through the real path: a tiny ESM2 on disk, its attention, likelihoods and gradients."""

import itertools
import json

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from regard.attribute.protein import gradient_pairs
from regard.core.maps import attention_maps
from regard.core.tokens import token_table
from regard.data.proteins import AMINO_ACIDS
from regard.errors import InputError, PipelineError
from regard.models.capture import capture
from regard.models.enformer.style import extract_attention_enformer_style
from regard.models.protein.likelihood import masked_log_likelihoods, pseudo_log_likelihood
from regard.models.protein.model import few_heads, load_protein, random_twin, stream
from regard.models.protein.reading import FARTHEST, SITES, read
from regard.models.protein.windows import CONTACTS, combined_maps, mean_map, seams, shares, stitched, windows
from regard.reduce.inside import InHeads
from tests.models.protein_folder import write_esm2

SEQUENCE = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVGDGTQDNLSGAEKAVQVKVK"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_esm2(tmp_path_factory.mktemp("esm2") / "tiny")


@pytest.fixture(scope="module")
def model(folder):
    return load_protein(str(folder))


def all_maps(model, sequence):
    maps = np.empty((model.layers, model.heads, len(sequence), len(sequence)), np.float32)
    stream(model, sequence, maps.__setitem__)
    return maps


def corrected_heads(maps):
    """Symmetrised and corrected maps of all heads, by the pipeline on all of them at once; maps : (heads, L, L)."""
    whole = attention_maps([maps[None]], ["one"], [token_table(["A"] * maps.shape[1])])
    return np.array([one.values[0] for one in whole.reduce("symmetrise | apc | per_head").values()])


def test_attention_is_that_of_hugging_face_eager(model, folder):
    from transformers import EsmForMaskedLM, EsmTokenizer

    theirs = EsmForMaskedLM.from_pretrained(folder, attn_implementation="eager").eval()
    tokens = EsmTokenizer.from_pretrained(folder)(SEQUENCE, return_tensors="pt")
    with torch.no_grad():
        said = theirs(**tokens, output_attentions=True)
    assert model.tokens(SEQUENCE).tolist() == tokens.input_ids.tolist()
    wanted = torch.stack(said.attentions)[:, 0, :, 1:-1, 1:-1].numpy()
    assert np.abs(all_maps(model, SEQUENCE) - wanted).max() < 1e-6
    assert wanted.std() > 1e-3  # not uniform, so that a mistake would show
    with torch.no_grad():
        logits = model.logits(model.tokens(SEQUENCE), len(SEQUENCE))[0]
    places = [tokens.input_ids[0].tolist()[1 + SEQUENCE.index(a)] if a in SEQUENCE else None for a in AMINO_ACIDS]
    for k, token in enumerate(places):
        if token is not None:
            assert torch.allclose(logits[:, k], said.logits[0, 1:-1, token], atol=1e-5)


def test_the_eager_seam_gives_the_same(model):
    with torch.no_grad(), capture(model.network, "eager", layers=model.layers) as layers:
        model.forward(model.tokens(SEQUENCE))
    eager = torch.stack(layers)[:, 0, :, 1:-1, 1:-1].numpy()
    assert np.abs(all_maps(model, SEQUENCE) - eager).max() < 1e-6


def test_contacts_of_the_models_own_head_are_a_weighted_sum_of_ours(model, folder):
    from transformers import EsmForMaskedLM

    theirs, tokens = EsmForMaskedLM.from_pretrained(folder, attn_implementation="eager").eval(), model.tokens(SEQUENCE)
    with torch.no_grad():
        p = theirs.predict_contacts(tokens, torch.ones_like(tokens))[0]
    ours = combined_maps(model, SEQUENCE, {"own": model.own_contacts})["own"]
    bias = model.network.esm.contact_head.regression.bias.item()
    assert np.allclose(1 / (1 + np.exp(-(2 * ours + bias))), p.numpy(), atol=1e-5)  # theirs adds both directions


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("esm2_t6_8M_UR50D", "regard models get esm2_t6_8M_UR50D"),
        ("facebook/esm2_t33_650M_UR50D", "regard models get esm2_t33_650M_UR50D"),
        ("esm9", "no such folder"),
    ],
)
def test_absent_weights_are_one_line_that_says_what_to_do(what, says, tmp_path, monkeypatch):
    monkeypatch.setenv("REGARD_MODELS", str(tmp_path))
    with pytest.raises(InputError, match=says) as caught:
        load_protein(what)
    assert "\n" not in str(caught.value)


def test_a_catalogue_model_is_loaded_from_its_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("REGARD_MODELS", str(tmp_path))
    write_esm2(tmp_path / "esm2_t6_8M_UR50D", layers=1, heads=2, width=16)
    assert load_protein("facebook/esm2_t6_8M_UR50D").layers == 1


def test_a_folder_that_is_no_encoder(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "nothing"}))
    with pytest.raises(InputError, match="no weights"):
        load_protein(str(tmp_path))


def test_missing_weights_are_refused_and_never_random(tmp_path):
    folder = write_esm2(tmp_path / "m", layers=1, heads=2, width=16)
    weights = load_file(folder / "model.safetensors")
    del weights["esm.encoder.layer.0.attention.self.query.weight"]
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(InputError, match="weights are missing"):
        load_protein(str(folder))


def test_an_unknown_letter_is_masked_and_a_twin_has_other_weights_and_the_same_shape(model):
    tokens = model.tokens("ACJ")[0].tolist()
    assert tokens[3] == model.mask and model.mask not in tokens[:3]
    twin, again = random_twin(model, 1), random_twin(model, 1)
    assert np.array_equal(all_maps(twin, SEQUENCE), all_maps(again, SEQUENCE))
    assert not np.allclose(all_maps(twin, SEQUENCE), all_maps(model, SEQUENCE), atol=1e-4)


def test_masked_likelihoods_are_those_of_one_masked_copy_each(model):
    found = masked_log_likelihoods(model, SEQUENCE, [0, 7, 59])
    assert np.allclose(np.exp(found).sum(axis=1), 1)
    tokens = model.tokens(SEQUENCE)
    tokens[0, 8] = model.mask
    with torch.no_grad():
        one = model.logits(tokens, len(SEQUENCE))[0, 7].log_softmax(-1)
    assert np.allclose(found[1], one.numpy(), atol=1e-5)
    every = masked_log_likelihoods(model, SEQUENCE)
    assert np.allclose(every[[0, 7, 59]], found, atol=1e-5)
    total = sum(every[i, AMINO_ACIDS.index(a)] for i, a in enumerate(SEQUENCE))
    assert pseudo_log_likelihood(every, SEQUENCE) == pytest.approx(total)
    with pytest.raises(InputError, match="position 60"):
        masked_log_likelihoods(model, SEQUENCE, [60])


def test_gradient_pairs_agree_with_finite_differences(model):
    found = gradient_pairs(model, SEQUENCE[:20])
    table = model.network.get_input_embeddings()

    def log_p(scale, j):
        hook = table.register_forward_hook(
            lambda _m, _i, out: out * (1 + scale * torch.nn.functional.one_hot(torch.tensor(j + 1), 22)[None, :, None])
        )
        with torch.no_grad():
            out = model.logits(model.tokens(SEQUENCE[:20]), 20)[0].double().log_softmax(-1)
        hook.remove()
        return out[range(20), [AMINO_ACIDS.index(a) for a in SEQUENCE[:20]]].numpy()

    for j in (0, 9):  # the derivative in the direction of the embedding itself is gradient × input
        slope = (log_p(1e-2, j) - log_p(-1e-2, j)) / 2e-2
        assert np.allclose(found[:, j], np.abs(slope), rtol=0.05, atol=2e-3)


@pytest.mark.parametrize(("length", "size", "overlap"), [(60, 25, 10), (60, 60, 30), (61, 20, 19), (100, 64, 0)])
def test_windows_cover_everything_with_at_least_the_overlap(length, size, overlap):
    spans = windows(length, size, overlap)
    assert spans[0][0] == 0 and spans[-1][1] == length
    assert all(stop - start == min(size, length) for start, stop in spans)
    assert all(a[1] - b[0] >= overlap for a, b in itertools.pairwise(spans))


def test_stitched_attention_is_the_weighted_mean_of_its_windows(model):
    spans = windows(len(SEQUENCE), 30, 15)
    total, weight = np.zeros((60, 60)), np.zeros((60, 60))
    for start, stop in spans:
        inside = np.minimum(np.arange(1, 31), np.arange(30, 0, -1))
        share = np.minimum(inside[:, None], inside)
        total[start:stop, start:stop] += share * all_maps(model, SEQUENCE[start:stop]).mean(axis=(0, 1))
        weight[start:stop, start:stop] += share
    stitched = mean_map(model, SEQUENCE, spans)
    assert np.allclose(stitched[weight > 0], (total / np.maximum(weight, 1))[weight > 0], atol=1e-6)
    assert np.isnan(stitched[weight == 0]).all() and (weight == 0).any()
    assert seams(spans) == [15, 30, 45]
    together = np.zeros((60, 60))
    for (start, stop), share in zip(spans, shares(60, spans), strict=True):
        together[start:stop, start:stop] += share
    assert np.allclose(together[weight > 0], 1, atol=1e-6)


def test_one_window_is_no_window(model):
    assert np.allclose(mean_map(model, SEQUENCE), all_maps(model, SEQUENCE).mean(axis=(0, 1)), atol=1e-6)


def test_a_reading_counts_what_the_maps_hold(model):
    maps = all_maps(model, SEQUENCE).reshape(-1, 60, 60)
    i, j = np.triu_indices(60, 6)
    near = np.abs(np.subtract.outer(np.arange(60), np.arange(60))) <= 3
    shown = np.broadcast_to(np.arange(60) < 40, (60, 60))
    reading = read(model, SEQUENCE, pairs=(i, j), properties={"near": (near, shown)})
    corrected = corrected_heads(maps)
    assert np.allclose(reading.features, corrected[:, i, j].T, atol=1e-6)
    for head in (0, 5, 11):
        values = corrected[head][i, j]
        best = reading.top[head]
        assert np.allclose(np.sort(corrected[head][best[:, 0], best[:, 1]]), np.sort(values)[-60:], atol=1e-6)
    off = maps * (1 - np.eye(60))
    assert np.allclose(reading.received, off.sum(axis=1) / 59, atol=1e-6)
    assert np.allclose(reading.arcs, (maps > 0.3).sum(axis=(1, 2)))
    assert np.allclose(reading.told["near"], ((maps > 0.3) & shown).sum(axis=(1, 2)))
    assert np.allclose(reading.hits["near"], ((maps > 0.3) & near & shown).sum(axis=(1, 2)))
    assert (reading.told["near"] < reading.arcs).any() and reading.hits["near"].any()
    assert reading.distance.shape == (12, FARTHEST + 1) and np.allclose(reading.distance.sum(axis=1), 1)
    k = AMINO_ACIDS.index("K"), AMINO_ACIDS.index("V")
    at = [[n for n, a in enumerate(SEQUENCE) if a == letter] for letter in "KV"]
    assert np.allclose(reading.amino_acids[:, k[0], k[1]], off[:, at[0]][:, :, at[1]].sum(axis=(1, 2)), atol=1e-5)
    assert reading.amino_pairs[k] == len(at[0]) * len(at[1])


def test_a_few_heads_at_a_time_make_the_same_reading(model, monkeypatch):
    spans, (i, j) = windows(60, 40, 20), np.triu_indices(60, 6)
    near = {"near": (np.abs(np.subtract.outer(np.arange(60), np.arange(60))) <= 3, np.ones((60, 60), dtype=bool))}
    whole = read(model, SEQUENCE, pairs=(i, j), properties=near, spans=spans)
    maps = combined_maps(model, SEQUENCE, {"own": model.own_contacts}, spans)["own"]
    monkeypatch.setattr("regard.models.protein.model.MAPS_AT_ONCE", 3 * 4 * 40**2)
    sizes = []
    stream(model, SEQUENCE, lambda layer, maps: sizes.append((layer, len(maps))), heads_at_once=few_heads(40))
    assert sizes[:3] == [(0, 3), (0, 1), (1, 3)]
    few = read(model, SEQUENCE, pairs=(i, j), properties=near, spans=spans)
    for name, one in vars(whole).items():
        other = getattr(few, name)
        np.testing.assert_allclose(
            *((one["near"], other["near"]) if name in ("hits", "told") else (one, other)), atol=1e-6
        )
    again = combined_maps(model, SEQUENCE, {"own": model.own_contacts}, spans)["own"]
    np.testing.assert_allclose(maps, again, atol=1e-6)


def test_a_reading_by_other_pipelines(model):
    (i, j), spans = np.triu_indices(60, 6), windows(60, 40, 20)
    default = read(model, SEQUENCE, pairs=(i, j))
    named = read(model, SEQUENCE, pairs=(i, j), of_pairs=InHeads(CONTACTS), of_positions=InHeads(SITES))
    for name in ("features", "received"):
        np.testing.assert_allclose(getattr(named, name), getattr(default, name), atol=1e-6)
    maps = all_maps(model, SEQUENCE).reshape(-1, 60, 60)
    plain = read(model, SEQUENCE, pairs=(i, j), of_pairs=InHeads("symmetrise"), of_positions=InHeads("received"))
    np.testing.assert_allclose(plain.features, (maps + maps.transpose(0, 2, 1))[:, i, j].T / 2, atol=1e-6)
    np.testing.assert_allclose(plain.received, maps.mean(axis=1), atol=1e-6)
    x, y = plain.top[4].T
    values = (maps[4] + maps[4].T)[x, y] / 2
    np.testing.assert_allclose(np.sort(values), np.sort(plain.features[:, 4])[-60:], atol=1e-6)
    stitched_so = stitched(model, SEQUENCE, ["received | mean(layer, head)"], spans)[0]
    of_windows = read(model, SEQUENCE, of_positions=InHeads("received"), spans=spans).received
    np.testing.assert_allclose(of_windows.mean(axis=0), stitched_so, atol=1e-6)
    with pytest.raises(PipelineError, match="leaves pairs without a value"):
        read(model, SEQUENCE, pairs=(i, j), of_pairs=InHeads("from(3)"))


def test_weighted_maps_are_corrected_in_each_window(model):
    spans, vector = windows(60, 40, 20), np.random.default_rng(0).normal(size=12)
    found = combined_maps(model, SEQUENCE, {"best (of two), contact": vector, "none": np.zeros(12)}, spans)
    wanted = np.zeros((60, 60))
    for (start, stop), share in zip(spans, shares(60, spans), strict=True):
        maps = all_maps(model, SEQUENCE[start:stop]).reshape(12, 40, 40)
        wanted[start:stop, start:stop] += np.tensordot(vector, corrected_heads(maps), 1) * share
    there = ~np.isnan(found["none"])
    assert not there.all() and (found["none"][there] == 0).all()
    np.testing.assert_allclose(found["best (of two), contact"][there], wanted[there], atol=1e-6)


def test_any_pipeline_that_leaves_pairs_is_stitched_from_windows(model):
    maps = all_maps(model, SEQUENCE)
    loudest, plain = stitched(model, SEQUENCE, ["max(layer, head)", "mean(head) | last"])
    np.testing.assert_allclose(loudest, maps.max(axis=(0, 1)), atol=1e-6)
    np.testing.assert_allclose(plain, maps[-1].mean(axis=0), atol=1e-6)
    assert np.isnan(stitched(model, SEQUENCE, ["max(layer, head)"], windows(60, 30, 15))[0][0, 59])
    with pytest.raises(PipelineError, match=r"'received \| per_head' leaves every head by itself"):
        stitched(model, SEQUENCE, ["received | per_head"])


def test_enformer_style_is_the_mean_row_of_the_site_and_its_neighbours(model):
    mean = all_maps(model, SEQUENCE).mean(axis=(0, 1))
    found = extract_attention_enformer_style(model, SEQUENCE, query=10, neighbours=2)
    assert np.allclose(found.values[0], mean[8:13].mean(axis=0), atol=1e-6)
    edge = extract_attention_enformer_style(model, SEQUENCE, query=[0, 1], neighbours=1)
    assert np.allclose(edge.values[0], mean[:3].mean(axis=0), atol=1e-6)
    with pytest.raises(InputError, match="query 60"):
        extract_attention_enformer_style(model, SEQUENCE, query=60)


@pytest.mark.parametrize(
    ("lost", "says"),
    [
        ("config.json", "no config.json in it"),
        ("model.safetensors", r"no weights \(model.safetensors or pytorch_model.bin\) in it"),
        ("tokenizer_config.json vocab.txt", "no tokenizer"),
        ("half of model.safetensors", "not a model that transformers can read"),
    ],
)
def test_a_folder_that_lacks_something_is_one_line(tmp_path, lost, says):
    folder = write_esm2(tmp_path / "tiny", layers=1, heads=2)
    for name in lost.removeprefix("half of ").split():
        if lost.startswith("half"):
            (folder / name).write_bytes((folder / name).read_bytes()[:4000])
        else:
            (folder / name).unlink()
    with pytest.raises(InputError, match=says) as caught:
        load_protein(str(folder))
    assert "\n" not in str(caught.value)

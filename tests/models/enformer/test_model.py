import json

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from regard.attribute.contributions import attention_from_tss, gradient_by_bin
from regard.attribute.gradient import gradient_x_input
from regard.errors import InputError
from regard.models.enformer import model as enformer

pytest.importorskip("enformer_pytorch", reason="enformer_pytorch is not installed")

TRACKS = (1, 6)


@pytest.fixture(scope="module")
def module():
    # Four bins are 512 bases: enough for every part of the architecture.
    return enformer.untrained(0, **{**enformer.SMALL, "sequence_length": 4096, "target_length": 28})


@pytest.fixture(scope="module")
def model(module):
    return enformer.genomic(module, tracks=TRACKS)


def bases(model, n=2, seed=0):
    return torch.from_numpy(np.random.default_rng(seed).integers(0, 4, (n, model.length)))


def test_output_is_that_of_the_package_at_three_bins_of_the_chosen_tracks(module, model):
    tokens = bases(model)
    whole = module(F.one_hot(tokens, 4).float())["human"]  # 32 bins, 2 cut at each side
    middle = whole[:, 15 - 2 : 18 - 2][:, :, list(TRACKS)].sum(dim=(1, 2))
    torch.testing.assert_close(model.output(F.one_hot(tokens, 5).float()), middle.detach())
    assert not torch.allclose(middle[0], middle[1])  # it depends on the sequence
    assert model.profile is not None
    profile = model.profile(tokens)
    assert torch.isnan(profile[:, :2]).all() and torch.isnan(profile[:, -2:]).all()
    torch.testing.assert_close(profile[:, 2:-2], whole[:, :, list(TRACKS)].mean(dim=2).detach())


def test_gradient_x_input_is_that_of_captum(module, model):
    captum = pytest.importorskip("captum.attr", reason="captum is not installed")
    tokens = bases(model)
    one_hot = F.one_hot(tokens, 4).float()

    def output(x):  # without our forward pass and its checkpoints
        return module(x)["human"][:, 13:16, list(TRACKS)].sum(dim=(1, 2))

    theirs = captum.InputXGradient(output).attribute(one_hot.requires_grad_()).sum(dim=-1).abs().detach().numpy()
    ours = gradient_x_input(model.output, tokens)
    assert theirs.max() > 1e-2
    np.testing.assert_allclose(ours, theirs, atol=1e-5, rtol=1e-5)
    by_bin = gradient_by_bin(model, tokens)
    np.testing.assert_allclose(by_bin, theirs.reshape(2, 32, 128).mean(axis=2), atol=1e-5, rtol=1e-5)


def test_attention_is_that_of_the_layers_and_leaves_the_model_as_it_was(module, model):
    tokens, kept = bases(model), []
    for block in module.transformer:
        attention = block[0].fn[1]
        attention.attn_dropout.register_forward_hook(lambda m, i, out: kept.append(out.detach()))
    module(F.one_hot(tokens, 4).float())
    expected = torch.stack(kept).mean(dim=(0, 2))[:, 15:18].mean(dim=1)  # layers, heads, then the three queries
    for block in module.transformer:
        block[0].fn[1].attn_dropout._forward_hooks.clear()
    found = attention_from_tss(model, tokens)
    np.testing.assert_allclose(found, expected.numpy(), atol=1e-6)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-5)
    assert not any(m._forward_hooks for m in module.modules())


def test_a_saved_model_is_read_back_and_says_that_it_is_untrained(module, model, tmp_path):
    enformer.save(module, tmp_path)
    again = enformer.genomic(enformer.load(tmp_path), tracks=TRACKS)
    rows = F.one_hot(bases(model), 5).float()
    torch.testing.assert_close(again.output(rows), model.output(rows), rtol=0, atol=0)
    assert not again.trained and "untrained" in again.name
    assert model.untrained(5).name == model.name


def test_weights_in_torch_format_with_every_name_are_read(module, model, tmp_path):
    enformer.save(module, tmp_path)
    (tmp_path / "model.safetensors").unlink()
    torch.save(module.state_dict(), tmp_path / "pytorch_model.bin")  # holds the trunk twice
    rows = F.one_hot(bases(model), 5).float()
    again = enformer.genomic(enformer.load(tmp_path), tracks=TRACKS)
    torch.testing.assert_close(again.output(rows), model.output(rows), rtol=0, atol=0)


def test_an_old_config_of_full_length_means_the_distances_of_tensorflow(module, tmp_path):
    def gamma(folder, **how):
        return enformer.gamma_of(enformer.load(folder, **how))

    enformer.save(module, tmp_path)
    assert not gamma(tmp_path)
    assert gamma(tmp_path, tf_gamma=True)
    config = json.loads((tmp_path / "config.json").read_text())
    del config["use_tf_gamma"]
    (tmp_path / "config.json").write_text(json.dumps(config))
    assert not gamma(tmp_path)  # a shorter window has no such distances
    del config["sequence_length"]
    (tmp_path / "config.json").write_text(json.dumps(config))
    assert gamma(tmp_path)


@pytest.mark.parametrize("change", [{"dim": 48, "heads": 2}, {"depth": 3}, {"depth": 1}])
def test_weights_of_another_size_are_refused_in_one_line(module, tmp_path, change):
    enformer.save(module, tmp_path)
    config = json.loads((tmp_path / "config.json").read_text()) | change
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(InputError, match="config"):
        enformer.load(tmp_path)


def test_a_folder_without_a_model_and_tracks_that_are_not_there(module, tmp_path):
    with pytest.raises(InputError, match=r"expected config\.json"):
        enformer.load(tmp_path)
    with pytest.raises(InputError, match="choose from 0 to 7"):
        enformer.genomic(module, tracks=(4828,))
    with pytest.raises(InputError, match="no head 'mouse'"):
        enformer.genomic(module, tracks=(0,), head="mouse")


def test_checkpoints_change_neither_output_nor_gradient(module):
    x = torch.rand(1, 4096, 4, requires_grad=True)
    plain = x
    for step in enformer.steps(module):
        plain = step(plain)
    ours = enformer.trunk(module, x)
    torch.testing.assert_close(ours, plain)
    (a,), (b,) = (torch.autograd.grad(y.square().sum(), x) for y in (ours, plain))
    torch.testing.assert_close(a, b)

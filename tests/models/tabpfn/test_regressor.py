"""TabPFN's attention: what its own regressor computed, with columns that stay the given ones."""

import socket

import numpy as np
import pytest
import torch

pytest.importorskip("tabpfn", reason="the tabpfn extra is not installed")

from tabpfn import TabPFNRegressor
from tabpfn.architectures.shared.attention_backends import registered_attention_backends

from regard.errors import CaptureError, InputError
from regard.models.capture import capture
from regard.models.tabpfn.attention import AXES, read, stream
from regard.models.tabpfn.regressor import check, describe, find, fit, pinned, prompt_of, varying
from tests.models.tabpfn_files import CONFIGS, write_checkpoint

BEFORE = registered_attention_backends()


@pytest.fixture(autouse=True)
def nothing_stays_registered():
    yield
    assert registered_attention_backends() == BEFORE


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkpoints")
    return {name: write_checkpoint(folder / f"{name}.ckpt", name) for name in CONFIGS}


def table(rows=30, columns=7, seed=0):
    x = np.random.default_rng(seed).normal(5, 3, (rows, columns)).astype(np.float32)
    return x, (x[:, 1] - x[:, 2]).astype(np.float32)


@pytest.mark.parametrize("architecture", CONFIGS)
def test_every_map_of_every_layer_sums_to_one_and_predictions_stay(files, architecture):
    checkpoint, (x, y) = describe(files[architecture]), table()
    regressor = fit(checkpoint, x, y)
    expected = regressor.predict(x[:4])
    seen = []
    captured = stream(checkpoint, regressor, x, x[:4], lambda *layer: seen.append(layer))
    np.testing.assert_allclose(captured, expected, atol=1e-6 * y.std(), rtol=0)
    assert [(layer, axis) for layer, axis, _ in seen] == [(i, axis) for i in range(2) for axis in AXES]
    tokens = -(-7 // checkpoint.group) + 1
    known = 30 + checkpoint.thinking
    shapes = {"columns": (known + 4, 2, tokens, tokens), "known rows": (tokens, 2, known, known)}
    shapes["asked rows"] = (tokens, 2, 4, known)
    for _, axis, attention in seen:
        assert attention.shape == shapes[axis]
        torch.testing.assert_close(attention.sum(-1), torch.ones(attention.shape[:-1]), atol=1e-5, rtol=0)
        assert (attention - attention.mean(0)).abs().max() > 1e-3  # rows and columns are not averaged


def test_first_layer_by_hand(files):
    """Softmax of q · k / √size from the regressor's own weights, for one row."""
    checkpoint, (x, y) = describe(files["tabpfn_v2"]), table()
    regressor, seen, states = fit(checkpoint, x, y), [], []
    block = regressor.models_[0].blocks[0].per_sample_attention_between_features
    handle = block.register_forward_pre_hook(lambda _m, inputs: states.append(inputs[0]))
    stream(checkpoint, regressor, x, x[:4], lambda *layer: seen.append(layer[2]))
    handle.remove()
    q, k = (p(states[0].clone())[3].view(8, 2, 8)[:, 1] for p in (block.q_projection, block.k_projection))
    torch.testing.assert_close(seen[0][3, 1], (q @ k.T / 8**0.5).softmax(-1), atol=1e-6, rtol=0)


def test_the_regressor_is_tabpfns_own_and_columns_reach_its_model_as_given(files):
    """The same file by the public class, and columns of few values, steep ones and large ones stay as they are."""
    x, y = table(rows=130)
    x[:, 3], x[:, 4] = np.arange(130) % 2, np.exp(x[:, 4])
    x[:, 5] *= 1e6
    regressor = fit(describe(files["tabpfn_v2"]), x, y)
    how = {"inference_precision": torch.float32, "inference_config": pinned(7)}
    own = TabPFNRegressor(model_path=files["tabpfn_v2"], n_estimators=1, device="cpu", **how)
    with prompt_of(regressor) as prompt:
        np.testing.assert_array_equal(regressor.predict(x), own.fit(x, y).predict(x))
    check(prompt, x, x)


def test_a_processor_with_bfloat16_gives_the_same_in_single_precision(files, monkeypatch):
    """Left to itself, tabpfn would read the same file in bfloat16 there."""
    x, y = table()
    expected = fit(describe(files["tabpfn_v2"]), x, y).predict(x)
    monkeypatch.setattr("tabpfn.utils._cpu_supports_fast_bf16", lambda: True)
    left = TabPFNRegressor(model_path=files["tabpfn_v2"], device="cpu").fit(x, y)
    regressor = fit(describe(files["tabpfn_v2"]), x, y)
    assert left.use_autocast_ and not regressor.use_autocast_
    np.testing.assert_array_equal(regressor.predict(x), expected)
    assert {weight.dtype for weight in regressor.models_[0].parameters()} == {torch.float32}


def test_columns_changed_by_tabpfn_are_an_error(files):
    x, y = table()
    regressor = TabPFNRegressor(model_path=files["tabpfn_v2"], n_estimators=1, device="cpu").fit(x, y)
    with pytest.raises(CaptureError, match="tabpfn"):
        stream(describe(files["tabpfn_v2"]), regressor, x, x, lambda *_: None)


def test_nothing_stays_after_an_exception(files):
    x, y = table()
    regressor = fit(describe(files["tabpfn_v2"]), x, y)
    with pytest.raises(ZeroDivisionError), capture(regressor.models_[0], "backend"):
        regressor.predict(x)
        raise ZeroDivisionError
    assert registered_attention_backends() == BEFORE


def test_gradient_is_that_of_the_density(files):
    """Gradient × attention is zero where attention can't matter, and needs no trace of itself in the model."""
    checkpoint, (x, y) = describe(files["tabpfn_v2"]), table()
    regressor = fit(checkpoint, x, y)
    reading = read(checkpoint, regressor, x, y, gradient=True)
    assert (reading.gradient.reduced("last")[:-1] == 0).all()  # after the last layer only the target is read
    assert (reading.gradient.reduced("mean")[-1] > 0).any()
    assert all(p.grad is None for p in regressor.models_[0].parameters())


def test_rollout_by_hand(files):
    """All cells × all cells, multiplied layer by layer, on a table small enough for it."""
    checkpoint, (x, y) = describe(files["tabpfn_v2"]), table(rows=6, columns=3)
    regressor, seen = fit(checkpoint, x, y), []
    stream(checkpoint, regressor, x, x, lambda *layer: seen.append(layer[2].mean(1).double()))
    rows, tokens = 12, 4
    whole = torch.eye(rows * tokens).double()
    for columns, known, asked in zip(seen[::3], seen[1::3], seen[2::3], strict=True):
        step = torch.zeros(rows, tokens, rows, tokens).double()
        for r in range(rows):
            step[r, :, r, :] = columns[r]
        whole = (torch.eye(rows * tokens) + step.reshape(rows * tokens, -1)) / 2 @ whole
        step.zero_()
        for c in range(tokens):
            step[:6, c, :6, c], step[6:, c, :6, c] = known[c], asked[c]
        whole = (torch.eye(rows * tokens) + step.reshape(rows * tokens, -1)) / 2 @ whole
    expected = whole.view(rows, tokens, rows, tokens)[6:, -1].sum(dim=1).mean(dim=0)
    np.testing.assert_allclose(read(checkpoint, regressor, x, y).rollout, expected, atol=1e-6)


def test_max_over_layers_is_taken_for_each_row_and_head(files):
    checkpoint, (x, y) = describe(files["tabpfn_v2"]), table()
    regressor, seen = fit(checkpoint, x, y), []
    stream(checkpoint, regressor, x, x, lambda *layer: seen.append(layer[2]))
    highest = torch.maximum(seen[0], seen[3])[30:].mean(dim=(0, 1))
    reading = read(checkpoint, regressor, x, y)
    np.testing.assert_allclose(reading.attention.reduced("max"), highest, atol=1e-6)
    np.testing.assert_allclose(
        reading.attention.reduced("weighted"), (seen[0] + 2 * seen[3])[30:].mean(dim=(0, 1)) / 3, atol=1e-6
    )


def test_constant_is_what_single_precision_cannot_tell():
    x = np.ones((4, 3))
    x[0, 1] += 1e-9
    x[0, 2] += 1e-3
    assert varying(x).tolist() == [False, False, True]


# ---- what is no checkpoint, or not one that can be read


def test_a_missing_checkpoint_is_one_line_and_no_connection(tmp_path, monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("a connection was tried"))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("a name was looked up"))
    monkeypatch.setattr("tabpfn.model_loading.get_cache_dir", lambda: tmp_path)
    for ask in (lambda: find("cache"), lambda: find(tmp_path / "none.ckpt"), lambda: describe(tmp_path / "none.ckpt")):
        with pytest.raises(InputError, match="no") as caught:
            ask()
        assert "\n" not in str(caught.value)


def test_the_cache_gives_version_2_before_later_ones(tmp_path, monkeypatch):
    monkeypatch.setattr("tabpfn.model_loading.get_cache_dir", lambda: tmp_path)
    for name in ("tabpfn-v2.5-regressor-v2.5_default.ckpt", "tabpfn-v2-regressor.ckpt"):
        (tmp_path / name).touch()
    assert find("cache").name == "tabpfn-v2-regressor.ckpt"


def test_architectures_without_column_tokens_are_refused_with_the_reason(tmp_path):
    path = tmp_path / "v3.ckpt"
    torch.save({"state_dict": {}, "config": {}, "architecture_name": "tabpfn_v3"}, path)
    with pytest.raises(InputError, match="tabpfn_v3 has no token for each few columns"):
        describe(path)


def test_classifiers_and_other_files_are_refused(tmp_path):
    with pytest.raises(InputError, match="classifier"):
        describe(write_checkpoint(tmp_path / "c.ckpt", max_num_classes=10))
    (tmp_path / "x.ckpt").write_text("x")
    (tmp_path / "x.safetensors").write_text("x")
    torch.save({"config": {}, "object": socket.socket}, tmp_path / "code.ckpt")
    for name in ("x.ckpt", "x.safetensors", "code.ckpt"):
        with pytest.raises(InputError, match="not a TabPFN checkpoint"):
            describe(tmp_path / name)


def test_both_file_formats_are_described_alike(tmp_path):
    one, other = (describe(write_checkpoint(tmp_path / f"m.{kind}")) for kind in ("ckpt", "safetensors"))
    assert (one.architecture, one.layers, one.heads, one.group) == ("tabpfn_v2", 2, 2, 1)
    assert (one.layers, one.group, one.thinking) == (other.layers, other.group, other.thinking)


def test_a_fetched_checkpoint_goes_by_its_name(tmp_path, monkeypatch):
    monkeypatch.setenv("REGARD_MODELS", str(tmp_path))
    with pytest.raises(InputError, match="regard models get tabpfn-v2"):
        find("tabpfn-v2")
    (tmp_path / "tabpfn-v2-regressor.ckpt").touch()
    assert find("tabpfn-v2") == tmp_path / "tabpfn-v2-regressor.ckpt"

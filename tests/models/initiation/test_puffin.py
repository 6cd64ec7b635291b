"""Puffin against its own program's output (needs the data), and against plain convolutions and autograd."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
import torch.nn.functional as F

from regard.data.sequences import read_fasta
from regard.errors import InputError
from regard.models.initiation import puffin
from regard.models.initiation.model import one_hot
from regard.models.initiation.tracks import tracks

ROWS = {
    "Prediction": "prediction",
    "Sum of motif effect": "motif_effect",
    "Sum of initiator effect": "initiator_effect",
    "Sum of trinucleotide effect": "trinucleotide_effect",
    "Sum of total effect": "total_effect",
    "Basepair contribution score to transcription initiation": "contribution",
}
MOTIF_ROWS = {
    " Basepair contribution score to transcription initiation": "contribution_to_initiation",
    " Basepair contribution score to motif activation": "contribution_to_activation",
    " motif activation": "activation",
    " motif effect": "effect",
}


def published_weights(seed=0):
    """The real architecture in the published format with small random weights."""
    g = torch.Generator().manual_seed(seed)
    shapes = {"conv": (10, 4, 51), "conv_inr": (10, 4, 15), "conv_sim": (32, 4, 3)}
    shapes |= {"deconv": (10, 20, 601), "deconv_sim": (10, 64, 601), "deconv_inr": (20, 10, 15)}
    weights = {"scaler": torch.ones(1), "scaler2": torch.ones(1)}
    for name, shape in shapes.items():
        size = 0.4 if name.startswith("conv") else 0.02
        weights[f"{name}.weight"] = size * torch.randn(shape, generator=g)
        weights[f"{name}.bias"] = 0.3 * torch.randn(10 if name != "conv_sim" else 32, generator=g)
    return weights


def both_strands(x, weight, bias):
    pad = weight.shape[2] // 2
    return torch.cat(
        [F.conv1d(x, weight, bias, padding=pad), F.conv1d(x.flip([1, 2]), weight, bias, padding=pad).flip([2])], 1
    )


def official_way(weights, x, target):
    """One sequence, (1, 4, length), one target: plain convolutions, a backward pass for each motif."""
    act = {s: F.softplus(both_strands(x, weights[f"conv{s}.weight"], weights[f"conv{s}.bias"])) for s in PARTS}
    act[""] = act[""].detach().requires_grad_()
    small = {
        "_inr": F.conv_transpose1d(act["_inr"], weights["deconv_inr.weight"], weights["deconv_inr.bias"], padding=7),
        "_sim": F.conv1d(act["_sim"], weights["deconv_sim.weight"], weights["deconv_sim.bias"], padding=300),
    }
    motifs = F.conv1d(act[""], weights["deconv.weight"], weights["deconv.bias"], padding=300)
    prediction = F.softplus(motifs + small["_inr"] + small["_sim"])[0, target, 325:-325]
    (slope,) = torch.autograd.grad(prediction.exp().sum(), act[""])

    def of_bases(weight):
        rows = []
        for i in range(20):
            free = x.clone().requires_grad_()
            active = F.softplus(both_strands(free, weights["conv.weight"], weights["conv.bias"]))
            (grad,) = torch.autograd.grad((active[:, i] ** 2 * weight[:, i]).sum(), free)
            rows.append(((grad * x).sum(1) - (grad * (1 - x)).sum(1) / 3)[0, 325:-325])
        return torch.stack(rows)

    effect = F.conv1d(act[""].transpose(0, 1), weights["deconv.weight"][target, :, None], padding=300)
    return {
        "prediction": prediction,
        "activation": act[""][0, :, 325:-325] - act[""][0, :, 325:-325].amin(1, keepdim=True),
        "effect": torch.stack([effect[i, i, 325:-325] for i in range(20)]),
        "trinucleotide_effect": small["_sim"][0, target, 325:-325] - small["_sim"][0, target, 325:-325].mean(),
        "contribution_to_initiation": of_bases(slope),
        "contribution_to_activation": of_bases(torch.ones_like(slope)),
    }


PARTS = ("", "_inr", "_sim")


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("puffin") / "puffin.pth"
    torch.save(published_weights(), path)
    return path


def sequence(length, seed=1):
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), length))


@pytest.mark.parametrize("target", [0, 7])
def test_equal_to_convolutions_and_autograd_on_random_weights(path, target):
    s = sequence(690)
    found = tracks(puffin.load(path), [sequence(690, 2), s]).isel(sequence=1, target=target)
    for name, expected in official_way(published_weights(), one_hot([s]), target).items():
        scale = float(expected.detach().abs().max())
        np.testing.assert_allclose(found[name], expected.detach().numpy(), atol=3e-5 * max(1, scale), err_msg=name)


def test_targets_and_motifs_by_name(path):
    found = tracks(puffin.load(path), [sequence(690)], ["a"], targets=["PRO_CAP-", "FANTOM_CAGE+"])
    assert found.target.values.tolist() == ["PRO_CAP-", "FANTOM_CAGE+"]
    every = tracks(puffin.load(path), [sequence(690)], ["a"])
    assert every.sizes == {"sequence": 1, "target": 10, "motif": 20, "position": 40}
    for name in ("prediction", "effect", "contribution"):
        np.testing.assert_allclose(found[name][:, 0], every[name][:, 5], rtol=1e-3, atol=1e-4)
    with pytest.raises(InputError, match=r"unknown target 'CAGE'; this model has FANTOM_CAGE\+"):
        tracks(puffin.load(path), [sequence(690)], targets=["CAGE"])


def test_sums_are_sums_of_the_tracks(path):
    one = tracks(puffin.load(path), [sequence(700)]).isel(sequence=0)
    plain = one.effect.drop_sel(motif=["Long Inr+", "Long Inr-"]).sum("motif")
    np.testing.assert_allclose(one.motif_effect, plain, atol=1e-4)
    differ = one.total_effect - one.motif_effect - one.initiator_effect - one.trinucleotide_effect
    other = one.effect.sel(motif="Long Inr-")
    np.testing.assert_allclose(differ, other - other.mean("position"), atol=1e-4)
    before_softplus = np.log(np.expm1(one.prediction))  # the total differs from it by one number a target
    offset = before_softplus - one.total_effect
    assert np.ptp(offset.values, axis=1).max() < 2e-3


def test_what_is_not_puffin_is_one_line(path, tmp_path):
    with pytest.raises(InputError, match=r"none\.pth: no such file; puffin\.pth is in github"):
        puffin.load(tmp_path / "none.pth")
    wrong = tmp_path / "wrong.pth"
    for make in (
        lambda: wrong.write_text("ACGT"),
        lambda: wrong.write_bytes(path.read_bytes()[:1000]),
        lambda: torch.save([1, 2], wrong),
        lambda: torch.save(torch.zeros(2), wrong),
        lambda: torch.save({"conv.weight": torch.zeros(3)}, wrong),
        lambda: torch.save(published_weights() | {"conv.weight": torch.zeros(10, 4, 50)}, wrong),
    ):
        make()
        with pytest.raises(InputError, match="not the weights of Puffin") as error:
            puffin.load(wrong)
        assert "\n" not in str(error.value)


def test_every_row_of_the_official_output():
    if "REGARD_DATA" not in os.environ:
        pytest.skip("REGARD_DATA is not set: Puffin's weights and the official output are not here")
    data = Path(os.environ["REGARD_DATA"])
    if not (data / "puffin/puffin.pth").exists():
        pytest.skip(f"no Puffin weights in {data}/puffin")
    official = pd.read_csv(data / "puffin/official_interpret_example.csv", index_col=0)
    records = read_fasta(data / "dna/human_chr22.fa.gz")
    bases = next(text for header, text in records if header == "chr22_28367752_28400857")[:1650]
    found = tracks(puffin.load(data / "puffin/puffin.pth"), [bases]).sel(target="FANTOM_CAGE+").isel(sequence=0)
    assert "".join(official.loc["Sequence"]) == bases[325:-325].upper()
    for row in official.index.drop(["Coordinate", "Sequence"]):
        if row in ROWS:
            ours = found[ROWS[row]]
        else:
            end = next(end for end in MOTIF_ROWS if row.endswith(end))
            ours = found[MOTIF_ROWS[end]].sel(motif=row.removesuffix(end))
        np.testing.assert_allclose(ours, official.loc[row].astype(float), atol=1e-4, rtol=0, err_msg=row)

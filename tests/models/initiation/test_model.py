"""A planted model whose tracks are known by hand; saving and loading; flanks and batches."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from safetensors.torch import save_file

from regard.data.sequences import reverse_complement
from regard.errors import InputError
from regard.models.initiation.model import (
    PARTS,
    Config,
    InitiationModel,
    effects,
    fast_length,
    gathered,
    load,
    one_hot,
)
from regard.models.initiation.tracks import interpret, tracks
from regard.models.shelf.weight_files import save


def small(seed: int | None = None) -> InitiationModel:
    """Two detectors of each kind; zero weights, or small random ones."""
    config = Config(
        motifs=["A+", "B+", "A-", "B-"],
        targets=["here+"],
        detectors=dict.fromkeys(PARTS, 2),
        width={"motif": 5, "initiator": 5, "trinucleotide": 3},
        reach={"motif": 41, "initiator": 5, "trinucleotide": 41},
    )
    model = InitiationModel(config).eval()
    if seed is not None:
        torch.manual_seed(seed)
    for p in model.parameters():
        torch.nn.init.normal_(p, std=0.5) if seed is not None else torch.nn.init.zeros_(p)
    return model


@pytest.fixture
def planted() -> InitiationModel:
    """The word GATCC (score 20 - 18, else below) adds 8 ten bases after its middle, on its own strand; all else 0."""
    model = small()
    with torch.no_grad():
        model.bias[:] = -6.0
        for i, base in enumerate("GATCC"):
            model.detector["motif"].weight[0, "ACGT".index(base), i] = 20.0
        model.detector["motif"].bias[0] = -98.0
        model.effect["motif"][0, 0, 20 - 10] = 4.0  # curves are read backwards: place reach // 2 - 10
    return model


def background(length, seed=0):
    text = "".join(np.random.default_rng(seed).choice(list("ACGT"), length))
    return text.replace("GATCC", "GATCA").replace("GGATC", "AGATC")


def test_the_planted_motif_is_read_where_it_is_and_acts_where_it_should(planted):
    text = background(100)
    text = text[:48] + "GATCC" + text[53:]  # middle at 50
    found = tracks(planted, [text]).isel(sequence=0, target=0)
    flank = planted.config.flank
    assert flank == 2 + 20
    active = found.activation.sel(motif="A+")
    assert active.argmax("position") == 50 - flank
    assert float(active.max()) == pytest.approx(np.log1p(np.exp(2.0)), abs=1e-5)
    assert found.prediction.argmax("position") == 60 - flank
    assert found.effect.sel(motif="A+").argmax("position") == 60 - flank
    assert float(found.effect.sel(motif="A+").max()) == pytest.approx(4 * np.log1p(np.exp(2.0)), abs=1e-4)
    assert abs(found.effect.sel(motif=["B+", "A-", "B-"])).max() < 1e-4
    gives = found.contribution.values
    assert set(np.argsort(gives)[-5:]) == set(range(48 - flank, 53 - flank))


def test_the_other_strand_is_its_own_channel(planted):
    text = background(100)
    text = text[:48] + reverse_complement("GATCC") + text[53:]
    found = tracks(planted, [text]).isel(sequence=0, target=0)
    assert found.activation.sel(motif="A-").argmax("position") == 50 - planted.config.flank
    assert found.activation.sel(motif="A+").max() < 1e-6
    assert found.prediction.max() < 0.01  # no curve for that strand was planted


def test_forward_is_the_prediction_track():
    model, text = small(1), background(90)
    flank = model.config.flank
    ours = tracks(model, [text, background(90, 3)]).prediction.values
    plain = model(one_hot([text, background(90, 3)]))[..., flank:-flank]
    np.testing.assert_allclose(ours, plain.detach().numpy(), atol=1e-5)


def test_effects_and_their_transpose_are_convolutions():
    torch.manual_seed(0)
    active, curve, gradient = torch.randn(2, 3, 50), torch.randn(4, 3, 21), torch.randn(2, 4, 50)
    expected = F.conv1d(active, curve, padding=10)
    torch.testing.assert_close(effects(active, curve).sum(2), expected, atol=1e-4, rtol=0)
    transposed = F.conv_transpose1d(gradient, curve, padding=10)
    torch.testing.assert_close(gathered(gradient, curve).sum(1), transposed, atol=1e-4, rtol=0)
    assert [fast_length(n) for n in (7, 8, 11, 2250, 2251)] == [8, 8, 12, 2250, 2304]


def test_an_n_is_a_quarter_of_each_base():
    rows = one_hot(["ACGTN", "nacgt"])
    assert rows.shape == (2, 4, 5)
    assert torch.equal(rows[0, :, :4], torch.eye(4))
    assert rows[0, :, 4].tolist() == [0.25] * 4 == rows[1, :, 0].tolist()


def test_true_flanks_give_the_tracks_of_the_long_sequence():
    model, text = small(1), background(144)
    flank = model.config.flank
    found = interpret(model, [text[flank:-flank]], ["a"], flanks=[(text[:flank], text[-flank:])])
    assert found.flanks.values.tolist() == ["true"]
    assert np.isnan(found.prediction_sd).all()
    assert np.isnan(found.tss_agreement).all()
    direct = tracks(model, [text], ["a"])
    for name in direct:
        np.testing.assert_allclose(found[name], direct[name], atol=1e-5, err_msg=name)


def test_random_flanks_give_means_and_their_spread():
    model, text = small(1), background(60)
    found = interpret(model, [text, text[:40]], ["a", "b"], draws=6, seed=3)
    again = interpret(model, [text, text[:40]], ["a", "b"], draws=6, seed=3)
    assert found.identical(again)
    assert found.flanks.values.tolist() == ["random", "random"]
    assert found.length.values.tolist() == [60, 40]
    assert found.sizes["position"] == 60
    assert np.isnan(found.prediction.sel(sequence="b").values[0, 40:]).all()
    assert not np.isnan(found.prediction.sel(sequence="b").values[0, :40]).any()
    sd = found.prediction_sd.sel(sequence="a").values[0]
    assert (sd[:10] > 0).all()
    assert sd[28:32].max() < 0.5 * sd[:10].mean()  # only the far ends of the curves reach the flanks
    assert 1 / 6 <= float(found.tss_agreement.sel(sequence="a")[0]) <= 1
    other = interpret(model, [text, text[:40]], ["a", "b"], draws=6, seed=4)
    assert abs(other.prediction - found.prediction).max() > 1e-4


def test_short_sequences_and_odd_flanks_are_refused():
    model = small(1)
    with pytest.raises(InputError, match="expected sequences of one length, over 44 bases; got 30"):
        tracks(model, [background(30)])
    with pytest.raises(InputError, match="2 ids and 1 pairs of flanks for 1 sequences"):
        interpret(model, [background(30)], ["a", "b"])
    with pytest.raises(InputError, match="'seq1': its flank has other letters"):
        interpret(model, [background(30)], flanks=[("NNN", "")])


def test_save_and_load(tmp_path):
    model, path = small(1), tmp_path / "initiation.safetensors"
    save(model, path)
    back = load(path)
    assert back.config == model.config
    for (name, one), other in zip(back.state_dict().items(), model.state_dict().values(), strict=True):
        assert torch.equal(one, other.half().float()), name
    assert [p.name for p in tmp_path.iterdir()] == ["initiation.safetensors"]


def test_load_says_what_is_wrong(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        load(tmp_path / "none.safetensors")
    path = tmp_path / "x.safetensors"
    path.write_text("ACGT")
    with pytest.raises(InputError, match=r"x\.safetensors: not the weights of an initiation model \("):
        load(path)
    save_file({"a": torch.zeros(1)}, path, metadata={"config": '{"motifs": ["A+", "A-"], "targets": []}'})
    with pytest.raises(InputError, match="not the weights of an initiation model"):
        load(path)

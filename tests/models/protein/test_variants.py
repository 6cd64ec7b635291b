"""What a substitution changes, against one forward pass at a time through a real, tiny ESM2."""

import numpy as np
import pytest
import torch

from regard.data.proteins import AMINO_ACIDS
from regard.data.variants import Variant
from regard.models.protein import variants as protein_variants
from regard.models.protein.likelihood import masked_log_likelihoods
from regard.models.protein.model import load_protein, stream
from regard.models.protein.variants import effects, window_of
from tests.models.protein_folder import write_esm2

SEQUENCE = "MKTAYIAKQRQISFVKSHFSRQLEERLGLI"
VARIANTS = [Variant("A", 3, "T"), Variant("S", 12, "P"), Variant("A", 3, "W")]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return load_protein(str(write_esm2(tmp_path_factory.mktemp("esm2") / "tiny")))


def maps(model, sequence):
    out = np.empty((model.layers, model.heads, len(sequence), len(sequence)))
    stream(model, sequence, out.__setitem__)
    return out.reshape(-1, len(sequence), len(sequence))


@pytest.mark.parametrize("values", [1, 10**9], ids=["one by one", "together"])
def test_effects_are_those_of_single_passes(model, monkeypatch, values):
    monkeypatch.setattr(protein_variants, "VALUES", values)
    told = []
    found = effects(model, SEQUENCE, VARIANTS, advance=told.append)
    assert sum(told) == 2 * len(VARIANTS)
    log_p = masked_log_likelihoods(model, SEQUENCE, [3, 12])
    before = maps(model, SEQUENCE)
    for effect, variant, row in zip(found, VARIANTS, (0, 1, 0), strict=True):
        ratio = log_p[row, AMINO_ACIDS.index(variant.mutant)] - log_p[row, AMINO_ACIDS.index(variant.wild)]
        assert effect.ratio == pytest.approx(ratio)
        assert effect.expected.sum() == pytest.approx(1)
        change = maps(model, variant.apply(SEQUENCE)) - before
        assert np.allclose(effect.moved, np.abs(change).sum(axis=2).mean(axis=1) / 2, atol=1e-6)
        change[:, np.arange(30), np.arange(30)] = 0
        assert np.allclose(effect.received, change.sum(axis=1) / 29, atol=1e-6)
        away = [i for i in range(30) if abs(i - variant.position) >= 6]
        assert effect.far == pytest.approx(np.abs(effect.received.mean(axis=0))[away].max())


def test_windows_stay_within_the_protein(model):
    assert window_of(model, 30, 3) == (0, 30)
    start, stop = window_of(model, 5000, 10)
    assert (start, stop) == (0, model.longest)
    start, stop = window_of(model, 5000, 2500)
    assert start < 2500 < stop and stop - start == model.longest
    assert window_of(model, 5000, 4999)[1] == 5000


def test_company_and_threads_change_likelihoods_and_attention_by_less_than_a_hundred_thousandth(model):
    """Positions are masked in copies that are read together: fewer, in another order, alone; by one thread or two."""
    before, found = torch.get_num_threads(), []
    for threads in (1, 2):
        torch.set_num_threads(threads)
        every = masked_log_likelihoods(model, SEQUENCE)
        for chosen in (range(30), [12, 3, 29, 0], [3]):
            part = masked_log_likelihoods(model, SEQUENCE, list(chosen))
            assert np.abs(part - every[list(chosen)]).max() < 1e-5
        found.append((every, maps(model, SEQUENCE)))
    torch.set_num_threads(before)
    for one, two in zip(*found, strict=True):
        assert np.abs(one - two).max() < 1e-5

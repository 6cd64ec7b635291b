"""Readings of a planted model, and against the tracks that are computed another way."""

import numpy as np
import torch

from regard.data.sequences import reverse_complement
from regard.models.initiation.strength import read_many
from regard.models.initiation.tracks import interpret
from tests.models.initiation.test_model import background, planted, small  # noqa: F401


def test_strength_is_the_planted_initiation_and_needs_the_motif(planted):  # noqa: F811
    texts = [background(30) + "GATCC" + background(30, 1), background(65)]
    strong, none = read_many(planted, texts, ["a", "b"])
    assert strong.initiation.shape == (1, 65)  # this model has one strand only
    assert strong.initiation[0].argmax() == 32 + 10
    assert strong.strength > 10 * none.strength
    assert strong.activation[0].argmax() == 32
    assert strong.flanks == "random"


def test_true_flanks_act_inwards(planted):  # noqa: F811
    """A motif of the flank acts ten bases inwards; true flanks count, as part of the sequence's own."""
    text = background(40)
    flank = {"a": (background(25, 2) + "GATCC", background(30, 3))}
    outside = read_many(planted, [text], ["a"], flanks=flank)[0]
    assert outside.flanks == "true"
    assert outside.initiation[0].argmax() == 7  # the motif's middle is at -3


def test_the_same_as_the_full_tracks():
    model, text = small(seed=3), background(50)
    flank = {"a": (background(30, 4), background(30, 5))}
    (reading,) = read_many(model, [text], ["a"], flanks=flank)
    found = interpret(model, [text], ["a"], flanks=[flank["a"]]).isel(sequence=0)
    assert np.allclose(reading.initiation[0], found.prediction[0], atol=1e-5)
    lowest = reading.activation.min(axis=1, keepdims=True)
    assert np.allclose(reading.activation - lowest, found.activation, atol=1e-5)
    again = read_many(model, [text], ["a"], seed=7)[0]
    assert np.array_equal(again.initiation, read_many(model, [text], ["a"], seed=7)[0].initiation)
    assert not np.allclose(again.initiation, read_many(model, [text], ["a"], seed=8)[0].initiation)


def test_the_other_strand_is_the_mean_of_its_own_targets():
    model = small(seed=3)
    model.config.targets[:] = ["x+", "x-", "y+"]
    torch.manual_seed(0)
    model.bias = torch.nn.Parameter(torch.tensor([0.0, 5.0, 2.0]))
    for part, curve in model.effect.items():
        model.effect[part] = torch.nn.Parameter(torch.zeros(3, *curve.shape[1:]))
    (reading,) = read_many(model, [reverse_complement(background(40))], ["a"])
    assert np.allclose(reading.initiation[0], np.log1p(np.exp([0.0, 2.0])).mean(), atol=1e-5)
    assert np.allclose(reading.initiation[1], np.log1p(np.exp(5.0)), atol=1e-5)

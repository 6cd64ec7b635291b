"""The toys do what they say."""

import numpy as np
import pytest
import torch

from regard.data.sequences import encode
from regard.models.capture import capture
from tests.toys.planted import planted_attention, planted_model, random_model

SEQUENCES = ["GCTATACGTACG", "TATATAGGTATA", "CCGGCCGGCCGG", "TATACCCCCCCC", "GGGGGGGGTATA", "NTATANTATGNN"]


def tokens(sequence: str) -> torch.Tensor:
    return torch.from_numpy(encode(sequence)).long()[None]


def attention(model, sequence: str) -> np.ndarray:
    with torch.no_grad(), capture(model, layers=1) as maps:
        model(tokens(sequence))
    return maps[0][0].numpy()


@pytest.mark.parametrize("sequence", [*SEQUENCES, "ACGTTATACC" * 30])
def test_planted_attention(sequence):
    np.testing.assert_allclose(attention(planted_model(), sequence), planted_attention(sequence), atol=1e-6)


def test_attention_by_hand():
    tata, previous, uniform = planted_attention("GTATAC")
    np.testing.assert_allclose(tata[0], [1, 0, 0, 0, 0, 0])  # no TATA yet: uniform
    np.testing.assert_allclose(tata[2], [0, 1 / 2, 1 / 2, 0, 0, 0])  # inside it
    np.testing.assert_allclose(tata[5], [0, 1 / 4, 1 / 4, 1 / 4, 1 / 4, 0])
    np.testing.assert_allclose(previous[[0, 1, 5]].argmax(axis=1), [0, 0, 4])
    np.testing.assert_allclose(uniform[3], [1 / 4] * 4 + [0] * 2)


def test_output_tells_sequences_with_tata_apart():
    model = planted_model()
    with torch.no_grad():
        last = torch.cat([model(tokens(s))[:, -1, 1] for s in ("GCTATACG", "GCTACACG")])
    np.testing.assert_allclose(last, [1, 0], atol=1e-6)


def test_one_hot_rows_give_the_same_and_a_gradient():
    model = planted_model()
    rows = torch.eye(5)[tokens("GCTATACG")].requires_grad_()
    logits = model(rows)
    torch.testing.assert_close(logits, model(tokens("GCTATACG")))
    logits[0, -1, 1].backward()
    assert rows.grad.abs().sum() > 0


def test_random_model_is_seeded_and_of_the_same_architecture():
    one, again, other = (attention(random_model(seed), SEQUENCES[0]) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, again)
    assert np.abs(one - other).max() > 0.01
    shapes = [{n: p.shape for n, p in m.named_parameters()} for m in (random_model(0), planted_model())]
    assert shapes[0] == shapes[1]


def test_random_model_leaves_the_global_generator_alone():
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    random_model(0)
    assert torch.rand(1) == expected

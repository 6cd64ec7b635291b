"""In-silico mutagenesis against one change at a time."""

import numpy as np
import torch

from regard.attribute.mutagenesis import effect, mutagenesis

WEIGHT = torch.randn(7, 5, generator=torch.Generator().manual_seed(1))


def score(tokens):
    one = WEIGHT[torch.arange(7), tokens]
    return (one[:, :-1] * one[:, 1:]).sum(dim=1)  # neighbours interact


def test_equals_brute_force_whatever_the_batch():
    tokens = torch.tensor([0, 1, 2, 3, 4, 1, 0])
    expected = np.zeros((7, 4))
    for i in range(7):
        for base in range(4):
            mutant = tokens.clone()
            mutant[i] = base
            expected[i, base] = score(mutant[None])[0] - score(tokens[None])[0]
    for batch in (1, 5, 64):
        assert np.allclose(mutagenesis(score, tokens, batch=batch), expected, atol=1e-5)


def test_the_base_that_is_there_changes_nothing_and_effect_averages_the_others():
    tokens = torch.tensor([0, 1, 2, 3, 4, 1, 0])
    changes = mutagenesis(score, tokens)
    assert np.all(changes[np.arange(4), [0, 1, 2, 3]] == 0)
    found = effect(np.array([[0.0, 3, -3, 0], [1, 1, 1, 1]]), np.array([0, 4]))
    assert np.allclose(found, [2.0, 1.0])

"""Factored attention looks at what changes together, and at nothing else where columns are shuffled."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from regard.annotate.family import weights_of
from regard.core.family import Family
from regard.errors import InputError
from regard.models.factored.model import FactoredAttention, one_hot
from regard.train.factored import trained, untrained
from tests.predictors.test_family import planted
from tests.toys.families import PAIRS

SMALL = {"heads": 8, "width": 8, "steps": 80}


def best_pairs(model, count=len(PAIRS)):
    seen = torch.einsum("h,hij->ij", model.head_sizes(), model.attention()).detach().numpy()
    seen = seen + seen.T
    i, j = np.triu_indices(len(seen), 1)
    best = np.argsort(-seen[i, j])[:count]
    return {(int(i[k]), int(j[k])) for k in best}


def test_pairs_that_change_together_look_at_each_other():
    model = trained(planted(), **SMALL)
    assert best_pairs(model) == set(PAIRS)
    assert model.attention().sum(dim=2).detach().numpy() == pytest.approx(1, abs=1e-5)
    assert model.attention().diagonal(dim1=1, dim2=2).abs().max() == 0


def test_shuffled_columns_leave_nothing_to_look_at():
    rng = np.random.default_rng(0)
    codes = planted().codes.copy()
    for column in range(codes.shape[1]):
        codes[:, column] = rng.permutation(codes[:, column])
    model = trained(Family(codes, weights_of(codes), "shuffled"), **SMALL)
    assert not best_pairs(model) & set(PAIRS)


def test_one_seed_is_one_layer():
    one, two = (trained(planted(rows=40), heads=2, width=4, steps=3) for _ in range(2))
    assert (one.attention() == two.attention()).all()
    assert not torch.equal(untrained(36, seed=1).query, untrained(36, seed=2).query)


def test_logits_are_the_sum_over_residues_and_heads():
    """Against the definition, with loops."""
    model = FactoredAttention(5, heads=3, width=4)
    assert model.squared().item() == pytest.approx(model.couplings().square().sum().item(), rel=1e-5)
    codes = np.array([[0, 3, 20, 7, 19]], dtype=np.uint8)
    found = model(one_hot(codes))[0]
    attention = model.attention()
    for i in range(5):
        expected = model.single[i] + sum(
            attention[h, i, j] * model.value[h, :, codes[0, j]] for h in range(3) for j in range(5)
        )
        assert torch.allclose(found[i], expected, atol=1e-6)


def test_too_few_rows_are_refused():
    with pytest.raises(InputError, match="planted: 5 effective rows"):
        trained(planted(rows=5), **SMALL)

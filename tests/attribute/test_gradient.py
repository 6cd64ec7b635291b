"""Gradient × input against captum and by hand."""

import numpy as np
import torch
from captum.attr import InputXGradient

from regard.attribute.gradient import gradient_x_input


class Linear(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.randn(6, 5, generator=torch.Generator().manual_seed(0)))

    def forward(self, x):
        return torch.tanh((x * self.weight).sum(dim=(1, 2)))


def test_equals_captum():
    model, tokens = Linear(), torch.tensor([[0, 1, 2, 3, 4, 0], [3, 3, 3, 1, 0, 2]])
    one_hot = torch.nn.functional.one_hot(tokens, 5).float().requires_grad_()
    expected = InputXGradient(model).attribute(one_hot).sum(dim=-1).abs().detach().numpy()
    assert np.allclose(gradient_x_input(model, tokens), expected, atol=1e-6)


def test_centred_by_hand():
    def score(x):
        return (x[..., 0] * 4.0 + x[..., 1] * 2.0).sum(dim=1)  # gradient (4, 2, 0, 0), mean 1.5

    found = gradient_x_input(score, torch.tensor([[0, 1, 2]]), centre=True)
    assert np.allclose(found, [[2.5, 0.5, 1.5]])
    assert np.allclose(gradient_x_input(score, torch.tensor([[0, 1, 2]])), [[4.0, 2.0, 0.0]])

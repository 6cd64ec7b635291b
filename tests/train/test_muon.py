import torch

from regard.train.muon import Muon, orthogonal


def test_every_direction_of_a_matrix_gets_about_the_same_length():
    torch.manual_seed(0)
    for shape in ((6, 20), (20, 6)):
        matrix = torch.randn(shape)
        u, values, v = torch.linalg.svd(matrix, full_matrices=False)
        assert values.max() / values.min() > 1.7
        found = orthogonal(matrix[None])[0]
        after = torch.linalg.svdvals(found)
        assert after.max() < 1.3 and after.min() > 0.6
        # The directions stay: u and v still diagonalise it.
        inside = u.T @ found @ v.T
        torch.testing.assert_close(inside, torch.diag(inside.diagonal()), atol=1e-4, rtol=0)


def test_a_step_is_as_long_as_one_of_adamw():
    torch.manual_seed(0)
    p = torch.nn.Parameter(torch.zeros(64, 64))
    p.grad = torch.randn(64, 64)
    Muon([p], 0.01).step()
    assert 0.8 < p.detach().square().mean().sqrt() / (0.01 * 0.2) < 1.2
    assert (p.detach() * p.grad).sum() < 0  # downhill


def test_weights_decay_without_a_gradient_to_follow():
    p = torch.nn.Parameter(torch.ones(4, 4))
    p.grad = torch.zeros(4, 4)
    Muon([p], 0.5, weight_decay=0.1).step()
    torch.testing.assert_close(p.detach(), torch.full((4, 4), 0.95))

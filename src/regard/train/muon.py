"""The Muon optimizer for matrices (Jordan et al. 2024), in single precision.

`torch.optim.Muon` computes in bfloat16, which a CPU without bfloat16 arithmetic does several times
more slowly.
"""

from __future__ import annotations

import torch
from torch import Tensor


class Muon(torch.optim.Optimizer):
    """Steps along the nearest orthogonal matrix to the momentum, as long as AdamW's (Liu et al. 2025)."""

    def __init__(self, params, lr: float, *, momentum: float = 0.95, weight_decay: float = 0.1):
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self) -> None:  # type: ignore[override]
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                average = self.state[p].setdefault("momentum", torch.zeros_like(p))
                average.lerp_(p.grad, 1 - group["momentum"])
                ahead = p.grad.lerp(average, group["momentum"])  # Nesterov
                length = 0.2 * max(p.shape) ** 0.5  # root mean square 0.2, which AdamW's steps have
                p.mul_(1 - group["lr"] * group["weight_decay"])
                p.add_(orthogonal(ahead), alpha=-group["lr"] * length)


def orthogonal(matrix: Tensor, steps: int = 5) -> Tensor:
    """Bring all singular values of a matrix near 1: a Newton–Schulz iteration of degree five.

    Its coefficients (Jordan et al. 2024) are for speed: the values end between about 0.7 and 1.2.
    """
    x = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
    x = x / (x.norm() + 1e-7)
    for _ in range(steps):
        a = x @ x.T
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    return x if matrix.shape[0] <= matrix.shape[1] else x.T

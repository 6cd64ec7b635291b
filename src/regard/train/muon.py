"""Muon: momentum whose update is made orthogonal, for matrices between hidden layers (Jordan et al. 2024)."""

from __future__ import annotations

import torch
from torch import Tensor


def orthogonal(matrices: Tensor, steps: int = 5) -> Tensor:
    """Nearest semi-orthogonal matrices, roughly, of (number, rows, columns) by a quintic Newton–Schulz iteration.

    Singular values end between about 0.7 and 1.2, which is as good as 1 here (Jordan et al. 2024).
    """
    x = matrices / matrices.norm(dim=(1, 2), keepdim=True).clamp(min=1e-7)
    tall = x.shape[1] > x.shape[2]
    x = x.transpose(1, 2) if tall else x
    for _ in range(steps):
        square = x @ x.transpose(1, 2)
        square = torch.baddbmm(square, square, square, beta=-4.7750, alpha=2.0315)
        x = torch.baddbmm(x, square, x, beta=3.4445)
    return x.transpose(1, 2) if tall else x


class Muon(torch.optim.Optimizer):
    """Matrices of one shape are stacked and updated together, in float32; the step has the size of AdamW's.

    torch.optim.Muon does the same one matrix at a time in bfloat16, which takes a processor eight times as long.
    """

    def __init__(self, parameters, rate: float, weight_decay: float = 0.0, momentum: float = 0.95):
        super().__init__(parameters, {"lr": rate, "weight_decay": weight_decay, "momentum": momentum})

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            shapes: dict[torch.Size, list[Tensor]] = {}
            for parameter in group["params"]:
                if parameter.grad is not None:
                    shapes.setdefault(parameter.shape, []).append(parameter)
            for shape, same in shapes.items():
                ahead = []
                for parameter in same:
                    state = self.state[parameter]
                    if not state:
                        state["momentum"] = torch.zeros_like(parameter)
                    state["momentum"].lerp_(parameter.grad, 1 - group["momentum"])
                    ahead.append(torch.lerp(parameter.grad, state["momentum"], group["momentum"]))  # Nesterov
                size = 0.2 * max(shape) ** 0.5  # root mean square of an AdamW update (Liu et al. 2025)
                for parameter, update in zip(same, orthogonal(torch.stack(ahead)), strict=True):
                    parameter.mul_(1 - group["lr"] * group["weight_decay"])
                    parameter.add_(update, alpha=-group["lr"] * size)

"""What is measured with and without heads on any model that gives logits, such as Hugging Face's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from regard.attribute.head_effects import Assay
from regard.errors import InputError


def logits_assay(
    model: nn.Module,
    inputs: Sequence[Mapping[str, Tensor]],
    labels: Sequence[Tensor],
    *,
    next_token: bool = False,
    layers: int | None = None,
    modules: str | None = None,
) -> Assay:
    """Cross-entropy and moved distributions of any model whose output has logits, such as Hugging Face's.

    Parameters
    ----------
    inputs : keyword arguments of a pass, one sequence each, without padding.
    labels : for each, class numbers, shape (1, tokens) or, for a class of the whole sequence, (1,); −100 where none is
        asked for.
    next_token : the label at a token is predicted at the token before (causal language models).

    Loss: nats per label. The prediction's change: mean over labels of KL(with ‖ without), in nats.
    """

    @torch.no_grad()
    def one(given: Mapping[str, Tensor], wanted: Tensor) -> np.ndarray:
        logits = model(**given).logits
        if len(logits) != 1:
            raise InputError(f"a pass of {len(logits)} sequences; give one sequence a pass, without padding")
        logits = logits[:, :-1] if next_token else logits
        flat = logits.flatten(0, -2).log_softmax(dim=-1).double().cpu().numpy()
        return flat[target(wanted) != -100]

    def target(wanted: Tensor) -> np.ndarray:
        return (wanted[:, 1:] if next_token else wanted).flatten().cpu().numpy()

    def loss(log_p: list[np.ndarray]) -> np.ndarray:
        answers = [t[t != -100] for t in map(target, labels)]
        return np.array([-p[np.arange(len(a)), a].mean() for p, a in zip(log_p, answers, strict=True)])

    return Assay(
        model,
        layers,
        read=lambda: [one(given, wanted) for given, wanted in zip(inputs, labels, strict=True)],
        loss=loss,
        change=divergence,
        loss_unit="nats per label",
        prediction="KL of the distributions over classes, nats per label",
        modules=modules,
    )


def divergence(before: list[np.ndarray], after: list[np.ndarray]) -> np.ndarray:
    """Mean over places of KL(before ‖ after), nats, one value a sequence, of log probabilities (places, classes)."""
    return np.array([(np.exp(p) * (p - q)).sum(axis=1).mean() for p, q in zip(before, after, strict=True)])

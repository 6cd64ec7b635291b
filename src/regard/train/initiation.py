"""Teach an initiation model where transcription starts, from promoters of known start and from background.

A promoter of the table is 300 bases with the start always at the same index. So that the index gives nothing
away, the model is translation-equivariant and every candidate position of a step has the same view: motifs from
`upstream` bases before it to `downstream` bases after, drawn anew each step, all of it inside the
window. No candidate sees an edge or a made-up flank, and none can be told from the others but by sequence.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from regard.models.initiation.model import PARTS, InitiationModel, fast_length


@dataclass(frozen=True)
class View:
    """How far before and after a candidate motifs are looked at, in bases."""

    upstream: int
    downstream: int


def draw_view(rng: np.random.Generator, *, length: int, tss: int, margin: int) -> View:
    """A view that the start itself has inside the window: `margin` bases at each edge have no activation."""
    upstream = int(rng.integers(tss // 4, tss - margin + 1))
    downstream = int(rng.integers(margin, length - 1 - margin - tss + 1))
    return View(upstream, downstream)


class ViewedModel(torch.nn.Module):
    """An initiation model on windows, with truncated views, and the mean activation of each detector.

    Activations count as differences from their mean (a running one), so that motifs out of view add what an
    average stretch would, on average.
    """

    def __init__(self, model: InitiationModel):
        super().__init__()
        self.model = model
        self.margin = max(model.config.width.values()) // 2
        self.means = torch.nn.ParameterDict(
            {part: torch.zeros(2 * model.config.detectors[part]) for part in PARTS}
        ).requires_grad_(False)

    def activations(self, x: Tensor) -> dict[str, Tensor]:
        """Activations of each part where every detector lies inside the window."""
        inside = slice(self.margin, x.shape[2] - self.margin)
        active = {part: self.model.activations(x, part)[..., inside] for part in PARTS}
        if self.training:
            for part, values in active.items():
                self.means[part].lerp_(values.detach().mean(dim=(0, 2)), 0.05)
        return active

    def scores(self, active: dict[str, Tensor], view: View) -> Tensor:
        """Score of each candidate, (batch, candidates): the first is at `margin + upstream` of the window."""
        total = self.model.bias[0]
        for part in PARTS:
            curve = self.model.effect[part][:1]
            middle = curve.shape[2] // 2
            # A short curve needs less than the view; the candidates are the same for all parts.
            up, down = min(view.upstream, middle), min(view.downstream, middle)
            values = active[part] - self.means[part][:, None]
            values = values[..., view.upstream - up : values.shape[2] - (view.downstream - down)]
            total = total + seen_whole(values, curve[0, :, middle - up : middle + down + 1])
        return total

    def finished(self) -> InitiationModel:
        """The model by itself, for both strands: means folded into the bias, the other strand by symmetry."""
        one = self.model
        bias = one.bias[:1].clone()
        effect = {}
        for part in PARTS:
            curve = one.effect[part][:1]
            bias = bias - curve.sum(dim=2) @ self.means[part]
            swapped = torch.cat(curve.chunk(2, dim=1)[::-1], dim=1)
            effect[f"effect.{part}"] = torch.cat([curve, swapped.flip(2)])
        name = one.config.targets[0].removesuffix("+")
        both = InitiationModel(replace(one.config, targets=[f"{name}+", f"{name}-"]))
        both.load_state_dict(one.state_dict() | effect | {"bias": bias.repeat(2)})
        return both.eval()


def seen_whole(values: Tensor, curve: Tensor) -> Tensor:
    """Summed effects where the whole curve is inside: values (batch, channels, length), curve (channels, reach)."""
    length, reach = values.shape[2], curve.shape[1]
    n = fast_length(length)  # what wraps around does not reach the places that are kept
    product = torch.einsum("bcf,cf->bf", torch.fft.rfft(values, n), torch.fft.rfft(curve, n).conj())
    return torch.fft.irfft(product, n)[:, : length - reach + 1]


def losses(model: ViewedModel, promoters: Tensor, background: Tensor, view: View, tss: int) -> dict[str, Tensor]:
    """What training minimises, both in nats.

    With rate exp(score) at each candidate: `where`, the surprise at the true start among the candidates of a
    promoter; `whether`, the cross-entropy of promoter against background, whose logit is the log of the summed
    rate. Sequences are one-hot, (batch, 4, length); background windows of either strand.
    """
    active = model.activations(torch.cat([promoters, background]))
    scores = model.scores(active, view)
    amount = scores.logsumexp(dim=1)
    label = torch.zeros_like(amount)
    label[: len(promoters)] = 1.0
    at = tss - model.margin - view.upstream
    where = (amount - scores[:, at])[: len(promoters)].mean()
    return {"where": where, "whether": F.binary_cross_entropy_with_logits(amount, label)}


def penalties(model: ViewedModel, *, smooth: float, sparse: float) -> dict[str, Tensor]:
    """Effect curves without jumps; detectors with few weights: what makes the parts readable."""
    net = model.model
    jumps = sum((net.effect[part].diff(dim=2) ** 2).sum() for part in ("motif", "trinucleotide"))
    weights = sum(net.detector[part].weight.abs().sum() for part in ("motif", "initiator"))
    return {"jumps": smooth * jumps, "weights": sparse * weights}

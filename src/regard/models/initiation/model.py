"""An additive model of where transcription starts: motifs, and what each adds at each distance.

Detectors (convolutions over both strands) give activations, softplus of their scores. Each detector
has an effect curve a target: what its activation adds at every distance from the motif. The sum of all
effects, through a softplus, is the prediction. So every part of it can be read: which motif, where,
how much. The architecture is that of Puffin (Dudnyk et al. 2024, Science 384, eadj0116), written anew;
`models/initiation/puffin.py` reads the published weights into it, and our own smaller weights come by `load`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from regard.data.sequences import encode
from regard.models.shelf.weight_files import read

PARTS = ("motif", "initiator", "trinucleotide")  # three kinds of detectors: wide, middle, three bases


@dataclass(frozen=True)
class Config:
    """Names and sizes.

    Attributes
    ----------
    motifs : name of each motif channel, `+` or `-` at its end: first the detectors as they are, then,
        in the same order, the same detectors on the other strand.
    targets : name of each predicted track, `+` or `-` (strand) at its end.
    detectors, width : how many detectors each of `PARTS` has and over how many bases; odd.
    reach : length of the effect curves of each part, in bases around the motif's centre; odd.
    initiators : motifs that are initiators rather than motifs: (given strand, other strand), or none.
    """

    motifs: list[str]
    targets: list[str]
    detectors: dict[str, int] = field(default_factory=lambda: dict(zip(PARTS, (10, 10, 32), strict=True)))
    width: dict[str, int] = field(default_factory=lambda: dict(zip(PARTS, (51, 15, 3), strict=True)))
    reach: dict[str, int] = field(default_factory=lambda: dict(zip(PARTS, (601, 15, 601), strict=True)))
    initiators: list[str] = field(default_factory=list)

    @property
    def flank(self) -> int:
        """Bases at each edge without a prediction, because something they depend on is not seen."""
        return max(self.width[part] // 2 + self.reach[part] // 2 for part in PARTS)


class InitiationModel(nn.Module):
    """Detectors, their effect curves, and one bias a target.

    Sequences are one-hot, shape (batch, 4, length), in the order A, C, G, T: turning both axes round
    gives the other strand. An N is a quarter of each.
    """

    def __init__(self, config: Config):
        super().__init__()
        self.config = config
        self.detector, self.effect = nn.ModuleDict(), nn.ParameterDict()
        for part in PARTS:
            n, width, reach = (size[part] for size in (config.detectors, config.width, config.reach))
            self.detector[part] = nn.Conv1d(4, n, width, padding=width // 2)
            # What channel c adds to target t at the base `reach // 2 - j` after its own place.
            self.effect[part] = nn.Parameter(torch.zeros(len(config.targets), 2 * n, reach))
        self.bias = nn.Parameter(torch.zeros(len(config.targets)))

    def scores(self, x: Tensor, part: str) -> Tensor:
        """How well each detector of a part fits at each base, shape (batch, 2 × detectors, length)."""
        detect = self.detector[part]
        return torch.cat([detect(x), detect(x.flip([1, 2])).flip([2])], dim=1)

    def activations(self, x: Tensor, part: str) -> Tensor:
        """Softplus of the scores; never negative."""
        return F.softplus(self.scores(x, part))

    def forward(self, x: Tensor) -> Tensor:
        """ln(initiation + 1) at each base, shape (batch, targets, length); `flank` bases at each edge are void."""
        total = self.bias[:, None]
        for part in PARTS:
            total = total + summed_effects(self.activations(x, part), self.effect[part])
        return F.softplus(total)


def effects(activation: Tensor, curve: Tensor) -> Tensor:
    """What each channel adds at each base, (batch, targets, channels, length).

    activation (batch, channels, length), curve (targets, channels, reach). A convolution of each
    channel; a Fourier transform gives all channels and targets at little cost.
    """
    length, reach = activation.shape[-1], curve.shape[-1]
    n = fast_length(length + reach - 1)
    product = torch.fft.rfft(activation, n)[:, None] * torch.fft.rfft(curve, n).conj()  # (B, targets, channels, n)
    return torch.fft.irfft(product, n).roll(reach // 2, dims=-1)[..., :length]


def summed_effects(activation: Tensor, curve: Tensor) -> Tensor:
    """`effects` summed over channels, (batch, targets, length), at less cost still."""
    length, reach = activation.shape[-1], curve.shape[-1]
    n = fast_length(length + reach - 1)
    product = torch.einsum("bcf,tcf->btf", torch.fft.rfft(activation, n), torch.fft.rfft(curve, n).conj())
    return torch.fft.irfft(product, n).roll(reach // 2, dims=-1)[..., :length]


def gathered(gradient: Tensor, curve: Tensor) -> Tensor:
    """The transpose of `effects`: what a gradient at each base, (batch, targets, length), is for each channel."""
    length, reach = gradient.shape[-1], curve.shape[-1]
    n = fast_length(length + reach - 1)
    product = torch.fft.rfft(gradient, n)[:, :, None] * torch.fft.rfft(curve, n)
    return torch.fft.irfft(product, n)[..., reach // 2 : reach // 2 + length]


def fast_length(n: int) -> int:
    """The smallest length from n on that a Fourier transform likes: 2, 3 and 5 as its only factors."""
    while True:
        rest = n
        for factor in (2, 3, 5):
            while rest % factor == 0:
                rest //= factor
        if rest == 1:
            return n
        n += 1


def one_hot(sequences: list[str]) -> Tensor:
    """Sequences of one length as rows A, C, G, T, float32, shape (batch, 4, length); N is a quarter of each."""
    rows = np.vstack([np.eye(4), np.full(4, 0.25)]).astype(np.float32)
    return torch.from_numpy(rows[np.stack([encode(s) for s in sequences])]).transpose(1, 2).contiguous()


def load(path: Path | str) -> InitiationModel:
    """Read a model that `weight_files.save` wrote, ready to use; raises InputError where the file is not one."""
    return read(path, Config, InitiationModel, "an initiation model")

"""What an initiation model reads in sequences: activations, effects, predictions, contributions, a base each."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
import xarray as xr
from torch import Tensor

from regard.errors import InputError
from regard.models.initiation.flanks import fill_flanks
from regard.models.initiation.model import InitiationModel, effects, gathered, one_hot, summed_effects

AT_ONCE = 16  # sequences computed together, random flanks included
NEAR = 10  # bases: two starts this close are the same


def interpret(
    model: InitiationModel,
    sequences: list[str],
    ids: list[str] | None = None,
    *,
    flanks: list[tuple[str, str]] | None = None,
    draws: int = 8,
    seed: int = 0,
    targets: list[str] | None = None,
    advance: Callable[[int], None] = lambda done: None,
) -> xr.Dataset:
    """Tracks for every base of sequences of any length, which are put between flanks first.

    The model predicts nothing near an edge. Where the true flanks of a sequence are not given, or not long
    enough, what is missing is random: all tracks are means over `draws` random flanks.

    Parameters
    ----------
    flanks : what stands before and after each sequence in the genome; "" where not known.
    draws : random flanks for each sequence that needs any.
    targets : names of the predicted tracks wanted; all where not given.

    Returns
    -------
    Dataset as of `tracks`, with, beside it: `flanks` (sequence: true, partly true, random),
    `prediction_sd` (sequence, target, position), the standard deviation over random flanks, and
    `tss_agreement` (sequence, target), the share of flanks with their highest prediction within 10
    bases of that of the mean. Both are NaN where the flanks are true: nothing varies.
    """
    ids = [f"seq{i + 1}" for i in range(len(sequences))] if ids is None else ids
    flanks = [("", "")] * len(sequences) if flanks is None else flanks
    if not len(ids) == len(sequences) == len(flanks):
        raise InputError(f"{len(ids)} ids and {len(flanks)} pairs of flanks for {len(sequences)} sequences")
    rng, parts = np.random.default_rng(seed), []
    for name, sequence, (before, after) in zip(ids, sequences, flanks, strict=True):
        kind, filled = fill_flanks(name, sequence, before, after, model.config.flank, draws, rng)
        every = tracks(model, filled, targets=targets)
        mean = every.mean("sequence", keep_attrs=True)
        peaks = every.prediction.argmax("position")
        mean["tss_agreement"] = (abs(peaks - mean.prediction.argmax("position")) <= NEAR).mean("sequence")
        mean["prediction_sd"] = every.prediction.std("sequence")
        if kind == "true":
            mean["tss_agreement"], mean["prediction_sd"] = mean.tss_agreement * np.nan, mean.prediction_sd * np.nan
        one = {"flanks": ("sequence", [kind]), "length": ("sequence", [len(sequence)])}
        parts.append(mean.expand_dims(sequence=[name]).assign_coords(one))
        advance(1)
    return xr.concat(parts, "sequence", join="outer")


@torch.inference_mode()
def tracks(
    model: InitiationModel, sequences: list[str], ids: list[str] | None = None, *, targets: list[str] | None = None
) -> xr.Dataset:
    """Tracks for the inner part of long sequences of one length; `model.config.flank` bases at each edge are cropped.

    Returns
    -------
    Dataset with dims sequence, target, motif, position (0-based in the inner part):

    `prediction` (sequence, target, position), ln(initiation + 1).
    `activation` (sequence, motif, position), above the lowest of the sequence.
    `effect` (sequence, target, motif, position), what each motif adds to the prediction before its softplus.
    `motif_effect`, `initiator_effect`, `trinucleotide_effect`, `total_effect` (sequence, target, position):
    sums; the second and third are differences from their own mean over the sequence.
    `contribution_to_initiation` (sequence, target, motif, position), what each base gives, through each
    motif, to the initiation in the sequence; `contribution` is its sum over motifs.
    `contribution_to_activation` (sequence, motif, position), what each base gives to each motif's activation.

    Definitions are those of Puffin's own program (github.com/jzhoulab/puffin), which computes them by
    repeated backward passes; here the gradients are written out.
    """
    config = model.config
    flank, length = config.flank, len(sequences[0])
    if length <= 2 * flank or any(len(s) != length for s in sequences):
        raise InputError(f"expected sequences of one length, over {2 * flank} bases; got {length} bases first")
    wanted = config.targets if targets is None else targets
    if unknown := set(wanted) - set(config.targets):
        raise InputError(f"unknown target {sorted(unknown)[0]!r}; this model has {', '.join(config.targets)}")
    rows = [config.targets.index(name) for name in wanted]
    found = [arrays(model, one_hot(sequences[i : i + AT_ONCE]), rows) for i in range(0, len(sequences), AT_ONCE)]
    of_motif, of_target = ("sequence", "motif", "position"), ("sequence", "target", "position")
    dims = {
        name: {3: of_motif if name.endswith("activation") else of_target}.get(
            part.ndim, ("sequence", "target", "motif", "position")
        )
        for name, part in found[0].items()
    }
    return xr.Dataset(
        {name: (dims[name], np.concatenate([part[name] for part in found])) for name in dims},
        coords={
            "sequence": [f"seq{i + 1}" for i in range(len(sequences))] if ids is None else ids,
            "target": wanted,
            "motif": config.motifs,
            "position": np.arange(length - 2 * flank),
        },
    )


def arrays(model: InitiationModel, x: Tensor, rows: list[int]) -> dict[str, np.ndarray]:
    """The tracks of one batch, one-hot (batch, 4, length), for some targets; see `tracks`."""
    config = model.config
    inner = slice(config.flank, x.shape[-1] - config.flank)
    score = model.scores(x, "motif")
    active = F.softplus(score)
    curve = model.effect["motif"][rows]
    effect = effects(active, curve)[..., inner]  # (B, targets, motifs, inner)
    small = {
        part: summed_effects(model.activations(x, part), model.effect[part][rows])[..., inner]
        for part in ("initiator", "trinucleotide")
    }
    total = effect.sum(dim=2) + sum(small.values()) + model.bias[rows, None]

    named = dict(zip(config.motifs, effect.unbind(dim=2), strict=True))
    initiators = [named.pop(name) for name in config.initiators]
    motif_effect = torch.stack(list(named.values())).sum(dim=0)
    initiator_effect = centred(small["initiator"] + sum(initiators[:1]))
    trinucleotide_effect = centred(small["trinucleotide"])
    other_initiator = sum(map(centred, initiators[1:]))

    # d(initiation in the inner part) / d(activation): initiation = exp(prediction) - 1, prediction = softplus(total).
    slope = torch.zeros(*total.shape[:2], x.shape[-1], device=x.device)
    slope[..., inner] = total.sigmoid() * F.softplus(total).exp()
    gain = 2 * active * score.sigmoid()  # d(activation²) / d(score)
    weighted = gathered(slope, curve) * gain[:, None]  # (B, targets, motifs, length)
    contribution = to_bases(model, x, weighted)[..., inner]
    lowest = active[..., inner].amin(dim=-1, keepdim=True)
    out = {
        "prediction": F.softplus(total),
        "activation": active[..., inner] - lowest,
        "effect": effect,
        "motif_effect": motif_effect,
        "initiator_effect": initiator_effect,
        "trinucleotide_effect": trinucleotide_effect,
        "total_effect": motif_effect + initiator_effect + trinucleotide_effect + other_initiator,
        "contribution": contribution.sum(dim=2),
        "contribution_to_initiation": contribution,
        "contribution_to_activation": to_bases(model, x, gain[:, None])[:, 0, :, inner],
    }
    return {name: tensor.numpy() for name, tensor in out.items()}


def centred(x: Tensor) -> Tensor:
    """Difference from the mean over positions."""
    return x - x.mean(dim=-1, keepdim=True)


def to_bases(model: InitiationModel, x: Tensor, gradient: Tensor) -> Tensor:
    """Gradient × input, of the base there less the mean of the three others, for each motif by itself.

    gradient (batch, any, motifs, length) of the scores; the same shape comes back.
    """
    weight = model.detector["motif"].weight  # (detectors, 4, width)
    batch, several, motifs, length = gradient.shape
    difference = (4 * x - 1) / 3  # 1 for the base there, -1/3 for each of the others, 0 for N

    def strand(gradient: Tensor, difference: Tensor) -> Tensor:
        # A transposed convolution; by Fourier transforms it takes a tenth of the time.
        back = gathered(gradient.reshape(batch * several, motifs // 2, length), weight)
        back = back.view(batch, several, motifs // 2, 4, length)
        return (back * difference[:, None, None]).sum(dim=3)

    forward, backward = gradient.split(motifs // 2, dim=2)
    turned = strand(backward.flip([3]), difference.flip([1, 2])).flip([3])
    return torch.cat([strand(forward, difference), turned], dim=2)

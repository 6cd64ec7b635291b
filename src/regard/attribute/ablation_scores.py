"""What is measured on the DNA GPT and on protein encoders with and without heads."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from regard.attribute.ablation_logits import divergence
from regard.attribute.head_effects import Assay
from regard.data.proteins import AMINO_ACIDS
from regard.errors import InputError
from regard.models.dna_gpt.model import DnaGPT
from regard.models.dna_gpt.predict import device_of
from regard.models.protein.likelihood import TOKENS, masked_log_likelihoods, pseudo_log_likelihood
from regard.models.protein.model import ProteinModel

MASKED_TOGETHER = 8  # every eighth residue: 12.5 %, where encoders learnt from 15 %


def dna_assay(
    model: DnaGPT,
    sequences: Sequence[np.ndarray],
    task: str,
    score: Callable[[Tensor], Tensor],
    *,
    prediction: str = "log odds",
    batch: int = 16,
) -> Assay:
    """Bits of the next base, and the score of a classifier, on the given strand.

    Parameters
    ----------
    sequences : codes as `encode` gives them, each shape (length,). N is not counted in the loss.
    task, score : the classifier, and the score (batch,) of its logits (batch, classes).
    """
    if not sequences or not all((sequence[1:] < 4).any() for sequence in sequences):
        raise InputError("a loss is over next bases: give at least one sequence, each with a base besides its first")
    by_length: dict[int, list[int]] = {}  # together only what is of one length: padding would count in the means
    for i, sequence in enumerate(sequences):
        by_length.setdefault(len(sequence), []).append(i)
    parts = [some[i : i + batch] for some in by_length.values() for i in range(0, len(some), batch)]

    @torch.no_grad()
    def read() -> np.ndarray:
        """Loss and score, shape (2, sequences)."""
        found = np.empty((2, len(sequences)))
        for part in parts:
            tokens = torch.from_numpy(np.stack([sequences[i] for i in part])).long().to(device_of(model))
            states = model.states(tokens)
            found[0, part] = next_base_bits(model.predict_next(states[-1]), tokens).cpu()
            lengths = torch.full((len(part),), tokens.shape[1], device=tokens.device)
            features = model.features(states, tokens, lengths)
            found[1, part] = score(model.classifiers[task](features).cpu())
        return found

    return Assay(
        model,
        model.config.blocks,
        read,
        loss=lambda found: found[0],
        change=lambda before, after: after[1] - before[1],
        loss_unit="bits per base",
        prediction=prediction,
    )


def next_base_bits(logits: Tensor, tokens: Tensor) -> Tensor:
    """Mean cross-entropy of each base but the first, shape (batch,), of logits (batch, length, 4); N does not count."""
    known = tokens[:, 1:] < 4
    nats = F.cross_entropy(logits[:, :-1].transpose(1, 2), tokens[:, 1:].where(known, 0), reduction="none")
    return (nats * known).sum(dim=1) / known.sum(dim=1) / math.log(2)


def protein_assay(
    model: ProteinModel,
    sequences: Sequence[str],
    *,
    together: int | None = MASKED_TOGETHER,
    modules: str | None = None,
) -> Assay:
    """Nats of a masked residue, and how far the distribution over amino acids moves there.

    Parameters
    ----------
    together : every so many residues are masked in one pass, each residue once; None masks one residue at a time, the
        pseudo-likelihood of `models.protein_likelihood`, at length / together times the cost.
    modules : for encoders whose attention is not fused (seam "eager"): names of the projections that follow attention.

    The prediction's change is the mean over residues of KL(with ‖ without), in nats.
    """
    if not sequences:
        raise InputError("no proteins to measure on")
    if not model.likelihoods:
        raise InputError(f"model {model.name} {model.lacks}: it gives no masked likelihoods")
    for i, sequence in enumerate(sequences, start=1):
        if len(sequence) > model.longest:
            raise InputError(f"protein {i} has {len(sequence)} residues; {model.name} reads {model.longest}: cut it")

    def one(sequence: str) -> np.ndarray:
        return masked_log_likelihoods(model, sequence) if together is None else masked(model, sequence, together)

    return Assay(
        model.network,
        model.layers,
        read=lambda: [one(sequence) for sequence in sequences],
        loss=lambda log_p: np.array(
            [
                -pseudo_log_likelihood(p, sequence) / max(1, sum(a in AMINO_ACIDS for a in sequence))
                for p, sequence in zip(log_p, sequences, strict=True)
            ]
        ),
        change=divergence,
        loss_unit="nats per residue",
        prediction="KL of the distributions over amino acids, nats per residue",
        modules=modules,
        head_count=model.heads,
    )


@torch.no_grad()
def masked(model: ProteinModel, sequence: str, together: int) -> np.ndarray:
    """Log probability of each amino acid at each residue, (L, 20), where it and every `together`-th are masked."""
    copies = model.tokens(sequence).repeat(min(together, len(sequence)), 1)
    residues = copies[:, model.residues(len(sequence))]  # a view
    place = torch.arange(len(sequence), device=copies.device)
    residues[place % len(copies), place] = model.mask
    step = max(1, TOKENS // copies.shape[1])
    logits = torch.cat([model.logits(some, len(sequence)) for some in copies.split(step)])
    return logits[place % len(copies), place].log_softmax(dim=-1).double().cpu().numpy()

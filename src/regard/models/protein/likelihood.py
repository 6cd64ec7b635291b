"""What a protein encoder expects at each residue: masked likelihoods (Salazar et al. 2020; Meier et al. 2021)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch

from regard.data.proteins import AMINO_ACIDS
from regard.errors import InputError
from regard.models.protein.model import ProteinModel

TOKENS = 4096  # of all copies that are read together


@torch.no_grad()
def masked_log_likelihoods(
    model: ProteinModel,
    sequence: str,
    positions: Sequence[int] | None = None,
    *,
    advance: Callable[[int], object] = lambda done: None,
) -> np.ndarray:
    """Log probability of each amino acid where a residue is masked, one residue at a time.

    positions : 0-based; all residues if left out. A protein longer than the model reads is cut to a
        window around each position.

    Returns
    -------
    Natural log, shape (positions, 20), in the order of `AMINO_ACIDS`; each row's probabilities sum to 1.
    """
    positions = range(len(sequence)) if positions is None else positions
    beyond = [p for p in positions if not 0 <= p < len(sequence)]
    if beyond:
        raise InputError(f"position {beyond[0]} is not in a protein of {len(sequence)} residues")
    size = min(len(sequence), model.longest)
    start = np.clip(np.array(positions, dtype=int) - size // 2, 0, len(sequence) - size)
    out = np.empty((len(start), len(AMINO_ACIDS)))
    step = copies(model, len(sequence))
    for first in range(0, len(out), step):
        some = range(first, min(first + step, len(out)))
        tokens = torch.cat([model.tokens(sequence[start[k] : start[k] + size]) for k in some])
        place = [positions[k] - start[k] for k in some]
        rows = torch.arange(len(place))
        tokens[rows, torch.tensor(place) + len(model.before)] = model.mask
        logits = model.logits(tokens, size)[rows, place]
        out[first : first + len(place)] = logits.log_softmax(dim=-1).double().cpu().numpy()
        advance(len(place))
    return out


@torch.no_grad()
def joint_log_likelihoods(model: ProteinModel, sequence: str, positions: Sequence[int]) -> np.ndarray:
    """Log probability of each amino acid at residues that are all masked at once, in one pass.

    positions : 0-based, of a sequence that the model reads at once.

    Returns
    -------
    Natural log, shape (positions, 20), in the order of `AMINO_ACIDS`.
    """
    tokens, at = model.tokens(sequence), torch.tensor(list(positions))
    tokens[0, at + len(model.before)] = model.mask
    return model.logits(tokens, len(sequence))[0, at].log_softmax(dim=-1).double().cpu().numpy()


@torch.no_grad()
def seen_log_likelihoods(model: ProteinModel, sequence: str) -> np.ndarray:
    """Log probability of each amino acid at each residue with nothing masked, (L, 20), natural log.

    One pass, where masking takes one a residue (Brandes et al. 2023); the model sees what it is asked for. A longer
    protein is read window by window, and of several the first that holds a residue counts.
    """
    return seen_together(model, [sequence])[0]


@torch.no_grad()
def seen_together(model: ProteinModel, sequences: Sequence[str]) -> np.ndarray:
    """`seen_log_likelihoods` of sequences of one length, as many as `copies` says in one pass, (sequences, L, 20)."""
    length = len(sequences[0])
    size, step = min(length, model.longest), copies(model, length)
    out = np.empty((len(sequences), length, len(AMINO_ACIDS)))
    for first in range(0, len(sequences), step):
        some, done = sequences[first : first + step], 0
        for start in [*range(0, length - size, size), length - size]:
            logits = model.logits(torch.cat([model.tokens(one[start : start + size]) for one in some]), size)
            new = logits[:, done - start :].log_softmax(dim=-1).double().cpu().numpy()
            out[first : first + len(some), done : start + size] = new
            done = start + size
    return out


def copies(model: ProteinModel, length: int) -> int:
    """How many sequences of a length are read together."""
    return max(1, TOKENS // (min(length, model.longest) + 2))


def pseudo_log_likelihood(log_p: np.ndarray, sequence: str) -> float:
    """Sum over residues of the log probability of the residue that stands there; unusual letters count nothing.

    log_p : as `masked_log_likelihoods` gives it for all residues.
    """
    at = [(i, AMINO_ACIDS.index(letter)) for i, letter in enumerate(sequence) if letter in AMINO_ACIDS]
    return float(sum(log_p[i, a] for i, a in at))

"""From the motif activations of an initiation model to positions inside a motif."""

from __future__ import annotations

import numpy as np

from regard.core.scores import Annotations

HIGHEST = 0.01  # share of all positions at which a motif counts as active
REACH = 4  # bases to each side of an active position, about the core of a motif
DIRECTED = ("TATA", "Long Inr", "Inr")  # motifs that mean something on the given strand only


def annotate_activation(ids: list[str], activation: list[np.ndarray], motifs: list[str]) -> list[Annotations]:
    """Positions near the highest activations, one annotation a motif, and one of any motif.

    Activations have no unit and no natural limit, so that the highest 1 % of positions of all sequences count,
    motif by motif; the comparison is then about where they are and not how many.

    Parameters
    ----------
    activation : shape (motifs, length) for each sequence.
    motifs : names with `+` or `-` at their end; both strands of a motif count, but of TATA and initiators, which
        have a direction, only the given strand.
    """
    annotations, union = [], [np.zeros(one.shape[1], dtype=bool) for one in activation]
    for name in dict.fromkeys(motif[:-1] for motif in motifs):
        strands = "+" if name in DIRECTED else "+-"
        rows = [i for i, motif in enumerate(motifs) if motif[:-1] == name and motif[-1] in strands]
        best = [one[rows].max(axis=0) for one in activation]
        limit = np.quantile(np.concatenate(best), 1 - HIGHEST)
        inside = [widened(one > limit) for one in best]
        union = [a | b for a, b in zip(union, inside, strict=True)]
        annotations.append(Annotations(ids, inside, f"{name} activation"))
    return [Annotations(ids, union, "any motif activation"), *annotations]


def widened(active: np.ndarray) -> np.ndarray:
    """Bool, (length,): True within `REACH` bases of a True."""
    return np.convolve(active, np.ones(2 * REACH + 1), mode="full")[REACH : REACH + len(active)] > 0

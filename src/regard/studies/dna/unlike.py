"""What of an input is unlike the sequences that a classifier of ours learnt from, in words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from regard.data.sequences import encode
from regard.studies.tasks import Task

# One promoter, or one window of chr22, in a thousand has less, or more.
LEAST_GC, MOST_GC = 0.23, 0.87
LEAST_BITS = 4.2  # entropy of words of three bases; (GC)n has 1, chance 6
MOST_N = 0.1  # of the bases; windows with N were not shown
NEAR_END = 40  # bases: a TSS was never shown nearer to either end


def unlike_training(task: Task, table: pd.DataFrame, logits: np.ndarray) -> list[str]:
    """A line for each way in which sequences are unlike; none where they are not.

    table : columns `sequence` and, if given, `tss`. logits : of the head, shape (strands, sequences, classes).
    """
    found = [task.length_remark(table.sequence.str.len().to_numpy())]
    if task.name in ("promoter", "enhancer"):
        found.append(composition_remark([encode(s) for s in table.sequence]))
    if task.name == "promoter" and "tss" in table:
        found.append(place_remark(table))
    if len(logits) == 2:
        found.append(strand_remark(task, logits))
    return [words for words in found if words]


def composition_remark(codes: list[np.ndarray]) -> str | None:
    """How many sequences are of few words, or poorer or richer in G and C than all but a thousandth of those shown."""
    known = [one[one < 4] for one in codes]
    gc = np.array([((one == 1) | (one == 2)).mean() if len(one) else 0.5 for one in known])
    kinds = {
        "repeat few words of three bases": np.array([triplet_bits(one) < LEAST_BITS for one in codes]),
        f"have less than {LEAST_GC:.0%} G and C": gc < LEAST_GC,
        f"have more than {MOST_GC:.0%} G and C": gc > MOST_GC,
        f"are N for more than {MOST_N:.0%}": np.array([(one > 3).mean() > MOST_N for one in codes]),
    }
    said = [f"{which.sum()} {what}" for what, which in kinds.items() if which.any()]
    if not said:
        return None
    other = np.any(list(kinds.values()), axis=0).sum()
    return (
        f"{other} of {len(codes)} sequences are unlike promoters and ordinary windows in composition "
        f"({', '.join(said)}): hardly any such sequence was learnt from"
    )


def triplet_bits(codes: np.ndarray) -> float:
    """Shannon entropy of a sequence's words of three bases, in bits, 0 to 6."""
    word = codes[:-2].astype(int) * 16 + codes[1:-1] * 4 + codes[2:]
    word = word[(codes[:-2] < 4) & (codes[1:-1] < 4) & (codes[2:] < 4)]
    share = np.bincount(word) / max(len(word), 1)
    share = share[share > 0]
    return float(-(share * np.log2(share)).sum())


def place_remark(table: pd.DataFrame) -> str | None:
    """How many given TSS stand nearer to an end of their sequence than any was shown."""
    place = pd.to_numeric(table.tss)
    near = int(((place < NEAR_END) | (table.sequence.str.len() - place <= NEAR_END)).sum())
    if not near:
        return None
    given = place.notna().sum()
    return f"{near} of {given} TSS stand within {NEAR_END} bases of an end, nearer than any that was learnt from"


def strand_remark(task: Task, logits: np.ndarray) -> str | None:
    """How many sequences are called otherwise on the one strand than on the other."""
    one, other = (task.log_probabilities(strand).argmax(axis=1) for strand in logits)
    differ = int((one != other).sum())
    if not differ:
        return None
    return (
        f"{differ} of {len(one)} sequences are called differently on their two strands; "
        "what is predicted is the mean of both, and uncertain there"
    )

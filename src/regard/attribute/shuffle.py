"""Shuffle a stretch of DNA so that every dinucleotide is there as often as before (Altschul & Erickson 1985)."""

from __future__ import annotations

import numpy as np


def dinucleotide_shuffle(codes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Codes in another order with the same counts of pairs of neighbours, and so of letters.

    Parameters
    ----------
    codes : small integers, shape (length,), as `encode` gives them.

    Every such order with the same ends is a walk along all edges of a graph of letters; the last edge out of each
    letter must lead, edge by edge, to the last letter. All orders are equally likely.
    """
    if len(codes) < 4:
        return codes.copy()
    letters = np.unique(codes[:-1])
    edges = {int(a): codes[1:][codes[:-1] == a] for a in letters}
    end = int(codes[-1])
    while True:  # draw last edges until they form a tree towards the end; with five letters a few tries at most
        last = {a: int(rng.integers(len(to))) for a, to in edges.items() if a != end}
        if all(leads(a, end, edges, last) for a in last):
            break
    order = {}
    for a, to in edges.items():
        rest = rng.permutation(np.delete(np.arange(len(to)), last[a]) if a in last else len(to))
        order[a] = iter(to[np.append(rest, last[a])] if a in last else to[rest])
    walk = [int(codes[0])]
    for _ in range(len(codes) - 1):
        walk.append(int(next(order[walk[-1]])))
    return np.array(walk, dtype=codes.dtype)


def leads(letter: int, end: int, edges: dict[int, np.ndarray], last: dict[int, int]) -> bool:
    seen = set()
    while letter != end:
        if letter in seen:
            return False
        seen.add(letter)
        letter = int(edges[letter][last[letter]])
    return True

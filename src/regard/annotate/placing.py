"""Where the residues of a chain stand in a longer sequence: beside a gap by bonds and numbers, not by alignment."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

NEXT_ALPHA, NEXT_BOND = 4.5, 2.0  # Å between neighbours: Cα to Cα (3.8, and 2.9 for cis), C to N (1.33)
SAME = 0.9  # share of a piece's letters that must agree where it is put
UNKNOWN = 0.5  # what an X, which fits all, counts beside a letter that agrees
NUMBER = re.compile(r"-?[0-9]{1,9}")


def bonded(atoms: np.ndarray, names: np.ndarray, residues: np.ndarray, count: int) -> np.ndarray:
    """Bool, shape (count,): is the residue bound to the one before?

    Parameters
    ----------
    atoms, names, residues : Å, (n, 3), the atom's name and its residue, (n,); heavy atoms, residues in rising order.
    """
    order = np.argsort(residues, kind="stable")
    start = np.searchsorted(residues[order], np.arange(count + 1))
    found = np.zeros(count, dtype=bool)
    for i in range(1, count):
        one, two = (order[start[k] : start[k + 1]] for k in (i - 1, i))
        found[i] = near(atoms, one[names[one] == "C"], two[names[two] == "N"], NEXT_BOND) or near(
            # Residues that stand for three have CA1 to CA3.
            atoms,
            one[np.char.startswith(names[one], "CA")],
            two[np.char.startswith(names[two], "CA")],
            NEXT_ALPHA,
        )
    return found


def near(atoms: np.ndarray, one: np.ndarray, two: np.ndarray, cutoff: float) -> bool:
    gap = atoms[one][:, None] - atoms[two][None]
    return bool((np.square(gap).sum(axis=-1) < cutoff**2).any())


def settle(
    at: np.ndarray, letters: str, numbers: Sequence[str], chained: np.ndarray, there: np.ndarray, target: str
) -> np.ndarray:
    """Move residues beside a gap to where their numbers and bonds say they are.

    An alignment of ``AGGS…GGSV`` to ``AGGSGGSGGSV`` may open its gap at any of the repeats. Bonds tell which residues
    follow each other, so a gap is only where a bond is missing, and the file's numbers tell how wide it is. What they
    say is taken where the letters agree with it at least as well as with the alignment.

    Parameters
    ----------
    at : where an alignment puts each residue in `target`, -1 for nowhere, shape (L,).
    letters, numbers : of the residues, L of each; a number may be "" or carry an insertion code.
    chained, there : bool, shape (L,): is it bound to the one before; has it coordinates?

    Returns
    -------
    As `at`, rising.
    """
    number = [int(text) if NUMBER.fullmatch(text) else None for text in numbers]
    shifts = Counter(int(at[i]) - n for i, n in enumerate(number) if n is not None and at[i] >= 0)
    shift = shifts.most_common(1)[0][0] if shifts else None
    settled, end, last = at.copy(), -1, None
    sure = np.zeros(len(at), dtype=bool)
    for piece in pieces(letters, number, chained, there):
        first = piece[0]
        choices = []
        if last is not None:
            follows = chained[first] and "X" not in (letters[first], letters[last])
            choices += [end + 1] if follows else []
            here, before = number[first], number[last]
            if here is not None and before is not None and here > before:
                choices.append(end + here - before)
        here = number[first]
        choices += [here + shift] if here is not None and shift is not None else []
        aligned = Counter(int(at[i]) - k for k, i in enumerate(piece) if at[i] >= 0)
        choices += [aligned.most_common(1)[0][0]] if aligned else []
        if last is not None and chained[first]:
            choices.append(end + 1)
        possible = [where for where in choices if end < where and where + len(piece) <= len(target)]
        if possible:
            agree = [[likeness(letters[i], target[where + k]) for k, i in enumerate(piece)] for where in possible]
            best = int(np.argmax(np.sum(agree, axis=1)))  # of equals the first
            if np.count_nonzero(agree[best]) >= SAME * len(piece):
                settled[piece] = possible[best] + np.arange(len(piece))
                sure[piece] = True
        last, end = piece[-1], max(int(settled[piece].max()), end)
    return rising(settled, sure)


def pieces(letters: str, number: list[int | None], chained: np.ndarray, there: np.ndarray) -> list[list[int]]:
    """Runs of residues with coordinates, each bound to the one before.

    A modified residue may stand for several letters, which the numbers leave room for; a run ends there.
    """
    runs: list[list[int]] = []
    for i in np.flatnonzero(there).tolist():
        follows = bool(runs) and runs[-1][-1] == i - 1 and chained[i]
        if follows and "X" in letters[i - 1 : i + 1]:
            here, before = number[i], number[i - 1]
            follows = here is None or before is None or here == before + 1
        if follows:
            runs[-1].append(i)
        else:
            runs.append([i])
    return runs


def rising(at: np.ndarray, sure: np.ndarray) -> np.ndarray:
    """Take away the places that lie behind those of later residues which are sure, or before those of earlier ones."""
    before = np.maximum.accumulate(np.concatenate([[-1], np.where(sure, at, -1)[:-1]]))
    top = np.iinfo(at.dtype).max
    after = np.minimum.accumulate(np.concatenate([np.where(sure, at, top)[1:], [top]])[::-1])[::-1]
    kept = sure | ((at > before) & (at < after))
    return np.where(kept, at, -1)


def likeness(one: str, two: str) -> float:
    return 1.0 if one == two else UNKNOWN * ("X" in (one, two))


def inverted(at: np.ndarray, length: int) -> np.ndarray:
    """Of places in a sequence of `length`, the residue at each, -1 for none."""
    found = np.full(length, -1)
    inside = np.flatnonzero(at >= 0)
    found[at[inside]] = inside
    return found

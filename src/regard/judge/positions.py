"""The nuisance and the moves of positions in sequences: letters and their shares, place from both ends."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement, product

import numpy as np

from regard.judge.engine import Question, blocks_of
from regard.judge.moves import turned
from regard.judge.nuisance import Nuisance, bumps, share

CENTRED = (3, 5, 7, 9, 11, 15, 21, 31, 41)  # widths of windows about a position
SIDED = (4, 6, 8, 12, 16, 24, 32)  # of windows that end or begin there, as causal models see them
# Windows, before and after, of whose shares squares, cubes and products go as well.
BENT = ((1, 1), (2, 2), (3, 0), (0, 3), (3, 3), (6, 0), (0, 6), (4, 4), (10, 0), (0, 10), (7, 7), (10, 10))
REACH = 12  # letters are added up at every offset so far
A_COLUMN = 12  # items that each exact feature must have, so that few proteins are not explained away
A_BEND = 8  # and each bent one


def question_of_positions(
    sequences: Sequence[str],
    groups: np.ndarray,
    *,
    there: Sequence[np.ndarray] | None = None,
    extra: np.ndarray | None = None,
    seed: int = 0,
) -> Question:
    """What composition and place say of every position; remainders are turned within their sequence.

    Letters may be added up at every offset and over windows to both sides or one, but not multiplied: products are of
    the own letter, shares and places only. So whatever adds up letters is nuisance, and a word, which is an interaction
    of letters, is not.

    there : bool, which positions of each sequence are items; all where None. extra : float, (items, k), more that needs
    no model, such as other scores.
    """
    there = [np.ones(len(s), bool) for s in sequences] if there is None else list(there)
    alphabet = "".join(sorted(set("".join(sequences))))  # N as well: it is no letter of the others
    lengths = np.array([len(s) for s in sequences])
    items = sum(int(t.sum()) for t in there)
    blocks = blocks_of([t.sum() for t in there])
    longest = lengths.max()
    more = np.zeros((items, 0)) if extra is None else extra

    def features(b: int) -> tuple[np.ndarray, np.ndarray]:
        smooth, added = of_positions(sequences[b], alphabet, longest)
        return np.hstack([smooth[there[b]], more[blocks[b]]]), added[there[b]]

    reach = int(np.clip(items // (A_COLUMN * 2 * max(len(alphabet) - 1, 1)), 0, REACH))
    most = items // A_BEND
    exact = np.vstack(
        [
            np.hstack([hits(s, alphabet), added_up(s, alphabet, reach), order_free(s, alphabet, most)])[t]
            for s, t in zip(sequences, there, strict=True)
        ]
    )
    place = np.concatenate([np.flatnonzero(t) for t in there])
    length = np.repeat(lengths, [t.sum() for t in there])
    rings = [np.arange(b.start, b.stop) for b in blocks]
    nuisance = Nuisance(features, [place, length - place], np.hstack([exact, more]))
    return Question(blocks, groups, nuisance, turned(rings, list(groups), seed))


def hits(sequence: str, alphabet: str) -> np.ndarray:
    """Which letter stands where, all but one (they add up to one), float, (length, letters - 1)."""
    return (np.array(list(sequence))[:, None] == np.array(list(alphabet[:-1]))).astype(float)


def of_positions(sequence: str, alphabet: str, longest: int) -> tuple[np.ndarray, np.ndarray]:
    """Features of a sequence's positions: own letter, shares and place; and what is only added up."""
    n, at, hit = len(sequence), np.arange(len(sequence)), hits(sequence, alphabet)
    whole = np.tile(np.append(hit.mean(0), n / longest), (n, 1))
    place = np.stack([at / n, np.log1p(at) / 5, np.log1p(n - 1 - at) / 5, np.abs(2 * at / n - 1)], 1)
    widths = CENTRED if len(alphabet) < 10 else CENTRED[::3]
    smooth = np.hstack([hit, *(share(hit, w // 2, w // 2) for w in widths), whole, place])
    many = int(np.clip(longest / 10, 8, 40))
    added = [bumps(at, longest, many), bumps(n - 1 - at, longest, many), bumps(at / max(n - 1, 1), 1, 12)]
    return smooth, np.hstack([*added, added_up(sequence, alphabet, REACH if len(alphabet) < 10 else 2)])


def order_free(sequence: str, alphabet: str, most: int) -> np.ndarray:
    """Squares, cubes and products of letters' shares in one window, so far as `most` columns suffice, (length, k).

    A head that weighs letters by softmax, or saturates, bends the composition of its window; which letter stands where
    in it stays unknown.
    """
    hit = hits(sequence, alphabet)
    out: list[np.ndarray] = [np.zeros((len(hit), 0))]
    if len(alphabet) > 5:
        return out[0]
    for (before, after), degree in product(BENT, (2, 3)):
        one = share(hit, before, after)
        every = [list(which) for which in combinations_with_replacement(range(one.shape[1]), degree)]
        if most < len(every):
            break
        most -= len(every)
        out += [np.prod(one[:, which], axis=1)[:, None] for which in every]
    return np.hstack(out)


def added_up(sequence: str, alphabet: str, reach: int) -> np.ndarray:
    """Letters at every offset up to `reach`, and their shares in wider windows to one side and both."""
    n, hit = len(sequence), hits(sequence, alphabet)
    far = np.pad(hit, ((reach, reach), (0, 0)))
    near = [far[reach + d : reach + d + n] for d in range(-reach, reach + 1) if d]
    sided = [part for w in SIDED for part in (share(hit, w - 1, 0), share(hit, 0, w - 1))] if len(alphabet) < 10 else []
    both = [share(hit, w // 2, w // 2) for w in CENTRED] if len(alphabet) < 10 else []
    return np.hstack([np.zeros((n, 0)), *near, *sided, *both])

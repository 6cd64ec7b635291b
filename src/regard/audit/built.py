"""Negatives that were built from positives: some blocks kept in place, the others replaced.

Such a negative shares several whole blocks with one positive at the same offsets, and nothing but
chance in between. A model then learns to smell the noise, not the biology.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from regard.audit.sketch import ROW
from regard.data.corpus import CHUNK, Corpus

BLOCK = 15
LEAST = 3  # shared blocks; two unrelated sequences share one with a chance of 4^-15 a block
SAME_REST = 0.5  # between the shared blocks: .25 to .35 is chance, 1 a copy with a few changes


def candidates(corpus: Corpus, block: int = BLOCK) -> np.ndarray:
    """Pairs of rows of different labels that share two aligned blocks or more, int64, shape (pairs, 2).

    In each bucket of equal blocks a row meets the first row of the next label, so the work grows
    with the rows and not with their square.
    """
    n, row_mask = len(corpus), np.uint64((1 << int(ROW)) - 1)
    power = np.uint64(4) ** np.arange(block, dtype=np.uint64)
    length, found = corpus.length, [np.empty(0, dtype=np.int64)]
    for offset in range(0, int(length.max()) - block + 1, block):
        rows = np.flatnonzero((length >= offset + block) & (corpus.label >= 0))
        words = np.lib.stride_tricks.sliding_window_view(corpus.codes, block)[corpus.start[rows] + offset]
        known = (words < 4).all(axis=1)
        rows, words = rows[known], words[known]
        if not len(rows):
            continue
        word = words.astype(np.uint64) @ power  # 30 bits
        label = corpus.label[rows].astype(np.uint64)
        order = np.sort(((word << np.uint64(8) | label) << ROW) | rows.astype(np.uint64))
        row, kind = (order & row_mask).astype(np.int64), order >> ROW  # kind: word and label
        begin = np.append(0, np.flatnonzero(np.diff(kind)) + 1)
        size = np.diff(np.append(begin, len(row)))
        pair = np.flatnonzero(np.diff(kind[begin] >> np.uint64(8)) == 0)  # next group: same word, other label
        for some, other in ((pair, pair + 1), (pair + 1, pair)):
            members = np.repeat(begin[some], size[some]) + within(size[some])
            partner = np.repeat(row[begin[other]], size[some])
            a, b = np.minimum(row[members], partner), np.maximum(row[members], partner)
            found.append(np.unique(a * n + b))
    pair, count = np.unique(np.concatenate(found), return_counts=True)
    pair = pair[count >= 2]
    return np.stack([pair // n, pair % n], axis=1)


def within(size: np.ndarray) -> np.ndarray:
    """0 to size-1 for each group, one after another."""
    return np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)


def built_negatives(corpus: Corpus, block: int = BLOCK) -> pd.DataFrame:
    """The likeliest parent of every row that looks built from a row of another label.

    Of two labels, the first in label order counts as the negative.

    Returns
    -------
    Columns `negative`, `positive` (places in the corpus), `shared` and `blocks` (aligned blocks in
    common and in all), `rest` (share of equal bases outside the shared blocks).
    """
    pairs = candidates(corpus, block)
    later = corpus.label[pairs[:, 0]] > corpus.label[pairs[:, 1]]
    pairs[later] = pairs[later][:, ::-1]
    common = corpus.length[pairs].min(axis=1) if len(pairs) else np.empty(0, dtype=int)
    order, parts = np.argsort(common, kind="stable"), []
    cost = np.cumsum(common[order])
    for part in np.split(order, np.flatnonzero(np.diff(cost // CHUNK)) + 1):
        negative, positive = pairs[part].T
        a, b = corpus.padded(negative), corpus.padded(positive)
        size = common[part].max(initial=0) // block * block
        known = (a[:, :size] < 4) & (b[:, :size] < 4)
        equal = (a[:, :size] == b[:, :size]) & known
        whole = equal.reshape(len(part), size // block, block).all(axis=2)
        outside = known & ~np.repeat(whole, block, axis=1)
        rest = (equal & outside).sum(axis=1) / np.maximum(outside.sum(axis=1), 1)
        table = pd.DataFrame({"negative": negative, "positive": positive, "shared": whole.sum(axis=1)})
        parts.append(table.assign(blocks=common[part] // block, rest=rest))
    table = pd.concat(parts)
    table = table[(table.shared >= LEAST) & (table.shared < table.blocks) & (table.rest < SAME_REST)]
    table = table.sort_values(["negative", "shared", "positive"], ascending=[True, False, True])
    return table.drop_duplicates("negative").reset_index(drop=True)

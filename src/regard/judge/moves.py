"""Ways to move what is left of labels that keep their own pattern; the same moves for all methods and annotations."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

# From remainders of labels (items, a) and of scores (items, m), and a number of draws, to the figure (a, m) and its
# draws (draws, a, m).
Moves = Callable[[np.ndarray, np.ndarray, int], tuple[np.ndarray, np.ndarray]]


def turned(rings: Sequence[np.ndarray], groups: Sequence, seed: int) -> Moves:
    """Remainders turned along rings: a sequence's positions, a contact map's diagonals, by one share of each ring.

    rings : int, the items of each ring in their order. groups : of each ring; rings of one group (copies of one
    sequence, diagonals of one map) turn by the same share. All turns of a ring at once by Fourier transform.
    """

    def move(r: np.ndarray, s: np.ndarray, draws: int) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng(seed)
        turn = {g: rng.uniform(size=draws) for g in dict.fromkeys(groups)}
        found = np.zeros((r.shape[1], s.shape[1]))
        null = np.zeros((draws, *found.shape))
        for items, group in zip(rings, groups, strict=True):
            n = len(items)
            if n < 2:
                continue
            centred = s[items] - s[items].mean(0)
            f, g = np.fft.rfft(r[items], axis=0), np.fft.rfft(centred, axis=0)
            at = np.fft.irfft(np.conj(f)[:, :, None] * g[:, None, :], n, axis=0)
            found += at[0]
            null += at[(1 + turn[group] * (n - 1)).astype(int)]
        return found, null

    return move


def exchanged(strata: np.ndarray, seed: int) -> Moves:
    """Remainders exchanged within strata, such as the elements of one gene at like distances.

    Each draw is divided by its own spread, item by item, so that labels and scores of unequal spread do no harm
    (Chung & Romano 2013).
    """

    def move(r: np.ndarray, s: np.ndarray, draws: int) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng(seed)
        code = np.unique(strata, return_inverse=True)[1]
        size = np.bincount(code)
        centred = s - (np.stack([np.bincount(code, v) for v in s.T], 1) / size[:, None])[code]
        home = np.argsort(code, kind="stable")

        def figure(one: np.ndarray) -> np.ndarray:
            return (one.T @ centred) / np.sqrt((one**2).T @ centred**2 + 1e-12)

        null = np.empty((draws, r.shape[1], s.shape[1]))
        for k in range(draws):
            moved = np.empty_like(r)
            moved[home] = r[np.lexsort((rng.random(len(code)), code))]
            null[k] = figure(moved)
        return figure(r), null

    return move


def flipped(groups: np.ndarray, seed: int) -> Moves:
    """Whole groups' products change their sign (Hansen & Lee 2019; Shah & Peters 2020, section 3.2).

    Each group's part of the figure is as likely to be negative where labels and scores have nothing in common, whatever
    its spread: classes and pairs whose spread differs do no harm. Each draw is divided by its own spread.
    """

    def move(r: np.ndarray, s: np.ndarray, draws: int) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng(seed)
        code = np.unique(groups, return_inverse=True)[1]
        products = (r[:, :, None] * s[:, None, :]).reshape(len(r), -1)
        part = np.zeros((code.max() + 1, products.shape[1]))
        np.add.at(part, code, products)
        spread = np.sqrt((part**2).sum(0)) + 1e-12
        signs = rng.choice([-1.0, 1.0], (draws, len(part)))
        shape = r.shape[1], s.shape[1]
        return (part.sum(0) / spread).reshape(shape), (signs @ part / spread).reshape(draws, *shape)

    return move


def renamed(target: np.ndarray, regulator: np.ndarray, seed: int) -> Moves:
    """Genes of a network change their names, each among those with as many roles (Dekker, Krackhardt & Snijders 2007).

    target, regulator : int, (items,), the ends of every candidate edge. The known network keeps its shape and hubs.
    """
    count = int(max(target.max(), regulator.max())) + 1
    place = np.full((count, count), -1)
    place[target, regulator] = np.arange(len(target))
    role = 2 * np.isin(np.arange(count), target) + np.isin(np.arange(count), regulator)

    def move(r: np.ndarray, s: np.ndarray, draws: int) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng(seed)
        padded = np.vstack([r, np.zeros((1, r.shape[1]))])  # what was no candidate has no label
        order = np.argsort(role, kind="stable")
        null = np.empty((draws, r.shape[1], s.shape[1]))
        for k in range(draws):
            name = np.empty(count, dtype=int)
            name[order] = order[np.lexsort((rng.random(count), role[order]))]
            null[k] = padded[place[name[target], name[regulator]]].T @ s
        return r.T @ s, null

    return move

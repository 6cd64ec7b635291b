"""Token tables: which stretch of a sequence each token of a model stands for."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import csr_array


def token_table(tokens: list[str], special: list[bool] | None = None, size: int = 1) -> pd.DataFrame:
    """One row a token: its text, the stretch it covers and whether it is a special token.

    Parameters
    ----------
    tokens : what the model read, special tokens included.
    special : True for tokens that stand for no base or residue (start, end, mask).
    size : bases, residues or other units in each ordinary token.

    Returns
    -------
    Columns `token`, `start`, `end` (0-based, half-open; -1 for special tokens), `special`.

    Examples
    --------
    >>> import regard
    >>> regard.token_table(["<cls>", "ACG", "TAC"], special=[True, False, False], size=3)
       token  start  end  special
    0  <cls>     -1   -1     True
    1    ACG      0    3    False
    2    TAC      3    6    False
    """
    table = pd.DataFrame({"token": list(tokens), "special": special or [False] * len(tokens)})
    place = (~table.special).cumsum() - 1
    table["start"] = (place * size).where(~table.special, -1)
    table["end"] = ((place + 1) * size).where(~table.special, -1)
    return table[["token", "start", "end", "special"]]


def laid_on_units(values: np.ndarray, *places: np.ndarray) -> np.ndarray:
    """Values of tokens laid on the bases, residues or other units that they cover; an overlap is averaged.

    Parameters
    ----------
    values : one axis (tokens,) or two (query, key), NaN where a token has no value.
    places : int, (tokens, 2) for each axis: start and end in units, half-open; −1 for tokens that stand for none.

    Returns
    -------
    A value for each unit, or each pair of units, up to the last that a token covers; NaN where no token has a value.
    """
    there = ~np.isnan(values)
    total, count = np.where(there, values, 0.0), there.astype(float)
    for axis, place in enumerate(places):
        cover = covering(place)
        total, count = (np.moveaxis(cover @ np.moveaxis(one, axis, 0), 0, axis) for one in (total, count))
    return np.where(count > 0, total / np.where(count > 0, count, 1), np.nan)


def covering(place: np.ndarray) -> csr_array:
    """1 where a token covers a unit, (units, tokens)."""
    size = np.maximum(place[:, 1] - place[:, 0], 0)
    token = np.repeat(np.arange(len(place)), size)
    unit = np.arange(len(token)) - np.repeat(np.cumsum(size) - size - place[:, 0], size)
    shape = max(int(place[:, 1].max(initial=0)), 0), len(place)
    return csr_array((np.ones(len(token)), (unit, token)), shape=shape)


def gene_tokens(genes: list[str], size: int, target: str) -> pd.DataFrame:
    """Tokens that hold `size` genes each, in this order, and last a special one, the target.

    Columns as in `token_table`; `start` and `end` count genes, the last ordinary token may hold fewer,
    and `token` names what it holds, joined by "|".
    """
    texts = ["|".join(genes[start : start + size]) for start in range(0, len(genes), size)]
    table = token_table([*texts, target], [False] * len(texts) + [True], size)
    return table.assign(end=table.end.clip(upper=len(genes)))


def shared_tokens(orders: list[np.ndarray], size: int) -> np.ndarray:
    """How often two of n genes stood in one token, as a share of the orders; shape (n, n), diagonal 0.

    `orders` are permutations of the genes as they were cut into tokens of `size`. Where it is 1, the
    two were never apart, and no average over the orders can tell one from the other.
    """
    count = len(orders[0])
    shared = np.zeros((count, count))
    for order in orders:
        token = np.empty(count, dtype=int)
        token[order] = np.arange(count) // size
        shared += token[:, None] == token
    np.fill_diagonal(shared, 0)
    return shared / len(orders)

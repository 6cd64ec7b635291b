"""Token tables: which stretch of a sequence each token of a model stands for."""

from __future__ import annotations

import pandas as pd


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
    """
    table = pd.DataFrame({"token": list(tokens), "special": special or [False] * len(tokens)})
    place = (~table.special).cumsum() - 1
    table["start"] = (place * size).where(~table.special, -1)
    table["end"] = ((place + 1) * size).where(~table.special, -1)
    return table[["token", "start", "end", "special"]]

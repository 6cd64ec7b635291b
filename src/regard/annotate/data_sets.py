"""Several tables of element–gene pairs as one, each a data set."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from regard.annotate.crispr import CrisprPairs, read_table
from regard.errors import InputError

KEY = ["chrom", "start", "end", "gene", "cell"]


def read_data_sets(paths: Sequence[Path | str]) -> CrisprPairs:
    """Read tables of element–gene pairs, as `read_pairs` reads one, and put them together.

    A data set is what the column `Dataset` says or, where several files are given and one has no such column, the
    file's name without its endings. A pair that stood in an earlier file is left out.

    Raises
    ------
    InputError
        For a file that is given twice, and where no pair, no regulated pair or no other is left.
    """
    files = [Path(path) for path in paths]
    if twice := [path for path in files if [one.resolve() for one in files].count(path.resolve()) > 1]:
        raise InputError(f"{twice[0]}: is given twice; name each table of pairs once")
    read = [read_table(path) for path in files]
    if len(read) == 1:
        ((found, why),) = read
        if why:
            raise InputError(why)
        return found
    parts = []
    for path, (found, _) in zip(files, read, strict=True):
        name = found.table.dataset.where(found.table.dataset != "", path.name.partition(".")[0])
        parts.append((found.table.assign(dataset=name, file=path.name), found.left_out.assign(file=path.name)))
    table, left_out = (pd.concat(some, ignore_index=True) for some in zip(*parts, strict=True))
    source = ", ".join(path.name for path in files)
    columns = dict.fromkeys(found.weighted for found, _ in read if found.weighted)
    remarks = tuple(remark for found, _ in read for remark in found.remarks)
    together = CrisprPairs(source, table, left_out, remarks, ", ".join(columns))
    again = table.duplicated(KEY).to_numpy()
    together = together.without(again, "the same element and gene stand in a file given before")
    if not together.table.regulated.any() or together.table.regulated.all():
        raise InputError(next((why for _, why in read if why), f"{source}: there is nothing to rank"))
    return together


def data_sets(table: pd.DataFrame) -> list[str]:
    """Names of the data sets in a table of pairs, where there are several, in the order in which they come."""
    names = [str(name) for name in table.dataset.unique()]
    return names if len(names) > 1 else []

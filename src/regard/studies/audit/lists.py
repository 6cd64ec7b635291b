"""The rows behind the findings of an audit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from regard.audit.checks import Relations
from regard.audit.duplicates import conflicting, repeated
from regard.data.corpus import Corpus

LISTS = {
    "duplicates": "Equal sequences: one `group` on either strand; rows of one `copy` are on the same strand.",
    "conflicts": "Equal sequences with two labels or more.",
    "near": "Pairs that share most k-mers. Equal sequences stand for one another: only the first row is listed.",
    "partial": "Pairs with a piece in common: shifted windows, or one in the other; `similarity` is the containment.",
    "built": "Rows that share aligned blocks, and nothing else, with a row of another label.",
    "overlap": "Test rows, and the training row each is equal or close to.",
    "lengths": "How many rows of each label have which length.",
}


def listings(corpus: Corpus, found: Relations, names: list[str]) -> dict[str, pd.DataFrame]:
    """The rows behind duplicates, conflicts, near duplicates, built negatives and lengths."""
    twice, group = grouped(found.either, repeated(found.either))
    duplicates = {"group": group, "copy": pd.factorize(found.same[twice])[0] + 1} | rows_of(corpus, names, twice)
    clash, group = grouped(found.same, conflicting(found.same, corpus.label))
    conflicts = {"group": group} | rows_of(corpus, names, clash)
    near = side_by_side(corpus, names, first=found.near[:, 0], second=found.near[:, 1])
    partial = side_by_side(corpus, names, first=found.partial[:, 0], second=found.partial[:, 1])
    built = side_by_side(corpus, names, negative=found.built.negative, positive=found.built.positive)
    built |= {"shared_blocks": found.built.shared, "blocks": found.built.blocks, "equal_elsewhere": found.built.rest}
    lengths = pd.DataFrame({"file": np.array(names)[corpus.file], "label": label_names(corpus)[corpus.label]})
    lengths = lengths.assign(length=corpus.length).value_counts(["file", "label", "length"], sort=False)
    return {
        "duplicates": pd.DataFrame(duplicates),
        "conflicts": pd.DataFrame(conflicts),
        "near": pd.DataFrame(near | {"similarity": found.likeness}),
        "partial": pd.DataFrame(partial | {"similarity": found.contained}),
        "built": pd.DataFrame(built),
        "lengths": lengths.rename("rows").reset_index(),
    }


def grouped(group: np.ndarray, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The chosen rows group by group, and the groups counted from 1 in the order they appear."""
    rows = np.flatnonzero(chosen)
    number = pd.factorize(group[rows])[0] + 1
    order = np.argsort(number, kind="stable")
    return rows[order], number[order]


def label_names(corpus: Corpus) -> np.ndarray:
    """Names of the classes; the last one, index -1, is empty."""
    return np.array([*corpus.classes, ""], dtype=object)


def rows_of(corpus: Corpus, names: list[str], rows, prefix: str = "") -> dict:
    """File, 1-based row, id and label of rows, as columns."""
    rows = np.asarray(rows, dtype=np.int64)
    columns = {
        "file": np.array(names, dtype=object)[corpus.file[rows]],
        "row": corpus.row(rows),
        "id": np.array([corpus.ids[i] for i in rows], dtype=object),
        "label": label_names(corpus)[corpus.label[rows]],
    }
    return {prefix + name: values for name, values in columns.items()}


def side_by_side(corpus: Corpus, names: list[str], **rows) -> dict:
    """The columns of `rows_of` for each kind of row, its name in front."""
    columns = {}
    for name, some in rows.items():
        columns |= rows_of(corpus, names, some, f"{name}_")
    return columns

"""Rows of a table of predictions as numbers; what cannot be read is told with its line."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from regard.annotate.prediction_columns import FALSE, TRUE, Column
from regard.annotate.prediction_layout import Layout
from regard.annotate.tables import MISSING, any_number, whole_number
from regard.data.delimited import NUMBER
from regard.errors import InputError


def named(table: pd.DataFrame, layout: Layout, genes: Mapping[str, str]) -> pd.Series:
    """What the pairs call the gene of each row, by its symbol, else by its identifier; NaN where they have it not."""
    found = pd.Series(np.nan, index=table.index, dtype=object)
    for column, cut in ((layout.symbol, False), (layout.identifier, True)):
        if not column:
            continue
        code, names = pd.factorize(table[column])
        known = [genes.get(clean(str(name), cut)) for name in names]
        here = pd.Series(np.array([*known, None], dtype=object)[code], index=table.index)
        found = found.where(found.notna(), here)
    return found


def clean(name: str, version: bool) -> str:
    """A name without quotes; an identifier without its version (ENSG00000142611.17)."""
    name = name.strip().strip("\"'")
    return name.partition(".")[0] if version and name.startswith("ENS") else name


def values_of(table: pd.DataFrame, text_of, layout: Layout, name: pd.Series, unread: list) -> pd.DataFrame:
    """Places and scores of the rows whose gene is asked about; what cannot be read is told to `unread`."""
    here = name.notna()
    bad: dict[int, str] = {}
    out = pd.DataFrame({"chrom": table.chrom[here].astype(str).str.strip().str.strip("\"'")})
    for side in ("start", "end"):
        if table[side].dtype == np.int64 and not (table[side] < 0).any():
            out[side] = table[side][here]
        else:
            out[side] = looked_at(
                text_of(side)[here], lambda text, side=side: whole_number("", side, text), bad, np.int64
            )
    out["end"] += out.end == out.start  # one base, as for the pairs
    for line in out.index[out.end < out.start]:
        bad.setdefault(line, f"start {out.start[line]} is not before end {out.end[line]}")
    out["gene"] = name[here].astype(str)
    cell = table[layout.cell][here].fillna("").astype(str) if layout.cell else ""
    out["cell"] = cell.str.strip().str.strip("\"'") if layout.cell else ""
    for column in layout.columns:
        values = table[column.column]
        if values.dtype.kind in "iufb" and not np.isinf(values.to_numpy(float)).any():
            out[column.name] = values[here].astype(float)
        else:
            infinite = column.name != "ABC"
            out[column.name] = looked_at(
                text_of(column.column)[here],
                lambda text, c=column, infinite=infinite: number_or_truth(c, text, infinite), bad, np.float64,
            )  # fmt: skip
    unread += [(int(line), why) for line, why in bad.items()]
    return out.drop(index=list(bad))


def looked_at(texts: pd.Series, read, bad: dict[int, str], kind) -> pd.Series:
    """Numbers of texts: plain ones at once, of all others each text once by `read`, whose error goes to `bad`."""
    plain = texts.str.fullmatch(r"\d{1,15}" if kind is np.int64 else NUMBER.pattern) & (texts.str.len() < 300)
    out = np.zeros(len(texts), kind)
    out[plain] = texts[plain].astype(kind)  # `to_numeric` refuses whole numbers past 2^64
    others = np.flatnonzero(~plain.to_numpy(bool) | ~np.isfinite(out))
    code, names = pd.factorize(texts.to_numpy()[others])
    for i, text in enumerate(names):
        here = others[code == i]
        try:
            out[here] = read(text)
        except InputError as error:
            for line in np.asarray(texts.index)[here].tolist():
                bad.setdefault(line, str(error).removeprefix(": "))
    return pd.Series(out, index=texts.index)


def number_or_truth(column: Column, text: str, infinite: bool) -> float:
    """A number; of TRUE and FALSE, 1 and 0."""
    if text.upper() in TRUE + FALSE:
        return float(text.upper() in TRUE)
    if text in MISSING:
        return float("nan")
    return any_number("", column.column, text, infinite=infinite)

"""Known edges of a network, from a table of regulators and targets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.sparse import coo_array

from regard.annotate.gold_columns import (
    FORMAT,
    REGULATOR,
    SIF,
    TARGET,
    Columns,
    columns_of,
    given_sign,
    sign_of,
    weight_of,
)
from regard.core.edges import KnownEdges
from regard.data.delimited import records, unquoted
from regard.data.gene_names import Naming, why_unmatched
from regard.data.layout import bare
from regard.data.perturbations import few
from regard.data.sequences import lines
from regard.errors import InputError


@dataclass
class Listed:
    """One pair of the file: is it an edge, and what it does: +1, −1, 0 unknown or both."""

    edge: bool
    sign: int


def read_gold(
    path: Path | str, genes: list[str], aliases: Mapping[str, str] | None = None
) -> tuple[KnownEdges, list[str]]:
    """Read known edges.

    Parameters
    ----------
    path : TSV or CSV with a header that names regulator (TF, source, Gene1) and target (gene, Gene2) in any order, and
        perhaps a weight or a type; or without a header, in the order regulator, target, weight or type, or as SIF
        has it, regulator, type, target (a file `.sif` may name several targets on a line). An edge is there when its
        weight is left out or not 0; pairs that are not listed, or with weight 0, are not edges. A type (+, -,
        activation …) or a weight below 0 tells what the edge does.
    genes : names, in the order of the expression table. aliases : other names of them.

    Returns
    -------
    The edges, row = target (query), column = regulator (key), with their signs, and remarks: genes that the table
    lacks, edges of a gene to itself, columns that were not read.

    Raises
    ------
    InputError
        For a line that cannot be read, a pair listed twice with different weights, no edge at all.
    """
    path = Path(path)
    place = {gene: i for i, gene in enumerate(genes)}
    naming = Naming(genes, aliases or {})
    listed, columns = read_listed(path, naming)
    edges = {pair: one.sign for pair, one in listed.items() if one.edge}
    if not edges:
        raise InputError(f"{path}: no known edge in it; expected {FORMAT}")
    remarks: list[str] = []
    there = [(t, r, sign) for (r, t), sign in edges.items() if r in place and t in place and r != t]
    missing = sorted({gene for edge in edges for gene in edge} - set(place))
    if not there:
        raise InputError(
            f"{path}: none of its {len(edges)} edges ({few([f'{r} → {t}' for r, t in edges])}) is between two "
            f"different genes of the table ({few(genes)})" + why_unmatched(missing, genes)
        )
    remarks += naming.remarks(path.name)
    if missing:
        lost = sum(r not in place or t not in place for r, t in edges)
        remarks.append(
            f"{path.name}: {lost} of {len(edges)} known edges are of genes that the table lacks and not judged: "
            + few(missing)
            + why_unmatched(missing, genes)
        )
    loops = sum(r == t for r, t in edges)
    if loops:
        remarks.append(f"{path.name}: {loops} edges of a gene to itself are not judged")
    if columns is not None and columns.unread:
        remarks.append(f"{path.name}: columns that are not read: {few(list(columns.unread))}")
    at, shape = ([place[t] for t, *_ in there], [place[r] for _, r, _ in there]), (len(genes), len(genes))
    sign = np.array([one for *_, one in there], dtype=np.int8)
    known = coo_array((np.ones(len(there), dtype=bool), at), shape=shape).tocsr()
    return KnownEdges(path.name, known, coo_array((sign, at), shape=shape).tocsr() if sign.any() else None), remarks


def genes_named(path: Path | str) -> set[str]:
    """All genes that a table of known edges names; they tell where a table of expression has its genes."""
    return {gene for pair in read_listed(Path(path), Naming(()))[0] for gene in pair}


def read_listed(path: Path, naming: Naming) -> tuple[dict[tuple[str, str], Listed], Columns | None]:
    """All pairs of the file, by the table's names, and which column is which."""
    listed: dict[tuple[str, str], Listed] = {}
    sif = path.suffix.lower() == ".sif"
    columns, negative = SIF if sif else None, False
    for number, fields in sif_records(path) if sif else records(path, FORMAT):
        where = f"{path}, line {number}"
        if columns is None:
            columns = columns_of(path, number, fields, naming.here)
            if columns.header:
                continue
        if not listed and columns.header and len(fields) == columns.count + 1:  # as R writes a table with row names
            columns = moved(columns)
        if len(fields) != columns.count:
            raise InputError(
                f"{where}: {len(fields)} fields, but the first line has {columns.count}; expected {FORMAT}"
            )
        weight = 1.0 if columns.weight is None else weight_of(where, fields[columns.weight])
        negative |= weight < 0
        sign = int(np.sign(weight)) if columns.sign is None else given_sign(where, fields[columns.sign])
        pair = fields[columns.regulator], fields[columns.target]
        if "" in pair:
            raise InputError(f"{where}: {'regulator' if not pair[0] else 'target'} is empty; name a gene")
        pair = naming(pair[0]), naming(pair[1])
        one = listed.setdefault(pair, Listed(weight != 0, sign))
        if one.edge != (weight != 0):
            raise InputError(f"{where}: {pair[0]} → {pair[1]} is listed as an edge and as none")
        one.sign = sign if one.sign == sign else 0
    if columns is not None and columns.sign is None and not negative:  # a weight of 1 then says no more than: an edge
        for one in listed.values():
            one.sign = 0
    return listed, columns


def sif_records(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Line number and regulator, type and target of each edge of a SIF file, as Cytoscape has it.

    Fields lie between tabs, on lines without tabs between blanks; a line may name several targets, or a gene alone,
    which has no edge. A type that tells no sign is `?`. A header `source interaction target` is no edge.
    """
    for number, line in enumerate(lines(path, "SIF `regulator type target`"), 1):
        fields = [unquoted(field.strip()) for field in (line.split("\t") if "\t" in line else line.split())]
        if len(fields) == 2:
            raise InputError(f"{path}, line {number}: 2 fields; expected SIF `regulator type target`")
        if len(fields) == 3 and bare(fields[0]) in REGULATOR and bare(fields[2]) in TARGET:
            continue
        for target in fields[2:]:
            yield number, [fields[0], fields[1] if sign_of(fields[1]) is not None else "?", target]


def moved(columns: Columns) -> Columns:
    """The same columns where each row has its name in front."""
    weight, sign = (None if place is None else place + 1 for place in (columns.weight, columns.sign))
    return replace(
        columns, count=columns.count + 1, regulator=columns.regulator + 1, target=columns.target + 1,
        weight=weight, sign=sign,
    )  # fmt: skip

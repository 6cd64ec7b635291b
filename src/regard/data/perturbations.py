"""What the user tells of genes and samples: which may regulate, and what was done to which."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from regard.data.delimited import records
from regard.data.expression import KINDS, Expression
from regard.data.numbers import quoted, whole
from regard.errors import InputError


def few(names: list[str]) -> str:
    """The first names of a list for one line of text."""
    return ", ".join(names[:5]) + (", …" if len(names) > 5 else "")


def only_case_differs(named: list[str], genes: list[str]) -> str:
    """A hint where names would be genes of the table but for capitals, as of mouse and human; else empty."""
    there, folded = set(genes), {gene.casefold(): gene for gene in genes}
    near = [(name, folded[name.casefold()]) for name in named if name not in there and name.casefold() in folded]
    if not near:
        return ""
    name, gene = near[0]
    return f"; {len(near)} would be but for capitals ({name} here, {gene} in the table): write them alike"


def regulators_named(path: Path | str) -> list[str]:
    """The first field of every line."""
    return [fields[0] for _, fields in records(Path(path), "one gene a line")]


def read_regulators(path: Path | str, genes: list[str]) -> tuple[list[int], list[str]]:
    """Which genes may regulate: one name a line (or the first column of a TSV or CSV).

    Returns
    -------
    Places in `genes`, rising, and remarks: names that are no gene of the table, or stand twice.
    """
    path = Path(path)
    named = regulators_named(path)
    place = {gene: i for i, gene in enumerate(genes)}
    distinct = list(dict.fromkeys(named))
    found = sorted(place[name] for name in distinct if name in place)
    if not found:
        raise InputError(
            f"{path}: none of its {len(distinct)} regulators ({few(distinct)}) is a gene of the table ({few(genes)})"
            + only_case_differs(distinct, genes)
        )
    remarks, missing = [], [name for name in distinct if name not in place]
    if missing:
        remarks.append(
            f"{path.name}: {len(missing)} of {len(distinct)} regulators are no gene of the table and left out: "
            + few(missing)
            + only_case_differs(missing, genes)
        )
    if len(distinct) < len(named):
        remarks.append(f"{path.name}: {len(named) - len(distinct)} regulators stand more than once and count once")
    return found, remarks


def read_perturbations(path: Path | str, expression: Expression) -> Expression:
    """The expression with what was done to its samples.

    Parameters
    ----------
    path : TSV or CSV `sample gene kind`, with or without this header; sample = name or 1-based row, kind =
        knockout, knockdown or overexpression. Samples that are not named were left as they are.
    """
    path = Path(path)
    told = []
    for count, (number, fields) in enumerate(records(path, "TSV `sample gene kind`")):
        if count == 0 and [f.lower() for f in fields] == ["sample", "gene", "kind"]:
            continue
        if len(fields) != 3:
            raise InputError(
                f"{path}, line {number}: {len(fields)} fields; expected sample, gene and kind with tabs or commas "
                "between"
            )
        told.append((f"{path}, line {number}", *fields))
    return with_perturbations(expression, told, f"{path}: no perturbation in it; expected TSV `sample gene kind`")


def with_perturbations(expression: Expression, told: Iterable[tuple[str, str, str, str]], none: str) -> Expression:
    """The expression with what was done to its samples.

    told : where it says so, sample, gene and kind, as `read_perturbations` has them. none : what to say of nothing.
    """
    sample_of = {name: i for i, name in enumerate(expression.samples)}
    gene_of = {name: i for i, name in enumerate(expression.genes)}
    perturbation = np.zeros(expression.values.shape, dtype=np.int8)
    for where, sample, gene, kind in told:
        row = sample_of.get(sample)
        if row is None and 1 <= (counted := whole(sample) or 0) <= len(sample_of):
            row = counted - 1
        if row is None:
            raise InputError(
                f"{where}: {quoted(sample)} is no sample of the table, and no row from 1 to {len(sample_of)}"
            )
        if gene not in gene_of:
            raise InputError(f"{where}: {gene!r} is no gene of the table ({few(expression.genes)})")
        if kind.lower() not in KINDS[1:]:
            raise InputError(f"{where}: kind {kind!r} is unknown; it is one of {', '.join(KINDS[1:])}")
        perturbation[row, gene_of[gene]] = KINDS.index(kind.lower())
    if not perturbation.any():
        raise InputError(none)
    return dataclasses.replace(expression, perturbation=perturbation)

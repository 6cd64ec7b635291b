"""What the user tells of samples: what was done to which."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from regard.data.delimited import records
from regard.data.expression import KINDS, Expression
from regard.data.gene_names import Naming, why_unmatched
from regard.data.numbers import quoted, whole
from regard.errors import InputError


def few(names: list[str]) -> str:
    """The first names of a list for one line of text."""
    return ", ".join(names[:5]) + (", …" if len(names) > 5 else "")


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
    naming = Naming(expression.genes, expression.aliases)
    perturbation = np.zeros(expression.values.shape, dtype=np.int8)
    for where, sample, named, kind in told:
        gene = naming(named)
        row = sample_of.get(sample)
        if row is None and 1 <= (counted := whole(sample) or 0) <= len(sample_of):
            row = counted - 1
        if row is None:
            raise InputError(
                f"{where}: {quoted(sample)} is no sample of the table, and no row from 1 to {len(sample_of)}"
            )
        if gene not in gene_of:
            hint = why_unmatched([gene], expression.genes)
            raise InputError(f"{where}: {gene!r} is no gene of the table ({few(expression.genes)}){hint}")
        if kind.lower() not in KINDS[1:]:
            raise InputError(f"{where}: kind {kind!r} is unknown; it is one of {', '.join(KINDS[1:])}")
        perturbation[row, gene_of[gene]] = KINDS.index(kind.lower())
    if not perturbation.any():
        raise InputError(none)
    remarks = (*expression.remarks, *naming.remarks("perturbations"))
    return dataclasses.replace(expression, perturbation=perturbation, remarks=remarks)

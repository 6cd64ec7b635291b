"""What the network study is given, read and checked together."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from regard.annotate.network import genes_named, read_gold
from regard.core.edges import KnownEdges
from regard.data.expression import Expression
from regard.data.expression_files import read_expression
from regard.data.perturbations import few, read_perturbations
from regard.data.regulators import read_regulators, regulators_named
from regard.data.series import replicates_told
from regard.errors import InputError


@dataclass(frozen=True)
class Matrix:
    """Which matrix of .h5ad or .loom to read, and which column names its genes; see `read_expression`."""

    layer: str | None = None
    raw: bool = False
    gene_names: str | None = None


def read(
    source: Path,
    regulators: Path | None,
    gold: Path | None,
    perturbations: Path | None,
    genes_in: str | None = None,
    matrix: Matrix = Matrix(),
) -> tuple[Expression, list[int] | None, KnownEdges | None, list[str]]:
    """Expression, genes in order of name and samples `by_content`; allowed regulators, known edges, remarks on all.

    genes_in : "rows" or "columns" of the table; None: seen from the names. matrix : which one of a file of several.
    """
    named = set(regulators_named(regulators)) if regulators else set()
    named |= genes_named(gold) if gold else set()
    expression = read_expression(source, known=named, genes_in=genes_in, **asdict(matrix))
    told = list(expression.remarks)
    expression, remarks = in_order(expression, source)
    remarks = [seen(source, expression), *told, *remarks]
    allowed = known = None
    if perturbations:
        expression = read_perturbations(perturbations, expression)  # some name samples by their rows in the file
        remarks += expression.remarks[len(told) :]
    remarks += replicates_told(expression.time, expression.series, source.name)
    expression = expression.by_content()
    if regulators:
        allowed, more = read_regulators(regulators, expression.genes, expression.aliases)
        remarks += more
    if gold:
        known, more = read_gold(gold, expression.genes, expression.aliases)
        remarks += more
        if allowed is not None:
            outside = known.edges.nnz - known.edges[:, allowed].nnz
            if outside:
                remarks.append(f"{gold.name}: {outside} known edges start at genes that may not regulate; not judged")
    return expression, allowed, known, remarks


def seen(source: Path, expression: Expression) -> str:
    """Which way the table was read, so that one that lies the other way is noticed; the first genes by name."""
    genes, samples = expression.genes, len(expression.samples)
    return f"{source.name}: {len(genes)} genes (first {', '.join(genes[:3])}) × {samples} samples"


def in_order(expression: Expression, source: Path | str) -> tuple[Expression, list[str]]:
    """Expression with its genes in order of name, so that no method can depend on the order of the file.

    source : the file, or in a word where the table is from. Raises InputError where fewer than two genes vary.
    """
    expression, remarks = expression.take(np.argsort(expression.genes, kind="stable")), []
    constant = [g for g, flat in zip(expression.genes, np.ptp(expression.values, axis=0) == 0, strict=True) if flat]
    if constant:
        name = getattr(source, "name", source)
        remarks.append(f"{name}: {len(constant)} genes never vary and get the least score both ways: {few(constant)}")
    if len(constant) > len(expression.genes) - 2:
        raise InputError(
            f"{source}: {len(constant)} of {len(expression.genes)} genes never vary; nothing can be inferred"
        )
    return expression, remarks

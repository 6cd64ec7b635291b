"""Read an expression table from TSV, CSV, .h5ad or .loom, see which way it lies, and check it at the door."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from pathlib import Path

import numpy as np

from regard.data.expression import Expression
from regard.data.expression_text import Grid, read_grid
from regard.data.layout import bare, genes_in_rows, likeness
from regard.data.not_genes import INDEX, counts_up, dates, left_out, no_gene
from regard.data.series import series_of
from regard.errors import InputError

# Squares of larger values, and of a gene that is smaller all over, leave the range of the numbers that methods reckon
# with (float32 in the models): all its scores would be the same.
LARGEST, SMALLEST = 1e15, 1e-15


def read_expression(
    path: Path | str,
    *,
    known: Container[str] = (),
    genes_in: str | None = None,
    layer: str | None = None,
    raw: bool = False,
    gene_names: str | None = None,
) -> Expression:
    """Read a table of expression.

    Parameters
    ----------
    path : TSV or CSV, gzipped or not: a header of gene names, a row for each sample; before the
        genes, if wanted, a column `sample` (names) and a column `Time` (empty outside a time
        series). A blank line or a time that falls begins a new series; samples of one time are replicates. Or genes in
        rows, with their names in the first column and samples in the header. Or .h5ad or .loom, dense or sparse.
    known : genes that are named elsewhere, which tell where genes stand.
    genes_in : "rows" or "columns"; None: seen from `known` and from the names.
    layer, raw, gene_names : which matrix of .h5ad or .loom, and which column names the genes; see `read_h5ad`.

    Returns
    -------
    `values` float64, shape (samples, genes), in the order of the file. Samples without names are
    called "1", "2", … `remarks` say what was seen: genes in rows, columns that are no genes, replicates.

    Raises
    ------
    InputError
        One line that names the file, the place and what to do; also where it cannot be told which way the table lies.
    """
    path = Path(path)
    if genes_in not in (None, "rows", "columns"):
        raise InputError(f"--genes-in {genes_in}: expected rows or columns")
    asked = {"--layer": layer is not None, "--raw": raw, "--gene-names": gene_names is not None}
    if path.suffix not in (".h5ad", ".loom") or (raw and path.suffix == ".loom"):
        wrong = next((name for name, given in asked.items() if given), None)
        if wrong:
            raise InputError(f"{path}: {wrong} is for .h5ad{' and .loom' * (wrong != '--raw')}; leave it out")
    if raw and layer is not None:
        raise InputError(f"--raw and --layer {layer}: both choose the matrix; leave one of them out")
    if path.suffix == ".h5ad":
        expression = read_annotated(path, known, genes_in, layer=layer, raw=raw, gene_names=gene_names)
    elif path.suffix == ".loom":
        from regard.data.loom import read_loom

        if genes_in == "columns":
            raise InputError(f"{path}: .loom has its genes in rows; leave out --genes-in columns")
        expression = read_loom(path, layer=layer, gene_names=gene_names)
    else:
        expression = read_text(path, known=known, genes_in=genes_in)
    expression = without_others(path, expression)
    expression = replace(expression, remarks=(*expression.remarks, *dates(path, expression.genes)))
    check(path, expression)
    return expression


def read_annotated(path: Path, known: Container[str], told: str | None, **how) -> Expression:
    """The same from .h5ad, not checked: genes in `var` unless the names speak against it."""
    from regard.data.h5ad import read_h5ad

    expression = read_h5ad(path, **how)
    if how["gene_names"] is not None:  # a column of var, which says where genes are
        if told == "rows":
            raise InputError(f"{path}: --gene-names is a column of var; leave out --genes-in rows")
        return expression
    names = expression.samples, expression.genes
    flipped, why = genes_in_rows(path, *names, known=known, told=told, usual="columns")
    if not flipped:
        return expression
    remarks = (f"{path.name}: {why.replace('rows', 'rows (obs)')}",) if why else ()
    return Expression(expression.values.T, *names, remarks=remarks)


def read_text(path: Path, *, known: Container[str] = (), genes_in: str | None = None) -> Expression:
    """The same from TSV or CSV, not checked."""
    grid = read_grid(path)
    flipped, remarks = direction(path, grid, known, genes_in), grid.remarks
    values, columns = np.array(grid.values), grid.columns
    index = counts_up(values)
    if index.any() and not index.all():
        remarks.append(left_out(path, [n for n, i in zip(columns, index, strict=True) if i], "count up by one"))
        values, columns = values[:, ~index], [n for n, i in zip(columns, index, strict=True) if not i]
    if flipped:
        return Expression(values.T, grid.rows, columns, remarks=tuple(remarks))
    time, series = (None, None) if grid.times is None else series_of(np.array(grid.times), np.array(grid.blocks))
    if grid.times is not None and series is None:
        remarks.append(f"{path.name}: its column Time tells of no series: no sample follows another")
    return Expression(values, columns, grid.rows, time=time, series=series, remarks=tuple(remarks))


def direction(path: Path, grid: Grid, known: Container[str], told: str | None) -> bool:
    """Do genes lie in the rows of the table? What was seen is put among its remarks."""
    if grid.corner is None and grid.times is None:
        if told == "rows":
            raise InputError(f"{path}: genes in rows, but its rows have no names; put these into a first column 'gene'")
        if not told and likeness(grid.columns) <= -0.5 and not any(name in known for name in grid.columns):
            raise InputError(
                f"{path}: its header ({', '.join(grid.columns[:3])}, …) does not look like genes and its rows have no "
                "names; name the genes in the header, or say --genes-in columns where these are genes"
            )
        return False
    if grid.corner is None or (grid.times is not None and not told):
        return False
    how = {"corner": grid.corner, "known": known, "told": told}
    flipped, why = genes_in_rows(path, grid.rows, grid.columns, **how)
    if why:
        grid.remarks.append(f"{path.name}: {why}")
    if not flipped and bare(grid.corner) not in ("", "sample") and not INDEX.fullmatch(grid.corner):
        grid.remarks.append(f"{path.name}: its column {grid.corner!r} was read as the names of samples")
    return flipped


def without_others(path: Path, expression: Expression) -> Expression:
    """The expression without names that no gene has, such as n_counts; each is said."""
    others = [i for i, gene in enumerate(expression.genes) if no_gene(gene)]
    if not others:
        return expression
    remark = left_out(path, [expression.genes[i] for i in others], "an index, or what is known of a cell")
    kept = expression.take(np.setdiff1d(np.arange(len(expression.genes)), others))
    return replace(kept, remarks=(*kept.remarks, remark))


def check(path: Path | str, expression: Expression) -> None:
    """Raise InputError where genes or samples cannot be told apart or a value is missing or out of all bounds.

    path : the file, or in a word where the table is from.
    """
    for what, names in (("gene", expression.genes), ("sample", expression.samples)):
        seen: set[str] = set()
        twice = next((name for name in names if name in seen or seen.add(name)), None)
        if twice is not None:
            raise InputError(f"{path}: {what} {twice!r} stands more than once; make names differ")
    if "" in expression.genes:
        raise InputError(f"{path}: gene {expression.genes.index('') + 1} of the header has no name")
    samples, genes = expression.values.shape
    if genes < 3 or samples < 3:
        raise InputError(f"{path}: {samples} samples × {genes} genes; 3 of each are the least to infer a network from")
    highest = np.maximum(expression.values.max(axis=0), -expression.values.min(axis=0))  # (genes,), of |values|
    if not np.isfinite(highest).all():
        row, column = next(
            (i, int(np.argmin(np.isfinite(one))))
            for i, one in enumerate(expression.values)
            if not np.isfinite(one).all()
        )
        raise InputError(
            f"{path}, sample {expression.samples[row]!r}, gene {expression.genes[column]!r}: "
            f"{expression.values[row, column]} is no expression; fill it in or take the sample out"
        )
    for column in np.flatnonzero((highest > LARGEST) | ((highest > 0) & (highest < SMALLEST)))[:1]:
        row = int(np.abs(expression.values[:, column]).argmax())
        far = "large" if highest[column] > LARGEST else "small"
        raise InputError(
            f"{path}, sample {expression.samples[row]!r}, gene {expression.genes[column]!r}: "
            f"{expression.values[row, column]:g} is too {far} for expression; mend it or give another unit"
        )

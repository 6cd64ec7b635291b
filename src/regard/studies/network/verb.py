"""`regard.network`: edges from a table in memory, in one call."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from regard.core.lock import scratch
from regard.data.expression import Expression
from regard.data.expression_tables import expression_of
from regard.data.gene_names import Naming
from regard.data.perturbations import with_perturbations
from regard.data.regulators import places_of
from regard.data.series import replicates_told
from regard.errors import InputError
from regard.studies.network.asked import Asked
from regard.studies.network.inputs import in_order
from regard.studies.network.methods import check, check_table, default_method


def network(
    table,
    *,
    method: str | Sequence[str] | None = None,
    regulators: Sequence[str] | None = None,
    perturbations: pd.DataFrame | None = None,
    layer: str | None = None,
    raw: bool = False,
    gene_names: str | None = None,
    model: str | None = None,
    weights: Path | str | None = None,
    seed: int = 0,
    device: str = "cpu",
    threads: int = 1,
) -> pd.DataFrame:
    """Score every edge regulator → target of a table of expression, as `regard network` does, without a report.

    Parameters
    ----------
    table : a DataFrame, shape (samples, genes), its index the samples and its columns the genes, with an optional
        column `Time`; or an AnnData.
    method : one or several names that `regard methods` lists; where None, the one that wins on held-out simulations
        of such tables.
    regulators : genes that may regulate; all if None. Names that are no gene of the table are left out. Ensembl ids
        match whatever their version, and of an AnnData names in another column of `var` do.
    perturbations : what was done to samples: columns `sample` (a name), `gene` and `kind` (knockout, knockdown or
        overexpression).
    layer : which of an AnnData's `layers` to read; `X` if None. raw : read its `raw.X` and `raw.var`.
    gene_names : the column of an AnnData's `var` that names the genes; `var_names` if None.
    model : a TabPFN checkpoint, "cache" or "small"; the one that comes with Regard if None.
    weights : of a network model; those that come with Regard if None.
    threads : processes to share the targets among; -1 for all processors.

    Returns
    -------
    Columns `regulator`, `target`, `score` (bigger is more likely an edge; not comparable between methods) and
    `method`; each method's edges together, best first. Then, where a method says it, `sign` (1 activates, -1
    represses), `sign_probability` (that it is right) and `probability` (that there is an edge). A gene that never
    varies gets the least score both ways. Its `attrs["remarks"]` say what was noticed, and which method was chosen and
    why.

    Raises
    ------
    InputError
        A table that is none, an unknown method, weights that are not there, regulators of which none is a gene.

    References
    ----------
    Each method's own, in `regard methods`.

    Examples
    --------
    >>> import numpy as np, pandas as pd, regard
    >>> table = pd.DataFrame(np.random.default_rng(0).normal(size=(30, 3)), columns=["a", "b", "c"])
    >>> table["c"] += 3 * table["a"]
    >>> edges = regard.network(table, method="pearson", regulators=["a", "b"])
    >>> edges.head(1).round(2)
      regulator target  score   method  sign
    0         a      c   0.98  pearson     1
    """
    source = type(table).__name__
    expression = expression_of(table, layer=layer, raw=raw, gene_names=gene_names)
    told = list(expression.remarks)
    expression, remarks = in_order(expression, source)
    if perturbations is not None:
        expression = perturbed(expression, perturbations)
        remarks += expression.remarks[len(told) :]
    remarks = [*told, *remarks, *replicates_told(expression.time, expression.series, source)]
    expression = expression.by_content()
    allowed = None
    if regulators is not None:
        naming = Naming(expression.genes, expression.aliases)
        allowed, told = places_of([str(name) for name in regulators], naming, "list of regulators")
        remarks += told
    weights = None if weights is None else Path(weights)
    names = [method] if isinstance(method, str) else list(dict.fromkeys(method or ()))
    check(names, told=perturbations is not None, model=model, weights=weights)
    check_table(names, expression)
    if not names:
        chosen, why = default_method(expression, weights)
        names, remarks = [chosen], [*remarks, why]
    asked = Asked(names, allowed, model, weights, seed=seed, device=device, threads=threads)
    with scratch("network") as kept:
        edges, failed = asked.edges(expression, kept)
    found = pd.concat([one.table().assign(method=name) for name, one in edges.items()], ignore_index=True)
    first = ["regulator", "target", "score", "method"]
    found = found[[*first, *(name for name in found if name not in first)]]
    found.attrs["remarks"] = [*remarks, *failed]
    return found


def perturbed(expression: Expression, table: pd.DataFrame) -> Expression:
    """The expression with what was done to its samples."""
    columns = ["sample", "gene", "kind"]
    if not set(columns) <= set(table.columns):
        raise InputError(f"perturbations: columns {', '.join(map(str, table.columns))}; expected {', '.join(columns)}")
    rows = table[columns].astype(str).itertuples()
    told = ((f"perturbations, row {index!r}", sample, gene, kind) for index, sample, gene, kind in rows)
    return with_perturbations(expression, told, "perturbations: there is none in the table")

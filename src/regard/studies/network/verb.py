"""`regard.network`: edges from a table in memory, in one call."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from regard.core.lock import scratch
from regard.data.expression import Expression
from regard.data.expression_tables import expression_of
from regard.data.perturbations import few, with_perturbations
from regard.errors import InputError
from regard.studies.network.asked import Asked
from regard.studies.network.inputs import in_order
from regard.studies.network.methods import check, default_method


def network(
    table,
    *,
    methods: str | Sequence[str] | None = None,
    regulators: Sequence[str] | None = None,
    perturbations: pd.DataFrame | None = None,
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
        column `Time`; or an AnnData, of which `X`, `obs_names` and `var_names` are read.
    methods : one or several names that `regard methods` lists; where None, the one that wins on held-out simulations
        of such tables.
    regulators : genes that may regulate; all if None. Names that are no gene of the table are left out.
    perturbations : what was done to samples: columns `sample` (a name), `gene` and `kind` (knockout, knockdown or
        overexpression).
    model : a TabPFN checkpoint, "cache" or "small"; the one that comes with Regard if None.
    weights : of a network model; those that come with Regard if None.
    threads : processes to share the targets among; -1 for all processors.

    Returns
    -------
    Columns `regulator`, `target`, `score` (bigger is more likely an edge; not comparable between methods) and
    `method`; each method's edges together, best first. A gene that never varies gets the least score both ways. Its
    `attrs["remarks"]` say what was noticed, and which method was chosen and why.

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
    >>> edges = regard.network(table, methods="pearson", regulators=["a", "b"])
    >>> edges.head(1).round(2)
      regulator target  score   method
    0         a      c   0.98  pearson
    """
    expression, remarks = in_order(expression_of(table), type(table).__name__)
    if perturbations is not None:
        expression = perturbed(expression, perturbations)
    expression = expression.by_content()
    allowed = None
    if regulators is not None:
        allowed, told = places_of([str(name) for name in regulators], expression.genes)
        remarks += told
    weights = None if weights is None else Path(weights)
    names = [methods] if isinstance(methods, str) else list(dict.fromkeys(methods or ()))
    check(names, told=perturbations is not None, model=model, weights=weights)
    if not names:
        chosen, why = default_method(expression, weights)
        names, remarks = [chosen], [*remarks, why]
    asked = Asked(names, allowed, model, weights, seed=seed, device=device, threads=threads)
    with scratch("network") as kept:
        edges, failed = asked.edges(expression, kept)
    parts = [one.table()[["regulator", "target", "score"]].assign(method=name) for name, one in edges.items()]
    found = pd.concat(parts, ignore_index=True)
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


def places_of(named: list[str], genes: list[str]) -> tuple[list[int], list[str]]:
    """Which genes may regulate, rising, and a remark on names that are no gene of the table."""
    place = {gene: i for i, gene in enumerate(genes)}
    allowed = sorted({place[name] for name in named if name in place})
    if not allowed:
        raise InputError(f"no regulator ({few(named)}) is a gene of the table ({few(genes)})")
    missing = [name for name in named if name not in place]
    return allowed, [f"{len(missing)} regulators are no gene of the table and left out: {few(missing)}"] * bool(missing)

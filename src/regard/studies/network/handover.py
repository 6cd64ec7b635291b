"""The network as other tools take it: pySCENIC, decoupler, Cytoscape and AnnData, each in a file of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse as sp

from regard.core.edges import Edges
from regard.data.expression import Expression
from regard.errors import InputError, MissingExtra
from regard.studies.network.files import MOST_DRAWN, MOST_ROWS, weight_of

ROWS, COLUMNS = "target", "regulator"  # of every matrix, as everywhere here: row = query, column = key
INTERACTION = {1: "activates", -1: "represses", 0: "regulates"}


def for_pyscenic(edges: Mapping[str, Edges], expression: Expression, folder: Path) -> None:
    """`network.pyscenic.tsv`: TF, target, importance, best first, as `pyscenic grn` writes and `pyscenic ctx` reads."""
    names = {"regulator": "TF", "score": "importance"}
    write(
        folder / "network.pyscenic.tsv", (t.rename(columns=names)[["TF", "target", "importance"]] for t in said(edges))
    )


def for_decoupler(edges: Mapping[str, Edges], expression: Expression, folder: Path) -> None:
    """`network.decoupler.tsv`: source, target, weight, best first; below 0 where the edge represses."""
    tables = (pd.DataFrame({"source": t.regulator, "target": t.target, "weight": weight_of(t)}) for t in said(edges))
    write(folder / "network.decoupler.tsv", tables)


def for_cytoscape(edges: Mapping[str, Edges], expression: Expression, folder: Path) -> None:
    """`network.sif` and, to be imported as a table of edges, `network.cytoscape.tsv`; the strongest edges."""
    table = next(iter(edges.values())).table(MOST_DRAWN)
    table = table[table.score > 0].reset_index(drop=True)
    sign = table.sign if "sign" in table else pd.Series(0, index=table.index)
    kind = sign.map(INTERACTION)
    table.assign(kind=kind)[["regulator", "kind", "target"]].to_csv(
        folder / "network.sif", sep="\t", index=False, header=False
    )
    key = table.regulator + " (" + kind + ") " + table.target  # by which Cytoscape knows an edge
    found = {"shared name": key, "score": table.score, "rank": np.arange(1, len(table) + 1), "sign": sign}
    pd.DataFrame(found).to_csv(folder / "network.cytoscape.tsv", sep="\t", index=False, float_format="%.6g")


def for_anndata(edges: Mapping[str, Edges], expression: Expression, folder: Path) -> None:
    """`network.h5ad`: the table, and each method's edges as a sparse matrix in `varp`."""
    import anndata

    values = expression.values.astype(np.float32)
    names = pd.DataFrame(index=expression.samples), pd.DataFrame(index=expression.genes)
    data = anndata.AnnData(sp.csr_matrix(values) if (values == 0).mean() > 0.5 else values, *names)
    for method, one in edges.items():
        data.varp[method] = sparse(one)
    data.uns["regard"] = {"methods": list(edges), "rows of varp": ROWS, "columns of varp": COLUMNS}
    data.write_h5ad(folder / "network.h5ad", compression="gzip")


def sparse(edges: Edges) -> sp.csr_matrix:
    """Scores, float32 (genes, genes), below 0 where the edge represses; the best MOST_ROWS that are not 0."""
    at = edges.best(MOST_ROWS)
    score = edges.values.reshape(-1)[at]
    if edges.effects is not None:
        score = np.where(edges.effects.reshape(-1)[at] < 0, -score, score)
    target, column = np.divmod(at[score != 0], edges.values.shape[1])
    regulator = column if edges.regulators is None else edges.regulators[column]
    size = len(edges.genes)
    return sp.csr_matrix((score[score != 0], (target, regulator)), shape=(size, size))


def said(edges: Mapping[str, Edges]) -> Iterator[pd.DataFrame]:
    """The first method's edges, a part at a time, without those that it gives nothing."""
    for table in next(iter(edges.values())).blocks(MOST_ROWS):
        yield table[table.score > 0]


def write(path: Path, tables: Iterator[pd.DataFrame]) -> None:
    with path.open("w", newline="") as file:
        for number, table in enumerate(tables):
            table.to_csv(file, sep="\t", index=False, header=not number, float_format="%.6g")


Writer = Callable[[Mapping[str, Edges], Expression, Path], None]
TOOLS: dict[str, Writer] = {
    "pyscenic": for_pyscenic,
    "decoupler": for_decoupler,
    "cytoscape": for_cytoscape,
    "anndata": for_anndata,
}


def check_tools(names: Sequence[str]) -> None:
    """Raise before anything is run where a tool is unknown, or a package that writes for it is not there."""
    for name in names:
        if name not in TOOLS:
            raise InputError(f"--for {name}: is unknown; there are {', '.join(TOOLS)}")
    if "anndata" in names and find_spec("anndata") is None:
        raise MissingExtra("anndata", "h5ad")


def write_for(names: Sequence[str], edges: Mapping[str, Edges], expression: Expression, folder: Path) -> None:
    """Write the files of these tools beside the others of a run."""
    for name in dict.fromkeys(names):
        TOOLS[name](edges, expression, folder)

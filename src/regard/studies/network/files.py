"""The network as files: tables for scripts, GraphML for Cytoscape and Gephi, Parquet for AnnData."""

from __future__ import annotations

import shutil
from pathlib import Path

import networkx as nx
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from regard.core.edges import Edges, KnownEdges
from regard.errors import one_line

MOST_ROWS = 5_000_000  # of a table; weaker edges of a larger network are left out
MOST_DRAWN = 10_000  # edges in the GraphML file


def write_edges(edges: dict[str, Edges], known: KnownEdges | None, folder: Path) -> None:
    """Write `edges.<method>.tsv` for each method, and of the first `edges.tsv` and `network.graphml`.

    `network.parquet` holds all methods with the columns that decoupler and `adata.uns` take: source,
    target, weight (score, negative where the method says that the edge represses), method.
    """
    kinds = pa.schema([("source", pa.string()), ("target", pa.string()), ("weight", pa.float64())])
    kinds = kinds.append(pa.field("method", pa.string()))
    with pq.ParquetWriter(folder / "network.parquet", kinds) as nets:
        for method, one in edges.items():
            with (folder / f"edges.{method}.tsv").open("w", newline="") as file:
                for number, table in enumerate(one.blocks(MOST_ROWS)):
                    table.to_csv(file, sep="\t", index=False, header=not number, float_format="%.6g")
                    net = {"source": table.regulator, "target": table.target, "weight": weight_of(table)}
                    frame = pd.DataFrame(net).assign(method=method)
                    nets.write_table(pa.Table.from_pandas(frame, schema=kinds, preserve_index=False))
    first = next(iter(edges.values()))
    shutil.copyfile(folder / f"edges.{first.method}.tsv", folder / "edges.tsv")
    nx.write_graphml(graph_of(first, known), folder / "network.graphml")


def weight_of(table: pd.DataFrame) -> pd.Series:
    """Scores, below 0 where the method says that the edge represses."""
    return table.score.where(table.sign >= 0, -table.score) if "sign" in table else table.score


def graph_of(edges: Edges, known: KnownEdges | None) -> nx.DiGraph:
    """The strongest edges with their score, rank and, where there are, sign and whether they are known.

    Names stand as they would be printed: XML has no place for control characters.
    """
    graph, place = nx.DiGraph(method=edges.method), {gene: i for i, gene in enumerate(edges.genes)}
    name = {gene: gene if gene.isprintable() else one_line(gene) for gene in edges.genes}
    graph.add_nodes_from(name.values())
    for rank, row in enumerate(edges.table(MOST_DRAWN).to_dict("records"), 1):
        also = {"sign": int(row["sign"])} if "sign" in row else {}
        if known is not None:
            at = place[row["target"]], place[row["regulator"]]
            also["known"] = bool(known.edges[at])
            if known.sign is not None:
                also["known_sign"] = int(known.sign[at])
        graph.add_edge(name[row["regulator"]], name[row["target"]], weight=float(row["score"]), rank=rank, **also)
    return graph

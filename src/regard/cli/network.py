"""`regard network`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from regard.cli.options import Device, Force, Out, Seed, Threads


def network(
    expression: Annotated[
        Path,
        typer.Argument(metavar="EXPRESSION", help="TSV or CSV (samples × genes, or genes in rows), .h5ad or .loom."),
    ],
    out: Out,
    method: Annotated[str, typer.Option(help="One or several, with commas; see `regard methods`.")] = "",
    regulators: Annotated[
        Path | None, typer.Option(help="Genes that may regulate: one a line, or a table of factors.")
    ] = None,
    gold: Annotated[
        Path | None, typer.Option(help="Known edges: TSV or CSV, `regulator target [weight or + / -]`, or SIF.")
    ] = None,
    perturbations: Annotated[Path | None, typer.Option(help="TSV `sample gene kind`.")] = None,
    genes_in: Annotated[str | None, typer.Option(help="rows or columns; seen from the names where left out.")] = None,
    layer: Annotated[str | None, typer.Option(help="Of .h5ad or .loom: the layer to read.")] = None,
    raw: Annotated[bool, typer.Option("--raw", help="Of .h5ad: read raw.X and raw.var.")] = False,
    gene_names: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Of .h5ad or .loom: the column that names the genes.")
    ] = None,
    tools: Annotated[
        str,
        typer.Option(
            "--for", metavar="TOOL,…", help="Write the network for pyscenic, decoupler, cytoscape, anndata, too."
        ),
    ] = "",
    model: Annotated[str | None, typer.Option(help="TabPFN checkpoint: a file, `cache`, `tabpfn-v2`, `small`.")] = None,
    weights: Annotated[Path | None, typer.Option(help="Network model of your own, by `regard train network`.")] = None,
    twins: Annotated[
        int,
        typer.Option(help="Network models with random weights to be beaten; fewer than 2: no verdict.", min=0, max=999),
    ] = 9,
    targets: Annotated[
        str | None, typer.Option(metavar="FILE|A-B", help="Fit these targets alone, for a later --merge.")
    ] = None,
    merge: Annotated[
        list[Path] | None, typer.Option(metavar="DIR", help="A folder of --targets to take; once for each.")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="Dask scheduler whose workers share targets and parts, tcp://….")
    ] = None,
    seed: Seed = 0,
    device: Device = "cpu",
    threads: Threads = 0,
    force: Force = False,
) -> None:
    """Infer a gene regulatory network from expression, and judge it by known edges."""
    from regard.studies.network.inputs import Matrix
    from regard.studies.network.study import run

    if threads:
        os.environ["OMP_NUM_THREADS"] = str(threads)
    run(
        expression,
        out,
        methods=[name.strip() for name in method.split(",") if name.strip()],
        regulators=regulators,
        gold=gold,
        perturbations=perturbations,
        genes_in=genes_in,
        matrix=Matrix(layer, raw, gene_names),
        tools=[name.strip() for name in tools.split(",") if name.strip()],
        model=model,
        weights=weights,
        twins=twins,
        targets=targets,
        merge=merge or (),
        scheduler=scheduler,
        seed=seed,
        device=device,
        threads=threads,
        force=force,
    )

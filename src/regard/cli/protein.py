"""`regard protein`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from regard.cli.options import Device, Force, Out, Seed, Threads, use_threads


def protein(
    source: Annotated[Path, typer.Argument(metavar="INPUT", help="Protein FASTA, TSV, or one bare sequence.")],
    out: Out,
    model: Annotated[
        str | None, typer.Option(help="antiberty, a name that `regard models` lists, or a folder of Hugging Face's.")
    ] = None,
    labels: Annotated[Path | None, typer.Option(help="Sites: JSON lines, or UniProt (flat file, XML, GFF).")] = None,
    structure: Annotated[
        list[Path] | None, typer.Option(help="mmCIF, BinaryCIF or PDB; may be given several times.")
    ] = None,
    msa: Annotated[
        list[Path] | None,
        typer.Option(
            help="An alignment in which a protein stands: a3m, Stockholm or FASTA with gaps; may be given several "
            "times. Conservation and coupling join what must be beaten, and a layer of attention is trained on it."
        ),
    ] = None,
    variant: Annotated[
        list[str] | None,
        typer.Option(
            help="A123T, ID:A123T, A123del, A12_K15del, or several together as A12T:K15R; may be given several times."
        ),
    ] = None,
    variants: Annotated[
        Path | None,
        typer.Option(
            help="Many variants: one a line, or a table with a column variant, hgvs or mutant and if wanted id and a "
            "label or score, by which the model is judged. Several joined by : or ; and deletions (K4del) are taken."
        ),
    ] = None,
    site: Annotated[
        list[str] | None,
        typer.Option(
            help="A residue to look from: 53, C53, the name of a feature as the UniProt file has it, or ID: and one of "
            "these; may be given several times. A known site is taken if left out."
        ),
    ] = None,
    head: Annotated[
        list[str] | None,
        typer.Option(help="A head to show in full, LAYER.HEAD from 1, such as 12.3; may be given several times."),
    ] = None,
    gradients: Annotated[
        str | None,
        typer.Option(
            help="Residues of each protein to ask by gradient × input, a backward pass each: a number, all, or none. "
            "All of up to 150 residues and 64 of a longer one if left out."
        ),
    ] = None,
    pipeline: Annotated[
        str | None,
        typer.Option(
            help="How each head is read (`regard methods`); recorded. One that leaves pairs is for contacts, one that "
            "ends in received for sites. Heads are averaged, chosen and weighed afterwards."
        ),
    ] = None,
    twins: Annotated[
        int | None,
        typer.Option(
            help="Models with random weights to hold against; 0: none, and nothing is supported. Usually 9, of large "
            "models on a processor 5.",
            min=0,
            max=999,
        ),
    ] = None,
    seed: Seed = 0,
    device: Device = "cpu",
    threads: Threads = 0,
    force: Force = False,
) -> None:
    """Show what a protein model attends to, and test it against contacts, sites and baselines."""
    from regard.studies.protein.study import run

    use_threads(threads)
    run(
        source,
        out,
        model=model,
        labels=labels,
        structures=structure,
        alignments=msa,
        variants=variant,
        variants_listed=variants,
        sites=site,
        heads=head,
        gradients=gradients,
        pipeline=pipeline,
        twins=twins,
        seed=seed,
        device=device,
        force=force,
    )

"""`regard dna`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from regard.cli.options import Device, Force, Out, Seed, Threads, use_threads


class DnaTask(StrEnum):
    promoter = "promoter"
    enhancer = "enhancer"


class Negatives(StrEnum):
    both = "both"
    blocks = "blocks"
    genome = "genome"


def dna(
    source: Annotated[Path, typer.Argument(metavar="INPUT", help="FASTA, TSV or Parquet with sequences.")],
    out: Out,
    task: Annotated[DnaTask | None, typer.Option(help="Which classifier to ask.")] = None,
    model: Annotated[
        str | None,
        typer.Option(
            help="Your weights, from `regard train`; a Hugging Face folder or name; or `module:function`, which gives "
            "a model of your own."
        ),
    ] = None,
    predictions_only: Annotated[bool, typer.Option("--predictions-only", help="Classify, nothing else.")] = False,
    examples: Annotated[int, typer.Option(help="Sequences to show of each class.", min=1, max=20)] = 3,
    negatives: Annotated[
        Negatives | None,
        typer.Option(
            help="What promoters are told apart from. If left out: blocks where labelled non-promoters are promoters "
            "with replaced blocks, as in public tests, else the genome."
        ),
    ] = None,
    puffin: Annotated[Path | None, typer.Option(help="Your puffin.pth, or a folder with it (academic use).")] = None,
    flanks: Annotated[Path | None, typer.Option(help="FASTA in which to find the true flanks.")] = None,
    pipeline: Annotated[
        str | None, typer.Option(help="How attention is reduced to positions (`regard methods`); recorded.")
    ] = None,
    twins: Annotated[
        int, typer.Option(help="Models with random weights to read beside; 0: no verdicts.", min=0, max=999)
    ] = 9,
    seed: Seed = 0,
    device: Device = "cpu",
    threads: Threads = 0,
    force: Force = False,
) -> None:
    """Classify DNA, show the attention behind it, and test it against known elements."""
    from regard.studies.dna.study import run

    use_threads(threads)
    run(
        source,
        task.value if task else None,
        out,
        weights=model,
        negatives=negatives.value if negatives else None,
        predictions_only=predictions_only,
        examples=examples,
        puffin=puffin,
        flanks=flanks,
        pipeline=pipeline,
        twins=twins,
        seed=seed,
        device=device,
        force=force,
    )

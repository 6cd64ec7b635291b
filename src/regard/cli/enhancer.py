"""`regard enhancer rank`, `locus` and `boundaries`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from regard.cli.options import Device, Force, Out, Seed, Threads, use_threads
from regard.data.numbers import quoted, whole
from regard.errors import InputError

enhancer = typer.Typer(help="Enhancers: contributions at a gene, CRISPR ranking, TAD boundaries.", no_args_is_help=True)

Genome = Annotated[Path, typer.Option("--genome", help="FASTA (plain, bgzip, gzip) or 2bit.")]
Model = Annotated[
    str,
    typer.Option(
        "--model",
        help="dna-gpt, enformer, enformer-small, borzoi-small (untrained), a folder, a weights file, package:function.",
    ),
]

Tracks = Annotated[
    str,
    typer.Option(help='Outputs that are summed, with commas: numbers, names of a track table ("CAGE:K562"), or all.'),
]
Twins = Annotated[
    int,
    typer.Option(help="Models with random weights to be beaten; fewer than 2: nothing is supported.", min=0, max=999),
]


class Strand(StrEnum):
    plus = "+"
    minus = "-"


@enhancer.command("rank")
def rank(
    pairs: Annotated[
        list[Path],
        typer.Argument(metavar="PAIRS", help="CRISPRi pairs in the format of the benchmark; several are data sets."),
    ],
    out: Out,
    predictions: Annotated[
        list[str] | None,
        typer.Option(
            "--predictions",
            help="Scores of elements for genes, [ID=]FILE[::score=COLUMN,aggregate=sum|max|mean|min,fill=0,inverse=yes,"
            "boolean=yes,threshold=0.5,cell=K562,name=NAME]; may be given repeatedly.",
        ),
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--pred-config", help="How predictions are read: pred_config of CRISPR_comparison.")
    ] = None,
    cells: Annotated[
        Path | None, typer.Option(help="Cell types that are the same: a table with columns experiment, predictions.")
    ] = None,
    bins: Annotated[str, typer.Option(help="Distances in bp between the bins, with commas.")] = "10000,30000,100000",
    model: Annotated[
        str | None,
        typer.Option("--model", help="Ask a model of every pair, as `locus` does; needs --genome. Resumed if stopped."),
    ] = None,
    genome: Annotated[Path | None, typer.Option("--genome", help="FASTA (plain, bgzip, gzip) or 2bit.")] = None,
    genes: Annotated[Path | None, typer.Option(help="GTF, GFF3, BED, or a table of genes: TSS and strands.")] = None,
    near: Annotated[
        bool,
        typer.Option(
            "--baselines",
            help="Rank by the nearest gene (of --genes, else of PAIRS), by 100 kb, and with --expressed by the nearest "
            "expressed gene, too.",
        ),
    ] = False,
    expressed: Annotated[
        Path | None,
        typer.Option(help="Expressed genes: a list, or a table: gene and, if any, cell_type, expressed (TRUE) or TPM."),
    ] = None,
    tpm: Annotated[float, typer.Option(help="The amount in --expressed from which on a gene is expressed.")] = 1.0,
    only: Annotated[
        bool, typer.Option("--only-expressed", help="Leave out pairs whose gene is not in --expressed.")
    ] = False,
    tracks: Annotated[
        str,
        typer.Option(
            help='Outputs that are summed, with commas: numbers, names of a track table ("CAGE:K562"), or all. '
            '"CAGE:{cell}": of each pair\'s cell type its own.'
        ),
    ] = "",
    cell_tracks: Annotated[
        Path | None, typer.Option(help="Tracks of each cell type: a table with columns cell_type, tracks.")
    ] = None,
    window: Annotated[int | None, typer.Option(help="Bases that a DNA GPT is shown; 300, as it learnt.")] = None,
    pipeline: Annotated[str | None, typer.Option(help="How attention becomes one value a bin; recorded.")] = None,
    shuffles: Annotated[int, typer.Option(help="Shuffles of each element; 0 for none.", min=0)] = 3,
    twins: Annotated[
        int | None,
        typer.Option(help="Models with random weights to be beaten; 9, but none for long windows.", min=0, max=999),
    ] = None,
    seed: Seed = 0,
    device: Device = "cpu",
    threads: Threads = 0,
    force: Force = False,
) -> None:
    """Rank element–gene pairs, and judge every ranking by CRISPRi."""
    from regard.studies.enhancer.rank import run

    use_threads(threads)
    run(
        pairs,
        out,
        predictions=predictions or [],
        config=config,
        cells=cells,
        edges=[number("--bins", text) for text in bins.split(",")],
        model=model,
        genome=genome,
        genes=genes,
        near=near,
        expressed=expressed,
        least=tpm,
        only=only,
        tracks=tracks or None,
        cell_tracks=cell_tracks,
        window=window,
        pipeline=pipeline,
        shuffles=shuffles,
        twins=twins,
        seed=seed,
        device=device,
        force=force,
    )


@enhancer.command("locus")
def locus(
    region: Annotated[str, typer.Argument(metavar="REGION", help="chr22:28,367,000-28,400,000, or a gene of --genes.")],
    genome: Genome,
    out: Out,
    model: Model = "dna-gpt",
    signal: Annotated[list[Path] | None, typer.Option("--signal", help="bigWig or bedGraph; repeatable.")] = None,
    elements: Annotated[Path | None, typer.Option(help="Candidate elements: BED or narrowPeak.")] = None,
    validated: Annotated[
        Path | None, typer.Option(help="Enhancers known by experiment: BED, or a table of CRISPRi pairs.")
    ] = None,
    contacts: Annotated[
        str | None,
        typer.Option(help="Contact map, .cool or .mcool (FILE::/resolutions/10000), drawn above; needs h5py."),
    ] = None,
    beside: Annotated[
        Path | None, typer.Option(help="Folder of another run (another model, another TSS) to draw over this one.")
    ] = None,
    genes: Annotated[Path | None, typer.Option(help="GTF, GFF3, BED, or a table of genes.")] = None,
    tss: Annotated[list[str] | None, typer.Option(help="Transcription start, 1-based; repeatable.")] = None,
    strand: Annotated[Strand, typer.Option(help="Strand of --tss.")] = Strand.plus,
    tracks: Tracks = "",
    window: Annotated[int | None, typer.Option(help="Bases that a DNA GPT is shown; 300, as it learnt.")] = None,
    pipeline: Annotated[
        str | None,
        typer.Option(help="How attention becomes one value a bin; recorded. Left out: that of the TSS."),
    ] = None,
    shuffles: Annotated[int, typer.Option(help="Shuffles of each element; 0 for none.", min=0)] = 3,
    twins: Twins = 9,
    seed: Seed = 0,
    device: Device = "cpu",
    threads: Threads = 0,
    force: Force = False,
) -> None:
    """Show which stretches of DNA count for what a model says of a gene's start."""
    from regard.studies.enhancer.locus import run

    use_threads(threads)
    run(
        region,
        out,
        genome=genome,
        model=model,
        signals=signal or [],
        elements=elements,
        validated=validated,
        contacts=contacts,
        beside=beside,
        genes=genes,
        tss=[number("--tss", text) for text in tss or []],
        strand=strand.value,
        tracks=tracks or None,
        window=window,
        pipeline=pipeline,
        shuffles=shuffles,
        twins=twins,
        seed=seed,
        device=device,
        force=force,
    )


@enhancer.command("boundaries")
def boundaries(
    bed: Annotated[Path, typer.Argument(metavar="BED", help="TAD boundaries.")],
    genome: Genome,
    out: Out,
    model: Model = "enformer",
    most: Annotated[int, typer.Option(help="Boundaries to read, drawn at random.", min=1)] = 100,
    width: Annotated[int, typer.Option(help="Bins on each side that are the boundary itself.", min=1)] = 1,
    away: Annotated[
        int | None, typer.Option(help="Bases from a matched locus to a boundary; half of the window if left out.")
    ] = None,
    genes: Annotated[
        Path | None, typer.Option(help="GTF, GFF3, BED, or a table: how many begin in a window is taken out, too.")
    ] = None,
    pipeline: Annotated[
        str | None,
        typer.Option(help="How each head's map is read (`regard methods`); recorded."),
    ] = None,
    twins: Twins = 9,
    seed: Seed = 0,
    device: Device = "cpu",
    threads: Threads = 0,
    force: Force = False,
) -> None:
    """Ask whether attention knows of TAD boundaries, against matched loci."""
    from regard.studies.enhancer.boundaries import run

    use_threads(threads)
    run(
        bed,
        out,
        genome=genome,
        model=model,
        most=most,
        width=width,
        away=away,
        genes=genes,
        pipeline=pipeline,
        twins=twins,
        seed=seed,
        device=device,
        force=force,
    )


def number(option: str, text: str) -> int:
    """A whole number, thousands separated by commas or not."""
    found = whole(text.strip().replace(",", ""))
    if found is None:
        raise InputError(f"{option} {text if len(text) <= 40 else quoted(text)}: expected a whole number")
    return found

"""Every study on the real input that comes with Regard."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from regard.studies import dna, enhancer_locus, enhancer_rank, network, protein_demo

EXAMPLES = Path(__file__).parent.parent / "examples"


def run(out: Path, *, seed: int = 0, force: bool = False) -> None:
    """Write each study's folder into `out`."""
    console = Console(stderr=True)
    console.print("DNA: promoters and background windows of human chr22, none of them seen in training")
    dna.run(
        EXAMPLES / "chr22_promoters.fa",
        "promoter",
        out / "dna",
        negatives="genome",
        examples=1,
        flanks=EXAMPLES / "chr22_promoters_flanked.fa.gz",
        seed=seed,
        force=force,
        console=console,
    )
    console.print("Protein: a human antibody on the virus that it neutralizes")
    protein_demo.run(out / "protein", seed=seed, force=force, console=console)
    console.print("Enhancer: elements that were switched off in cells, and one promoter of chr22")
    enhancer_rank.run(
        EXAMPLES / "fulco2019_pairs.tsv.gz",
        out / "enhancer-rank",
        predictions=EXAMPLES / "fulco2019_abc.tsv.gz",
        seed=seed,
        force=force,
        console=console,
    )
    enhancer_locus.run(
        "chr22:31,795,290-31,795,690",
        out / "enhancer-locus",
        genome=EXAMPLES / "chr22_locus.fa.gz",
        tss=[31_795_590],
        seed=seed,
        force=force,
        console=console,
    )
    console.print("Network: signalling proteins in single cells, beside the links that are known")
    network.run(
        EXAMPLES / "sachs_cells.tsv",
        out / "network",
        methods=["genie3", "attention", "pearson"],
        gold=EXAMPLES / "sachs_known.tsv",
        seed=seed,
        force=force,
        console=console,
    )

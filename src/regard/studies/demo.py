"""Every study on the real input that comes with Regard."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from regard.studies import dna, network

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

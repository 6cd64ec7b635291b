"""The protein study on the antibody that comes with Regard."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from regard.studies.protein import study as protein

EXAMPLES = Path(__file__).parents[2] / "examples"
ANTIBODY, STRUCTURE = EXAMPLES / "antibody.fasta", EXAMPLES / "antibody_7cth.bcif"
# The heavy chain's first cysteine of the bond that every variable domain has.
VARIANT = "EDE1-C10_heavy:C22S"


def run(out: Path, *, seed: int = 0, force: bool = False, console: Console | None = None) -> None:
    """A neutralizing antibody on its antigen: loops, the Cys–Cys pair, contacts, and a broken disulfide.

    Needs the extras `protein` and `antibody`. With two chains of one antibody no verdict on contacts or paratopes is
    possible, and the report says so.
    """
    protein.run(
        ANTIBODY,
        out,
        structures=[STRUCTURE],
        variants=[VARIANT],
        model="antiberty",
        seed=seed,
        force=force,
        console=console,
    )

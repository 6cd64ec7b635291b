"""`regard audit`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from regard.cli.options import Force, Seed, placed


def audit(
    train_file: Annotated[Path, typer.Argument(metavar="TRAIN", help="FASTA, TSV or Parquet, labelled or not.")],
    test_file: Annotated[Path | None, typer.Argument(metavar="[TEST]", help="Is any of it in TRAIN?")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", callback=placed, help="Folder for the report and lists of rows.")
    ] = None,
    similarity: Annotated[float, typer.Option(help="Share of 12-mers that near duplicates have in common.")] = 0.5,
    strict: Annotated[bool, typer.Option("--strict", help="Exit code 1 when a finding is serious.")] = False,
    seed: Seed = 0,
    force: Force = False,
) -> None:
    """Find duplicates, overlap, label conflicts, built negatives and shortcuts in a data set."""
    from regard.audit.findings import SERIOUS
    from regard.studies.audit.study import run

    findings = run(train_file, test_file, out, similarity=similarity, seed=seed, force=force)
    if strict and any(one.level == SERIOUS for one in findings):
        raise typer.Exit(1)

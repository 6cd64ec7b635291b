"""`regard compare`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from regard.cli.options import Force, Out


def compare(
    one: Annotated[Path, typer.Argument(metavar="DIR1", help="The --out of a finished run.")],
    other: Annotated[Path, typer.Argument(metavar="DIR2", help="That of another run of the same study.")],
    out: Out,
    force: Force = False,
) -> None:
    """Lay two runs of a study side by side: two models, two tasks, wild type and mutant."""
    from regard.studies.beside.study import run

    run(one, other, out, force=force)

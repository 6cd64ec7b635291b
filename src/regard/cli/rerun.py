"""`regard rerun`."""

from __future__ import annotations

import sys
from contextlib import chdir
from pathlib import Path
from typing import Annotated

import typer

from regard.cli.options import Force, placed
from regard.errors import InputError


def rerun(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The --out of a finished run.")],
    out: Annotated[
        Path | None, typer.Option("--out", callback=placed, help="Folder for the second run; DIR-again if left out.")
    ] = None,
    force: Force = False,
) -> None:
    """Repeat a run from its manifest, and say whether its tables have the same bytes."""
    import shlex

    from regard.core.recorded import recorded
    from regard.studies.again import command_again, differences, other_versions

    folder = folder.resolve()
    out = (out or folder.with_name(f"{folder.name}-again")).resolve()
    if out == folder:
        raise InputError(f"{out}: is the run to be repeated; choose another --out")
    first = recorded(folder)
    arguments, place = command_again(first, out, force)
    print(shlex.join(["regard", *arguments]), flush=True)
    call(arguments, place)
    second = recorded(out)
    found = dict(differences(first, second))
    for name, how in found.items():
        if how:
            print(f"{name}: {how}")
    tables = [name for name in found if name.endswith(".tsv")]
    others = [name for name in found if name not in tables]
    print(f"the same bytes: {told(found, tables, 'tables')}, {told(found, others, 'other files')}")
    changed = other_versions(first, second.versions)
    if changed:
        print(f"note: versions were {'; '.join(changed)}")
    if any(found[name] for name in tables):
        raise typer.Exit(1)


def call(arguments: list[str], place: Path) -> None:
    """The command itself, in this process, as if it were given in that folder; where it fails, so does this."""
    from regard.cli import main

    sys.argv = ["regard", *arguments]
    try:
        with chdir(place):
            main()
    except SystemExit as ended:
        if ended.code:
            raise


def told(found: dict[str, str], names: list[str], kind: str) -> str:
    evidence = " (evidence.tsv among them)" if found.get("evidence.tsv") == "" and "evidence.tsv" in names else ""
    return f"{sum(not found[name] for name in names)} of {len(names)} {kind}{evidence}"

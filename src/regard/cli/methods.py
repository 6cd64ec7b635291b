"""`regard methods`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def methods(
    page: Annotated[
        Path | None, typer.Option(help="Write the tables into this Markdown page, as docs/methods.md has them.")
    ] = None,
) -> None:
    """Print every reduction, attribution, score, network method, null and metric, with its equation and source."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from regard.core.whole import write_whole
    from regard.errors import InputError
    from regard.studies.network.methods import BROKEN
    from regard.studies.records import rows, sections, with_tables

    if page:
        if not page.is_file():
            raise InputError(f"{page}: no such file")
        try:
            text = page.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise InputError(f"{page}: not a text file; expected a Markdown page") from None
        write_whole(page, with_tables(text))
        return
    for title, records in sections().items():
        columns, cells = rows(records)
        table = Table(*columns, title=title)
        for row in cells:
            table.add_row(*map(escape, row))
        Console().print(table)
    for line in BROKEN.values():
        Console(stderr=True).print(f"not there: {line}", markup=False, highlight=False, soft_wrap=True)

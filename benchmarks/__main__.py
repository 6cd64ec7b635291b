"""`python -m benchmarks` lists the benchmarks; `python -m benchmarks NAME` runs one and keeps its table."""

import ast
import importlib
import sys
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table

from benchmarks import RESULTS, Row, chromosomes, data
from regard.errors import InputError, RegardError


def names() -> dict[str, str]:
    """Each benchmark and its one line."""
    files = sorted(Path(__file__).parent.glob("[!_]*.py"))
    return {file.stem: (ast.get_docstring(ast.parse(file.read_text())) or "").split("\n")[0] for file in files}


def show(name: str, rows: Iterable[Row], folder: Path) -> pd.DataFrame:
    """Print the rows as they come, then as a table, and write folder/NAME.tsv."""
    console, done = Console(), []
    console.width = max(console.width, 120)
    for row in rows:
        console.print(f"{row.case} | {row.method} | {row.metric} {row.value:.4g}", style="dim", highlight=False)
        done.append(row)
    table = pd.DataFrame(done, columns=list(Row._fields))
    folder.mkdir(parents=True, exist_ok=True)
    table.to_csv(folder / f"{name}.tsv", sep="\t", index=False, float_format="%.5g")
    shown = Table(*Row._fields, title=name)
    for row in done:
        shown.add_row(*row[:3], *("" if number != number else f"{number:.4g}" for number in row[3:]))
    console.print(shown)
    return table


def main(arguments: list[str]) -> int:
    known = names()
    if not arguments:
        print("".join(f"{name:12} {line}\n" for name, line in known.items()), end="")
        return 0
    if len(arguments) > 1 or arguments[0] not in known:
        print(f"no benchmark {' '.join(arguments)!r}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    try:
        data()  # what is not there is told before the slow imports
        chromosomes()
        show(arguments[0], importlib.import_module(f"benchmarks.{arguments[0]}").run(), RESULTS)
    except RegardError as error:
        print(error, file=sys.stderr)
        return 2 if isinstance(error, InputError) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

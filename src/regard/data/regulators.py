"""Which genes may regulate: a list, or a table of transcription factors as the collections of them publish it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from regard.data.delimited import records
from regard.data.gene_names import Naming, why_unmatched
from regard.data.layout import CORNER_OF_GENES, bare, words
from regard.data.perturbations import few
from regard.errors import InputError

HEADER = CORNER_OF_GENES | words(
    "tf tfs tfname tfgene tfsymbol regulator regulators transcriptionfactor transcriptionfactors genes genenames "
    "genesymbols symbols name names x"
)
SAYS_IF = words("istf")  # as Lambert et al. 2018, whose table lists what was looked at, too
NO = ("no", "false", "0")


@dataclass
class Listed:
    """Columns that name genes, each as long as the file has rows, by what they are called; "" in a list without header.

    left_out : rows of which the table itself says that they are no transcription factors.
    """

    columns: dict[str, list[str]]
    left_out: int = 0


def read_listed(path: Path) -> Listed:
    """A list of genes, one a line, or the columns of a table that hold names; the first column where none is named."""
    found, at, says, width = Listed({"": []}), {"": 0}, None, 0
    for count, (number, fields) in enumerate(records(path, "one gene a line")):
        named = {name: i for i, name in reversed(list(enumerate(fields))) if bare(name) in HEADER}
        if count == 0 and named:
            found, at, width = Listed({name: [] for name in reversed(named)}), named, len(fields)
            says = next((i for i, name in enumerate(fields) if bare(name) in SAYS_IF), None)
            continue
        moved = int(width > 0 and len(fields) == width + 1)  # as R writes a table with row names
        if max(at.values()) + moved >= len(fields):
            raise InputError(f"{path}, line {number}: {len(fields)} fields, but its header has {width}")
        if says is not None and says + moved < len(fields) and fields[says + moved].lower() in NO:
            found.left_out += 1
            continue
        for name, place in at.items():
            found.columns[name].append(fields[place + moved])
    return found


def regulators_named(path: Path | str) -> list[str]:
    """All names of a list, in whichever column; they tell where a table of expression has its genes."""
    return [name for column in read_listed(Path(path)).columns.values() for name in column if name]


def read_regulators(
    path: Path | str, genes: Sequence[str], aliases: Mapping[str, str] | None = None
) -> tuple[list[int], list[str]]:
    """Read which genes may regulate.

    Parameters
    ----------
    path : one name a line, or a TSV or CSV with a header (TF, Symbol, HGNC symbol, Ensembl ID …), of whose columns that
        one counts which names most genes of the table; rows where its column `Is TF?` says No do not. Without a header,
        the first column.
    aliases : other names of genes.

    Returns
    -------
    Places in `genes`, rising, and remarks: names that are no gene of the table, or stand twice.

    Raises
    ------
    InputError
        None of them is a gene of the table.
    """
    path, listed, naming = Path(path), read_listed(Path(path)), Naming(genes, aliases or {})
    there = {name: sum(naming(one) in naming.here for one in set(column)) for name, column in listed.columns.items()}
    column = max(there, key=lambda name: there[name])
    naming.used.clear()  # by columns that are not the one
    named = [name for name in listed.columns[column] if name]
    remarks = [] if len(there) == 1 else [f"{path.name}: regulators are those of its column {column!r}"]
    if listed.left_out:
        remarks.append(f"{path.name}: {listed.left_out} rows are left out, of which it says that they are no factors")
    found, told = places_of(named, naming, str(path))
    return found, [*remarks, *told]


def places_of(named: Sequence[str], naming: Naming, source: str) -> tuple[list[int], list[str]]:
    """Places of the genes that are named, rising, and remarks on names; see `read_regulators`. source : where from."""
    place = {gene: i for i, gene in enumerate(naming.genes)}
    distinct = list(dict.fromkeys(named))
    missing = [name for name in distinct if naming(name) not in place]
    found = sorted({place[naming(name)] for name in distinct if naming(name) in place})
    if not found:
        raise InputError(
            f"{source}: none of its {len(distinct)} regulators ({few(distinct)}) is a gene of the table "
            f"({few(list(naming.genes))})" + why_unmatched(distinct, naming.genes)
        )
    name = Path(source).name
    remarks = naming.remarks(name)
    if missing:
        remarks.append(
            f"{name}: {len(missing)} of {len(distinct)} regulators are no gene of the table and left out: "
            + few(missing)
            + why_unmatched(missing, naming.genes)
        )
    if len(distinct) < len(named):
        remarks.append(f"{name}: {len(named) - len(distinct)} regulators stand more than once and count once")
    return found, remarks

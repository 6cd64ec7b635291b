"""Read a set of sequences to look at: FASTA, TSV, CSV or Parquet, checked at the door.

Lower case is upper-cased, U is T, the other IUPAC letters become N and are counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from regard.data import limits
from regard.data.parquet import is_parquet, parquet_batches, parquet_names
from regard.data.sequence_tables import check_once, table_lines, without_kmers
from regard.data.sequences import lines, read_fasta
from regard.errors import InputError

SHORTEST, LONGEST = 20, 512
AMBIGUOUS = "RYSWKMBDHV"  # IUPAC letters for more than one base, N aside
TO_N = str.maketrans(dict.fromkeys(AMBIGUOUS, "N") | {"U": "T"})


def read_sequences(path: Path | str, classes: list[str] | None, *, longest: int | None = LONGEST) -> pd.DataFrame:
    """Read sequences with their ids and, where given, labels and TSS positions.

    Parameters
    ----------
    path : FASTA (``label=1`` and ``tss=249`` in a header are read), TSV, CSV or Parquet with a column
        `sequence` and, if wanted, `id`, `label` and `tss`; text may be gzipped. Overlapping k-mers with spaces
        between, as DNABERT reads them, are joined.
    classes : names of the classes, in label order; a label is a number from 0 or one of these names. None: labels
        are names as they stand.
    longest : bases that the model reads; None where it says so itself.

    Returns
    -------
    Columns `id`, `sequence` (letters A, C, G, T, N), `label` (class name; only if labelled), `tss`
    (0-based position; only if given), `ambiguous` (letters turned into N), `joined` (was it written as
    k-mers?). Input order.

    Raises
    ------
    InputError
        One line that names the file, the record and what to do.
    """
    path = Path(path)
    table = read_parquet(path) if is_parquet(path) else read_text(path)
    name_records(path, table, "FASTA, TSV, CSV or Parquet with a column 'sequence'")
    written = table.sequence.astype(str).str.strip().str.upper()
    raw = written.map(without_kmers)
    table["joined"] = raw != written
    table["ambiguous"] = raw.str.count(f"[{AMBIGUOUS}]")
    table["sequence"] = raw.str.translate(TO_N)
    check_letters(path, table)
    check_lengths(path, table, longest)
    if "label" in table:
        table["label"] = class_names(path, table, classes) if classes is not None else given_names(path, table)
    if "tss" in table:
        table["tss"] = tss_positions(path, table)
    return table[[c for c in ("id", "sequence", "label", "tss", "ambiguous", "joined") if c in table]]


def read_parquet(path: Path) -> pd.DataFrame:
    with_sequence(path, pd.DataFrame(columns=parquet_names(path)))
    batches = list(parquet_batches(path, ("id", "sequence", "label", "tss"), 10_000))
    columns = batches[0] if batches else {}
    return pd.DataFrame({name: [v for batch in batches for v in batch[name]] for name in columns}, dtype=object)


def read_text(path: Path) -> pd.DataFrame:
    first = next((line for line in lines(path) if line.strip()), "")
    if first.startswith(">"):
        return fasta_table(path)
    if not first:
        return pd.DataFrame()
    rows = table_lines(path)
    _, header = next(rows)
    with_sequence(path, pd.DataFrame(columns=header))
    kept = [k for k, name in enumerate(header) if name in ("id", "sequence", "label", "tss")]
    found = enough(path, ([fields[k] for k in kept] for _, fields in rows), [header[k] for k in kept].index("sequence"))
    return pd.DataFrame(found, columns=[header[k] for k in kept]).replace("", None)


def enough(path: Path, rows: Iterator[list[str]], sequence: int) -> list[list[str]]:
    """The rows, unless they hold more letters than are read at once."""
    found, letters = [], 0
    for row in rows:
        found.append(row)
        letters += len(row[sequence])
        if letters > limits.LETTERS:
            raise InputError(f"{path}: more than {limits.LETTERS:,} letters; give it in parts")
    return found


def with_sequence(path: Path, table: pd.DataFrame) -> pd.DataFrame:
    check_once(path, [str(name) for name in table.columns])
    table = table.rename(columns=lambda name: str(name).strip().lower())
    if "sequence" not in table:
        raise InputError(
            f"{path}: no column 'sequence' (found {', '.join(map(repr, table.columns[:6]))[:120]}); "
            "expected FASTA that starts with '>', or TSV, CSV or Parquet with that column"
        )
    return table


def fasta_table(path: Path) -> pd.DataFrame:
    """One row a record; the id is the header's first word."""
    rows = []
    letters = 0
    for number, (header, sequence) in enumerate(read_fasta(path, most=limits.RECORD), 1):
        words, letters = header.split(), letters + len(sequence)
        if letters > limits.LETTERS:
            raise InputError(f"{path}: more than {limits.LETTERS:,} letters; give it in parts")
        row = {"id": words[0] if words else f"seq{number}", "sequence": sequence}
        row |= dict(re.findall(r"\b(label|tss)=(\S+)", header))
        rows.append(row)
    return pd.DataFrame(rows)


def name_records(path: Path, table: pd.DataFrame, expected: str) -> None:
    """Give every record an id, in place; raises InputError where there is none, or ids or sequences are amiss."""
    if table.empty:
        raise InputError(f"{path}: no sequence in it; expected {expected}")
    if "id" not in table:
        table["id"] = [f"seq{i}" for i in range(1, len(table) + 1)]
    table["id"] = table["id"].astype(str)
    twice = table.id[table.id.duplicated()]
    if len(twice):
        raise InputError(f"{path}: id {twice.iloc[0]!r} stands more than once; make ids differ")
    missing = table.sequence.isna() | (table.sequence == "")
    if missing.any():
        raise InputError(f"{path}, record {table.id[missing].iloc[0]!r}: no sequence; fill it in or take it out")


def check_letters(path: Path, table: pd.DataFrame) -> None:
    wrong = table.sequence.str.extract(r"([^ACGTN])", expand=False)
    if wrong.notna().any():
        row = wrong.first_valid_index()
        if wrong[row].isspace():
            raise InputError(
                f"{path}, record {table.id[row]!r}: spaces in the sequence, and what is between them is no overlapping "
                "k-mers of one length; write the sequence without them"
            )
        protein = " (is it a protein?)" if wrong[row] in "EFILPQXZ" else ""
        at = table.sequence[row].index(wrong[row]) + 1
        raise InputError(
            f"{path}, record {table.id[row]!r}: letter {wrong[row]!r} at base {at} is not DNA{protein}; "
            "expected A, C, G, T, U or IUPAC codes"
        )
    blank = table.sequence.str.count("N") == table.sequence.str.len()
    if (blank & (table.sequence.str.len() > 0)).any():
        raise InputError(f"{path}, record {table.id[blank].iloc[0]!r}: nothing but N; take it out")


def check_lengths(path: Path, table: pd.DataFrame, longest: int | None) -> None:
    length = table.sequence.str.len()
    wrong = (length < SHORTEST) | (length > (longest or length.max()))
    if wrong.any():
        row = wrong.idxmax()
        what = "give more of its surroundings" if length[row] < SHORTEST else "cut it into windows"
        reads = f"{SHORTEST} to {longest}" if longest else f"{SHORTEST} and more"
        raise InputError(f"{path}, record {table.id[row]!r}: {length[row]} bases; the model reads {reads}, so {what}")


def given_names(path: Path, table: pd.DataFrame) -> pd.Series:
    """Labels as they stand, numbers as `class 1`; raises InputError where some records have one and others none."""
    if table.label.isna().any():
        raise InputError(f"{path}, record {table.id[table.label.isna()].iloc[0]!r}: has no label, but others do")
    return table.label.map(as_text).map(lambda label: f"class {label}" if label.isdigit() else label)


def as_text(label: object) -> str:
    """A label as text; Parquet and pandas write whole numbers as 1.0."""
    return str(int(label)) if isinstance(label, float) and label.is_integer() else str(label)


def class_names(path: Path, table: pd.DataFrame, classes: list[str]) -> pd.Series:
    """Labels as class names; numbers count from 0 in the order of `classes`."""
    numbers = {str(i): name for i, name in enumerate(classes)}
    given = table.label.map(as_text)
    named = given.map(numbers | {name: name for name in classes})
    if named.isna().any():
        row = named.isna().idxmax()
        meaning = ", ".join(f"{i} = {name}" for i, name in numbers.items())
        what = "has no label, but others do" if pd.isna(table.label[row]) else f"label {given[row]!r} is unknown"
        raise InputError(f"{path}, record {table.id[row]!r}: {what}; this task knows {meaning}")
    return named


def tss_positions(path: Path, table: pd.DataFrame) -> pd.Series:
    """TSS positions, 0-based, empty where a record has none."""
    tss = pd.to_numeric(table.tss, errors="coerce")
    wrong = (
        (tss.isna() & table.tss.notna()) | (tss % 1 != 0) & tss.notna() | (tss < 0) | (tss >= table.sequence.str.len())
    )
    if wrong.any():
        row = wrong.idxmax()
        raise InputError(
            f"{path}, record {table.id[row]!r}: tss={table.tss[row]} is not a position, 0 to "
            f"{len(table.sequence[row]) - 1}, of its {len(table.sequence[row])} bases"
        )
    return tss.astype("Int64")

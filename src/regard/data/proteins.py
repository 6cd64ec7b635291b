"""Read protein sequences: FASTA, TSV, CSV, Parquet or a bare sequence, checked at the door."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from regard.data.inputs import name_records, read_parquet, read_text
from regard.data.parquet import is_parquet
from regard.data.sequence_tables import without_kmers
from regard.data.sequences import lines
from regard.errors import InputError

AMINO_ACIDS = "ACDEFGHIKLMNPQRSTVWY"
OTHERS = "XBZUOJ"  # unknown, D or N, E or Q, selenocysteine, pyrrolysine, L or I
DATABASES = ("sp", "tr", "ref", "gb", "emb", "dbj", "pir", "prf", "lcl", "UniRef")  # ids `sp|accession|name`
SHORTEST, LONGEST = 10, 40_000  # titin, the longest human protein, has 34,350 residues


def read_proteins(path: Path | str) -> pd.DataFrame:
    """Read proteins with their ids.

    Parameters
    ----------
    path : FASTA; TSV, CSV or Parquet with a column `sequence` and, if wanted, `id`; or a bare sequence,
        which is named after its file. Text may be gzipped. Lower case is upper-cased, a stop (*) at the
        end is taken off.

    Returns
    -------
    Columns `id`, `sequence` (the 20 amino acids and X, B, Z, U, O, J), `unusual` (how many residues are
        none of the 20) and `same_as` (id of an earlier record with the same sequence, or ""). Input order.

    Raises
    ------
    InputError
        One line that names the file, the record and what to do.
    """
    path = Path(path)
    table = read_parquet(path) if is_parquet(path) else bare(path) if is_bare(path) else read_text(path)
    name_records(path, table, "protein FASTA, or TSV or CSV with a column 'sequence'")
    table["sequence"] = [clean(path, i, str(s)) for i, s in zip(table.id, table.sequence, strict=True)]
    table["unusual"] = table.sequence.str.count(f"[{OTHERS}]")
    first = table.groupby("sequence", sort=False).id.transform("first")
    table["same_as"] = first.where(first != table.id, "")
    return table[["id", "sequence", "unusual", "same_as"]]


def names_of(name: str) -> tuple[str, ...]:
    """What a protein is called by an id: the id itself, and of `sp|P00698|LYSC_CHICK` the accession and the name.

    Examples
    --------
    >>> names_of("sp|P00698|LYSC_CHICK")
    ('sp|P00698|LYSC_CHICK', 'P00698', 'LYSC_CHICK')
    """
    base, *parts = name.split("|")
    return (name, *(part for part in parts if part)) if base in DATABASES else (name,)


def called(name: str, ids: Sequence[str]) -> list[int]:
    """Places of the ids that are this name; where none is, of those that share an accession or a name with it."""
    exact = [i for i, one in enumerate(ids) if one == name]
    mine = set(names_of(name))
    return exact or [i for i, one in enumerate(ids) if mine & set(names_of(one))]


def is_bare(path: Path) -> bool:
    """Is this one sequence and nothing else: letters only, on one or several lines?"""
    some = [line.strip() for line, _ in zip(lines(path), range(50), strict=False)]
    return any(some) and all(line.rstrip("*").isalpha() for line in some if line) and some[0].lower() != "sequence"


def bare(path: Path) -> pd.DataFrame:
    """The one sequence of a file without a header, named after the file."""
    name = path.name.removesuffix(".gz").rsplit(".", 1)[0]
    return pd.DataFrame({"id": [name], "sequence": ["".join(line.strip() for line in lines(path))]})


def clean(path: Path, name: str, sequence: str) -> str:
    """One sequence in capitals; raises InputError where it is no protein."""
    sequence = "".join(without_kmers(sequence).split()).upper().removesuffix("*")
    where = f"{path}, record {name!r}"
    for at, letter in enumerate(sequence, 1):
        if letter not in AMINO_ACIDS and letter not in OTHERS:
            why = {
                "*": "a stop inside the sequence: translate one open reading frame",
                "-": "a gap: take the sequence out of its alignment",
                ".": "a gap: take the sequence out of its alignment",
            }
            raise InputError(f"{where}: {letter!r} at residue {at} is {why.get(letter, 'no amino acid')}")
    if not SHORTEST <= len(sequence) <= LONGEST:
        raise InputError(f"{where}: {len(sequence)} residues; expected {SHORTEST} to {LONGEST}")
    if set(sequence) <= set("ACGTUN"):
        raise InputError(f"{where}: only the letters A, C, G, T, U, N: this is DNA or RNA; give the translated protein")
    if set(sequence) == {"X"}:
        raise InputError(f"{where}: nothing but X; take it out")
    return sequence

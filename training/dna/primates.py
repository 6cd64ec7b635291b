"""Chimpanzee, gorilla and orang-utan sequence of the blocks of chr22 that Ensembl EPO aligns.

    python training/dna/primates.py ALIGNMENT.maf.gz OUT.fa.gz

ALIGNMENT is the chr22 example of Debian's maffilter-examples. Each record is named after the human
segment of its block, `chr22_START_END.SPECIES`, so that it takes that segment's role in the splits.
"""

import gzip
import sys
from pathlib import Path

SPECIES = ("Ptro", "Ggor", "Ppyg")


def main(alignment: Path, out: Path) -> None:
    with gzip.open(alignment, "rt") as maf, gzip.GzipFile(out, "wb", mtime=0) as fasta:
        segment = ""
        for line in maf:
            if not line.startswith("s "):
                continue
            _, source, start, size, _, _, text = line.split()
            species, chromosome = source.split(".")
            if species == "Hsap":
                segment = f"chr{chromosome}_{start}_{int(start) + int(size)}"
            elif species in SPECIES:
                fasta.write(f">{segment}.{species}\n{text.replace('-', '')}\n".encode())


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))

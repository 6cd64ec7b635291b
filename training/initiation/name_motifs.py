"""Name the learned detectors after the JASPAR core-promoter motifs that they are most like.

    PYTHONPATH=src python training/initiation/name_motifs.py INPUT.safetensors OUTPUT.safetensors

Needs the extra `motifs`. A detector is called after a matrix if the two profiles correlate at .75 or better at
the best offset of at least 6 columns; a second one of the same name gets a number. Others stay `motif N`.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from regard.annotate.jaspar import MATRICES, scanner
from regard.models.initiation.model import load
from regard.models.shelf.weight_files import save

LIKE, OVERLAP = 0.75, 6


def likeness(a: np.ndarray, b: np.ndarray) -> float:
    """Best correlation of two profiles, each (4, width) with columns of mean 0, over offsets."""
    best = -1.0
    for shift in range(OVERLAP - b.shape[1], a.shape[1] - OVERLAP + 1):
        x = a[:, max(shift, 0) : shift + b.shape[1]]
        y = b[:, max(-shift, 0) : max(-shift, 0) + x.shape[1]]
        # Weight outside the overlap counts against: the whole detector should be the motif.
        best = max(best, (x * y).sum() / np.sqrt((a**2).sum() * (y**2).sum()))
    return float(best)


def main(source: Path, target: Path) -> None:
    model = load(source)
    known = {}
    for matrix in MATRICES:
        odds = np.array([scanner(matrix)[base] for base in "ACGT"]).clip(-2, None)
        known[matrix.name] = odds - odds.mean(axis=0)
    names, counts = [], {}
    for i, weight in enumerate(model.detector["motif"].weight.detach().numpy()):
        profile = weight - weight.mean(axis=0)
        found = {
            (name, strand): likeness(profile, odds if strand == "+" else odds[::-1, ::-1])
            for name, odds in known.items()
            for strand in "+-"
        }
        (name, strand), like = max(found.items(), key=lambda item: item[1])
        if like < LIKE:
            name, strand = f"motif {i + 1}", "+"
        else:
            counts[name] = counts.get(name, 0) + 1
            name = name if counts[name] == 1 else f"{name} {counts[name]}"
        print(f"detector {i + 1}: {name}{strand}, likeness {like:.2f}")
        names.append(name + strand)
    other = [name[:-1] + {"+": "-", "-": "+"}[name[-1]] for name in names]
    model.config = replace(model.config, motifs=names + other)
    save(model, target)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

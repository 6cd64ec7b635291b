"""The tables of a locus."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from regard.studies.enhancer.locus_result import Result


def write_tables(result: Result, folder: Path) -> None:
    """`positions.tsv` with every bin and method, `elements.tsv` with every element in a window."""
    parts, size = [], result.model.bin
    for locus in result.loci:
        starts = locus.placed.region.start + np.arange(result.model.bins) * size
        for method, values in locus.tracks.items():
            parts.append(
                pd.DataFrame(
                    {
                        "id": locus.name,
                        "chrom": locus.placed.region.chrom,
                        "start": starts,
                        "end": starts + size,
                        "position": np.arange(len(values)),
                        "score": values,
                        "method": method,
                    }
                )
            )
    pd.concat(parts).to_csv(folder / "positions.tsv", sep="\t", index=False, float_format="%.6g")
    tables = [locus.elements.assign(id=locus.name) for locus in result.loci if locus.elements is not None]
    if tables:
        pd.concat(tables).to_csv(folder / "elements.tsv", sep="\t", index=False, float_format="%.6g")

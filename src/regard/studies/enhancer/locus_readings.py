"""Would another way of reading the same attention of a locus say otherwise?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from sklearn.metrics import average_precision_score

from regard.attribute.contributions import attention_by, from_tss
from regard.core.scores import Annotations
from regard.models.genomic import GenomicModel
from regard.studies.enhancer.locus_result import Locus


def readings_of(model: GenomicModel, used: str) -> list[str]:
    """The pipeline that was asked for, and others: of the TSS by other heads, and of all queries."""
    tss = from_tss(model)
    by_all = f"{'causal' if model.causal else 'uniform'} | log | received | mean(layer, head)"
    found = [
        used, f"{tss} | received | mean(layer, head)", f"{tss} | received | max(layer, head)",
        f"{tss} | received | last | mean(head)", by_all,
    ]  # fmt: skip
    return list(dict.fromkeys(found))


def other_readings(
    model: GenomicModel, loci: Sequence[Locus], known: Annotations | None, used: str, batch: int
) -> list[dict]:
    """A row for each pipeline: where attention is highest at the first locus and, where bins are known, the AUPRC."""
    pipelines = readings_of(model, used)
    tokens = torch.from_numpy(np.stack([one.placed.codes for one in loci])).long()
    rows = []
    for pipeline, found in zip(pipelines, attention_by(model, tokens, pipelines, batch=batch), strict=True):
        there = [one.placed.read(model.bin) for one in loci]
        along = [
            np.where(read, one.placed.along(values), np.nan)
            for one, values, read in zip(loci, found, there, strict=True)
        ]
        row = {"reading": pipeline, "used": pipeline == used, "highest": loci[0].highest(along[0], model.bin)}
        letters = np.concatenate(there)
        if known is not None and any(labels.any() for labels in known.values):
            row["AUPRC"] = float(
                average_precision_score(np.concatenate(known.values)[letters], np.concatenate(along)[letters])
            )
            row["of"] = known.name
        rows.append(row)
    return rows


def readings_in_words(rows: Sequence[dict], locus: str) -> list[str]:
    """What is said of them: the reading used first."""

    def told(row: dict) -> str:
        figure = f"AUPRC {row['AUPRC']:.3f} on {row['of']}, " if "AUPRC" in row else ""
        return f"“{row['reading']}”: {figure}highest {row['highest']} the TSS of {locus}"

    used, *others = rows
    return [f"{told(used)}. This is the reading used here.", *(f"{told(row)}." for row in others)]

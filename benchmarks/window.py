"""How many bases the promoter head of the DNA GPT can be shown: the same 180 windows of chr22, shorter and longer."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from benchmarks import DNA_GPT, ROOT, Row, interval
from regard.attribute.contributions import rows
from regard.data.sequences import encode, read_fasta
from regard.judge.metrics import Ranking, auroc
from regard.models.dna_gpt import window as dna_gpt_window
from regard.studies.enhancer.model import open_model

FLANK, TSS = 325, 249  # bases of true flank in the file, and where the TSS stands behind it
WINDOWS = (200, 300, 400, 512)


def run(windows: tuple[int, ...] = WINDOWS) -> Iterator[Row]:
    path = ROOT / "src" / "regard" / "examples" / "chr22_promoters_flanked.fa.gz"
    records = [(header.startswith("promoter_"), encode(sequence)) for header, sequence in read_fasta(path)]
    labels = np.array([label for label, _ in records])
    for window in windows:
        model, _ = open_model(str(DNA_GPT), window=window)
        end = FLANK + TSS + dna_gpt_window.BEHIND + 1
        codes = np.stack([sequence[end - window : end] for _, sequence in records])
        with torch.no_grad():
            values = torch.cat([model.output(rows(some)) for some in np.array_split(codes, 60)]).numpy()
        ranking = Ranking(values)
        low, high = interval(lambda w, r=ranking: auroc(r, labels, w), np.arange(len(labels)))
        case = f"{labels.sum()} promoters against {(~labels).sum()} windows"
        yield Row(case, f"{window} bases", "auroc", auroc(ranking, labels), low, high)

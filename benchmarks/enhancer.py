"""Enhancers: element–gene pairs of CRISPRi ranked by distance, activity × contact and ABC, all and by distance."""

from __future__ import annotations

import time
from collections.abc import Iterator

from benchmarks import Row, data
from regard.core.evidence import SUPPORTED
from regard.judge.pairs import LEAD
from regard.studies.enhancer.rank import rank

FULCO, ABC = "EPCrisprBenchmark_Fulco2019_K562_GRCh38.tsv.gz", "ABC_K562_Fulco2019Genes_GRCh38.tsv.gz"
K562 = "EPCrisprBenchmark_combined_data.training_K562.GRCh38.tsv.gz"


def run() -> Iterator[Row]:
    folder = data() / "enhancer"
    for name, pairs, predictions in (("Fulco 2019", FULCO, [folder / ABC]), ("K562 training", K562, [])):
        begin = time.monotonic()
        result = rank(folder / pairs, predictions)
        seconds = time.monotonic() - begin
        table = result.pairs.table
        yield Row(name, "pairs ranked", "pairs", len(table), seconds=seconds)
        yield Row(name, "pairs ranked", "regulated", int(table.regulated.sum()))
        for reason, rows in result.pairs.left_out.groupby("reason", sort=False):
            yield Row(name, f"left out, {reason}", "pairs", len(rows))
        for item, rows in result.evidence.groupby("item", sort=False):
            case = f"{name}, {item}"
            yield Row(case, "any ranking by chance", "prevalence", rows.prevalence.iloc[0])
            for row in rows.itertuples():
                metric = f"auprc lead on {row.baseline}" if row.metric == LEAD else row.metric
                yield Row(case, row.method, metric, row.value, row.ci_low, row.ci_high)
                if row.metric == "auprc" and row.method != "distance":
                    adds = f"auprc added to {row.baseline}"
                    yield Row(case, row.method, adds, row.adds, row.adds_low, row.adds_high)
                    yield Row(case, row.method, "supported (1) or not (0)", float(row.verdict == SUPPORTED))
                    yield Row(case, row.method, "corrected p", row.q_value)

"""Verdicts of `regard demo`, its figures for the cases in docs/evidence.md, and its seconds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from benchmarks import Row
from regard.core.evidence import JUDGED, SUPPORTED
from regard.studies import demo

TOLD = (("attention, mean of heads", "SP ("), ("block 3 head 4", "CpG"))  # the two cases that docs/evidence.md tells


def run_demo(out: Path) -> dict[str, pd.DataFrame]:
    demo.run(out)
    return {name: pd.read_csv(out / name / "evidence.tsv", sep="\t") for name in demo.STUDIES}


def cases(table: pd.DataFrame) -> Iterator[Row]:
    for method, annotation in TOLD:
        for _, row in table[(table.method == method) & table.annotation.str.startswith(annotation)].iterrows():
            case = f"{row.annotation}, {row['item']}"
            yield Row(case, method, f"{row.metric}, alone", row.value, row.ci_low, row.ci_high)
            yield Row(case, row.baseline, row.metric, row.baseline_value)
            yield Row(case, method, "adds", row.adds, row.adds_low, row.adds_high)
            yield Row(case, method, "needed", row.needed)
            yield Row(case, method, "corrected p", row.q_value)


def run() -> Iterator[Row]:
    started = time.monotonic()
    with TemporaryDirectory() as folder:
        tables = run_demo(Path(folder) / "demo")
    yield Row("demo", "all studies", "seconds", time.monotonic() - started)
    for name, table in tables.items():
        yield Row(name, "comparisons", "judged", int(table.verdict.isin(JUDGED).sum()))
        for _, row in table[table.verdict == SUPPORTED].iterrows():
            yield Row(
                f"{name}: {row.annotation}", row.method, f"{row.metric}, adds", row.adds, row.adds_low, row.adds_high
            )
    yield from cases(tables["dna"])

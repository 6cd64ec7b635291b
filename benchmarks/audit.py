"""What `regard audit` finds of planted faults, how often it is wrong on clean tables, and how long it takes."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks import Row, data
from regard.audit.findings import NONE, SERIOUS
from regard.data.sequences import decode, encode, read_fasta
from regard.studies.audit.study import audit

TABLES, ROWS = 300, 60_000
BASES = list("ACGT")
# What is done to the rows of label 1, which the audit must tell from label 0.
GIVEAWAYS = {
    "letter": lambda s: s.lower(),
    "N": lambda s: s[:-15] + "N" * 15,
    "prefix": lambda s: "GGATCC" + s[6:],
    "suffix": lambda s: s[:-6] + "GAATTC",
    "position": lambda s: f"{s[:150]}A{s[151:]}",
    "length": lambda s: s[:-1],
}


def audited(folder: Path, *tables: list[tuple[str, int]]) -> dict[str, object]:
    """Findings of tables of (sequence, label), by check; of two, those between them and of the first."""
    paths = [folder / f"{i}.tsv" for i in range(len(tables))]
    for path, rows in zip(paths, tables, strict=True):
        path.write_text("sequence\tlabel\n" + "".join(f"{s}\t{y}\n" for s, y in rows))
    return {one.check: one for one in reversed(audit(paths, 0.5, 0)[1])}


def random_rows(rng: np.random.Generator, n: int, length: int = 300, classes: int = 2, gc: float = 0.5):
    p = [(1 - gc) / 2, gc / 2, gc / 2, (1 - gc) / 2]
    return [("".join(rng.choice(BASES, length, p=p)), int(rng.integers(classes))) for _ in range(n)]


def genomic_rows(rng: np.random.Generator, n: int) -> list[tuple[str, int]]:
    """Windows of 300 bases of chromosome 22 that do not overlap, with labels at random."""
    chromosome = np.concatenate([encode(s) for _, s in read_fasta(data() / "dna" / "human_chr22.fa.gz")])
    windows = chromosome[: len(chromosome) // 300 * 300].reshape(-1, 300)
    windows = windows[(windows < 4).all(axis=1)]
    return [(decode(windows[i]), int(rng.integers(2))) for i in rng.permutation(len(windows))[:n]]


def run(tables: int = TABLES, rows: int = ROWS) -> Iterator[Row]:
    nan, rng = float("nan"), np.random.default_rng(0)
    genome = genomic_rows(rng, rows)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        places = random_rows(rng, 200, 400)
        strangers = random_rows(rng, 800)
        train = [(s[:300], y) for s, y in places] + strangers
        found = audited(folder, train, [(s[100:], y) for s, y in places])
        for check in ("near overlap", "partial overlap"):
            yield Row("200 test rows shifted by 100 of 300 bases", check, "found", found[check].n, nan, nan, nan)
        for kind, change in GIVEAWAYS.items():
            one = audited(folder, [(change(s) if y else s, y) for s, y in random_rows(rng, 400)])[f"{kind} shortcut"]
            right = float(one.verdict.split("labels are right in ")[1].split("%")[0]) / 100
            yield Row("label 1 of 400 rows", f"{kind} shortcut", "serious", float(one.level == SERIOUS), nan, nan, nan)
            yield Row("label 1 of 400 rows", f"{kind} shortcut", "accuracy", right, nan, nan, nan)
        begin = time.perf_counter()
        found = audited(folder, genome)
        seconds = time.perf_counter() - begin
        case = f"{len(genome):,} windows of chr22, labels at random"
        for check in ("near duplicates", "partial duplicates"):
            yield Row(case, check, "rows per thousand", 1000 * found[check].n / len(genome), nan, nan, seconds)
        alarms = sum(one.level != NONE for check, one in found.items() if check.endswith("shortcut"))
        yield Row(case, "shortcuts", "alarms", alarms, nan, nan, nan)
        wrong = 0
        for _ in range(tables):
            n, classes, length = (
                int(rng.choice([20, 60, 150, 400])),
                int(rng.integers(2, 5)),
                int(rng.choice([60, 200])),
            )
            some = audited(folder, random_rows(rng, n, length, classes, rng.uniform(0.3, 0.7)))
            wrong += any(one.level != NONE for one in some.values())
        yield Row(
            f"{tables} tables of 20 to 400 random rows", "any check", "tables with an alarm", wrong, nan, nan, nan
        )

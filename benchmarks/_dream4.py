"""The DREAM4 in silico networks as Regard reads them: expression, what is told of it, and the gold."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np

from benchmarks import data
from regard.annotate.network import read_gold
from regard.data.expression import KINDS, Expression
from regard.data.expression_files import read_expression, read_text

NETWORKS = range(1, 6)
SMALL = ("multifactorial", "knock-outs", "series", "all")  # DREAM4-10; knock-outs: with knock-downs and wild type
LARGE = ("multifactorial", "knock-outs", "knock-outs and -downs", "series", "all")  # DREAM4-100


def dream4() -> Path:
    return data() / "network" / "dream4"


def dream10(design: str, network: int) -> tuple[Expression, np.ndarray]:
    """One of the five networks of ten genes, all that is known told, and its gold, (target, regulator)."""
    files = dream4() / "size10" / f"insilico_size10_{network}"
    parts = {
        "multifactorial": ["multifactorial"],
        "knock-outs": ["wildtype", "knockouts", "knockdowns"],
        "series": ["timeseries"],
        "all": ["multifactorial", "wildtype", "knockouts", "knockdowns", "timeseries"],
    }[design]
    stem = f"insilico_size10_{network}"
    expression = joined([told(read_text(files / f"{stem}_{part}.tsv"), part) for part in parts])
    return expression, gold(
        dream4() / "gold" / "size10" / f"DREAM4_GoldStandard_InSilico_Size10_{network}.tsv", expression
    )


def dream100(design: str, network: int) -> tuple[Expression, np.ndarray]:
    """One of the five networks of a hundred genes; the two designs have different gene labels and golds."""
    if design == "multifactorial":
        folder = dream4() / "size100_multifactorial"
        expression = read_expression(folder / f"insilico_size100_{network}_multifactorial.tsv")
        return expression, gold(folder / f"goldstandard_size100_multifactorial_{network}.tsv", expression)
    folder, stem = dream4() / "size100" / f"insilico_size100_{network}", f"insilico_size100_{network}"
    parts = {
        "knock-outs": ["wildtype", "knockouts"],
        "knock-outs and -downs": ["wildtype", "knockouts", "knockdowns"],
        "series": ["timeseries"],
        "all": ["wildtype", "knockouts", "knockdowns", "timeseries"],  # multifactorial samples are of other networks
    }[design]
    expression = joined([told(read_text(folder / f"{stem}_{part}.tsv"), part) for part in parts])
    path = dream4() / "gold" / "size100" / f"DREAM4_GoldStandard_InSilico_Size100_{network}.tsv"
    return expression, gold(path, expression)


def told(expression: Expression, part: str) -> Expression:
    """What a file's name tells: row i of the knock-outs has gene i knocked out."""
    done = np.zeros(expression.values.shape, dtype=np.int8)
    if part in ("knockouts", "knockdowns"):
        np.fill_diagonal(done, KINDS.index(part.removesuffix("s")))
    names = [f"{part} {name}" for name in expression.samples]
    return dataclasses.replace(expression, samples=names, perturbation=done)


def joined(tables: list[Expression]) -> Expression:
    """Tables of the same genes below one another; no time outside a time series."""
    time = [np.full(len(t.samples), np.nan) if t.time is None else t.time for t in tables]
    series = [np.full(len(t.samples), -1) if t.series is None else t.series for t in tables]
    timed = any(t.time is not None for t in tables)
    return Expression(
        np.concatenate([t.values for t in tables]),
        tables[0].genes,
        [name for t in tables for name in t.samples],
        perturbation=np.concatenate([t.perturbation for t in tables]),
        time=np.concatenate(time) if timed else None,
        series=np.concatenate(series) if timed else None,
    )


def untold(expression: Expression) -> Expression:
    """Expression alone: nobody says what was done to a sample, or when it was taken."""
    return dataclasses.replace(expression, perturbation=None, time=None, series=None)


def gold(path: Path, expression: Expression) -> np.ndarray:
    return read_gold(path, expression.genes)[0].edges.toarray()

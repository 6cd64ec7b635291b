"""Networks of simulators that no training uses, and real cells: every method, the consensus and the default.

What the default is was made on the networks "chosen on"; those "measured" were looked at once.
"""

from __future__ import annotations

import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks import Row
from benchmarks._cells import GOLDS, blood, krumsiek11
from benchmarks._simulators import SIMULATORS, Table
from benchmarks.network import auprc
from regard.errors import InputError
from regard.judge.measures import chance_of, of_edges
from regard.judge.paired import paired
from regard.predictors import trees
from regard.studies.network.choice import AGREE, kind_of
from regard.studies.network.consensus import CONSENSUS, MEMBERS, together
from regard.studies.network.methods import default_method, run_methods
from regard.studies.network.model import agreement

SEED = 2**31 + 11  # none that training or any other benchmark has used
PARTS = {"chosen on": range(4), "measured": range(4, 8)}
TREES = 100  # of GENIE3 and extra trees, in place of 1,000: ten times faster, and the order of methods is the same
MODEL, RIVAL = "attention", "extra-trees"
PLAIN = ("pearson", "spearman", "partial", "mutual-information", "lasso", "grnboost2", "genie3", RIVAL)
REAL = {"krumsiek11": krumsiek11} | {f"blood cells, {gold}": partial(blood, gold) for gold in GOLDS}


def run(parts: tuple[str, ...] = tuple(PARTS), real: bool = True) -> Iterator[Row]:
    found = []
    with fewer_trees():
        for part in parts:
            for name, simulate in SIMULATORS.items():
                tables = (simulate([SEED, zlib.crc32(name.encode()), number]) for number in PARTS[part])
                rows = [figures(table) | {"case": name, "part": part} for table in tables]
                found += rows
                yield from means(f"{name}, {part}", pd.DataFrame(rows))
            yield from summary(part, pd.DataFrame([row for row in found if row["part"] == part]))
        for name, read in REAL.items() if real else ():
            try:
                yield from means(name, pd.DataFrame([figures(read())]))
            except InputError as error:
                print(f"{name}: {error}")


@contextmanager
def fewer_trees():
    before, trees.TREES = trees.TREES, TREES
    try:
        yield
    finally:
        trees.TREES = before


def figures(table: Table) -> dict:
    """AUPRC and seconds of every method on one table, the default among them, chance, and what the page would say."""
    expression, gold, regulators, _ = table
    families = [["attention", "attention.layer"], *([name] for name in PLAIN)]
    families += [["knockout-z"]] * (expression.perturbation is not None)
    scores, out = {}, {}
    for family in families:
        begin = time.monotonic()
        with tempfile.TemporaryDirectory() as kept:
            how = {"regulators": regulators, "model": None, "seed": 0, "threads": 1}
            edges = run_methods(family, expression, kept=Path(kept), begin=lambda _: lambda _: None, **how)
        for name, one in edges.items():
            scores[name], out[f"seconds {name}"] = one.scores, time.monotonic() - begin
    there = ~np.isnan(scores[MODEL])
    scores[CONSENSUS.name] = np.full(there.shape, np.nan)
    scores[CONSENSUS.name][there] = together([scores[name][there] for name in MEMBERS])
    out["seconds consensus"] = sum(out[f"seconds {name}"] for name in MEMBERS)
    out |= {f"auprc {name}": auprc(one, gold) for name, one in scores.items()}
    chosen, _ = default_method(expression)
    out |= {"auprc default": out[f"auprc {chosen}"], "seconds default": out[f"seconds {chosen}"]}
    loses = out[f"auprc {MODEL}"] < out[f"auprc {RIVAL}"]
    warned = agreement(expression, None) < AGREE
    measure = of_edges("auprc", *np.nonzero(there))  # may the difference be luck of these targets and regulators?
    for name, one in ((MODEL, scores[MODEL]), ("default", scores[chosen])):
        out[f"sure {name}"] = paired(measure, scores[RIVAL][there], one[there], gold[there]).p < 0.05
    out |= {"kind": kind_of(expression), "loses": loses, "warned": warned}
    return out | {"chance": chance_of("auprc", int(gold[there].sum()), int(there.sum()))}


def means(case: str, table: pd.DataFrame) -> Iterator[Row]:
    """Mean AUPRC and its range of each method, its ratio to extra trees' (geometric mean, range), and chance."""
    yield Row(case, "random ranking", "auprc", table.chance.mean())
    for column in (name for name in table if str(name).startswith("auprc ")):
        method, values = column.removeprefix("auprc "), table[column]
        seconds = table[f"seconds {method}"].mean()
        yield Row(case, method, "auprc", values.mean(), values.min(), values.max(), seconds)
        yield ratio(case, method, table)


def ratio(case: str, method: str, table: pd.DataFrame) -> Row:
    one = table[f"auprc {method}"] / table[f"auprc {RIVAL}"]
    return Row(case, method, f"auprc / {RIVAL}'", float(np.exp(np.log(one).mean())), one.min(), one.max())


def summary(part: str, table: pd.DataFrame) -> Iterator[Row]:
    """Over all simulators, by kind of table, and how often the page's warning is right; see `of_warning`."""
    shown = ("attention", "attention.layer", CONSENSUS.name, "default", "spearman", "grnboost2")
    for method in shown:
        yield ratio(f"all simulators, {part}", method, table)
        each = [ratio(case, method, rows) for case, rows in table.groupby("case")]
        worst = min(each, key=lambda row: row.value)
        yield Row(f"all simulators, {part}", method, f"worst simulator's auprc / {RIVAL}'", worst.value)
    for kind, rows in table.groupby("kind"):
        for method in ("attention", CONSENSUS.name):
            yield ratio(f"{kind}, {part}", method, rows)
            yield Row(f"{kind}, {part}", method, "tables", len(rows))
    yield from single_tables(f"all simulators, {part}", table)
    yield from of_warning(f"all simulators, {part}", table)


def single_tables(case: str, table: pd.DataFrame) -> Iterator[Row]:
    """In how many tables the default is below .95 times extra trees, and in how many it is below or above for sure."""
    each = table["auprc default"] / table[f"auprc {RIVAL}"]
    yield Row(case, "default", f"share of tables below .95 x {RIVAL}", float((each < 0.95).mean()))
    for name, there in (("below", each < 1), ("above", each > 1)):
        share = (there & table["sure default"]).mean()
        yield Row(case, "default", f"share of tables {name} {RIVAL}, p < .05", float(share))


def of_warning(case: str, table: pd.DataFrame) -> Iterator[Row]:
    """How often the page's warning is right: of all tables, of those whose difference is no luck, and of simulators.

    Tables that go as the mean of their simulator, themselves among it, are as many as a warning that knew it would get.
    """
    table = table.assign(right=table.warned == table.loses)
    sure = table[table[f"sure {MODEL}"]]
    of = table.groupby("case")
    warned = of.warned.mean() > 0.5
    loses = pd.Series({name: ratio(name, MODEL, rows).value < 1 for name, rows in of})
    shares = {
        "tables in which it is right": table.right.mean(),
        "tables in which it is given": table.warned.mean(),
        f"tables in which {MODEL} loses to {RIVAL}": table.loses.mean(),
        "tables that go as the mean of their simulator": (table.loses == table.case.map(loses)).mean(),
        "tables in which the two differ, p < .05": len(sure) / len(table),
        "these in which it is right": sure.right.mean(),
        f"these in which {MODEL} loses to {RIVAL}": sure.loses.mean(),
        "simulators in which most tables' is right about the mean": (warned == loses).mean(),
    }
    for name, value in shares.items():
        yield Row(case, "warning", f"share of {name}", float(value))

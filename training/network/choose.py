"""What the page says of the default and of probabilities: choose.py, after `benchmarks strangers` and `probability`.

Takes from benchmarks/results/strangers.tsv the rows of networks that were not chosen on, by kind of table, and how
often the page's warning is right; writes src/regard/studies/network/choice.tsv. Takes from results/probability.tsv how
far probabilities are off and how many signs are right; writes src/regard/studies/network/probability.tsv.
"""

from pathlib import Path

import pandas as pd

from regard.studies.network import probability
from regard.studies.network.choice import ANY, KINDS, TABLE
from regard.studies.network.consensus import CONSENSUS

RESULTS = Path(__file__).parents[2] / "benchmarks" / "results"


COLUMNS = ["kind", "method", "tables", "value", "low", "high"]


def chosen(results: pd.DataFrame) -> pd.DataFrame:
    """Ratio to extra trees' AUPRC, by kind of table and method, geometric mean, least and most over tables.

    For any table, the share in which the warning, or never to warn, is right.
    """
    rows = results[results.case.isin([f"{kind}, measured" for kind in KINDS])]
    ratio = rows[rows.metric.str.startswith("auprc /")].set_index(["case", "method"])
    tables = rows[rows.metric == "tables"].set_index(["case", "method"]).value.astype(int)
    found = pd.DataFrame({"tables": tables, "value": ratio.value, "low": ratio.low, "high": ratio.high}).reset_index()
    found["kind"] = found.case.str.removesuffix(", measured")
    every = tables.groupby("method").sum().iloc[0]
    warning = results[(results.case == "all simulators, measured") & (results.method == "warning")]
    share = warning.set_index("metric").value
    right = share["share of tables in which it is right"]
    loses = share["share of tables in which attention loses to extra-trees"]
    words = [(ANY, "warning", every, right), (ANY, "no warning", every, 1 - loses)]
    return pd.concat([found[COLUMNS], pd.DataFrame(words, columns=COLUMNS[:4])], ignore_index=True)


def calibrated(results: pd.DataFrame, simulators: list[str]) -> pd.DataFrame:
    """By case: calibration error of edges, by the model and by the consensus; share of signs that are right, and
    with one sign for all."""
    names = {
        ("attention", "calibration error"): "error",
        (CONSENSUS.name, "calibration error"): "consensus",
        ("attention", "sign right"): "right",
        ("one sign for all", "sign right"): "one",
    }
    column = [names.get(pair) for pair in zip(results.method, results.metric, strict=True)]
    rows = results.assign(column=column).dropna(subset=["column"])
    return rows.pivot(index="case", columns="column", values="value").loc[[probability.HOME, *simulators]]


if __name__ == "__main__":
    from benchmarks._simulators import SIMULATORS

    for name, table in (("strangers", TABLE), ("probability", probability.TABLE)):
        results = pd.read_csv(RESULTS / f"{name}.tsv", sep="\t")
        found = chosen(results).set_index("kind") if table == TABLE else calibrated(results, list(SIMULATORS))
        found.to_csv(table, sep="\t", float_format="%.3f")
        print(table.read_text())

"""What the default reaches on held-out simulators, for the page: choose.py, after `python -m benchmarks strangers`.

Takes from benchmarks/results/strangers.tsv the rows of networks that were not chosen on, by kind of table, and how
often the page's warning is right; writes src/regard/studies/network/choice.tsv.
"""

from pathlib import Path

import pandas as pd

from regard.studies.network.choice import ANY, KINDS, TABLE

RESULTS = Path(__file__).parents[2] / "benchmarks" / "results" / "strangers.tsv"


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
    right, _, loses = warning.value
    words = [(ANY, "warning", every, right), (ANY, "no warning", every, 1 - loses)]
    return pd.concat([found[COLUMNS], pd.DataFrame(words, columns=COLUMNS[:4])], ignore_index=True)


if __name__ == "__main__":
    chosen(pd.read_csv(RESULTS, sep="\t")).to_csv(TABLE, sep="\t", index=False, float_format="%.3f")
    print(TABLE.read_text())

"""What the default reaches on held-out simulators, for the page: choose.py, after `python -m benchmarks strangers`.

Takes the rows of networks that were not chosen on from benchmarks/results/strangers.tsv, by kind of table, and writes
src/regard/studies/network/choice.tsv.
"""

from pathlib import Path

import pandas as pd

from regard.studies.network.choice import KINDS, TABLE

RESULTS = Path(__file__).parents[2] / "benchmarks" / "results" / "strangers.tsv"


def chosen(results: pd.DataFrame) -> pd.DataFrame:
    """Ratio to extra trees' AUPRC, by kind of table and method, geometric mean, least and most over tables."""
    rows = results[results.case.isin([f"{kind}, measured" for kind in KINDS])]
    ratio = rows[rows.metric.str.startswith("auprc /")].set_index(["case", "method"])
    tables = rows[rows.metric == "tables"].set_index(["case", "method"]).value.astype(int)
    found = pd.DataFrame({"tables": tables, "ratio": ratio.value, "low": ratio.low, "high": ratio.high}).reset_index()
    return found.assign(kind=found.case.str.removesuffix(", measured"))[
        ["kind", "method", "tables", "ratio", "low", "high"]
    ]


if __name__ == "__main__":
    chosen(pd.read_csv(RESULTS, sep="\t")).to_csv(TABLE, sep="\t", index=False, float_format="%.3f")
    print(TABLE.read_text())

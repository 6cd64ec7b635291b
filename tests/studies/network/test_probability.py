"""What the page says of signs and probabilities is what the benchmark measured."""

import pandas as pd
import pytest
from benchmarks._simulators import SIMULATORS
from training.network.choose import RESULTS, calibrated

from regard.studies.network import probability


def test_the_page_s_table_is_the_benchmark_s():
    shipped = pd.read_csv(probability.TABLE, sep="\t").set_index("case")
    measured = calibrated(pd.read_csv(RESULTS / "probability.tsv", sep="\t"), list(SIMULATORS))
    pd.testing.assert_frame_equal(shipped, measured, atol=6e-4, check_names=False)
    assert probability.HOME in shipped.index and shipped.loc[probability.HOME].notna().all()


def test_best_and_worst_are_said(tmp_path, monkeypatch):
    rows = [(probability.HOME, 0.0042, 0.05, 0.5, 0.77), ("cells", 0.1, 0.01, 0.6, 0.61)]
    rows += [("equations", 0.3, 0.03, None, None), ("a screen", 0.02, 0.02, 0.6, 0.95)]
    columns = ["case", "error", "consensus", "one", "right"]
    pd.DataFrame(rows, columns=columns).to_csv(tmp_path / "t.tsv", sep="\t", index=False)
    monkeypatch.setattr(probability, "TABLE", tmp_path / "t.tsv")
    line = probability.said(["attention", "consensus"])
    for said in ("off by 0.004", "77% of signs", "all: 50%", "3 simulators", "0.020 to 0.300 (most on equations)"):
        assert said in line
    assert "61% (on cells) to 95%" in line and "off by 0.010 to 0.030 (most on equations)" in line
    assert "0.010" not in probability.said(["attention.layer", "pearson"])
    alone = probability.said(["consensus"])
    assert "0.300" not in alone and "model's training by 0.050" in alone and "77% of signs" in alone


@pytest.mark.parametrize("metric", ["calibration error", "sign right"])
def test_figures_of_the_other_reading_are_not_taken(metric):
    rows = [(probability.HOME, name, metric, value) for name, value in (("attention", 0.1), ("attention.layer", 0.9))]
    found = calibrated(pd.DataFrame(rows, columns=["case", "method", "metric", "value"]), [])
    assert found.to_numpy().tolist() == [[0.1]]

"""dynGENIE3 on equations that are known, and its rates by hand."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from regard.data.expression import Expression
from regard.errors import InputError
from regard.predictors import trees
from regard.predictors.dynamic import decay, production
from regard.predictors.edges import infer
from tests.toys.networks import planted


def by_hand():
    """Two series, out of order, the second with a replicate; and one steady sample."""
    values = np.array([[0.0, 3.0], [8.0, 1.0], [2.0, 1.0], [4.0, 2.0], [4.0, 5.0], [1.0, 1.0]])
    time = np.array([np.nan, 0.0, 4.0, 1.0, 1.0, 3.0])
    series = np.array([-1, 0, 0, 1, 1, 1])
    return Expression(values, ["a", "b"], list("012345"), time=time, series=series)


def test_rates_are_slopes_and_what_decays():
    table = by_hand()
    alpha = decay(table.values, table.time, table.series)
    # a: from 8 to 2 in 4, and from 4 to 1 in 2; b: from 1 to 1, and from 5 to 1 in 2
    assert alpha == pytest.approx([np.log(4) / 2, np.log(5) / 2])
    x, rate = production(table)
    assert x.tolist() == [[8, 1], [4, 5], [0, 3]]
    slope = np.array([[(2 - 8) / 4, 0], [(1 - 4) / 2, (1 - 5) / 2], [0, 0]])
    assert np.allclose(rate, slope + alpha * x)


def test_the_regulators_of_rates_are_found_where_levels_mislead(monkeypatch):
    """Six genes made and decaying; 2, 3, 4 and 5 are driven by others' past levels."""
    monkeypatch.setattr(trees, "TREES", 100)
    rng, driven = np.random.default_rng(0), {2: 0, 3: 1, 4: 2, 5: 3}
    values, time, series = [], [], []
    for number in range(12):
        x, drive = rng.uniform(0, 2, 6), rng.uniform(0, 2, (2, 40))
        for k in range(160):
            if not k % 8:
                values.append(x.copy()), time.append(k / 10), series.append(number)
            made = np.array([*drive[:, k // 16], *(2 * x[r] ** 2 / (1 + x[r] ** 2) for r in driven.values())])
            x = x + 0.1 * (made - x)
    table = Expression(
        np.array(values), list("abcdef"), [str(i) for i in range(len(values))], time=np.array(time),
        series=np.array(series),
    )  # fmt: skip
    gold = np.zeros((6, 6), dtype=bool)
    gold[list(driven), list(driven.values())] = True
    off = ~np.eye(6, dtype=bool)
    found = {
        name: average_precision_score(gold[off], infer(name, table).scores[off]) for name in ("dyngenie3", "genie3")
    }
    assert found["dyngenie3"] > 0.9 and found["dyngenie3"] > found["genie3"]


def test_a_table_without_series_is_refused():
    with pytest.raises(InputError, match="needs a time series"):
        infer("dyngenie3", planted(20))

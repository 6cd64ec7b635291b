"""What two runs say of each other: counted from what a model has a part in, and nothing where nothing was judged."""

import pandas as pd
import pytest

from regard.core.evidence import evidence
from regard.core.recorded import recorded
from regard.studies.beside.free import with_free
from regard.studies.beside.rows import beside
from regard.studies.beside.tested import NO_MODEL, with_tests
from regard.studies.beside.words import found, headline
from regard.studies.protein.contact_scores import COUPLING, DISTANCE
from regard.studies.protein.factored import FACTORED
from tests.studies.runs import finished, row

FEW, NO, YES = "too few labels", "not supported", "supported"


def joined(one, other, study="protein"):
    table = beside(*(evidence([row(*each) for each in rows]) for rows in (one, other)))
    return with_free(table, study)


@pytest.mark.parametrize(
    ("one", "other", "says"),
    [
        ([("a", 0.1, FEW)], [("a", 0.2, FEW)], "Neither run could judge the one comparison in common"),
        (
            [("a", 0.1, FEW), ("b", 0.1, "cannot be told"), (COUPLING, 0.4, YES)],
            [("a", 0.2, FEW), ("b", 0.1, FEW), (COUPLING, 0.4, YES)],
            "Neither run could judge any of 2 in common",
        ),
        (
            [("a", 0.1, FEW), ("b", 0.1, NO), (COUPLING, 0.4, YES)],
            [("a", 0.2, FEW), ("b", 0.1, NO), (COUPLING, 0.4, NO)],
            "The same verdict in both runs for all 2 in common; neither could judge 1 of them",
        ),
        ([("a", 0.1, FEW)], [("a", 0.2, NO)], "1 of 1 comparison with another verdict in the second run"),
        (
            [(DISTANCE, 0.1, YES), (FACTORED, 0.3, YES)],
            [(DISTANCE, 0.1, YES), (FACTORED, 0.3, NO)],
            "Nothing that both runs have in common is the model's",
        ),
        ([("a", 0.1, YES)], [("b", 0.1, YES)], "No comparison of one run has its like in the other"),
        ([], [], "Neither run judged anything"),
    ],
)
def test_the_headline_counts_what_a_model_has_a_part_in(one, other, says):
    assert headline(joined(one, other)) == says


def test_what_is_not_the_models_is_neither_counted_nor_tested(tmp_path):
    one, other = [("a", 0.1, NO), (COUPLING, 0.4, NO)], [("a", 0.2, NO), (COUPLING, 0.7, YES)]
    runs = [finished(tmp_path / name, ["protein", "x"], [row(*each) for each in rows]) for name, rows in
            (("one", one), ("two", other))]  # fmt: skip
    table = with_tests(joined(one, other), tuple(map(recorded, runs)))
    lines = found(table, ("one", "two"))
    assert "Values in two: higher in 1, lower in 0, of 1 in both" in lines
    assert lines[-1] == "Not counted: 1 comparison that is not the model's" and not any("×" in line for line in lines)
    assert table.test.tolist()[1] == NO_MODEL and pd.isna(table.p_value[1])


def test_only_proteins_have_such_rows():
    assert not joined([(DISTANCE, 0.1, YES)], [(DISTANCE, 0.1, YES)], "network").free.any()

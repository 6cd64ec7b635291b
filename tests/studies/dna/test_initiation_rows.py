"""Rows of predicted initiation on planted tracks: peak, strand, motif and overlap are where they were put."""

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from regard.core.scores import PositionScores
from regard.models.initiation.model import InitiationModel
from regard.studies.dna.initiation import CrossCheck
from regard.studies.dna.initiation_rows import initiation_rows, rows_words

LENGTH = 200
TARGETS = ["CAGE+", "CAGE-", "other+"]
MODEL = SimpleNamespace(config=SimpleNamespace(targets=TARGETS, width={"motif": 51}))  # nothing is computed with it


def planted() -> tuple[CrossCheck, xr.Dataset]:
    """A strong start at 120 on the other strand, to which SP at 90 to 110 adds; nothing in the second sequence."""
    check = CrossCheck("Puffin", "Puffin", cast(InitiationModel, MODEL))
    prediction = np.zeros((2, len(TARGETS), LENGTH))
    effect, activation = np.zeros((2, len(TARGETS), 2, LENGTH)), np.zeros((2, 2, LENGTH))
    prediction[0, 1, 120] = 1.5
    prediction[:, 2, 5] = 7.0  # of an assay that is not shown
    effect[0, 1, 1, 90:121] = 2.0
    activation[0, 1, 100] = 1.0
    found = xr.Dataset(
        {
            "prediction": (("sequence", "target", "position"), prediction),
            "effect": (("sequence", "target", "motif", "position"), effect),
            "activation": (("sequence", "motif", "position"), activation),
        },
        coords={"sequence": ["a", "b"], "target": TARGETS, "motif": ["TATA+", "SP-"], "position": np.arange(LENGTH),
                "flanks": ("sequence", ["true", "true"]), "length": ("sequence", [LENGTH, LENGTH])},
    )  # fmt: skip
    return check, found


@pytest.fixture
def rows():
    check, found = planted()
    received = np.zeros((2, LENGTH))
    received[0, 90:100] = 1
    received[1, ::20] = 1
    return check, initiation_rows(check, found, PositionScores(["a", "b"], list(received), "mean"))


def test_peak_strand_level_motif_and_overlap(rows):
    first, second = (row for _, row in rows[1].iterrows())
    assert (first.height, first.level, first.peak, first.strand) == (1.5, "strong", 120, "-")
    assert (first.motif, first.motif_at) == ("SP-", 100)
    assert first.adds == pytest.approx(2.0 * (1 - 31 / LENGTH))
    assert (first.attended, first.on_motif) == (10, 10)
    assert first.on_motif_chance == pytest.approx(10 * 20 / LENGTH)
    assert first.on_motif_p <= 0.06
    assert first.from_peak == 21
    assert second.level == "none"


def test_edges_do_not_count_where_flanks_are_random():
    check, found = planted()
    found.prediction[0, :, 0] = 9.0
    received = PositionScores(["a"], [np.arange(LENGTH, dtype=float)], "mean")
    one = found.isel(sequence=[0])
    assert initiation_rows(check, one, received).peak[0] == 0
    random = one.assign_coords(flanks=("sequence", ["random"]))
    assert initiation_rows(check, random, received).peak[0] == 120


def test_a_model_without_a_unit_has_no_levels_and_no_model_no_rows(rows):
    check, found = planted()
    received = PositionScores(["a"], [np.zeros(LENGTH)], "mean")
    assert initiation_rows(replace(check, name="ours"), found.isel(sequence=[0]), received).level.tolist() == [""]
    assert initiation_rows(CrossCheck(), None, received).empty
    assert rows_words(check, pd.DataFrame(), pd.Series(dtype=object)) == ""


def test_words_count_class_by_class(rows):
    check, table = rows
    said = rows_words(check, table, pd.Series({"a": "promoter", "b": "non-promoter"}))
    assert "Promoter: 1 strong, heights 1.50 to 1.50 ln(count + 1); 10 of 10 attended bases on strong motif" in said
    assert "Non-promoter: 1 none" in said

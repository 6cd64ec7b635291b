"""The TSS of a table that does not state it: by length, and by letters where there are enough."""

import numpy as np
import pandas as pd

from regard.studies.dna.tss import usual_tss


def table(count: int, start: int | None, length: int = 300) -> pd.DataFrame:
    """Random sequences with a start, CA, whose A is at an index."""
    rng = np.random.default_rng(0)
    letters = rng.choice(list("ACGT"), (count, length))
    if start is not None:
        letters[:, start - 1 : start + 1] = ["C", "A"]
    return pd.DataFrame({"sequence": ["".join(s) for s in letters]}, index=[f"p{i}" for i in range(count)])


def test_usual_promoters_start_at_249():
    rows = table(40, 249)
    found, said = usual_tss(rows, list(rows.index))
    assert found == 249
    assert "100% of them" in said


def test_letters_elsewhere_or_another_length_deny_it():
    for rows in (table(40, 199), table(40, 249, length=320)):
        assert usual_tss(rows, list(rows.index)) == (None, "")


def test_few_promoters_are_taken_at_their_length_and_the_reader_is_told():
    rows = table(3, None)
    found, said = usual_tss(rows, list(rows.index))
    assert found == 249
    assert "too few promoters here to check it" in said


def test_what_is_stated_needs_no_guess():
    rows = table(40, 249).assign(tss=pd.array([10] * 40, dtype="Int64"))
    assert usual_tss(rows, list(rows.index)) == (None, "")

"""A protein's family in its own numbering, each row counted for what is new in it."""

from __future__ import annotations

import numpy as np
import pytest

from regard.annotate.family import family_of, weights_of
from regard.data.alignments import GAP, read_alignment
from regard.data.proteins import AMINO_ACIDS
from regard.errors import InputError
from tests.toys.families import aligned_fasta, family


@pytest.fixture
def rows():
    return family(40)


def alignment(folder, rows):
    path = folder / "family.fa"
    path.write_text(aligned_fasta(rows))
    return read_alignment(path)


def test_residues_are_placed_by_alignment(tmp_path, rows):
    """The protein has two residues more in front than its row, which has a gap and an insertion column."""
    widened = [row[:10] + "-" + row[10:] for row in rows]
    widened[3] = rows[3][:10] + "W" + rows[3][10:]
    found = family_of("mine", "MM" + rows[0], alignment(tmp_path, widened), "family.fa")
    assert "".join(AMINO_ACIDS[c] for c in found.codes[0]) == "MM" + rows[0]
    assert (found.codes[1:, :2] == GAP).all()
    assert "".join(AMINO_ACIDS[c] for c in found.codes[1, 2:]) == rows[1]


def test_the_protein_is_found_by_its_name(tmp_path, rows):
    found = family_of("sp|P1|r7", rows[7], alignment(tmp_path, rows), "family.fa")
    assert "".join(AMINO_ACIDS[c] for c in found.codes[0]) == rows[7]
    assert len(found.codes) == len(rows)


def test_a_row_that_only_resembles_the_protein_is_taken_where_that_is_asked(tmp_path, rows):
    assert len(family_of("mine", rows[7], alignment(tmp_path, rows), "f").codes) == len(rows)
    with pytest.raises(InputError, match="none of its first 1 rows is mine"):
        family_of("mine", rows[7], alignment(tmp_path, rows), "f", anywhere=False)


def test_rows_with_little_of_the_protein_are_left_out(tmp_path, rows):
    rows[5] = "-" * 30 + rows[5][30:]
    found = family_of("mine", rows[0], alignment(tmp_path, rows), "family.fa")
    assert found.left_out == 1 and len(found.codes) == len(rows) - 1


def test_another_protein_is_refused(tmp_path, rows):
    with pytest.raises(InputError, match=r"family\.fa: none of its first 40 rows is mine; put the protein"):
        family_of("mine", family(1, seed=9)[0], alignment(tmp_path, rows), "family.fa")


def test_copies_count_once():
    rng = np.random.default_rng(0)
    apart = rng.integers(0, 20, (5, 50))
    near = apart[[0] * 4].copy()
    near[:, 0] = np.arange(4)
    weights = weights_of(np.vstack([apart, near]).astype(np.uint8))
    assert weights[1:5] == pytest.approx(1)
    assert weights[[0, 5, 6, 7, 8]].sum() == pytest.approx(1)

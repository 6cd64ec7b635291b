"""Alignments of three formats are the same columns; what is none is refused in one line."""

from __future__ import annotations

import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regard.data.alignments import GAP, read_alignment
from regard.data.proteins import AMINO_ACIDS
from regard.errors import InputError

ROWS = ["MKTAYIAKQRQI", "MKT-YIAKQRQV", "MRTAYLAK--QI"]


def write(folder, text, name="family.txt"):
    path = folder / name
    path.write_text(text)
    return path


def fasta(rows):
    return "".join(f">seq{k} some words\n{row}\n" for k, row in enumerate(rows))


def shown(alignment):
    letters = AMINO_ACIDS + "-"
    return ["".join(letters[c] for c in row) for row in alignment.codes]


def test_rows_of_one_length_are_columns(tmp_path):
    found = read_alignment(write(tmp_path, fasta(ROWS)))
    assert shown(found) == ROWS
    assert found.names == ["seq0", "seq1", "seq2"]
    assert found.letters(1)[0] == "MKTYIAKQRQV"
    assert found.letters(1)[1].tolist() == [0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11]


def test_insertions_of_a3m_are_left_out(tmp_path):
    rows = [ROWS[0], "MKTggg-YIAKQRQV", "MRTAYLAKpp--QIw"]
    assert shown(read_alignment(write(tmp_path, "#made by hand\n" + fasta(rows), "f.a3m"))) == ROWS


def test_insertions_of_a2m_are_left_out(tmp_path):
    rows = [r[:3] + insertion + r[3:] for r, insertion in zip(ROWS, ("..", "gk", "a."), strict=True)]
    assert shown(read_alignment(write(tmp_path, fasta(rows)))) == ROWS


def test_lower_case_throughout_is_an_alignment(tmp_path):
    assert shown(read_alignment(write(tmp_path, fasta([r.lower() for r in ROWS])))) == ROWS


def test_rows_that_are_no_sequences_are_passed_over(tmp_path):
    text = ">ss_pred\nCCCHHHHHHCCC\n>ss_conf\n999999999999\n" + fasta(ROWS)
    assert shown(read_alignment(write(tmp_path, text))) == ROWS


def test_stockholm_in_blocks(tmp_path):
    blocks = ["# STOCKHOLM 1.0", "#=GF ID test", ""]
    for part in (slice(0, 7), slice(7, None)):
        blocks += [f"seq{k}   {row[part].replace('-', '.')}" for k, row in enumerate(ROWS)] + ["#=GC SS_cons CCCCC", ""]
    text = "\n".join([*blocks, "//", ""])
    path = tmp_path / "family.sto.gz"
    path.write_bytes(gzip.compress(text.encode()))
    assert shown(read_alignment(path)) == ROWS
    with pytest.raises(InputError, match="cut short"):
        read_alignment(write(tmp_path, text.replace("//", "")))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "expected an alignment"),
        ("hello\n", "expected an alignment"),
        (fasta(ROWS[:1]), "1 rows"),
        (fasta([*ROWS, "MKTAY"]), "row 'seq3': 5 columns where the first row has 12"),
        (fasta([*ROWS, "MKTAY1AKQRQI"]), "'1' in column 6 is no amino acid"),
        (fasta(["MK-", "M-K"]), "3 columns"),
        ("# STOCKHOLM 1.0\nonlyaname\n//\n", "expected a name and a row"),
    ],
)
def test_what_is_no_alignment_is_refused(tmp_path, text, why):
    with pytest.raises(InputError, match=why) as caught:
        read_alignment(write(tmp_path, text))
    assert "family.txt" in str(caught.value) and "\n" not in str(caught.value)


@given(
    rows=st.lists(st.text(AMINO_ACIDS + "-", min_size=12, max_size=12), min_size=2, max_size=6).filter(
        lambda rows: any(set(row) - {"-"} for row in rows)
    ),
    data=st.data(),
)
def test_any_insertions_are_left_out(tmp_path_factory, rows, data):
    def inserted(row):
        return "".join(c + data.draw(st.text("acdef", max_size=2)) for c in row)

    path = write(tmp_path_factory.mktemp("a3m"), fasta([rows[0], *map(inserted, rows[1:])]))
    found = read_alignment(path)
    assert shown(found) == rows
    assert ((found.codes == GAP) == (np.array([list(r) for r in rows]) == "-")).all()

import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regard.data.sequences import complement, decode, encode, lines, read_fasta, reverse_complement
from regard.errors import InputError


def test_codes():
    assert encode("ACGTUN").tolist() == [0, 1, 2, 3, 3, 4]
    assert encode("acgtu").tolist() == [0, 1, 2, 3, 3]
    assert encode("RYSWKMBDHV-*").tolist() == [4] * 12
    assert encode("").shape == (0,)
    assert encode("ACGT").dtype == np.uint8


@given(st.text("ACGTN"))
def test_decode_undoes_encode(sequence):
    assert decode(encode(sequence)) == sequence


def test_reverse_complement():
    assert reverse_complement("AACGTN") == "NACGTT"
    assert reverse_complement("aaCg") == "cGtt"


@given(st.text("ACGTNacgtn"))
def test_reverse_complement_twice_is_the_same(sequence):
    assert reverse_complement(reverse_complement(sequence)) == sequence


def test_complement_of_codes():
    assert decode(complement(encode("ACGTN"))) == "TGCAN"
    assert complement(encode("ACGTN")).dtype == np.uint8


@given(st.text("ACGTN"))
def test_complement_of_codes_agrees_with_that_of_letters(sequence):
    assert decode(complement(encode(sequence))[::-1]) == reverse_complement(sequence)


FASTA = ">a label=1\nACGT\nAC\n\n>b\nggn\n"
RECORDS = [("a label=1", "ACGTAC"), ("b", "ggn")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["", "byte order mark"])
def test_fasta_as_people_have_it(tmp_path, end, pack, mark):
    path = tmp_path / "x.fa"
    path.write_bytes(pack(mark + FASTA.replace("\n", end).encode()))
    assert list(read_fasta(path)) == RECORDS
    assert list(read_fasta(str(path))) == RECORDS


def test_fasta_without_a_last_line_end_and_without_a_sequence(tmp_path):
    path = tmp_path / "x.fa"
    path.write_text(">a\nAC GT \n>empty\n>b\nTT")
    assert list(read_fasta(path)) == [("a", "AC GT"), ("empty", ""), ("b", "TT")]


def test_empty_file_has_no_records(tmp_path):
    (tmp_path / "x.fa").touch()
    assert list(read_fasta(tmp_path / "x.fa")) == []


def test_sequence_before_a_header(tmp_path):
    (tmp_path / "x.fa").write_text("\nACGT\n>a\nAC\n")
    with pytest.raises(InputError, match=r"x\.fa, line 2: FASTA starts with '>', found 'ACGT'"):
        list(read_fasta(tmp_path / "x.fa"))


def test_lines_keep_everything_but_the_end(tmp_path):
    (tmp_path / "x").write_bytes(b" a\t\r\n\r\nb ")
    assert list(lines(tmp_path / "x")) == [" a\t", "", "b "]


def test_missing_file_and_folder(tmp_path):
    with pytest.raises(InputError, match="none: no such file"):
        list(lines(tmp_path / "none"))
    with pytest.raises(InputError, match="is a folder"):
        list(lines(tmp_path))


@pytest.mark.parametrize(
    "damage",
    [lambda b: b[:-12], lambda b: b[:30] + b"\xff\xff\xff\xff" + b[34:], lambda b: b[:-8] + bytes(8)],
    ids=["cut short", "garbled", "wrong checksum"],
)
def test_damaged_gzip(tmp_path, damage):
    rng = np.random.default_rng(0)
    packed = gzip.compress(b">a\n" + b"\n".join(rng.choice([b"A", b"C", b"G"], 3000)))
    (tmp_path / "x.fa.gz").write_bytes(damage(packed))
    with pytest.raises(InputError, match="damaged or cut short"):
        list(read_fasta(tmp_path / "x.fa.gz"))


def test_not_a_text_file(tmp_path):
    (tmp_path / "x.fa").write_bytes(b"PAR1\x15\xff\xfe\x00")
    with pytest.raises(InputError, match="not a text file"):
        list(read_fasta(tmp_path / "x.fa"))

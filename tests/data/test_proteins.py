"""Protein sequences at the door."""

import gzip

import pandas as pd
import pytest

from regard.data.proteins import called, read_proteins
from regard.errors import InputError


def write(path, text):
    path.write_text(text)
    return path


def test_fasta_as_it_comes(tmp_path):
    path = write(tmp_path / "a.fasta", ">one first\nmkta yiaKQ\nrqisx*\n\n>two\nACDEFGHIKLUB\n>three\nMKTAYIAKQRQISX\n")
    table = read_proteins(path)
    assert table.id.tolist() == ["one", "two", "three"]
    assert table.sequence.tolist() == ["MKTAYIAKQRQISX", "ACDEFGHIKLUB", "MKTAYIAKQRQISX"]
    assert table.unusual.tolist() == [1, 2, 1]
    assert table.same_as.tolist() == ["", "", "one"]


def test_bare_sequence_table_and_gzip(tmp_path):
    bare = write(tmp_path / "lysozyme.txt", "KVFGRCELAA\nAMKRHGLDNY\n")
    assert read_proteins(bare).values.tolist() == [["lysozyme", "KVFGRCELAAAMKRHGLDNY", 0, ""]]
    zipped = tmp_path / "b.fa.gz"
    zipped.write_bytes(gzip.compress(b">z\nKVFGRCELAAAM\n"))
    assert read_proteins(zipped).id.tolist() == ["z"]
    tsv = write(tmp_path / "c.tsv", "id\tsequence\np\tKVFGRCELAAAM\n")
    assert read_proteins(tsv).id.tolist() == ["p"]
    pd.DataFrame({"sequence": ["KVFGRCELAAAM"]}).to_parquet(tmp_path / "d.parquet")
    assert read_proteins(tmp_path / "d.parquet").id.tolist() == ["seq1"]


def test_csv_and_kmer_text(tmp_path):
    path = write(tmp_path / "c.csv", '\ufeffid,sequence,name\np,KVFGRCELAAAM,"lysozyme, C"\n')
    assert read_proteins(path)[["id", "sequence"]].values.tolist() == [["p", "KVFGRCELAAAM"]]
    path = write(tmp_path / "k.tsv", "sequence\nKVF VFG FGR GRC RCE CEL ELA LAA\n")
    assert read_proteins(path).sequence.tolist() == ["KVFGRCELAA"]
    path = write(tmp_path / "b.tsv", "sequence\nKVFGRCELAA AMKRHGLDNY\n")
    assert read_proteins(path).sequence.tolist() == ["KVFGRCELAAAMKRHGLDNY"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (">d\nACGTACGTACGTACGT\n", "DNA or RNA"),
        (">r\nACGUNACGUACGUACG\n", "DNA or RNA"),
        (">s\nMKTAY*IAKQRQIS\n", r"'\*' at residue 6 is a stop inside"),
        (">g\nMKTAY-IAKQRQIS\n", "'-' at residue 6 is a gap"),
        (">n\nMKTAY1IAKQRQIS\n", "'1' at residue 6 is no amino acid"),
        (">t\nMKTAY\n", "5 residues; expected 10 to"),
        (">x\nXXXXXXXXXXXX\n", "nothing but X"),
        (">a\nMKTAYIAKQRQIS\n>a\nMKTAYIAKQRQIS\n", "'a' stands more than once"),
        (">e\n>f\nMKTAYIAKQRQIS\n", "'e'.*no sequence"),
        ("sequence,sequence\nMKTAYIAKQRQIS,MKTAYIAKQRQIT\n", "'sequence' stands more than once"),
        ("", "no sequence in it"),
    ],
)
def test_bad_input_is_one_line_with_its_place(text, says, tmp_path):
    path = write(tmp_path / "bad.fa", text)
    with pytest.raises(InputError, match=says) as caught:
        read_proteins(path)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)


def test_no_such_file(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_proteins(tmp_path / "none.fa")


def test_an_accession_finds_the_id_that_holds_it():
    ids = ["sp|P00698|LYSC_CHICK", "tr|A0A1|A0A1_CHICK", "chain|A", "P1"]
    assert called("P00698", ids) == called("LYSC_CHICK", ids) == called(ids[0], ids) == [0]
    assert called("sp|P1|NAME", ids) == [3] and called("A", ids) == [] and called("sp", ids) == []
    assert called("P00698", [*ids, "P00698"]) == [4]  # the id itself comes first

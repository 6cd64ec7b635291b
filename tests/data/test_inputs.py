"""Inputs as they come are read rightly; bad ones get one clear line."""

import gzip

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regard.data.corpus import read_corpus
from regard.data.inputs import read_sequences
from regard.errors import InputError

CLASSES = ["non-promoter", "promoter"]
DNA = "ACGTACGTACGTACGTACGTACGT"


def write(tmp_path, text, name="in.fa"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_fasta_with_everything_people_do(tmp_path):
    path = write(tmp_path, f">a label=1 tss=3\r\nacgu{DNA}\r\n{DNA}\r\n\r\n>b label=0\r\nRYACGT{DNA}N\r\n")
    table = read_sequences(path, CLASSES)
    assert table.id.tolist() == ["a", "b"]
    assert table.sequence.tolist() == ["ACGT" + DNA + DNA, "NNACGT" + DNA + "N"]
    assert table.label.tolist() == ["promoter", "non-promoter"]
    assert table.tss[0] == 3
    assert pd.isna(table.tss[1])
    assert table.ambiguous.tolist() == [0, 2]


@pytest.mark.parametrize("zipped", [False, True])
def test_tsv_parquet_and_fasta_agree(tmp_path, zipped):
    frame = pd.DataFrame({"sequence": [DNA, DNA + "A"], "label": [0, 1]})
    frame.to_parquet(tmp_path / "t.parquet")
    texts = {"t.tsv": frame.to_csv(sep="\t", index=False), "t.fa": f">seq1 label=0\n{DNA}\n>seq2 label=1\n{DNA}A\n"}
    tables = [read_sequences(tmp_path / "t.parquet", CLASSES)]
    for name, text in texts.items():
        tables.append(
            read_sequences(write(tmp_path, gzip.compress(text.encode(), mtime=0) if zipped else text, name), CLASSES)
        )
    for table in tables:
        assert table.id.tolist() == ["seq1", "seq2"]
        assert table.sequence.tolist() == [DNA, DNA + "A"]
        assert table.label.tolist() == CLASSES


def test_labels_may_be_class_names(tmp_path):
    path = write(tmp_path, f"sequence\tid\tlabel\n{DNA}\tx\tpromoter\n{DNA}\ty\tnon-promoter\n")
    assert read_sequences(path, CLASSES).label.tolist() == ["promoter", "non-promoter"]


LETTERS = st.text("ACGTNacgtnuRY", min_size=20, max_size=512).filter(lambda s: set(s.upper()) - set("NRY"))


@given(st.lists(LETTERS, min_size=1, max_size=5))
def test_any_sequences_come_back_clean_and_of_the_same_length(tmp_path_factory, sequences):
    path = tmp_path_factory.mktemp("fasta") / "x.fa"
    path.write_text("".join(f">s{i}\n{s}\n" for i, s in enumerate(sequences)))
    table = read_sequences(path, CLASSES)
    assert table.sequence.str.len().tolist() == [len(s) for s in sequences]
    assert set("".join(table.sequence)) <= set("ACGTN")
    assert table.ambiguous.tolist() == [sum(c in "RY" for c in s) for s in sequences]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no sequence in it"),
        (">a\n" + "MKVLAAGE" * 5 + "\n", r"'a'.*'L'.*is it a protein"),
        (">a\nA\n", "1 bases; the model reads 20 to 512"),
        (">a\n" + "A" * 513 + "\n", "513 bases.*cut it into windows"),
        (f">a\n{DNA}\n>a x\n{DNA}\n", "'a' stands more than once"),
        (">a\n" + "N" * 30 + "\n", "nothing but N"),
        (f">a label=7\n{DNA}\n", "label '7' is unknown; this task knows 0 = non-promoter"),
        (f">a label=1\n{DNA}\n>b\n{DNA}\n", "'b': has no label, but others do"),
        (f">a tss=99\n{DNA}\n", "tss=99 is not a position"),
        ("name\tdna\nx\ty\n", "no column 'sequence'"),
        (f"sequence\tlabel\n{DNA}\t1\n{DNA}\n", "line 3: 1 fields, but the header has 2"),
        (f"id\tsequence\nx\t\ny\t{DNA}\n", "'x': no sequence"),
        (f"sequence\tsequence\n{DNA}\t{DNA}\n", "column 'sequence' stands more than once"),
        (f"sequence,label,Label\n{DNA},1,0\n", "column 'label' stands more than once"),
        (f"sequence,label\n{DNA},1,0\n", "line 2: 3 fields, but the header has 2"),
        (f"sequence\n{DNA} {DNA}\n", "spaces in the sequence"),
        (f"sequence,tss\n{DNA},1.5\n", "tss=1.5 is not a position"),
        (f"sequence,label\n{DNA},²\n", "label '²' is unknown"),
        (b"\x00\xff\xfe\x81binary", "not a text file"),
        (b"PAR1" + b"\x00" * 40, "damaged or cut short"),
        (gzip.compress(f">a\n{DNA}\n".encode() * 1000, mtime=0)[:-20], "damaged or cut short"),
    ],
)
def test_bad_input_is_one_line_that_names_the_file(tmp_path, text, says):
    path = write(tmp_path, text)
    with pytest.raises(InputError, match=says) as caught:
        read_sequences(path, CLASSES)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_file_and_folder(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_sequences(tmp_path / "nowhere.fa", CLASSES)
    with pytest.raises(InputError, match="is a folder"):
        read_sequences(tmp_path, CLASSES)


def test_a_float_label_column_is_read_as_numbers(tmp_path):
    pd.DataFrame({"sequence": [DNA, DNA + "C"], "label": np.array([0.0, 1.0])}).to_parquet(tmp_path / "f.parquet")
    assert read_sequences(tmp_path / "f.parquet", CLASSES).label.tolist() == CLASSES


def test_csv_as_in_gue_and_quotes_and_a_byte_order_mark(tmp_path):
    path = write(tmp_path, f'\ufeffsequence,label,"id"\r\n{DNA},1,"a, b"\r\n"{DNA}A","0",c\r\n', "train.csv")
    table = read_sequences(path, CLASSES)
    assert table.id.tolist() == ["a, b", "c"] and table.sequence.tolist() == [DNA, DNA + "A"]
    assert table.label.tolist() == ["promoter", "non-promoter"]
    assert read_corpus([path]).ids == ["a, b", "c"] and read_corpus([path]).length.tolist() == [24, 25]


@pytest.mark.parametrize("k", [1, 3, 6])
def test_kmer_text_is_joined(tmp_path, k):
    text = " ".join(DNA[i : i + k] for i in range(len(DNA) - k + 1))
    path = write(tmp_path, f"sequence\tlabel\n{text}\t1\n", "dev.tsv")
    assert read_sequences(path, CLASSES).sequence.tolist() == [DNA]
    assert read_corpus([path]).length.tolist() == [len(DNA)]
    pd.DataFrame({"sequence": [text]}).to_parquet(tmp_path / "k.parquet")
    assert read_corpus([tmp_path / "k.parquet"]).length.tolist() == [len(DNA)]


def test_columns_of_parquet_that_differ_in_case_alone_are_refused(tmp_path):
    pd.DataFrame({"sequence": [DNA], "Sequence": [DNA + "A"]}).to_parquet(tmp_path / "t.parquet")
    for read in (lambda path: read_sequences(path, CLASSES), lambda path: read_corpus([path])):
        with pytest.raises(InputError, match="column 'sequence' stands more than once"):
            read(tmp_path / "t.parquet")

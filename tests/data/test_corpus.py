import gzip

import numpy as np
import pandas as pd
import pytest

from regard.data import corpus
from regard.data.corpus import read_corpus
from regard.data.sequences import decode
from regard.errors import InputError


def text_of(read):
    return [decode(read.codes[a:b]) for a, b in zip(read.start, read.start[1:], strict=False)]


def test_fasta_tsv_and_parquet_read_alike(tmp_path, monkeypatch):
    monkeypatch.setattr(corpus, "BATCH", 2)  # several batches
    (tmp_path / "a.fa").write_text(">x label=10\nACGU\nac\n>x label=9\nRRT\n>\nGGG\n")
    (tmp_path / "b.tsv.gz").write_bytes(gzip.compress(b"Label\tID\tSequence\n10\tx\tacgtac\n9\tx\tNNT\n\tseq3\tGGG\n"))
    table = pd.DataFrame({"sequence": ["ACGTAC", "NNT", "GGG"], "label": [10.0, 9.0, None], "id": ["x", "x", "seq3"]})
    table.to_parquet(tmp_path / "c.parquet")
    for name in ("a.fa", "b.tsv.gz", "c.parquet"):
        read = read_corpus([tmp_path / name])
        assert text_of(read) == ["ACGTAC", "NNT", "GGG"]
        assert read.ids == ["x", "x", "seq3"]
        assert read.classes == ["9", "10"]  # numbers in their order
        assert read.label.tolist() == [1, 0, -1]


def test_two_files_share_their_classes_and_count_their_own_rows(tmp_path):
    (tmp_path / "a.fa").write_text(">a label=no\nAC\n>b label=yes\nACG\n")
    (tmp_path / "b.fa").write_text(">c label=yes\nACGT\n")
    read = read_corpus([tmp_path / "a.fa", tmp_path / "b.fa"])
    assert read.label.tolist() == [0, 1, 1]
    assert read.row(np.arange(3)).tolist() == [1, 2, 1]
    assert read.padded(np.array([2, 0])).tolist() == [[0, 1, 2, 3], [0, 1, 4, 4]]
    seen = {int(i): codes[j].tolist() for part, codes in read.by_length(np.arange(3)) for j, i in enumerate(part)}
    assert seen == {0: [0, 1], 1: [0, 1, 2], 2: [0, 1, 2, 3]}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no sequence"),
        (">a\nACGT\n>b\nACFT\n", r"record 2: letter 'F' at base 3 .*protein"),
        (">a\nACGé\n", "letter 'É' at base 4"),
        (">a\n>b\nAC\n", "record 1: no sequence"),
        ("sequence\tlabel\nAC\n", "line 2: 1 fields"),
        ("seq\tlabel\nAC\t1\n", "no column 'sequence'"),
        (f">a\n{'A' * 1_000_001}\n", "cut it into windows"),
        ("sequence\tlabel\n" + "".join(f"AC\t{i}.5\n" for i in range(300)), "300 different labels"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path, text, says):
    (tmp_path / "in.txt").write_text(text)
    with pytest.raises(InputError, match=says):
        read_corpus([tmp_path / "in.txt"])


def test_a_damaged_parquet_file_is_named(tmp_path):
    (tmp_path / "in.parquet").write_bytes(b"PAR1 and then nothing")
    with pytest.raises(InputError, match="damaged"):
        read_corpus([tmp_path / "in.parquet"])


def test_numbers_in_place_of_sequences_are_named(tmp_path):
    pd.DataFrame({"sequence": [1.0, 2.0]}).to_parquet(tmp_path / "x.parquet")
    with pytest.raises(InputError, match="column 'sequence' holds double; expected text"):
        read_corpus([tmp_path / "x.parquet"])

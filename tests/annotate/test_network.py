import numpy as np
import pytest

from regard.annotate.network import read_gold
from regard.errors import InputError

GENES = ["a", "b", "c"]


def read(tmp_path, text):
    path = tmp_path / "gold.tsv"
    path.write_text(text)
    gold, remarks = read_gold(path, GENES)
    return gold.values[0], remarks


@pytest.mark.parametrize(
    "text",
    [
        "a\tb\t1\nb\tc\t0.5\na\tc\t0\n",
        "a\tb\nb\tc\n",
        "regulator\ttarget\tweight\na\tb\t1\nb\tc\t1\n",
        '"TF"\t"target"\n"a"\t"b"\n\n"b"\t"c"\n',
        "a\tb\t1\na\tb\t1\nb\tc\t1\n",
    ],
)
def test_row_is_target_and_column_regulator(tmp_path, text):
    gold, remarks = read(tmp_path, text)
    assert np.argwhere(gold).tolist() == [[1, 0], [2, 1]]
    assert not remarks


def test_what_is_not_judged_is_said(tmp_path):
    gold, remarks = read(tmp_path, "a\tb\na\tx\nc\tc\n")
    assert gold.sum() == 1
    assert any("1 of 3 known edges" in r and "x" in r for r in remarks)
    assert any("to itself" in r for r in remarks)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no known edge"),
        ("a\tb\t0\n", "no known edge"),
        ("a b\n", "1 fields"),
        ("a\tb\t1\na\tc\tyes\n", "line 2: weight 'yes'"),
        ("a\tb\t-1\n", "weight '-1'"),
        ("a\tb\t1\na\tb\t0\n", "as an edge and as none"),
        ("x\ty\t1\n", "none of its 1 edges"),
    ],
)
def test_bad_golds_get_one_line(tmp_path, text, says):
    with pytest.raises(InputError, match=says) as error:
        read(tmp_path, text)
    assert "gold.tsv" in str(error.value)

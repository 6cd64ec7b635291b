import numpy as np
import pytest

from regard.annotate.network import read_gold
from regard.errors import InputError

GENES = ["a", "b", "c"]


def read(tmp_path, text):
    path = tmp_path / "gold.tsv"
    path.write_text(text)
    gold, remarks = read_gold(path, GENES)
    return gold.edges, remarks


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
    assert np.argwhere(gold.toarray()).tolist() == [[1, 0], [2, 1]]
    assert not remarks


def test_what_is_not_judged_is_said(tmp_path):
    gold, remarks = read(tmp_path, "a\tb\na\tx\nc\tc\n")
    assert gold.nnz == 1
    assert any("1 of 3 known edges" in r and "x" in r for r in remarks)
    assert any("to itself" in r for r in remarks)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no known edge"),
        ("a\tb\t0\n", "no known edge"),
        ("a b\n", "1 fields"),
        ("a\tb\t1\na\tc\tyes\n", "line 2: weight 'yes'"),
        ("a\tb\t1_0\n", "weight '1_0'.*digits 0 to 9"),
        ("a\tb\t١\n", "weight '١'"),
        ('a,b,"1,250"\n', "weight '1,250'.*a comma in it"),
        ("a\tb\t" + "9" * 5000 + "\n", r"weight '9+…' \(5,000 characters\)"),
        ("regulator\ttf\ttarget\na\ta\tb\n", "'regulator' and 'tf' may both be the regulator"),
        ("a\tb\t1\tx\n", "4 fields and no names of columns"),
        ("Gene1,Gene2,Type\na,b,ChIP\n", "line 2: 'ChIP' is no effect"),
        ('a,"b\n', "line 1: a quote is not closed"),
        ("a\tb\t1\na\tb\t0\n", "as an edge and as none"),
        ("x\ty\t1\n", "none of its 1 edges"),
    ],
)
def test_bad_golds_get_one_line(tmp_path, text, says):
    with pytest.raises(InputError, match=says) as error:
        read(tmp_path, text)
    assert "gold.tsv" in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        "target\tregulator\nb\ta\nc\tb\n",
        "Target.Gene,TF\nb,a\nc,b\n",
        "gene;source;weight\nb;a;1\nc;b;1\n",
        ",importance,Gene2,Gene1\n0,1,b,a\n1,2,c,b\n",
        '"TF"\t"gene"\n"1"\t"a"\t"b"\n"2"\t"b"\t"c"\n',
        "\ufefftarget\ttf\r\nb\ta\r\nc\tb\r\n",
        "weight\ttarget\ttf\n1\tb\ta\n0\ta\tb\n2\tc\tb\n",
    ],
)
def test_columns_are_found_by_name(tmp_path, text):
    gold, remarks = read(tmp_path, text)
    assert np.argwhere(gold.toarray()).tolist() == [[1, 0], [2, 1]]
    assert not remarks


@pytest.mark.parametrize(
    "text",
    [
        "Gene1,Gene2,Type\na,b,+\nb,c,-\na,c,?\n",
        "Gene1\tGene2\tType\na\tb\tactivation\nb\tc\tRepression\na\tc\tUnknown\n",
        "a\tb\t+\nb\tc\t−\na\tc\t+-\n",
        "tf,mor,target\na,0.4,b\nb,-1,c\na,1,c\na,-1,c\n",
    ],
)
def test_signs_are_kept(tmp_path, text):
    path = tmp_path / "gold.csv"
    path.write_text(text)
    known, _ = read_gold(path, GENES)
    assert np.argwhere(known.edges.toarray()).tolist() == [[1, 0], [2, 0], [2, 1]]
    assert known.sign is not None
    assert (known.sign[1, 0], known.sign[2, 1], known.sign[2, 0]) == (1, -1, 0)


def test_a_weight_without_any_below_0_is_no_sign_and_other_columns_are_named(tmp_path):
    path = tmp_path / "gold.tsv"
    path.write_text("TF\ttarget\tweight\tPMID\na\tb\t1\t12345\n")
    known, remarks = read_gold(path, GENES)
    assert known.sign is None and remarks == ["gold.tsv: columns that are not read: PMID"]


@pytest.mark.parametrize("header", ["", "source\tinteraction\ttarget\n"])
def test_a_sif_file_has_its_type_in_the_middle(tmp_path, header):
    path = tmp_path / "gold.sif"
    path.write_text(header + "a\tactivates\tb\nb\trepresses\tc\n")
    known, remarks = read_gold(path, GENES)
    assert np.argwhere(known.edges.toarray()).tolist() == [[1, 0], [2, 1]] and not remarks
    assert (known.sign[1, 0], known.sign[2, 1]) == (1, -1)


def test_a_hint_where_only_capitals_differ(tmp_path):
    with pytest.raises(InputError, match=r"2 would be but for capitals \(A here, a in the table\)"):
        read(tmp_path, "A\tB\n")
    _, remarks = read(tmp_path, "a\tb\na\tC\nx\ta\n")
    assert ["C here, c in the table" in remark for remark in remarks] == [True]
    _, remarks = read(tmp_path, "a\tb\nx\ta\n")
    assert "capitals" not in remarks[0]


def test_a_sif_file_of_cytoscape_names_several_targets_and_any_type(tmp_path):
    path = tmp_path / "gold.sif"
    path.write_text("a pd b c\nlonely\nb inhibits c\n")
    known, remarks = read_gold(path, GENES)
    assert np.argwhere(known.edges.toarray()).tolist() == [[1, 0], [2, 0], [2, 1]] and not remarks
    assert known.sign.toarray()[2].tolist()[:2] == [0, -1]
    path.write_text("a\tb\n")
    with pytest.raises(InputError, match=r"gold\.sif, line 1: 2 fields; expected SIF"):
        read_gold(path, GENES)


def test_known_edges_by_ids_of_another_version_and_by_other_names(tmp_path):
    path = tmp_path / "gold.tsv"
    path.write_text("regulator\ttarget\nENSG00000000001.7\tSPI1\n")
    known, remarks = read_gold(path, ["ENSG00000000001.2", "ENSG00000000002"], {"SPI1": "ENSG00000000002"})
    assert known.edges.toarray().tolist() == [[False, False], [True, False]]
    assert "2 names are of genes that the table calls otherwise" in remarks[0]

"""Lists of protein variants as people have them."""

import numpy as np
import pytest

from regard.data.changes import labels_of, read_change, read_changes
from regard.data.variants import Variant
from regard.errors import InputError

SEQUENCE = "ADEKLMNPQRST"


@pytest.mark.parametrize(
    ("text", "name", "applied"),
    [
        ("A1P", "", "PDEKLMNPQRST"),
        ("p.(Ala1Pro)", "", "PDEKLMNPQRST"),
        ("NP_1.1:p.Ala1Pro", "NP_1.1", "PDEKLMNPQRST"),
        ("A1P:D2N", "", "PNEKLMNPQRST"),
        ("A1P;D2N", "", "PNEKLMNPQRST"),
        ("p.[Ala1Pro;Asp2Asn]", "", "PNEKLMNPQRST"),
        ("enzyme:A1P:D2N", "enzyme", "PNEKLMNPQRST"),
        ("p.Lys4del", "", "ADELMNPQRST"),
        ("K4_M6del", "", "ADENPQRST"),
        ("A1P;K4del", "", "PDELMNPQRST"),
    ],
)
def test_each_way_of_writing(text, name, applied):
    found, change = read_change(text)
    assert found == name and change.apply(SEQUENCE) == applied
    assert all(SEQUENCE[v.position] == v.wild for v in change.substitutions)


@pytest.mark.parametrize("text", ["", "A1", "enzyme", "A1P;x", "A1P;A1V", "A1P;A1_K4del", "M6_K4del", "A0P", "A1A"])
def test_what_is_no_change_is_one_line(text):
    with pytest.raises(InputError) as caught:
        read_change(text)
    assert "\n" not in str(caught.value)


def write(folder, text, name="list.tsv"):
    (folder / name).write_text(text)
    return folder / name


def test_a_bare_list_and_a_table(tmp_path):
    found, remarks = read_changes(write(tmp_path, "# mine\nA1P\n\nD2N:E3Q\nA1Ter\np.Lys4fs\n"))
    assert [one.change.text for one in found] == ["A1P", "D2N:E3Q"] and [one.line for one in found] == [2, 4]
    assert remarks == ["list.tsv: 2 lines are stops, frameshifts, insertions or no change, and left out (5, 6)"]
    table = "protein,HGVS,DMS_score\nP1,p.Ala1Pro,-1.5\nP1,p.Asp2Asn,NA\n"
    found, _ = read_changes(write(tmp_path, table, "list.csv"))
    assert [(one.id, one.label) for one in found] == [("P1", "-1.5"), ("P1", "")]
    assert found[0].change.substitutions == (Variant("A", 0, "P"),)


@pytest.mark.parametrize(
    ("text", "positions"),
    [
        ("variant\nA1P\nA1P;D2N\n", [[0], [0, 1]]),
        ("A1P;K4del\nA1P\n", [[0, 3], [0]]),
        ("A1P\n# more\np.[Ala1Pro;Asp2Asn]\n", [[0], [0, 1]]),
        ("variant;label\nA1P;1\nD2N;2\n", [[0], [1]]),
    ],
)
def test_a_semicolon_joins_changes_in_a_list_and_parts_columns_in_a_table(tmp_path, text, positions):
    found, _ = read_changes(write(tmp_path, text))
    assert [one.change.positions for one in found] == positions


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("A1P\nwhat\n", r"line 2: variant 'what': expected one amino acid"),
        ("name\tvalue\nA1P\t1\n", "line 1: no column variant, hgvs or mutant; there are name, value"),
        ("variant\tlabel\nA1P\n", "line 2: 1 columns, the header has more"),
        ("variant\nA1Ter\n", "no variant in it"),
    ],
)
def test_a_damaged_list_names_its_line(tmp_path, text, says):
    with pytest.raises(InputError, match=says):
        read_changes(write(tmp_path, text))


def labels(tmp_path, *values):
    path = write(tmp_path, "variant\tlabel\n" + "".join(f"A{k}P\t{v}\n" for k, v in enumerate(values, 1)))
    return labels_of(path, read_changes(path)[0])


def test_labels_are_higher_for_worse(tmp_path):
    worse, kind = labels(tmp_path, "Pathogenic", "benign", "", "likely benign")
    assert kind == "two classes" and np.array_equal(worse, [1, 0, np.nan, 0], equal_nan=True)
    worse, kind = labels(tmp_path, "0", "1", "1")
    assert kind == "two classes" and worse.tolist() == [0, 1, 1]
    worse, kind = labels(tmp_path, "0.5", "-2", "3")
    assert kind == "a score" and worse.tolist() == [-0.5, 2, -3]
    assert labels(tmp_path, "", "NA") is None
    with pytest.raises(InputError, match="line 3: label 'maybe'"):
        labels(tmp_path, "1", "maybe")
    with pytest.raises(InputError, match="all labels are 1"):
        labels(tmp_path, "1", "1")


def test_a_change_is_named_without_its_id_and_in_the_order_given():
    assert read_change("p:L5R:Asp2Asn;K8_L9del")[1].name == "L5R:D2N:K8_L9del"
    assert read_change("p.Lys8del")[1].single == Variant("K", 7, "") and read_change("K8_L9del")[1].single is None
    assert read_change("A2M:A4T", ["A2M"])[0] == "A2M" and read_change("A2M:A4T")[0] == ""

"""Lists of regulators as people have them: a list, a list with a header, a table of factors."""

from __future__ import annotations

import pytest

from regard.data.regulators import read_regulators, regulators_named
from regard.errors import InputError

GENES = ["GATA1", "MYC", "SPI1", "TP53"]
IDS = ["ENSG00000102145.15", "ENSG00000136997.21", "ENSG00000066336.13", "ENSG00000141510.18"]
LAMBERT = """,Ensembl ID,HGNC symbol,DBD,Is TF?,TF assessment
0,ENSG00000102145,GATA1,GATA,Yes,Known motif
1,ENSG00000136997,MYC,bHLH,Yes,"Known, by ChIP"
2,ENSG00000141510,TP53,p53,No,ssDNA
3,ENSG00000999999,OTHER,Unknown,Yes,Inferred
"""


def read(tmp_path, text, genes=GENES):
    path = tmp_path / "tf.csv"
    path.write_text(text)
    return read_regulators(path, genes)


@pytest.mark.parametrize("header", ["TF\n", "HGNC symbol\n", "x\n", "# factors\nGene\n", ""])
def test_a_list_with_or_without_a_header(tmp_path, header):
    found, remarks = read(tmp_path, header + "MYC\nTP53\nLOST\n")
    assert found == [1, 3]
    assert remarks == ["tf.csv: 1 of 3 regulators are no gene of the table and left out: LOST"]


@pytest.mark.parametrize(("genes", "column"), [(GENES, "HGNC symbol"), (IDS, "Ensembl ID")])
def test_a_table_of_factors_is_read_by_the_column_that_fits(tmp_path, genes, column):
    found, remarks = read(tmp_path, LAMBERT, genes)
    assert found == [0, 1]
    assert any(f"column {column!r}" in one for one in remarks)
    assert any("1 rows are left out, of which it says that they are no factors" in one for one in remarks)
    assert any("1 of 3 regulators are no gene" in one for one in remarks)
    assert any("calls otherwise" in one for one in remarks) == (genes is IDS)
    assert {"GATA1", "ENSG00000102145"} <= set(regulators_named(tmp_path / "tf.csv"))


def test_a_table_with_names_of_rows_as_R_writes_it(tmp_path):
    assert read(tmp_path, "Symbol\tFamily\n1\tSPI1\tETS\n2\tMYC\tbHLH\n")[0] == [1, 2]
    with pytest.raises(InputError, match=r"tf\.csv, line 2: 1 fields, but its header has 2"):
        read(tmp_path, "Family\tSymbol\nETS\n")


def test_ids_where_the_table_has_symbols_are_one_line(tmp_path):
    with pytest.raises(InputError, match=r"these are Ensembl ids and the table's names are not: .*--gene-names COLUMN"):
        read(tmp_path, "\n".join(IDS))

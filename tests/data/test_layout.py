"""Which way a table lies, and what stands in it that is no gene: eight genes, twelve cells, written as people write."""

import numpy as np
import pytest

from regard.data.expression_files import read_expression
from regard.errors import InputError

GENES = ["GATA1", "TAL1", "KLF1", "SPI1", "CEBPA", "RUNX1", "FLI1", "JUN"]
CELLS = [f"{''.join('ACGT'[k // 4**i % 4] for i in range(10))}-1" for k in range(12)]
VALUES = np.random.default_rng(0).poisson(5, size=(12, 8)).astype(float) + 0.25


def write(path, rows, columns, values, corner="", separator=","):
    head = [*([] if corner is None else [corner]), *columns]
    lines = [separator.join(head)]
    lines += [separator.join([name, *map(str, row)]) for name, row in zip(rows, values, strict=True)]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize("corner", ["", None, "gene", "Gene.Symbol", "X"], ids=["empty", "R", "gene", "symbol", "X"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_genes_in_rows_are_seen_and_said(tmp_path, corner, separator):
    table = read_expression(write(tmp_path / "x.csv", GENES, CELLS, VALUES.T, corner, separator))
    assert (table.genes, table.samples) == (GENES, CELLS)
    assert np.array_equal(table.values, VALUES)
    assert any("genes are in its rows" in remark for remark in table.remarks)


def test_cells_as_beeline_calls_them(tmp_path):
    names = [f"E{i}_{i % 3}" for i in range(12)]
    assert read_expression(write(tmp_path / "x.csv", GENES, names, VALUES.T)).samples == names


@pytest.mark.parametrize("names", [[f"patient_{i}" for i in range(12)], [f"GSM{i}" for i in range(200, 212)], CELLS])
def test_genes_in_columns_stay_there(tmp_path, names):
    table = read_expression(write(tmp_path / "x.csv", names, GENES, VALUES))
    assert (table.genes, table.samples) == (GENES, names)
    assert np.array_equal(table.values, VALUES)
    assert table.remarks == read_expression(tmp_path / "x.csv", known={"GATA1"}).remarks == ()  # nobody doubts it


def test_regulators_and_the_option_decide_where_names_do_not(tmp_path):
    odd = [f"P{i}X" for i in range(12)]
    path = write(tmp_path / "x.csv", GENES, odd, VALUES.T)
    with pytest.raises(InputError, match=r"x\.csv: are the genes in its rows \(GATA1, .*--genes-in rows or") as error:
        read_expression(path)
    assert "\n" not in str(error.value)
    for how in ({"known": {"GATA1", "ABC"}}, {"genes_in": "rows"}):
        table = read_expression(path, **how)
        assert (table.genes, table.samples) == (GENES, odd) and len(table.remarks) == 1
    assert read_expression(path, genes_in="columns").genes == odd
    with pytest.raises(InputError, match="expected rows or columns"):
        read_expression(path, genes_in="both")
    with pytest.raises(InputError, match="its rows have no names"):
        read_expression(write_plain(tmp_path / "y.csv"), genes_in="rows")


def write_plain(path):
    lines = [",".join(GENES), *(",".join(map(str, row)) for row in VALUES)]
    path.write_text("\n".join(lines) + "\n")
    return path


def test_a_column_called_sample_is_believed(tmp_path):
    path = write(tmp_path / "x.csv", GENES, [f"P{i}X" for i in range(12)], VALUES.T, "sample")
    assert read_expression(path).samples == GENES


@pytest.mark.parametrize(
    ("before", "left"),
    [
        ({"": range(12), "Unnamed: 0": range(12)}, ["Unnamed: 0"]),
        ({"Unnamed: 0.1": range(12), "CellID": CELLS}, ["Unnamed: 0.1"]),
        ({"CellID": range(1, 13), "n_counts": range(200, 212)}, ["n_counts"]),
        ({"sample": CELLS, "nCount_RNA": range(40, 52), "percent.mt": [0.5] * 12}, ["nCount_RNA", "percent.mt"]),
        ({"sample": CELLS, "leiden": ["T cell"] * 12}, ["leiden"]),
        ({"no": range(12)}, ["no"]),
        ({"sample": CELLS, "mine": range(731, 743)}, ["mine"]),
    ],
)
def test_what_is_no_gene_is_left_out_and_said(tmp_path, before, left):
    columns = {name: list(values) for name, values in before.items()}
    columns |= {gene: VALUES[:, i].tolist() for i, gene in enumerate(GENES)}
    path = tmp_path / "x.csv"
    rows = [",".join(map(str, row)) for row in zip(*columns.values(), strict=True)]
    path.write_text(",".join(columns) + "\n" + "\n".join(rows) + "\n")
    table = read_expression(path)
    assert table.genes == GENES and np.array_equal(table.values, VALUES)
    assert all(any(repr(name) in remark for remark in table.remarks) for name in left)


def test_a_quoted_name_may_hold_the_separator(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text('# exported\n"sample","A","B","C"\n"plate 1, A1",1,2,3\n"p2",4,5,6\n"p3",1,2,9\n')
    table = read_expression(path)
    assert table.samples == ["plate 1, A1", "p2", "p3"] and table.values[0].tolist() == [1, 2, 3]


def test_a_transposed_h5ad_is_turned(tmp_path):
    anndata = pytest.importorskip("anndata", reason="the extra h5ad is not installed")
    import pandas as pd

    obs, var = pd.DataFrame(index=GENES), pd.DataFrame(index=CELLS)
    anndata.AnnData(VALUES.T, obs=obs, var=var).write_h5ad(tmp_path / "t.h5ad")
    table = read_expression(tmp_path / "t.h5ad")
    assert (table.genes, table.samples) == (GENES, CELLS) and np.array_equal(table.values, VALUES)
    assert "rows (obs)" in table.remarks[0]
    assert read_expression(tmp_path / "t.h5ad", genes_in="columns").genes == CELLS
    odd = pd.DataFrame(index=[f"P{i}X" for i in range(12)])
    anndata.AnnData(VALUES, obs=odd, var=obs).write_h5ad(tmp_path / "u.h5ad")
    assert read_expression(tmp_path / "u.h5ad").genes == GENES

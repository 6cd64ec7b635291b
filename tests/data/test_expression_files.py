import gzip

import numpy as np
import pytest

from regard.data.expression_files import read_expression
from regard.errors import InputError
from tests.toys.networks import planted, write


def read(tmp_path, text, name="x.tsv"):
    path = tmp_path / name
    path.write_text(text)
    return read_expression(path)


def test_quoted_header_and_no_sample_names(tmp_path):
    table = read(tmp_path, '"G1"\t"G2"\t"G3"\n1\t2\t3\n4\t5\t6\n7\t8\t9.5\n')
    assert table.genes == ["G1", "G2", "G3"]
    assert table.samples == ["1", "2", "3"]
    assert table.values.tolist() == [[1, 2, 3], [4, 5, 6], [7, 8, 9.5]]
    assert table.time is None and table.perturbation is None


def test_blank_lines_and_falling_times_begin_a_series(tmp_path):
    text = '"Time"\t"A"\t"B"\t"C"\n\n0\t1\t2\t3\n10\t1\t2\t3\n\n20\t1\t2\t3\n30\t1\t2\t3\n5\t1\t2\t3\n'
    table = read(tmp_path, text)
    assert table.series.tolist() == [0, 0, 1, 1, 2]
    assert table.time.tolist() == [0, 10, 20, 30, 5]
    assert table.genes == ["A", "B", "C"]


def test_samples_outside_a_time_series(tmp_path):
    table = read(tmp_path, "sample,Time,A,B,C\nwt,,1,2,3\na,0,1,2,4\nb,1,1,2,5\n", "x.csv")
    assert table.samples == ["wt", "a", "b"]
    assert table.series.tolist() == [-1, 0, 0]
    assert np.isnan(table.time[0])


@pytest.mark.parametrize(
    "text",
    ["A\tB\tC\nx\t1\t2\t3\ny\t4\t5\t6\nz\t7\t8\t9\n", ",A,B,C\nx,1,2,3\ny,4,5,6\nz,7,8,9\n"],
    ids=["R", "pandas"],
)
def test_row_names_without_a_name(tmp_path, text):
    table = read(tmp_path, text)
    assert table.samples == ["x", "y", "z"]
    assert table.genes == ["A", "B", "C"]
    assert table.values[2].tolist() == [7, 8, 9]


def test_gzip(tmp_path):
    path = tmp_path / "x.tsv.gz"
    path.write_bytes(gzip.compress(b"A\tB\tC\n1\t2\t3\n1\t2\t3\n1\t2\t3\n"))
    assert read_expression(path).values.shape == (3, 3)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no samples"),
        ("A\tB\tC\n", "no samples"),
        ("A\n1\n", "one column"),
        ("A\tB\tC\n1\t2\t3\n1\t2\n", "line 3: 2 fields, but the header has 3"),
        ("A\tB\tC\n1\t2\t3\n1\tNA\t3\n1\t2\t3\n", "line 3, column 'B': 'NA'"),
        ("A\tB\tC\n1\t2\t3\n1\tnan\t3\n1\t2\t3\n", "sample '2', gene 'B'"),
        ("A\tB\tC\n1\t2\t3\n1\t\t3\n1\t2\t3\n", "line 3, column 'B'"),
        ("A\tB\tC\n1\t2\t3\n1\tinf\t3\n1\t2\t3\n", "inf"),
        ("cell\tA\tB\nAAAC\t1\t2\nAAAG\t1\t2\n", "3 of each are the least"),
        ("what\tA\tB\nP1\t1\t2\nP2\t1\t2\n", "call the first column 'sample' or 'gene'"),
        ("A\tB\tC\n1,5\t2\t3\n", "line 2, column 'A': '1,5' is no expression; a comma in it"),
        ("sample;A;B;C\ns1;1,5;2;3\n", "line 2, column 'A': '1,5' is no expression; a comma in it"),
        ('sample,A,B,C\ns1,"1,250",2,3\n', "'1,250' is no expression; a comma in it"),
        ("A\tB\tC\n1_0\t2\t3\n", "'1_0' is no expression; write it with the digits 0 to 9"),
        ("A\tB\tC\n١\t2\t3\n", "'١' is no expression"),
        ("A\tB\tC\n²\t2\t3\n", "'²' is no expression"),
        ("A\tB\tC\n1\t2\t" + "9" * 5000 + "\n", "(5,000 characters) is no expression; it is too large"),
        ("A\tB\tC\n1\t2\t3\n1\t1e200\t3\n1\t2\t4\n", "sample '2', gene 'B': 1e+200 is too large"),
        ("A\tB\tC\n1\t1e-200\t3\n1\t2e-200\t3\n1\t1e-201\t4\n", "sample '2', gene 'B': 2e-200 is too small"),
        ("sample\tsample\tA\tB\tC\na\tb\t1\t2\t3\n", "column 'sample' stands more than once"),
        ("1.5\t2\t3\n1\t2\t3\n", "does not look like genes"),
        ("cell1\tcell2\tcell3\n1\t2\t3\n", "does not look like genes"),
        ("A\tB\tA\n1\t2\t3\n1\t2\t3\n1\t2\t3\n", "gene 'A' stands more than once"),
        ("sample\tA\tB\tC\nx\t2\t3\t1\nx\t2\t3\t1\ny\t2\t3\t1\n", "sample 'x' stands more than once"),
        ("A\tB\tC\n1\t2\t3\n", "3 of each are the least"),
        ("Time\tA\tB\tC\nnow\t1\t2\t3\n", "time 'now' is no number"),
        ("A\t\tC\n1\t2\t3\n1\t2\t3\n1\t2\t3\n", "gene 2 of the header has no name"),
    ],
)
def test_bad_tables_get_one_line(tmp_path, text, says):
    with pytest.raises(InputError) as error:
        read(tmp_path, text)
    assert says in str(error.value) and "x.tsv" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_file_and_a_binary_one(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_expression(tmp_path / "none.tsv")
    (tmp_path / "x.tsv").write_bytes(b"\xff\xfe\x00\x01" * 9)
    with pytest.raises(InputError, match=r"not a text file; expected TSV or CSV"):
        read_expression(tmp_path / "x.tsv")


def test_dense_and_sparse_h5ad_are_the_text_table(tmp_path, monkeypatch):
    anndata = pytest.importorskip("anndata", reason="the extra h5ad is not installed")
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    sparse = pytest.importorskip("scipy.sparse", reason="scipy is not installed")
    monkeypatch.setattr("regard.data.hdf5.BLOCK", 70)  # 7 cells together, so that blocks have to meet
    expression = planted(30)
    values = np.where(expression.values < 0, 0, expression.values)
    write(type(expression)(values, expression.genes, expression.samples), tmp_path / "x.tsv")
    wanted = read_expression(tmp_path / "x.tsv")
    for name, x in {"dense": values, "csr": sparse.csr_matrix(values), "csc": sparse.csc_matrix(values)}.items():
        obs, var = pandas.DataFrame(index=expression.samples), pandas.DataFrame(index=expression.genes)
        anndata.AnnData(x, obs=obs, var=var).write_h5ad(tmp_path / f"{name}.h5ad")
        found = read_expression(tmp_path / f"{name}.h5ad")
        assert np.array_equal(found.values, wanted.values), name
        assert (found.genes, found.samples) == (wanted.genes, wanted.samples)


def test_bad_h5ad_gets_one_line(tmp_path):
    pytest.importorskip("anndata", reason="the extra h5ad is not installed")
    (tmp_path / "x.h5ad").write_text("no hdf5")
    with pytest.raises(InputError, match=r"not an \.h5ad file"):
        read_expression(tmp_path / "x.h5ad")
    with pytest.raises(InputError, match="no such file"):
        read_expression(tmp_path / "y.h5ad")


def test_genes_that_a_spreadsheet_made_dates_of_are_said(tmp_path):
    rows = "s1\t1\t2\t3\t4\ns2\t2\t3\t4\t1\ns3\t1\t1\t1\t3\n"
    said = read(tmp_path, "sample\t1-Mar\tSep-02\t2002-12-01\tSEP2\n" + rows).remarks
    assert [one.split(": ")[1] for one in said] == ["'1-Mar', 'Sep-02', '2002-12-01'"] and "spreadsheets" in said[0]
    assert read(tmp_path, "sample\tMARCH1\tSEPTIN2\tDEC1\tNKX2-1\n" + rows).remarks == ()


@pytest.mark.parametrize("separator", ";,\t")
def test_the_line_that_tells_excel_the_separator_is_none_of_the_table(tmp_path, separator):
    text = "sample;A;B;C\ns1;1;2;3\ns2;2;3;4\ns3;1;1;1\n".replace(";", separator)
    assert read(tmp_path, f"sep={separator}\n{text}", "x.csv").genes == ["A", "B", "C"]

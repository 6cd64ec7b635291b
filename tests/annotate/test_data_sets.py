"""Several tables of pairs as one, with the data set of each pair."""

import pytest

from regard.annotate.data_sets import data_sets, read_data_sets
from regard.errors import InputError

HEADER = "chrom\tchromStart\tchromEnd\tmeasuredGeneSymbol\tstartTSS\tRegulated"
ROWS = ["chr1\t10\t20\tA\t500\tTRUE", "chr1\t30\t40\tA\t500\tFALSE"]


def written(path, rows, header=HEADER):
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def test_files_are_data_sets_by_their_column_or_their_name_and_no_pair_counts_twice(tmp_path):
    one = written(tmp_path / "screen.tsv", ROWS)
    named = [f"{row}\tGasperini2019" for row in (ROWS[1], "chr2\t10\t20\tB\t500\tFALSE")]
    two = written(tmp_path / "other.tsv", named, HEADER + "\tDataset")
    found = read_data_sets([one, two])
    assert found.table[["gene", "dataset", "file", "line"]].values.tolist() == [
        ["A", "screen", "screen.tsv", 2], ["A", "screen", "screen.tsv", 3], ["B", "Gasperini2019", "other.tsv", 3],
    ]  # fmt: skip
    assert data_sets(found.table) == ["screen", "Gasperini2019"] and found.source == "screen.tsv, other.tsv"
    (again,) = found.left_out.to_dict("records")
    assert (again["file"], again["line"]) == ("other.tsv", 2) and "file given before" in again["reason"]
    assert data_sets(read_data_sets([one]).table) == [] and "file" not in read_data_sets([one]).table


def test_one_file_of_both_kinds_is_enough_and_none_is_not(tmp_path):
    negatives = written(tmp_path / "n.tsv", ROWS[1:])
    assert read_data_sets([negatives, written(tmp_path / "p.tsv", ROWS[:1])]).table.regulated.tolist() == [False, True]
    with pytest.raises(InputError, match=r"n\.tsv: of 1 pairs all that are left are not regulated"):
        read_data_sets([negatives, written(tmp_path / "m.tsv", ["chr2\t10\t20\tB\t500\tFALSE"])])
    with pytest.raises(InputError, match="given twice"):
        read_data_sets([negatives, negatives])


@pytest.mark.parametrize("name", ["weight", "direct_vs_indirect_negative"])
def test_weights_are_read_under_the_names_of_the_field(tmp_path, name):
    rows = [f"{row}\t{weight}" for row, weight in zip(ROWS, ("0.25", "NA"), strict=True)]
    found = read_data_sets([written(tmp_path / "x.tsv", rows, f"{HEADER}\t{name}")])
    assert found.weights is not None and found.weights.tolist() == [0.25, 1] and found.weighted == name
    assert f"weights are `{name}`" in found.remarks[0]
    wrong = read_data_sets(
        [written(tmp_path / "y.tsv", [*rows, "chr3\t10\t20\tA\t500\tTRUE\t-1"], f"{HEADER}\t{name}")]
    )
    assert len(wrong.left_out) == 1 and len(wrong.table) == 2
    assert read_data_sets([written(tmp_path / "z.tsv", ROWS)]).weights is None

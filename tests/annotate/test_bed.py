import gzip
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regard.annotate.bed import inside, read_bed
from regard.data.regions import Region
from regard.errors import InputError

INTERVAL = st.tuples(
    st.sampled_from(["chr1", "22", "chrX"]),
    st.integers(0, 1000),
    st.integers(1, 500),
    st.sampled_from(["", "peak 1", "<b>"]),
    st.one_of(st.just(math.nan), st.integers(0, 1000).map(float)),
    st.sampled_from("+-."),
)


@given(st.lists(INTERVAL, min_size=1, max_size=8), st.integers(3, 6), st.booleans(), st.booleans())
def test_what_is_written_is_read(tmp_path_factory, intervals, columns, zipped, headed):
    text = "track name=x\nbrowser position chr1:1-2\n#chrom\tstart\tend\n" if headed else ""
    for chrom, start, length, name, score, strand in intervals:
        fields = [chrom, start, start + length, name, "." if math.isnan(score) else score, strand]
        text += "\t".join(map(str, fields[:columns])) + "\n\n"
    path = tmp_path_factory.mktemp("bed") / "x.bed.gz"
    path.write_bytes(gzip.compress(text.encode()) if zipped else text.encode())
    table = read_bed(path)
    assert list(table.columns) == ["chrom", "start", "end", "name", "score", "strand"]
    for row, (chrom, start, length, name, score, strand) in zip(table.itertuples(), intervals, strict=True):
        assert (row.chrom, row.start, row.end) == (chrom, start, start + length)
        assert row.name == (name if columns > 3 else "") and row.strand == (strand if columns > 5 else ".")
        assert row.score == score if columns > 4 and not math.isnan(score) else math.isnan(row.score)


def test_narrow_peaks_have_their_four_columns_more(tmp_path):
    path = tmp_path / "x.narrowPeak"
    path.write_text("chr1\t10\t60\tp\t500\t.\t7.5\t12.25\t-1\t25\n")
    row = read_bed(path).iloc[0]
    assert (row.signal, row.p_value, row.q_value, row.summit) == (7.5, 12.25, -1, 25)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("chr1\t5", "line 3: 2 fields"),
        ("chr1\tfive\t9", "line 3: start 'five'"),
        ("chr1\t-5\t9", "line 3: start '-5'"),
        ("chr1\t5\t1²", "line 3: start '5' and end '1²'"),
        ("chr1\t5\t" + "9" * 5000, r"line 3: start '5' and end '9{40}…' \(5,000 characters\)"),
        ("chr1\t9\t8", "line 3: start 9 is not before end 8"),
        ("chr1\t5\t9\tx\tbig", "line 3: 'big' is no number"),
        ("chr1\t5\t9\tx\t1\tup", "line 3: strand 'up'"),
    ],
)
def test_a_bad_line_is_named(tmp_path, line, says):
    path = tmp_path / "x.bed"
    path.write_text("chrom\tstart\tend\nchr1\t1\t2\n" + line + "\nchr1\t4\t7\n")
    with pytest.raises(InputError, match=says):
        read_bed(path)


def test_a_file_without_intervals_is_refused(tmp_path):
    (tmp_path / "x.bed").write_text("track name=x\n")
    with pytest.raises(InputError, match="no interval"):
        read_bed(tmp_path / "x.bed")


def test_inside_is_an_overlap_by_a_base_whatever_the_spelling(tmp_path):
    (tmp_path / "x.bed").write_text("22\t0\t10\n22\t9\t12\n22\t20\t30\nchr22\t15\t16\n1\t10\t20\n")
    table = read_bed(tmp_path / "x.bed")
    assert inside(table, Region("chr22", 10, 20)).index.tolist() == [1, 3]


def test_an_interval_without_length_is_one_base(tmp_path):
    path = tmp_path / "x.bed"
    path.write_text("chr1\t9\t9\n")
    assert read_bed(path)[["start", "end"]].values.tolist() == [[9, 10]]

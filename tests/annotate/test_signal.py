import gzip

import numpy as np
import pytest

from regard.annotate.signal import binned, read_signal
from regard.data.regions import Region
from regard.errors import InputError

VALUES = [("22", 100, 200, 2.0), ("22", 250, 300, 4.0), ("22", 300, 301, -1.0)]


@pytest.fixture(params=["bigwig", "bedgraph", "bedgraph.gz"])
def file(request, tmp_path):
    path = tmp_path / f"x.{request.param}"
    if request.param == "bigwig":
        pytest.importorskip("pybigtools", reason="pybigtools is not installed").open(str(tmp_path / "x.bw"), "w").write(
            {"22": 1000}, VALUES
        )
        return tmp_path / "x.bw"
    text = "track type=bedGraph\n" + "".join(f"{c}\t{a}\t{b}\t{v}\n" for c, a, b, v in VALUES)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def test_bins_are_means_of_what_is_known_and_nothing_is_no_zero(file):
    found = read_signal(file, Region("chr22", -100, 401), 50)
    wanted = [np.nan] * 4 + [2, 2, np.nan, 4, -1, np.nan, np.nan]
    np.testing.assert_array_equal(found, wanted)
    assert read_signal(file, Region("chr22", 290, 302), 12) == pytest.approx([39 / 11])


def test_a_chromosome_that_is_not_there_is_refused(file):
    with pytest.raises(InputError, match=r"no chromosome 'chr1' \(nor '1'\) in it; it names '22'"):
        read_signal(file, Region("chr1", 0, 10))


def test_a_last_bin_may_be_shorter():
    np.testing.assert_array_equal(binned(np.array([1, 2, np.nan, 4, np.nan]), 2), [1.5, 4, np.nan])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("22\t1\t2\tx\n", "line 1: .* is no line of bedGraph"),
        ("22\t1\t2\n", "line 1: .* is no line of bedGraph"),
        ("22\t5\t2\t1\n", "line 1: from 5 to 2"),
        ("22\t1\t2\t1\t0\t.\n", "line 1: 6 fields"),
    ],
)
def test_a_bad_line_is_named(tmp_path, text, says):
    (tmp_path / "x.bg").write_text(text)
    with pytest.raises(InputError, match=says):
        read_signal(tmp_path / "x.bg", Region("22", 0, 10))


def test_a_cut_bigwig_is_said_to_be_damaged(tmp_path):
    pytest.importorskip("pybigtools", reason="pybigtools is not installed").open(str(tmp_path / "x.bw"), "w").write(
        {"22": 1000}, VALUES
    )
    (tmp_path / "y.bw").write_bytes((tmp_path / "x.bw").read_bytes()[:200])
    with pytest.raises(InputError, match="damaged or cut short"):
        read_signal(tmp_path / "y.bw", Region("22", 0, 10))

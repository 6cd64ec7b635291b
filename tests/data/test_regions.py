import pytest
from hypothesis import given
from hypothesis import strategies as st

from regard.data.regions import Region, parse_region, same_chromosome
from regard.errors import InputError


def test_a_browser_counts_from_one_and_includes_both_ends():
    region = parse_region("chr22:28,367,000-28,400,000")
    assert region == ("chr22", 28_366_999, 28_400_000) and region.length == 33_001
    assert parse_region(" chr22:5..5 ") == ("chr22", 4, 5)
    assert parse_region("HLA-A*01:01:10-20") == ("HLA-A*01:01", 9, 20)


@given(st.from_regex(r"(chr)?([1-9]|1[0-9]|X|Un_KI270302v1)", fullmatch=True), st.integers(0, 3e8), st.integers(1, 1e6))
def test_what_is_printed_is_read_back(chrom, start, length):
    region = Region(chrom, start, start + length)
    assert parse_region(str(region)) == region


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("chr22", "cannot be read"),
        ("chr22:5", "cannot be read"),
        ("chr22:,-5", "cannot be read"),
        ("chr22:0-5", "count from 1"),
        ("chr22:9-5", "behind its end"),
        ("", "cannot be read"),
        ("chr22:1²-5", "cannot be read"),
        ("chr22:1-٣", "cannot be read"),
    ],
)
def test_other_text_is_refused_and_quoted(text, says):
    with pytest.raises(InputError, match=says) as error:
        parse_region(text)
    assert repr(text) in str(error.value)


def test_names_are_reconciled_or_both_quoted():
    assert same_chromosome("chr22", ["21", "22"], "x.bed") == "22"
    assert same_chromosome("22", ["chr21", "chr22"], "x.bed") == "chr22"
    assert same_chromosome("22", ["22", "chr22"], "x.bed") == "22"
    assert same_chromosome("chrM", ["MT"], "x.bed") == "MT" and same_chromosome("MT", ["chrM"], "x.bed") == "chrM"
    with pytest.raises(InputError, match=r"x\.bed: no chromosome 'chr22' \(nor '22'\) in it; it names 'I', 'II'"):
        same_chromosome("chr22", ["I", "II"], "x.bed")


def test_a_number_of_5000_digits_is_one_short_line():
    with pytest.raises(InputError, match=r"region 'chr1:1-9{33}…' \(5,007 characters\) cannot be read") as error:
        parse_region("chr1:1-" + "9" * 5000)
    assert len(str(error.value)) < 200

"""Fields and numbers of tables: the rules of CSV, and never a number that nobody wrote."""

import pytest

from regard.data.delimited import fields_of, is_number, records, separator_of, why_no_number
from regard.data.numbers import whole
from regard.errors import InputError


@pytest.mark.parametrize(
    ("line", "separator", "fields"),
    [
        ('"a, b",c', ",", ["a, b", "c"]),
        ('"say ""x""";c,d;e', ";", ['say "x"', "c,d", "e"]),
        ('"a\tb"\tc', "\t", ["a\tb", "c"]),
        ('5"-AMP\t"x', "\t", ['5"-AMP', '"x']),
        ("'a'\t b ", "\t", ["a", "b"]),
        ("one", "", ["one"]),
    ],
)
def test_fields(line, separator, fields):
    assert separator_of(line) == separator
    assert fields_of("x", line, separator) == fields


def test_numbers_are_plain_ascii_and_finite():
    for text in ("1", "-1.5", "+.5", "2.", "1e3", "2E-2"):
        assert is_number(text)
    for text in ("1_0", "١", "²", "1,5", "0x1", "nan", "inf", "1e999", "9" * 5000, "", " 1"):
        assert not is_number(text)
    assert whole("9" * 15) == 999_999_999_999_999 and whole("007") is not None
    for text in ("9223372036854775808", "٣", "²", "-1", "1.0", "9" * 5000, ""):
        assert whole(text) is None
    assert "decimal point" in why_no_number("1,250") and "too large" in why_no_number("9" * 5000)


def test_records_skip_a_byte_order_mark_comments_and_blank_lines(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(b'\xef\xbb\xbf"a",b\r\n# no\r\n\r\n"c,d",e\r\n')
    assert list(records(path, "CSV")) == [(1, ["a", "b"]), (4, ["c,d", "e"])]
    path.write_text('a,b\n"c,d\n')
    with pytest.raises(InputError, match=r"x\.csv, line 2: a quote is not closed"):
        list(records(path, "CSV"))

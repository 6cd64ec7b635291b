import gzip
import re

import numpy as np
import pandas as pd
import pytest

from regard.annotate.crispr import read_pairs
from regard.annotate.overlaps import join
from regard.annotate.predictions import read_predictions
from regard.errors import InputError
from regard.studies.enhancer.rank import ranked

HEADER = (
    "chrom chromStart chromEnd name EffectSize chrTSS startTSS endTSS measuredGeneSymbol Significant ValidConnection "
    "CellType Regulated DHS.RPM H3K27ac.RPM"
)
ROWS = [
    "chr1 1000 1500 e1 -0.3 chr1 5000 5001 A TRUE TRUE K562 TRUE 4 9",
    "chr1 9000 9500 e2 0.1 chr1 5000 5001 A FALSE TRUE K562 FALSE NA 9",
    "chr1 7000 7400 e3 NA chr1 5000 5001 A TRUE PromoterElement K562 TRUE 1 1",
    "chr1 7000 7400 e3 NA chr1 NA NA B FALSE TRUE K562 FALSE 1 1",
    "chr1 1000 1500 e1 -0.3 chr1 5000 5001 A TRUE TRUE K562 TRUE 4 9",
    "chr1 1000 1500 e1 -0.3 chr2 5000 5001 C TRUE TRUE K562 FALSE 4 9",
]


def table(tmp_path, rows=ROWS, header=HEADER, name="pairs.tsv.gz"):
    text = "\n".join("\t".join(line.split(" ")) for line in (header, *rows)) + "\n"
    path = tmp_path / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
    return path


def test_pairs_are_read_and_what_is_left_out_is_listed_with_the_reason(tmp_path):
    pairs = read_pairs(table(tmp_path))
    assert pairs.table.line.tolist() == [2, 3]
    assert pairs.table.distance.tolist() == [3750, 4250] and pairs.table.tss.tolist() == [5000, 5000]
    assert pairs.table.regulated.tolist() == [True, False]
    assert pairs.table.activity[0] == 6 and np.isnan(pairs.table.activity[1])
    assert pairs.left_out.to_dict("records") == [
        {"line": 4, "element": "chr1:7001-7400", "gene": "A", "regulated": True,
         "reason": "ValidConnection: PromoterElement"},
        {"line": 5, "element": "chr1:7001-7400", "gene": "B", "regulated": False, "reason": "no TSS is given"},
        {"line": 6, "element": "chr1:1001-1500", "gene": "A", "regulated": True,
         "reason": "the same element and gene stand further up"},
        {"line": 7, "element": "chr1:1001-1500", "gene": "C", "regulated": False,
         "reason": "the element is on chr1, the TSS on chr2"},
    ]  # fmt: skip
    assert len(pairs.table) + len(pairs.left_out) == len(ROWS)


def test_a_distance_that_the_table_gives_is_taken_and_that_is_said(tmp_path):
    rows = [f"{row} {d}" for row, d in zip(ROWS[:2], (-77, "NA"), strict=True)]
    pairs = read_pairs(table(tmp_path, rows, HEADER + " distanceToTSS"))
    assert pairs.table.distance.tolist() == [77, 4250]
    assert "1 distances are `distanceToTSS` of the table, 1 distances are from the middle" in pairs.remarks[0]


@pytest.mark.parametrize(
    ("rows", "header", "says"),
    [
        (ROWS, HEADER.replace("Regulated", "regulation"), "no column 'Regulated'"),
        (["chr1 x 1500 e1 -0.3 chr1 5000 5001 A TRUE TRUE K562 TRUE 4 9"], HEADER, "line 2: chromStart is 'x'"),
        (["chr1 1501 1500 e1 -0.3 chr1 5000 5001 A TRUE TRUE K562 TRUE 4 9"], HEADER, "line 2: chromStart 1501 is not"),
        (["chr1 1 1500 e1 -0.3 chr1 5e-3 5001 A TRUE TRUE K562 TRUE 4 9"], HEADER, "line 2: startTSS is '5e-3'"),
        (["chr1 1 1500 e1 -0.3 chr1 5000 5001 A TRUE TRUE K562 maybe 4 9"], HEADER, "line 2: Regulated is 'maybe'"),
        (["chr1 1 1500 e1 -0.3 chr1 5000"], HEADER, "line 2: 7 fields, but the header has 15"),
        (ROWS[:1], HEADER, "all that are left are regulated"),
        (ROWS[1:2], HEADER, "all that are left are not regulated"),
        (ROWS[2:3], HEADER, "none is left"),
        ([], HEADER, "no row"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path, rows, header, says):
    with pytest.raises(InputError, match=says):
        read_pairs(table(tmp_path, rows, header))


def test_an_element_without_length_is_one_base_and_rows_that_cannot_be_read_are_listed(tmp_path):
    rows = [
        *ROWS[:2],
        "chr1 3000 3000 e4 -0.1 chr1 5000 5001 A TRUE TRUE K562 TRUE 4 9",
        "chr1 3001 3000 e5 -0.1 chr1 5000 5001 A TRUE TRUE K562 TRUE 4 9",
        "chr1 3000",
        f"chr1 {'9' * 5000} 3000 e5 -0.1 chr1 5000 5001 A TRUE TRUE K562 FALSE 4 9",
        "chr1 3000 3100 e6 -0.1 chr1 5000 5001 A TRUE TRUE K562 maybe 4 9",
    ]
    pairs = read_pairs(table(tmp_path, rows))
    assert pairs.table[["line", "start", "end", "distance"]].values[2].tolist() == [4, 3000, 3001, 1999.5]
    assert len(pairs.table) == 3
    assert pairs.left_out.line.tolist() == [5, 6, 7, 8]
    assert pairs.left_out.regulated.tolist() == [True, None, False, None]
    for reason, says in zip(
        pairs.left_out.reason,
        ("chromStart 3001 is not before chromEnd 3000", "2 fields, but", "(5,000 characters)", "Regulated is 'maybe'"),
        strict=True,
    ):
        assert says in reason and "line" not in reason and len(reason) < 120
    assert "4 rows cannot be read and are left out (lines 5, 6, 7, 8)" in pairs.remarks[0]
    scores = table(tmp_path, ["chr1 3000 3000 A 1"], "chrom start end gene attention", name="s.tsv")
    assert read_predictions(scores, {"A"}).table[["start", "end"]].values.tolist() == [[3000, 3001]]


def frame(*rows):
    return pd.DataFrame(rows, columns=["chrom", "start", "end", "gene"])


def test_abc_is_summed_over_overlapping_elements_and_is_0_over_none(tmp_path):
    path = table(
        tmp_path,
        [
            "chr1 0 10 A .1 x",
            "chr1 9 30 A .2 x",
            "1 25 40 A .4 x",
            "chr1 0 99 B .9 x",
            "chr2 0 99 A .9 x",
            "chr1 0 1 Z 1 x",
        ],
        "#chr start end TargetGene powerlaw.Score class",
        "abc.tsv",
    )
    predictions = read_predictions(path, {"A", "B", "C"})
    assert predictions.scores == ["ABC"] and "Z" not in set(predictions.table.gene)
    pairs = frame(
        ("chr1", 5, 26, "A"), ("chr1", 10, 25, "A"), ("chr1", 40, 50, "A"), ("chr1", 5, 6, "B"), ("chr1", 5, 6, "C")
    )
    found, overlapping = join(pairs, predictions)
    assert found.ABC.dropna().tolist() == pytest.approx([0.7, 0.2, 0, 0.9]) and overlapping.tolist() == [3, 1, 0, 1, 0]
    assert np.isnan(found.ABC[4])  # nothing is known of this gene


def test_other_scores_are_the_highest_that_overlaps_and_nothing_where_none_is(tmp_path):
    path = table(
        tmp_path,
        ["chr1 0 10 A 1 -3 p 7", "chr1 9 30 A 2 NA p 7", "chr1 50 60 A NA -1 p 7"],
        "chrom start end gene attention gradient_input kind distance",
        "model.tsv",
    )
    predictions = read_predictions(path, {"A"})
    assert predictions.scores == ["attention", "gradient_input"]
    found, _ = join(
        frame(("chr1", 5, 26, "A"), ("chr1", 12, 26, "A"), ("chr1", 55, 56, "A"), ("chr1", 90, 91, "A")), predictions
    )
    np.testing.assert_array_equal(found.attention, [2, 2, np.nan, np.nan])
    np.testing.assert_array_equal(found.gradient_input, [-3, np.nan, -1, np.nan])


def test_inf_is_a_score_and_only_nan_is_missing(tmp_path):
    rows = ["chr1 0 10 A Inf", "chr1 20 30 A 3", "chr1 40 50 A -inf", "chr1 60 70 A NaN", "chr1 62 64 A -Infinity"]
    predictions = read_predictions(table(tmp_path, rows, "chr start end gene p", "p.tsv"), {"A"})
    pairs = frame(*(("chr1", at, at + 5, "A") for at in (0, 20, 40, 60, 80)))
    found, _ = join(pairs, predictions)
    np.testing.assert_array_equal(found.p, [np.inf, 3, -np.inf, -np.inf, np.nan])
    assert np.argsort(ranked(found.p.to_numpy())).tolist()[:1] == [4] and ranked(found.p.to_numpy())[0] > 3
    assert np.isfinite(ranked(found.p.to_numpy())).all()
    assert len(set(ranked(np.array([np.inf, 1e20, -np.inf, np.nan])))) == 4


def test_commas_quotes_and_what_is_no_number(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text('chr,start,end,gene,name,score\nchr1,0,10,"A","a, b",1.5\n')
    assert read_predictions(path, {"A"}).table.score.tolist() == [1.5]
    for text, says in (
        ('"1,250"', "a comma in it"), ("1_0", "digits 0 to 9"), ("²", "digits 0 to 9"), ("9" * 5000, "too large"),
    ):  # fmt: skip
        path.write_text(f"chr,start,end,gene,score\nchr1,0,10,A,1\nchr1,0,10,A,{text}\n")
        found = read_predictions(path, {"A"})
        assert len(found.table) == 1 and "1 rows cannot be read and are left out (lines 3)" in found.remark
        assert found.left_out.line.tolist() == [3] and re.match(f"score is .*{says}", found.left_out.reason[0])
        path.write_text(f"chr,start,end,gene,score\nchr1,{text},10,A,1\n")
        with pytest.raises(InputError, match=r"line 2: start is .*; expected a whole number"):
            read_predictions(path, {"A"})


@pytest.mark.parametrize(
    ("rows", "header", "says"),
    [
        (["chr1 0 10 A Inf"], "chrom start end gene ABC.Score", "line 2: ABC.Score is 'Inf'"),
        (["chr1 9223372036854775808 10 A 1"], "chrom start end gene s", "line 2: start is '9223372036854775808'"),
        (["chr1 0 10 A 1"], "chrom start stop gene attention", "no column 'end'"),
        (["chr1 0 10 A p"], "chrom start end gene kind", "no column of scores"),
        (["chr1 0 10 Z 1"], "chrom start end gene attention", r"none of its genes \(Z, …\)"),
        (["chr1 0 10 A 1 2"], "chrom start end gene attention", "line 2: 6 fields, but the header has 5"),
        (["chr1 11 10 A 1"], "chrom start end gene attention", "line 2: start 11 is not before end 10"),
        (["chr1 0 10 A 1 2"], "chrom start end gene attention attention", "'attention' stands more than once"),
    ],
)
def test_predictions_that_cannot_be_read_are_named(tmp_path, rows, header, says):
    with pytest.raises(InputError, match=says):
        read_predictions(table(tmp_path, rows, header, "p.tsv"), {"A"})


def test_a_column_is_a_score_by_its_first_value_and_words_are_none(tmp_path):
    rows = ["chr1 0 10 A NA NA NA +", "chr1 0 10 A promoter 3 NA +"]
    path = table(tmp_path, rows, "chrom start end id class attention empty strand", "p.tsv")
    assert read_predictions(path, {"A"}).scores == ["attention"]

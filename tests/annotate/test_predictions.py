"""Files of predictions as they are: by their columns, by options, by the benchmark's table, in one or many cells."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regard.annotate import blocks
from regard.annotate.cells import matched_cells, read_mapping
from regard.annotate.crispr import read_pairs
from regard.annotate.overlaps import aggregated, join
from regard.annotate.prediction_columns import Column, known_columns, less_is_better
from regard.annotate.prediction_options import Asked, parse_asked, read_config, with_config
from regard.annotate.predictions import read_predictions
from regard.errors import InputError

ENCODE = "#chr start end name class TargetGene TargetGeneEnsemblID TargetGeneTSS CellType"


def table(tmp_path, header, *rows, name="p.tsv"):
    path = tmp_path / name
    path.write_text("\n".join("\t".join(line.split(" ")) for line in (header, *rows)) + "\n")
    return path


def frame(*rows):
    return pd.DataFrame(rows, columns=["chrom", "start", "end", "gene", "cell"])


@pytest.mark.parametrize(
    ("header", "name", "column", "aggregate"),
    [
        ("chr start end TargetGene ABC.Score activity_base powerlaw.Score", "ABC", "ABC.Score", "sum"),
        ("chr start end TargetGene powerlaw.Score", "ABC", "powerlaw.Score", "sum"),
        ("chr start end TargetGene ABC.Score ENCODE-rE2G.Score distance", "ENCODE-rE2G", "ENCODE-rE2G.Score", "max"),
        ("chr start end TargetGene ABC.Score E2G.Score.qnorm E2G.Score", "ENCODE-rE2G", "E2G.Score", "max"),
        (
            "chr start end TargetGene ARC.E2G.Score E2G.Score.qnorm E2G.Score ABC.Score",
            "ENCODE-rE2G",
            "E2G.Score",
            "max",
        ),
        (
            "chr start end TargetGene E2G.Score.qnorm.ignoreTPM ABC.Score",
            "ENCODE-rE2G",
            "E2G.Score.qnorm.ignoreTPM",
            "max",
        ),
        ("chr start end TargetGene ABC.Score ENCODE-rE2G.Score.cv", "ENCODE-rE2G", "ENCODE-rE2G.Score.cv", "max"),
        ("chr start end TargetGene ABC.Score rE2G.Score", "ENCODE-rE2G", "rE2G.Score", "max"),
        (f"{ENCODE} ABC.Score.Feature Score", "ENCODE-rE2G", "Score", "max"),
        (f"{ENCODE} Score DistanceToTSS H3K27ac Open Cofactor abc_tissue", "EPIraction", "Score", "max"),
        (f"{ENCODE} Score numTSS", "Score", "Score", "max"),
    ],
)
def test_known_files_are_known_by_their_columns(header, name, column, aggregate):
    first = known_columns([one.lstrip("#") for one in header.split(" ")])[0]
    assert (first.name, first.column, first.aggregate) == (name, column, aggregate)
    assert known_columns(["chrom", "start", "end", "gene", "attention"]) == []


def test_a_file_of_rE2G_is_one_method_and_its_features_are_none(tmp_path):
    path = table(
        tmp_path,
        f"{ENCODE} ABC.Score.Feature 3DContact.Feature Score",
        "chr1 0 100 x genic A ENSG1 5 K562 .9 .1 .25", "chr1 50 150 x genic A ENSG1 5 K562 .1 .1 .5",
    )  # fmt: skip
    found = read_predictions(path, {"A"}, cells={"K562"})
    assert found.scores == ["ENCODE-rE2G"] and found.table["ENCODE-rE2G"].tolist() == [0.25, 0.5]


@given(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=6))
@settings(max_examples=25, deadline=None)
def test_aggregates_are_those_of_numpy(values):
    one = np.array([[*values, np.nan]])
    for name, function in (("sum", np.sum), ("max", np.max), ("mean", np.mean), ("min", np.min)):
        assert aggregated(one, Column("x", "x", name))[0] == pytest.approx(function(values))
    nothing = np.full((1, 3), np.nan)
    assert aggregated(nothing, Column("x", "x", "min", fill=1.0))[0] == 1
    assert (
        aggregated(nothing, Column("x", "x", empty=0.0))[0] == 0 and np.isnan(aggregated(nothing, Column("x", "x")))[0]
    )


@pytest.mark.parametrize(
    ("name", "values", "less"),
    [
        ("pvalue", [0.1, 1], True), ("p_adj", [0, 1], True), ("FDR", [0.5], True), ("pValueAdjusted", [0.5], True),
        ("qvalue", [0.5], True), ("rank", [1, 2000], True), ("distanceToGene", [1000], True), ("p", [0.5], True),
        ("pvalue", [30, 2], False), ("neglog10p", [30, 2], False), ("-log10(p)", [3], False), ("log10p", [-3, 0], True),
        ("log_pvalue", [-3], True), ("logFC", [-3, -1], False), ("Score", [0.5], False), ("coupling", [0.1], False),
        ("padjust", [0.5], True), ("IDR", [0.5], True), ("lfdr", [0.5], True), ("bonferroni", [1], True),
        ("BH_adj", [1], True), ("PValueE", [1.0000001], True), ("Pr(>|z|)", [0.5], True), ("Pemp", [0.5], True),
        ("log10_distance", [5.2], True),
        ("dist2tss", [9], True), ("nearestTSSdist", [9], True), ("ranking", [9], True), ("rank_score", [9], False),
        ("distance_weighted_score", [9], False), ("distance_decay", [0.1], False), ("significance", [0.1], False),
        ("prop", [0.1], False), ("adjacent", [0.1], False), ("attention", [1], False), ("p2g", [0.1], False),
    ],
)  # fmt: skip
def test_less_is_better_by_name_and_values(name, values, less):
    assert less_is_better(name, np.array(values, float)) is less


def test_a_p_value_is_ranked_from_its_least_and_that_is_said(tmp_path):
    path = table(tmp_path, "chrom start end gene pvalue", "chr1 0 10 A .5", "chr1 5 15 A .01", "chr1 20 30 A 1")
    found = read_predictions(path, {"A"})
    assert "less of 'pvalue' is taken to be better" in found.remark
    pairs = frame(("chr1", 0, 12, "A", ""), ("chr1", 20, 30, "A", ""), ("chr1", 40, 50, "A", ""))
    np.testing.assert_array_equal(join(pairs, found)[0].pvalue, [-0.01, -1, np.nan])
    asked = parse_asked(f"{path}::score=pvalue,inverse=no")
    found = read_predictions(path, {"A"}, asked=asked)
    assert join(pairs, found)[0].pvalue.tolist()[:2] == [0.5, 1]
    assert "sounds as if less were better" in found.remark


def test_options_of_a_file(tmp_path):
    path = table(
        tmp_path, "chrom start end gene a b", "chr1 0 10 A 1 TRUE", "chr1 5 15 A 3 FALSE", "chr1 90 95 B 1 TRUE"
    )
    asked = parse_asked(f"{path}::score=a,aggregate=mean,fill=-1,name=mine,threshold=2")
    found = read_predictions(path, {"A", "B", "C"}, asked=asked)
    pairs = frame(("chr1", 0, 12, "A", ""), ("chr1", 40, 50, "A", ""), ("chr1", 40, 50, "C", ""))
    assert join(pairs, found)[0].mine.tolist() == [2, -1, -1] and found.columns[0].threshold == 2
    found = read_predictions(path, {"A"}, asked=parse_asked(f"{path}::score=b"))
    assert found.columns[0].boolean and found.table.b.tolist() == [1, 0]
    assert parse_asked(f"x={path}").label == "x" and parse_asked(path) == Asked(path)
    for text, says in (
        ("a.tsv::score=", "score is empty"), ("a.tsv::sum=1", "no option 'sum'"), ("a.tsv::fill=x", "expected a num"),
        ("a.tsv::aggregate=median", "expected one of sum"), ("a.tsv::inverse=maybe", "expected yes or no"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=says):
            parse_asked(text)
    with pytest.raises(InputError, match="no column 'c' in its header"):
        read_predictions(path, {"A"}, asked=parse_asked(f"{path}::score=c"))


def test_the_config_of_the_benchmark_is_read_as_it_is(tmp_path):
    path = tmp_path / "pred_config.txt"
    path.write_text(
        "pred_id pred_col  boolean alpha aggregate_function fill_value  inverse_predictor pred_name_long "
        "color plot_crispr\n"
        'ABC powerlaw.Score FALSE 0.015 sum 0 FALSE  "ABC (powerlaw)" "#4E79A7" TRUE\n'
        "#old Score FALSE NA max 0 FALSE x NA TRUE\n"
        'ArchR FDR FALSE NA min 1 TRUE "ArchR (FDR)" NA TRUE\n'
        'ArchR Score FALSE NA max 0 FALSE "ArchR (Score)" NA TRUE\n'
    )
    config = read_config(path)
    assert config["ABC"] == [
        {"name": "ABC (powerlaw)", "score": "powerlaw.Score", "aggregate": "sum", "fill": 0.0, "inverse": False,
         "boolean": False, "threshold": 0.015}
    ]  # fmt: skip
    assert [one["score"] for one in config["ArchR"]] == ["FDR", "Score"]
    archr = table(tmp_path, "chrom start end gene FDR Score", "chr1 0 10 A .5 2", "chr1 5 9 A .1 1", name="archr.tsv")
    (asked,) = with_config([parse_asked(archr)], path)
    pairs = frame(("chr1", 0, 12, "A", ""), ("chr1", 40, 50, "A", ""))
    scores = join(pairs, read_predictions(archr, {"A"}, asked=asked))[0]
    assert scores["ArchR (FDR)"].tolist() == [-0.1, -1] and scores["ArchR (Score)"].tolist() == [2, 0]
    with pytest.raises(InputError, match=r"which of its rows \(ABC, ArchR\) are of other\.tsv"):
        with_config([parse_asked("other.tsv")], path)
    path.write_text("pred_id\tScore\nx\ty\n")
    with pytest.raises(InputError, match="no column 'pred_col'"):
        read_config(path)


def test_scores_are_of_a_cell_type(tmp_path):
    path = table(
        tmp_path, "chrom start end gene CellType s",
        "chr1 0 10 A K562_ID_1 1", "chr1 0 10 A GM12878 2", "chr1 0 10 A HepG2 4", "chr1 0 10 B HepG2 8",
    )  # fmt: skip
    found = read_predictions(path, {"A", "B"}, cells={"K562", "GM12878"})
    assert "'K562_ID_1' is 'K562'" in found.remark and "1 other cell types" in found.remark
    pairs = frame(("chr1", 0, 5, "A", "K562"), ("chr1", 0, 5, "A", "GM12878"), ("chr1", 0, 5, "B", "K562"))
    np.testing.assert_array_equal(join(pairs, found)[0].s, [1, 2, np.nan])
    (tmp_path / "cells.txt").write_text("experiment  predictions\nK562  HepG2\n")
    mapping = read_mapping(tmp_path / "cells.txt")
    found = read_predictions(path, {"A", "B"}, cells={"K562"}, mapping=mapping)
    assert join(pairs.iloc[[0, 2]], found)[0].s.tolist() == [4, 8]
    with pytest.raises(InputError, match=r"3 cell types .* pairs have no column CellType"):
        read_predictions(path, {"A"})
    one = read_predictions(path, {"A"}, asked=parse_asked(f"{path}::cell=GM12878"))
    assert one.table.s.tolist() == [2]
    with pytest.raises(InputError, match="no cell type 'x'"):
        read_predictions(path, {"A"}, asked=parse_asked(f"{path}::cell=x"))


def test_cell_types_are_matched_by_name_and_never_by_guess():
    assert matched_cells(["k-562", "K562_b"], ["K562"], "f")[0] == {"K562": "k-562"}
    assert "taken for" in matched_cells(["liver"], ["K562"], "f")[1][0]
    for mine, says in ((["K562_a", "K562_b"], "may be 'K562'"), (["liver", "lung"], "none of its cell types")):
        with pytest.raises(InputError, match=says):
            matched_cells(mine, ["K562"], "f")
    with pytest.raises(InputError, match="mapped to one cell type"):
        matched_cells(["a", "b"], ["K562"], "f", {"K562": ["a", "b"]})
    assert matched_cells(["K5620", "K562"], ["K562"], "f")[0] == {"K562": "K562"}


def test_genes_are_joined_by_identifier_where_symbols_are_not_given(tmp_path):
    pairs = table(
        tmp_path, "chrom chromStart chromEnd measuredGeneEnsemblId TargetGeneTSS IncludeInModel Regulated",
        "chr1 100 200 ENSG01.4 5000 TRUE TRUE", "chr1 300 400 ENSG01.4 5000 TRUE FALSE",
        "chr1 500 600 ENSG01.4 5000 FALSE TRUE", "chr1 700 800 ENSG01.4 5000 TRUE NA", name="pairs.tsv",
    )  # fmt: skip
    crispr = read_pairs(pairs)
    assert crispr.table.gene.tolist() == ["ENSG01"] * 2 and crispr.table.distance.tolist() == [4850, 4650]
    assert crispr.left_out.reason.tolist() == ["IncludeInModel: FALSE", "Regulated is 'NA'; expected TRUE or FALSE"]
    assert "TargetGeneTSS is read as startTSS" in crispr.remarks[0]
    scores = table(tmp_path, "chr start end TargetGene TargetGeneEnsemblID s", "chr1 0 150 A ENSG01.9 3")
    found = read_predictions(scores, crispr.names, cells=crispr.cells)
    assert join(crispr.table, found)[0].s.tolist()[0] == 3
    symbols = read_pairs(table(
        tmp_path, "chrom chromStart chromEnd measuredGeneSymbol measuredGeneEnsemblId startTSS Regulated",
        "chr1 100 200 A ENSG01 5000 TRUE", "chr1 300 400 A ENSG01 5000 FALSE", name="symbols.tsv",
    ))  # fmt: skip
    ids = table(tmp_path, "chr start end gene_id s", "chr1 0 150 ENSG01.9 3")
    assert read_predictions(ids, symbols.names).table.gene.tolist() == ["A"]


def test_a_pair_tested_in_two_cell_types_is_two_pairs(tmp_path):
    rows = [
        f"chr1 100 200 A 5000 {cell} {word}" for cell, word in (("K562", "TRUE"), ("WTC11", "FALSE"), ("K562", "TRUE"))
    ]
    header = "chrom chromStart chromEnd measuredGeneSymbol startTSS CellType Regulated"
    crispr = read_pairs(table(tmp_path, header, *rows, name="pairs.tsv"))
    assert crispr.table.cell.tolist() == ["K562", "WTC11"] and len(crispr.left_out) == 1


FIELD = st.sampled_from(["1", "2.5", "NA", "x", "1e3", '"3"', "", "TRUE", "-4", "1_0", "inf"])


@given(st.lists(st.tuples(st.sampled_from(["A", "B", '"A"']), FIELD, FIELD), max_size=12), st.sampled_from("\t,"),
       st.integers(16, 80))  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_blocks_say_what_one_row_after_the_other_says(tmp_path_factory, rows, separator, size):
    """The same rows in blocks of any size, with bad rows, comments and blank lines between, give the same table."""
    folder = tmp_path_factory.mktemp("blocks")
    header = ["chrom", "start", "end", "gene", "s", "t"]
    lines = [header, ["chr1", "0", "9", "A", "1", "2"]]
    for i, (gene, s, t) in enumerate(rows):
        lines.append(["chr1", str(i), str(i + 5), gene, s, t] + ["more"] * (i % 5 == 4))
    text = "\n".join(separator.join(line) for line in lines) + "\n# a comment\n\n"
    (folder / "p.txt").write_text(text)
    whole = read_predictions(folder / "p.txt", {"A"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks.blocks, "__defaults__", (size,))
        parts = read_predictions(folder / "p.txt", {"A"})
    pd.testing.assert_frame_equal(whole.table, parts.table)
    pd.testing.assert_frame_equal(whole.left_out, parts.left_out)
    good = [r for i, r in enumerate(rows) if r[0] != "B" and i % 5 != 4 and not {"x", "1_0"} & set(r[1:])]
    assert len(whole.table) == 1 + len(good)
    expected = {"NA": np.nan, "": np.nan, '"3"': 3, "TRUE": 1}
    for name, at in (("s", 1), ("t", 2)):
        np.testing.assert_allclose(
            whole.table[name][1:], [expected[r[at]] if r[at] in expected else float(r[at]) for r in good]
        )


@pytest.mark.parametrize("ends", ["\r\n", "\r", "\r\r\n", "mixed", "header alone"])
def test_lines_end_in_any_way(tmp_path, monkeypatch, ends):
    monkeypatch.setattr(blocks.blocks, "__defaults__", (40,))
    path = table(tmp_path, "chr start end gene score", *(f"chr1 {i} {i + 9} A {i}" for i in range(20)))
    text = path.read_text()
    if ends == "mixed":
        lines = text.splitlines()
        text = "".join(line + ("\r\n", "\n", "\r")[i % 3] for i, line in enumerate(lines))
    else:
        text = text.replace("\n", "\r", 1) if ends == "header alone" else text.replace("\n", ends)
    path.write_bytes(text.encode())
    assert read_predictions(path, {"A"}).table["score"].tolist() == list(range(20))


def test_the_line_that_tells_excel_the_separator_is_skipped(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(b"sep=;\r\nchr;start;end;gene;score\r\nchr1;0;9;A;0.5\r\nchr1;9;19;A;0.7\r\n")
    assert read_predictions(path, {"A"}).table["score"].tolist() == [0.5, 0.7]


def test_a_signed_distance_is_no_score_and_features_are_none(tmp_path):
    header = "chrom start end gene enhancer_distance H3K27ac.Feature mine"
    found = read_predictions(table(tmp_path, header, "chr1 0 9 A -400 7 .5", "chr1 20 29 A 90 7 .4"), {"A"})
    assert found.scores == ["mine"] and "'enhancer_distance' is a distance to either side" in found.remark
    with pytest.raises(InputError, match="no column of scores"):
        read_predictions(table(tmp_path, "chrom start end gene a.Feature", "chr1 0 9 A 7"), {"A"})


def test_names_of_columns_in_other_capitals_and_numbers_as_R_writes_them(tmp_path):
    found = read_predictions(table(tmp_path, "Chr Start End Gene mine", "chr1 1e+05 2.50679e+05 A .5"), {"A"})
    assert found.table[["start", "end"]].to_numpy().tolist() == [[100_000, 250_679]] and found.scores == ["mine"]
    left = read_predictions(table(tmp_path, "chrom start end gene s", "chr1 1.5e+00 9 A 1", "chr1 0 9 A 1"), {"A"})
    assert "start is '1.5e+00'; expected a whole number" in left.left_out.reason.iloc[0]


def test_the_benchmarks_own_fill_of_a_distance_ranks_last(tmp_path):
    config = table(tmp_path, "pred_id pred_col fill_value inverse_predictor", "d distance Inf TRUE", name="c.txt")
    path = table(tmp_path, "chrom start end gene distance", "chr1 0 9 A 400", "chr1 20 29 B 90", name="d.tsv")
    (asked,) = with_config([Asked(path)], config)
    found = read_predictions(path, {"A", "B"}, asked=asked)
    pairs = frame(("chr1", 0, 5, "A", ""), ("chr1", 90, 95, "A", ""), ("chr1", 20, 25, "B", ""))
    assert join(pairs, found)[0].iloc[:, 0].tolist() == [-400, -np.inf, -90]


def test_one_cell_type_of_a_file_may_stand_for_two_of_the_pairs(tmp_path):
    mapping = read_mapping(table(tmp_path, "experiment predictions", "K562 any", "GM12878 any", name="m.tsv"))
    assert mapping == {"K562": ["any"], "GM12878": ["any"]}
    path = table(tmp_path, "chrom start end gene CellType s", "chr1 0 9 A any 3")
    found = read_predictions(path, {"A"}, cells={"K562", "GM12878"}, mapping=mapping)
    pairs = frame(("chr1", 0, 5, "A", "K562"), ("chr1", 0, 5, "A", "GM12878"))
    assert join(pairs, found)[0].s.tolist() == [3, 3]


@pytest.mark.parametrize(("least", "partial"), [(0.3, True), (0.0001, False)])
def test_a_file_of_calls_alone_is_known_by_its_least_score(tmp_path, least, partial):
    scores = np.linspace(least, 0.9, 30)
    rows = [f"chr1 {100 * i} {100 * i + 50} A {score:.5f}" for i, score in enumerate(scores)]
    found = read_predictions(
        table(tmp_path, "chr start end TargetGene ENCODE-rE2G.Score", *rows, name="ENCFF0.tsv"), {"A"}
    )
    assert found.partial is partial and ("as its least score is 0.3" in found.remark) is partial
    other = read_predictions(table(tmp_path, "chr start end TargetGene mine", *rows, name="o.tsv"), {"A"})
    assert not other.partial  # of a score that is not known nobody can say

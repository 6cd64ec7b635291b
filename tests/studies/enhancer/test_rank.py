"""Ranking enhancers from files to folder: planted tables, the shipped example, and the published benchmark."""

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from regard.cli import main
from regard.errors import InputError
from regard.judge.pairs import CALLS, WEIGHTED
from regard.studies.enhancer.rank import ALL, BINS, bins_of, rank, run

EXAMPLES = Path(__file__).parents[3] / "src" / "regard" / "examples"
PAIRS, ABC = EXAMPLES / "fulco2019_pairs.tsv.gz", EXAMPLES / "fulco2019_abc.tsv.gz"


def auprc(result):
    rows = result.evidence[result.evidence.metric == "auprc"]
    return {(row.item, row.method): row.value for row in rows.itertuples()}


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """12 genes of 40 elements; every tenth is regulated, at any distance; a model knows most of them."""
    folder, rng = tmp_path_factory.mktemp("planted"), np.random.default_rng(0)
    rows = []
    for g in range(12):
        for i in range(40):
            start = 1_000_000 + int(rng.integers(-200_000, 200_000))
            rows.append(["chr1", start, start + 500, f"<b>gene{g}</b>", "chr1", 1_000_000, 1_000_001, i % 10 == 0])
    columns = ["chrom", "chromStart", "chromEnd", "measuredGeneSymbol", "chrTSS", "startTSS", "endTSS", "Regulated"]
    pairs = pd.DataFrame(rows, columns=columns)
    pairs.assign(Regulated=pairs.Regulated.map({True: "TRUE", False: "FALSE"})).to_csv(
        folder / "pairs.tsv", sep="\t", index=False
    )
    model = pairs.rename(columns={"chromStart": "start", "chromEnd": "end", "measuredGeneSymbol": "gene"})
    model = model.assign(
        gradient_input=pairs.Regulated * 2 + rng.normal(size=len(pairs)), attention=rng.random(len(pairs))
    )
    model = model[["chrom", "start", "end", "gene", "gradient_input", "attention"]]
    model.iloc[5:].loc[model.gene != "<b>gene11</b>"].to_csv(folder / "model.tsv", sep="\t", index=False)
    return folder


def test_bins_are_by_distance_and_hold_every_pair_once():
    bins = bins_of(np.array([0, 9_999, 10_000, 29_999, 30_000, 99_999, 100_000, 1e7]))
    assert list(bins) == [ALL, *BINS]
    assert [np.flatnonzero(bins[name]).tolist() for name in BINS] == [[0, 1], [2, 3], [4, 5], [6, 7]]
    assert bins[ALL].all()


def test_a_planted_score_is_evidence_and_nothing_is_dropped_silently(planted, tmp_path, capsys):
    run(planted / "pairs.tsv", tmp_path / "out", predictions=[planted / "model.tsv"])
    out = tmp_path / "out"
    evidence = pd.read_csv(out / "evidence.tsv", sep="\t")
    verdict = evidence[evidence.item == ALL].groupby("method").verdict.first()
    assert verdict["gradient × input"] == "supported" and verdict["attention"] == "not supported"
    left_out = pd.read_csv(out / "left_out.tsv", sep="\t")
    assert len(left_out) == 40 and set(left_out.reason) == {"its gene is not in model.tsv"}
    pairs = pd.read_csv(out / "pairs.tsv", sep="\t")
    assert len(pairs) == 440 and set(pairs.bin) <= set(BINS)
    nothing = (pairs["gradient × input"] == pairs["gradient × input"].min()).sum()
    assert 1 <= nothing <= 5  # the first five have no row of their own; a neighbour may overlap
    page = (out / "report.html").read_text()
    assert "Evidence beyond distance: gradient × input" in page and f"says nothing of {nothing} pairs" in page
    assert f"{nothing} of 440 pairs overlap none" in page
    assert "gradient × input, bin by bin: " in page and "<b>gene" not in page
    assert json.loads((out / "manifest.json").read_text())["settings"]["left_out"] == 40
    assert {f.name for f in (out / "figures").iterdir()} == {"by_distance.svg", "precision_recall.svg"}
    said = capsys.readouterr().err
    assert "left out: 40 pairs" in said and "gradient × input: AUPRC" in said
    with pytest.raises(InputError, match="not empty"):
        run(planted / "pairs.tsv", out)


def test_rows_that_cannot_be_read_are_listed_and_the_rest_is_ranked(planted, tmp_path, capsys):
    lines = (planted / "pairs.tsv").read_text().splitlines()
    fields = lines[1].split("\t")
    lines.insert(3, "\t".join([fields[0], "77", "76", *fields[3:]]))
    lines.insert(5, "chr1\t5")
    lines.append("\t".join([fields[0], "77", "77", *fields[3:]]))
    (tmp_path / "pairs.tsv").write_text("\n".join(lines) + "\n")
    run(tmp_path / "pairs.tsv", tmp_path / "out")
    left_out = pd.read_csv(tmp_path / "out" / "left_out.tsv", sep="\t", keep_default_na=False)
    assert left_out.line.tolist() == [4, 6]
    assert left_out.reason.tolist() == ["chromStart 77 is not before chromEnd 76", "2 fields, but the header has 8"]
    pairs = pd.read_csv(tmp_path / "out" / "pairs.tsv", sep="\t")
    assert len(pairs) == len(lines) - 3
    assert pairs[["start", "end"]].values[-1].tolist() == [77, 78]
    assert "2 rows cannot be read and are left out (lines 4, 6)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["missing.tsv"], "missing.tsv: no such file"),
        (["pairs.tsv", "--predictions", "missing.tsv"], "missing.tsv: no such file"),
        (["pairs.tsv", "--predictions", "pairs.tsv"], "what CRISPRi found, not a prediction"),
        (["model.tsv"], "no column 'Regulated'"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(planted, tmp_path, monkeypatch, capsys, arguments, says):
    monkeypatch.chdir(planted)
    monkeypatch.setattr("sys.argv", ["regard", "enhancer", "rank", *arguments, "--out", str(tmp_path / "out")])
    with pytest.raises(SystemExit) as stop:
        main()
    error = capsys.readouterr().err.strip()
    assert stop.value.code == 2 and says in error and "\n" not in error
    assert not (tmp_path / "out").exists()


def test_without_predictions_distance_stands_alone(planted):
    result = rank(planted / "pairs.tsv", draws=50)
    assert list(result.scores) == ["distance"] and result.called is None and len(result.pairs.table) == 480


def test_the_same_column_twice_is_refused(planted):
    with pytest.raises(InputError, match="given twice"):
        rank(planted / "pairs.tsv", [planted / "model.tsv"] * 2, draws=20)


def test_a_threshold_that_is_given_is_used(planted, tmp_path):
    asked = f"{planted / 'model.tsv'}::score=gradient_input,threshold=1.5"
    run(planted / "pairs.tsv", tmp_path / "out", predictions=[asked])
    points = pd.read_csv(tmp_path / "out" / "operating_points.tsv", sep="\t")
    (row,) = points[(points.fixed == "threshold") & (points["item"] == ALL)].itertuples()
    table = pd.read_csv(tmp_path / "out" / "pairs.tsv", sep="\t")
    called = table["gradient × input"] >= 1.5
    assert (row.method, row.at, row.called) == ("gradient × input", 1.5, called.sum())
    assert row.precision == pytest.approx(table.regulated[called].mean(), rel=1e-5)
    assert row.recall == pytest.approx(called[table.regulated].mean(), rel=1e-5)


def test_two_files_of_one_method_are_two_scores_and_parts_of_a_table_are_one(planted, tmp_path):
    model = pd.read_csv(planted / "model.tsv", sep="\t")
    model.to_csv(tmp_path / "again.tsv", sep="\t", index=False)
    result = rank(planted / "pairs.tsv", [planted / "model.tsv", tmp_path / "again.tsv"], draws=20)
    assert set(result.scores) == {"distance"} | {
        f"{name} ({file})" for name in ("gradient × input", "attention") for file in ("model.tsv", "again.tsv")
    }
    first = model.gene < "<b>gene5"
    for name, some in (("a.tsv", model[first]), ("b.tsv", model[~first])):
        some.to_csv(tmp_path / name, sep="\t", index=False)
    parts = rank(planted / "pairs.tsv", [tmp_path / "a.tsv", tmp_path / "b.tsv"], draws=20)
    whole = rank(planted / "pairs.tsv", [planted / "model.tsv"], draws=20)
    pd.testing.assert_frame_equal(parts.evidence, whole.evidence)


@pytest.fixture(scope="module")
def cells(planted, tmp_path_factory):
    """The planted pairs in three cell types, each with scores and outcomes of its own, together and apart."""
    folder, rng = tmp_path_factory.mktemp("cells"), np.random.default_rng(1)
    pairs = pd.read_csv(planted / "pairs.tsv", sep="\t")
    all_pairs, all_scores = [], []
    for cell in ("K562", "GM12878", "WTC11"):
        regulated = rng.permutation(pairs.Regulated.to_numpy())
        mine = pairs.assign(Regulated=np.where(regulated, "TRUE", "FALSE"), CellType=cell)
        scores = pairs[["chrom", "chromStart", "chromEnd", "measuredGeneSymbol"]].copy()
        scores.columns = ["chrom", "start", "end", "gene"]
        scores = scores.assign(CellType=cell, s=2 * regulated + rng.normal(size=len(pairs)))
        for name, table in (("pairs", mine), ("scores", scores)):
            table.to_csv(folder / f"{name}_{cell}.tsv", sep="\t", index=False)
        all_pairs.append(mine)
        all_scores.append(scores)
    pd.concat(all_pairs).to_csv(folder / "pairs.tsv", sep="\t", index=False)
    pd.concat(all_scores).to_csv(folder / "scores.tsv", sep="\t", index=False)
    return folder


def test_many_cell_types_in_one_file_equal_each_of_them_alone(cells):
    together = rank(cells / "pairs.tsv", [cells / "scores.tsv"], draws=199)
    assert len(together.pairs.table) == 3 * 480 and together.pairs.left_out.empty
    for cell in ("K562", "GM12878", "WTC11"):
        alone = rank(cells / f"pairs_{cell}.tsv", [cells / "scores.tsv"], draws=20)
        same = rank(cells / f"pairs_{cell}.tsv", [cells / f"scores_{cell}.tsv"], draws=20)
        pd.testing.assert_frame_equal(alone.evidence, same.evidence)
        np.testing.assert_array_equal(together.scores["s"][together.bins[cell]], alone.scores["s"])
        assert auprc(together)[cell, "s"] == pytest.approx(auprc(alone)[ALL, "s"], abs=1e-12)
    verdict = together.evidence[together.evidence.method == "s"].set_index("item").verdict
    assert (verdict[[ALL, "K562", "GM12878", "WTC11"]] == "supported").all()


def test_several_tables_are_data_sets_of_one_report(cells, planted, tmp_path):
    other = pd.read_csv(planted / "pairs.tsv", sep="\t", dtype=str)
    other = other.assign(chrom="chr2", chrTSS="chr2", weight=np.where(other.Regulated == "TRUE", "0.5", "1"))
    other.to_csv(tmp_path / "other.tsv", sep="\t", index=False)
    run([planted / "pairs.tsv", tmp_path / "other.tsv"], tmp_path / "out")
    table = pd.read_csv(tmp_path / "out" / "datasets.tsv", sep="\t")
    assert table.dataset.tolist() == ["pairs", "other", "pooled"] and table.n.tolist() == [480, 480, 960]
    assert table.auprc[0] == pytest.approx(table.auprc[1]) and table.weighted[1] < table.auprc[1]
    evidence = pd.read_csv(tmp_path / "out" / "evidence.tsv", sep="\t").set_index(["item", "method", "metric"]).value
    assert evidence[ALL, "distance", "auprc"] == pytest.approx(table.auprc[2], rel=1e-3)
    assert evidence[ALL, "distance", WEIGHTED] < evidence[ALL, "distance", "auprc"]
    page = (tmp_path / "out" / "report.html").read_text()
    assert ">Data sets</h2>" in page and "AUPRC, weighted" in page
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["settings"]["weights"] == "weight"
    assert set(pd.read_csv(tmp_path / "out" / "pairs.tsv", sep="\t").dataset) == {"pairs", "other"}


def test_a_cell_type_that_predictions_lack_is_left_out_and_said(cells, tmp_path):
    (tmp_path / "cells.tsv").write_text("experiment\tpredictions\nK562\tGM12878\n")
    run(cells / "pairs.tsv", tmp_path / "out", predictions=[cells / "scores.tsv"], cells=tmp_path / "cells.tsv")
    left_out = pd.read_csv(tmp_path / "out" / "left_out.tsv", sep="\t")
    assert len(left_out) == 960 and set(left_out.reason) == {"its cell type is not in scores.tsv"}
    assert set(pd.read_csv(tmp_path / "out" / "pairs.tsv", sep="\t").cell_type) == {"K562"}


def test_a_file_of_calls_keeps_the_genes_it_has_no_call_of(planted, tmp_path):
    model = pd.read_csv(planted / "model.tsv", sep="\t").drop(columns="attention")
    model[model.gradient_input > 2].to_csv(tmp_path / "calls_thresholded2.tsv", sep="\t", index=False)
    result = rank(planted / "pairs.tsv", [tmp_path / "calls_thresholded2.tsv"], draws=20)
    assert len(result.pairs.table) == 480 and any("from a threshold on" in remark for remark in result.remarks)
    model[model.gradient_input > 2].to_csv(tmp_path / "calls.tsv", sep="\t", index=False)
    result = rank(planted / "pairs.tsv", [f"{tmp_path}/calls.tsv::score=gradient_input,fill=0,name=g"], draws=20)
    assert len(result.pairs.table) == 480 and result.scores["g"].min() == 0


def test_a_score_that_ranks_backwards_is_told_and_activity_of_two_files_is_one(planted, tmp_path):
    table = pd.read_csv(planted / "model.tsv", sep="\t")
    back = table.assign(mine=-table.gradient_input)[["chrom", "start", "end", "gene", "mine"]]
    back.to_csv(tmp_path / "back.tsv", sep="\t", index=False)
    abc = table.rename(columns={"gene": "TargetGene", "attention": "ABC.Score"}).assign(activity_base=table.attention)
    names = ["a.tsv", "b.tsv"]
    for name in names:
        abc[["chrom", "start", "end", "TargetGene", "ABC.Score", "activity_base"]].to_csv(
            tmp_path / name, sep="\t", index=False
        )
    result = rank(planted / "pairs.tsv", [tmp_path / one for one in ("back.tsv", *names)], draws=20)
    assert any(one.startswith("mine is lower for regulated pairs (AUROC 0.") for one in result.remarks)
    assert "activity × contact" in result.scores and not any("activity (" in name for name in result.scores)
    assert not any("gives activity" in one or "give activity" in one for one in result.remarks)


def test_elements_of_another_genome_build_are_refused(planted, tmp_path):
    away = pd.read_csv(planted / "model.tsv", sep="\t")
    away[["start", "end"]] += 10_000_000
    away.to_csv(tmp_path / "hg19.tsv", sep="\t", index=False)
    with pytest.raises(InputError, match=r"hg19\.tsv: none of its elements overlaps .* same genome build"):
        rank(planted / "pairs.tsv", [tmp_path / "hg19.tsv"], draws=5)


def test_genes_without_a_regulated_pair_are_nothing_to_rank(planted, tmp_path):
    pairs = pd.read_csv(planted / "pairs.tsv", sep="\t", dtype=str)
    pairs.loc[pairs.measuredGeneSymbol != "<b>gene11</b>", "Regulated"] = "FALSE"
    pairs.to_csv(tmp_path / "pairs.tsv", sep="\t", index=False)
    with pytest.raises(InputError, match="no pairs of both kinds"):
        rank(tmp_path / "pairs.tsv", [planted / "model.tsv"], draws=5)


def test_the_shipped_pairs_are_ranked():
    result = rank(PAIRS, [ABC], draws=99)
    assert (len(result.pairs.table), int(result.pairs.table.regulated.sum())) == (2564, 40)
    assert set(result.pairs.left_out.reason) == {"ValidConnection: PromoterElement"}
    assert auprc(result)[ALL, "ABC"] > auprc(result)[ALL, "distance"] > result.evidence.prevalence[0]


@pytest.fixture(scope="module")
def data():
    folder = os.environ.get("REGARD_DATA")
    if not folder or not (Path(folder) / "enhancer").is_dir():
        pytest.skip("REGARD_DATA has no folder enhancer")
    return Path(folder) / "enhancer"


def test_fulco_2019_comes_out_as_published(data):
    pairs = data / "EPCrisprBenchmark_Fulco2019_K562_GRCh38.tsv.gz"
    result = rank(pairs, [data / "ABC_K562_Fulco2019Genes_GRCh38.tsv.gz"], draws=20)
    assert (len(result.pairs.table), int(result.pairs.table.regulated.sum())) == (3771, 101)
    assert len(result.pairs.left_out) == 5091 - 3771
    found = auprc(result)
    assert [found[i, "distance"] for i in (ALL, *BINS)] == pytest.approx([0.329, 0.631, 0.177, 0.135, 0.011], abs=0.001)
    assert [found[i, "ABC"] for i in (ALL, *BINS)] == pytest.approx([0.599, 0.787, 0.636, 0.523, 0.521], abs=0.001)
    recall = result.evidence.set_index(["item", "method", "metric"]).value[ALL, "ABC", CALLS]
    assert recall == pytest.approx(0.70, abs=0.01)  # Fulco et al.: 70 % of enhancers have ABC above .02


def test_the_shipped_pairs_are_those_of_the_benchmark(data):
    whole = rank(data / "EPCrisprBenchmark_Fulco2019_K562_GRCh38.tsv.gz",
                 [data / "ABC_K562_Fulco2019Genes_GRCh38.tsv.gz"], draws=2)  # fmt: skip
    part = rank(PAIRS, [ABC], draws=2)
    key = ["chrom", "start", "end", "gene", "regulated", "distance"]
    of_whole = whole.pairs.table.assign(ABC=whole.scores["ABC"])[[*key, "ABC"]]
    of_part = part.pairs.table.assign(ABC=part.scores["ABC"])[[*key, "ABC"]]
    same = of_part.merge(of_whole, on=key, how="left", suffixes=("", "_whole"))
    assert len(same) == len(of_part) and np.allclose(same.ABC, same.ABC_whole)


def test_k562_with_the_distances_of_the_table(data):
    result = rank(data / "EPCrisprBenchmark_combined_data.training_K562.GRCh38.tsv.gz", draws=5)
    assert auprc(result)[ALL, "distance"] == pytest.approx(0.438, abs=0.001)
    assert "activity × contact" in result.scores and len(result.pairs.table) == 10_356

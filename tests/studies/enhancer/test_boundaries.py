import json

import numpy as np
import pandas as pd
import pytest
from rich.progress import Progress

from regard.core.evidence import CANNOT_TELL, COLUMNS, SUPPORTED, TOO_FEW
from regard.errors import InputError, PipelineError
from regard.studies.enhancer import boundaries
from regard.studies.enhancer.boundaries import run, study
from regard.studies.enhancer.boundaries_words import answers
from tests.toys.boundary import OTHER, WORD, chromosome, domains


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("boundaries")
    bases, places = chromosome(40)
    (folder / "genome.fa").write_text(f">chr1\n{bases}\n")
    # as in Hi-C files: no `chr`, intervals about the boundary
    lines = [f"1\t{place - 100}\t{place + 100}\n" for place in places]
    (folder / "boundaries.bed").write_text("".join(lines))
    return folder


def scores(bed, files, model, **how):
    return study(bed, files / "genome.fa", model, Progress(disable=True), away=2000, **how)


def verdicts(table):
    return table.set_index("method").verdict


def test_a_planted_boundary_is_found_as_stripe_and_as_block(files, tmp_path):
    how = {"genome": files / "genome.fa", "model": domains(), "away": 2000}
    table = run(files / "boundaries.bed", tmp_path / "out", **how)
    assert list(table.columns) == COLUMNS
    found = verdicts(table)
    for layer in ("layer 1", "layer 2"):
        assert found[f"attention to the boundary, {layer}, head 1"] == SUPPORTED
        assert found[f"attention across the boundary, {layer}, head 2"] == SUPPORTED
        assert found[f"attention to the boundary, {layer}, head 3"] != SUPPORTED  # uniform
        assert found[f"attention across the boundary, {layer}, head 3"] != SUPPORTED
    by_head = table.set_index(["metric", "method"]).value
    # All attention falls on one of 32 bins, two of which are the boundary: 16 times uniform, 15 more than before.
    assert by_head["stripe difference", "attention to the boundary, layer 1, head 1"] == pytest.approx(15, abs=0.1)
    # Nothing crosses a boundary in head 2, which is half of what crosses and stays; the dip is as deep.
    for name in ("attention across the boundary", "dip of attention across"):
        metric = "dip difference" if name.startswith("dip") else "block difference"
        assert by_head[metric, f"{name}, layer 1, head 2"] == pytest.approx(-0.5, abs=0.1)
        assert found[f"{name}, layer 1, head 2"] == SUPPORTED
        # Head 1 looks at the boundary alone: what it takes from the rest, it takes from both sides.
        assert found[f"{name}, layer 1, head 1"] != SUPPORTED
        assert abs(by_head[metric, f"{name}, layer 1, head 1"]) < 0.05
    page = (tmp_path / "out" / "report.html").read_text()
    assert "by 9 of them" in page and "genes that begin" not in page
    assert "cannot be told" not in page  # no verdict is that, and no word explains what is not there
    assert {p.name for p in (tmp_path / "out").iterdir()} == {
        "evidence.tsv", "figures", "left_out.tsv", "manifest.json", "maps.npz", "pairs.tsv", "report.html",
        "report.md",
    }  # fmt: skip
    pairs = pd.read_csv(tmp_path / "out" / "pairs.tsv", sep="\t")
    assert (abs(pairs.gc - pairs.matched_gc) <= 0.02).all()
    with np.load(tmp_path / "out" / "maps.npz") as maps:
        assert maps["boundary"].shape == (2, 3, 32, 32) and maps["profile_boundary"].shape == (2, 3, 17)
        along = maps["profile_boundary"][0, 1]
        assert along[8] == along.min() < 0.01 and maps["dip_control"].shape == maps["stripe_control"].shape


def test_a_dip_beside_the_boundary_is_none_at_it(files, tmp_path):
    rows = [line.split() for line in (files / "boundaries.bed").read_text().splitlines()]
    beside = [f"{chrom}\t{int(start) + 186}\t{int(start) + 206}\n" for chrom, start, end in rows]  # three bins away
    (tmp_path / "beside.bed").write_text("".join(beside))
    table = scores(tmp_path / "beside.bed", files, domains()).evidence.set_index("method")
    row = table.loc["dip of attention across, layer 1, head 2"]
    assert row.value < -0.1 and row.q_value <= 0.01  # it lies below its surroundings, and that is no dip at 0
    assert row.verdict == "not supported" and "least 2 bins away, not at the boundary" in row.reason


def test_a_pipeline_sets_how_heads_are_read_and_others_are_told(files, tmp_path):
    how = {"genome": files / "genome.fa", "model": domains(), "away": 2000, "twins": 0, "most": 12}
    tables, pages = {}, {}
    for name, pipeline in (("default", None), ("log", "uniform | log")):
        tables[name] = run(files / "boundaries.bed", tmp_path / name, pipeline=pipeline, **how)
        settings = json.loads((tmp_path / name / "manifest.json").read_text())["settings"]
        assert settings["pipeline"] == (pipeline or "uniform")
        pages[name] = (tmp_path / name / "report.html").read_text()
    for name, other in (("default", "log"), ("log", "default")):
        pipeline = {"default": "uniform", "log": "uniform | log"}[name]
        rows = tables[name][tables[name].method.str.endswith("mean of heads")].set_index("metric").value
        told = (
            f"“{pipeline}”: attention to the boundary {rows['stripe difference']:+.3g}, attention across the boundary "
        )
        told += f"{rows['block difference']:+.3g}, dip of attention across {rows['dip difference']:+.3g}."
        assert f"{told} This is the reading used here." in pages[name] and told in pages[other]
    with pytest.raises(PipelineError, match="stripes and blocks are seen in maps"):
        run(files / "boundaries.bed", tmp_path / "wrong", pipeline="received", **how)


def test_a_model_that_reads_another_word_shows_none(files):
    result = scores(files / "boundaries.bed", files, domains(OTHER))
    assert not (result.evidence.verdict == SUPPORTED).any()
    headline, lines = answers(result)
    assert headline == "No head's attention tells boundaries from matched loci"
    assert sum("would have needed a difference of" in line for line in lines) == 3


@pytest.mark.parametrize(
    ("word", "how", "long", "why"),
    [
        (None, {}, 20_000, "own weights are random"),
        (WORD, {"twins": 0}, 20_000, "--twins 0"),
        (WORD, {}, 1000, "windows of 1,024 bases"),
    ],
)
def test_without_random_twins_nothing_can_be_told(files, word, how, long, why, monkeypatch):
    monkeypatch.setattr(boundaries, "LONG", long)
    model = domains(word)
    result = scores(files / "boundaries.bed", files, model, **how)
    assert set(result.evidence.verdict) == {CANNOT_TELL} and "random weights" in result.evidence.reason[0]
    assert any(why in remark for remark in result.remarks)
    headline, lines = answers(result)
    assert "cannot be told" in headline and len(lines) == 1


def test_windows_that_overlap_count_once_and_few_are_too_few(files, tmp_path):
    first = int((files / "boundaries.bed").read_text().split()[1])
    lines = [f"chr1\t{first + 10 * i}\t{first + 10 * i + 200}\n" for i in range(20)]
    (tmp_path / "copies.bed").write_text("".join(lines))
    table = scores(tmp_path / "copies.bed", files, domains()).evidence
    assert set(table.verdict) == {TOO_FEW} and "in 1 loci" in table.reason[0]


def test_genes_in_the_windows_are_taken_out_where_they_are_given(files, tmp_path):
    places = [int(line.split()[1]) for line in (files / "boundaries.bed").read_text().splitlines()]
    genes = "".join(f"g{i}\tchr1\t{place}\t+\n" for i, place in enumerate(places))  # one in every window
    (tmp_path / "genes.tsv").write_text("gene\tchrom\ttss\tstrand\n" + genes)
    result = scores(files / "boundaries.bed", files, domains(), genes=tmp_path / "genes.tsv")
    assert result.genes and set(result.evidence.verdict) == {CANNOT_TELL}
    assert "tell these labels by themselves" in result.evidence.reason[0]


def test_boundaries_put_anywhere_show_none(files, tmp_path):
    places = np.random.default_rng(3).integers(1000, 400_000, 40)
    (tmp_path / "moved.bed").write_text("".join(f"chr1\t{p}\t{p + 200}\n" for p in places))
    table = scores(tmp_path / "moved.bed", files, domains()).evidence
    assert not (table.verdict == SUPPORTED).any()


def test_what_cannot_be_used_is_listed_with_its_reason(files, tmp_path):
    text = (files / "boundaries.bed").read_text() + "chr9\t100\t200\nchr1\t0\t20\n"
    (tmp_path / "more.bed").write_text(text)
    result = scores(tmp_path / "more.bed", files, domains(None), most=12)
    assert sorted(reason[:20] for _, reason in result.left_out) == ["genome.fa has no suc"]
    assert (len(result.pairs), result.not_used) == (12, 29)  # the rest was not come to
    left_out = scores(tmp_path / "more.bed", files, domains(None), most=99).left_out
    assert sorted(reason[:20] for _, reason in left_out)[:2] == ["genome.fa has no suc", "more than 5% of its "]
    (tmp_path / "none.bed").write_text("chr9\t100\t200\n")
    with pytest.raises(InputError, match="none of its 1 boundaries can be used"):
        run(tmp_path / "none.bed", tmp_path / "out", genome=files / "genome.fa", model=domains())
    assert not (tmp_path / "out").exists()

import numpy as np
import pandas as pd
import pytest
from rich.progress import Progress

from regard.core.evidence import COLUMNS, SUPPORTED
from regard.errors import InputError
from regard.studies.enhancer.boundaries import run, study
from regard.studies.enhancer.boundaries_report import answers
from tests.toys.boundary import OTHER, chromosome, domains


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("boundaries")
    bases, places = chromosome()
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
    for layer in (1, 2):
        assert found[f"attention to the boundary, layer {layer}, head 1"] == SUPPORTED
        assert found[f"attention across the boundary, layer {layer}, head 2"] == SUPPORTED
        assert found[f"attention to the boundary, layer {layer}, head 3"] != SUPPORTED  # uniform
        assert found[f"attention across the boundary, layer {layer}, head 3"] != SUPPORTED
    by_head = table.set_index(["metric", "method"]).value
    # All attention falls on one of 32 bins, two of which are the boundary: 16 times uniform, 15 more than before.
    assert by_head["stripe difference", "attention to the boundary, layer 1, head 1"] == pytest.approx(15, abs=0.1)
    assert by_head["block difference", "attention across the boundary, layer 1, head 2"] == pytest.approx(-1, abs=0.05)
    assert {p.name for p in (tmp_path / "out").iterdir()} == {
        "evidence.tsv", "figures", "left_out.tsv", "manifest.json", "maps.npz", "pairs.tsv", "report.html",
    }  # fmt: skip
    pairs = pd.read_csv(tmp_path / "out" / "pairs.tsv", sep="\t")
    assert (abs(pairs.gc - pairs.matched_gc) <= 0.02).all()
    with np.load(tmp_path / "out" / "maps.npz") as maps:
        assert maps["boundary"].shape == (2, 3, 32, 32)


def test_a_model_that_reads_another_word_shows_none(files):
    result = scores(files / "boundaries.bed", files, domains(OTHER))
    assert not (result.evidence.verdict == SUPPORTED).any()
    assert "does not tell boundaries" in answers(result)[0]


def test_random_weights_show_none(files):
    table = scores(files / "boundaries.bed", files, domains(None, 1)).evidence
    assert not (table.verdict == SUPPORTED).any()


def test_boundaries_put_anywhere_show_none(files, tmp_path):
    places = np.random.default_rng(3).integers(1000, 160_000, 16)
    (tmp_path / "moved.bed").write_text("".join(f"chr1\t{p}\t{p + 200}\n" for p in places))
    table = scores(tmp_path / "moved.bed", files, domains()).evidence
    assert not (table.verdict == SUPPORTED).any()


def test_what_cannot_be_used_is_listed_with_its_reason(files, tmp_path):
    text = (files / "boundaries.bed").read_text() + "chr9\t100\t200\nchr1\t0\t20\n"
    (tmp_path / "more.bed").write_text(text)
    result = scores(tmp_path / "more.bed", files, domains(None), most=12)
    assert sorted(reason[:20] for _, reason in result.left_out) == ["genome.fa has no suc", "more than 5% of its "]
    assert (len(result.pairs), result.not_used) == (12, 4)
    (tmp_path / "none.bed").write_text("chr9\t100\t200\n")
    with pytest.raises(InputError, match="none of its 1 boundaries can be used"):
        run(tmp_path / "none.bed", tmp_path / "out", genome=files / "genome.fa", model=domains())
    assert not (tmp_path / "out").exists()

"""A model asked of every pair of a table: beside `locus`, resumed after a stop, with names of tracks."""

import json
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest

from regard.errors import InputError
from regard.studies.enhancer import contributions as asked_of
from regard.studies.enhancer.locus import run as locus
from regard.studies.enhancer.rank import rank, run
from tests.toys.boundary import LENGTH, WORD, domains

GENES, APART = 12, 3_000


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """Twelve genes of eight elements in a toy's window; three of each hold the word and regulate."""
    folder, rng = tmp_path_factory.mktemp("rank_model"), np.random.default_rng(0)
    bases = rng.choice(list("ACGT"), (GENES + 1) * APART)
    pairs, beds, genes = [], [], ["gene\tchrom\ttss\tstrand"]
    for g in range(GENES):
        tss = (g + 1) * APART
        genes.append(f"gene{g}\tchr1\t{tss + 1}\t+")
        with_word = rng.permutation(8)[:3]
        for e in range(8):
            start = tss - LENGTH // 2 + 32 + e * 120
            if e in with_word:
                bases[start + 20 : start + 20 + len(WORD)] = list(WORD)
            pairs.append(["chr1", start, start + 64, f"gene{g}", "chr1", tss, tss, str(e in with_word).upper()])
            beds.append(f"chr1\t{start}\t{start + 64}\te{g}.{e}")
        pairs.append(["chr1", tss + 2_000, tss + 2_064, f"gene{g}", "chr1", tss, tss, "FALSE"])
    columns = ["chrom", "chromStart", "chromEnd", "measuredGeneSymbol", "chrTSS", "startTSS", "endTSS", "Regulated"]
    pd.DataFrame(pairs, columns=columns).to_csv(folder / "pairs.tsv", sep="\t", index=False)
    (folder / "genome.fa").write_text(f">chr1\n{''.join(bases)}\n")
    (folder / "elements.bed").write_text("\n".join(beds) + "\n")
    (folder / "genes.tsv").write_text("\n".join(genes) + "\n")
    return folder


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    """Enough for figures; verdicts need more."""
    monkeypatch.setattr("regard.studies.enhancer.rank.rank", partial(rank, draws=50))


def ranked(planted, out, model, **how):
    run(planted / "pairs.tsv", out, model=model, genome=planted / "genome.fa", **{"shuffles": 1, "twins": 2, **how})
    return pd.read_csv(out / "pairs.tsv", sep="\t")


def test_what_the_model_reads_ranks_the_pairs_and_what_it_does_not_see_ranks_last(planted, tmp_path):
    table = ranked(planted, tmp_path / "out", domains())
    inside = table.start - table.tss < 1_000
    regulated = table.regulated
    for method in ("gradient × input", "shuffling"):
        assert table[method][regulated].min() > table[method][~regulated].max()
        assert table[method][~inside].max() < table[method][inside].min()
    evidence = pd.read_csv(tmp_path / "out" / "evidence.tsv", sep="\t")
    whole = evidence[(evidence.item == "all distances") & (evidence.metric == "auprc")].set_index("method")
    assert whole.value["gradient × input"] == whole.value["shuffling"] == 1
    assert set(whole.index) == {"distance", "gradient × input", "attention", "shuffling"}
    elements = pd.read_csv(tmp_path / "out" / "elements.tsv", sep="\t")
    assert len(elements) == 9 * GENES and elements["gradient × input"].notna().sum() == 8 * GENES
    again = rank(planted / "pairs.tsv", [tmp_path / "out" / "elements.tsv"], draws=20)  # what is out of sight is last
    assert len(again.pairs.table) == len(table)
    again = again.evidence[(again.evidence.item == "all distances") & (again.evidence.metric == "auprc")]
    for method in ("distance", "gradient × input", "attention"):
        assert again.set_index("method").value[method] == pytest.approx(
            whole.value[method], abs=1e-3
        )  # six digits in the file
    assert "12 of 108 elements do not lie whole" in (tmp_path / "out" / "report.html").read_text()


@pytest.mark.slow
def test_the_scores_are_those_of_locus_element_by_element(planted, tmp_path):
    enformer, genes = "enformer-small", ["gene3", "gene7"]
    some = pd.read_csv(planted / "pairs.tsv", sep="\t")
    some = some[some.measuredGeneSymbol.isin(genes)].groupby(["measuredGeneSymbol", "Regulated"]).head(2)
    some.to_csv(tmp_path / "pairs.tsv", sep="\t", index=False)
    some[["chrom", "chromStart", "chromEnd"]].to_csv(tmp_path / "some.bed", sep="\t", index=False, header=False)
    run(tmp_path / "pairs.tsv", tmp_path / "rank", model=enformer, genome=planted / "genome.fa", shuffles=1)
    ours = pd.read_csv(tmp_path / "rank" / "elements.tsv", sep="\t").set_index(["id", "start", "end"])
    files = []
    for gene in genes:
        given = {"genes": planted / "genes.tsv", "elements": tmp_path / "some.bed"}
        locus(gene, tmp_path / gene, genome=planted / "genome.fa", model=enformer, shuffles=1, **given)
        files.append(tmp_path / gene / "elements.tsv")
        theirs = pd.read_csv(files[-1], sep="\t").set_index(["id", "start", "end"])
        both = ours.index.intersection(theirs.index)
        assert len(both) == 4
        for method in ("distance", "gradient × input", "attention", "shuffling"):
            assert np.allclose(ours.loc[both, method], theirs.loc[both, method], rtol=1e-4, atol=1e-9)
        assert ours.loc[both, "attention"].std() > 0
    together = rank(tmp_path / "pairs.tsv", files, draws=20)  # several files of `locus` are one table
    alone = rank(tmp_path / "pairs.tsv", [tmp_path / "rank" / "elements.tsv"], draws=20)
    for method in ("gradient × input", "attention"):
        assert np.allclose(together.scores[method], alone.scores[method], rtol=1e-4)


def test_a_stopped_run_goes_on_where_it_was_and_ends_the_same(planted, tmp_path, monkeypatch):
    whole = ranked(planted, tmp_path / "whole", domains(), twins=0)
    monkeypatch.setattr(asked_of, "together", lambda model: 4)  # three batches
    read, real = [], asked_of.read_batch

    def stops(model, placed, *rest):
        read.append(len(placed))
        if len(read) == 3:
            raise KeyboardInterrupt
        return real(model, placed, *rest)

    monkeypatch.setattr(asked_of, "read_batch", stops)
    with pytest.raises(KeyboardInterrupt):
        ranked(planted, tmp_path / "out", domains(), twins=0)
    assert not (tmp_path / "out" / "evidence.tsv").exists()
    read.clear()
    resumed = ranked(planted, tmp_path / "out", domains(), twins=0)
    assert read == [4]
    pd.testing.assert_frame_equal(resumed, whole)
    assert not (tmp_path / "out" / ".unfinished").exists()


def test_genes_of_one_tss_share_a_window(planted, tmp_path, monkeypatch):
    pairs = pd.read_csv(planted / "pairs.tsv", sep="\t")
    twice = pd.concat([pairs, pairs[pairs.measuredGeneSymbol == "gene1"].assign(measuredGeneSymbol="same")])
    twice.to_csv(tmp_path / "pairs.tsv", sep="\t", index=False)
    read, real = [], asked_of.read_batch
    monkeypatch.setattr(asked_of, "read_batch", lambda *given: read.append(len(given[1])) or real(*given))
    run(tmp_path / "pairs.tsv", tmp_path / "out", model=domains(), genome=planted / "genome.fa", shuffles=0, twins=0)
    assert sum(read) == GENES
    table = pd.read_csv(tmp_path / "out" / "elements.tsv", sep="\t")
    columns = ["start", "gradient × input", "attention"]
    one, other = (table.loc[table.id == name, columns].reset_index(drop=True) for name in ("gene1", "same"))
    pd.testing.assert_frame_equal(one, other)


def test_a_model_without_attention_is_asked_all_the_same(planted, tmp_path):
    model = replace(domains(), attend=None)
    table = ranked(planted, tmp_path / "out", model, shuffles=0)
    assert "attention" not in table and "gradient × input" in table
    assert "has no attention: gradient × input and shuffling stand alone" in (tmp_path / "out/report.html").read_text()
    with pytest.raises(InputError, match="no attention to read"):
        ranked(planted, tmp_path / "other", model, pipeline="received | mean(layer, head)")


def asked_by_number(number):
    """A toy whose output is `number` times the words, as a model's track of that number."""
    toy = domains()
    return replace(toy, output=lambda x: number * toy.output(x), asked=f"track {number}")


def test_each_cell_type_is_asked_by_its_own_tracks_and_equals_it_alone(planted, tmp_path):
    pairs = pd.read_csv(planted / "pairs.tsv", sep="\t", dtype=str)
    both = [pairs.assign(CellType=cell) for cell in ("K562", "2")]
    mixed = pd.concat(both).sort_values(["chromStart", "CellType"], kind="stable")
    mixed.to_csv(tmp_path / "pairs.tsv", sep="\t", index=False)
    (tmp_path / "tracks.tsv").write_text("cell_type\ttracks\nK562\t3\n2\t2\n")
    model = replace(domains(), choose=lambda name: asked_by_number(int(name)))
    how = {"model": model, "genome": planted / "genome.fa", "shuffles": 1, "twins": 2}
    run(tmp_path / "pairs.tsv", tmp_path / "out", cell_tracks=tmp_path / "tracks.tsv", **how)
    table = pd.read_csv(tmp_path / "out" / "pairs.tsv", sep="\t", dtype={"cell_type": str})
    assert table[["start", "cell_type"]].values.tolist() == mixed.astype({"chromStart": int})[
        ["chromStart", "CellType"]
    ].values.tolist()  # fmt: skip
    inside = table.start - table.tss < 1_000
    for cell, number in (("K562", 3), ("2", 2)):
        both[cell == "2"].to_csv(tmp_path / "one.tsv", sep="\t", index=False)
        run(tmp_path / "one.tsv", tmp_path / cell, **how | {"model": asked_by_number(number), "twins": 0})
        alone = pd.read_csv(tmp_path / cell / "pairs.tsv", sep="\t").sort_values("start", kind="stable")
        mine = table[(table.cell_type == cell) & inside].sort_values("start", kind="stable")
        for method in ("gradient × input", "attention", "shuffling"):
            expected = alone.loc[alone.start - alone.tss < 1_000, method].to_numpy()
            assert mine[method].to_numpy() == pytest.approx(expected)
    elements = pd.read_csv(tmp_path / "out" / "elements.tsv", sep="\t", dtype=str)
    assert elements.CellType.value_counts().to_dict() == {"K562": 9 * GENES, "2": 9 * GENES}
    settings = json.loads((tmp_path / "out" / "manifest.json").read_text())["settings"]
    assert settings["cell_tracks"] == {"K562": "3", "2": "2"} and settings["output"] == "by cell type"
    page = (tmp_path / "out" / "report.html").read_text()
    assert "K562: toy: asked for the track 3" in page and "2: toy: asked for the track 2" in page


def test_tracks_by_cell_type_need_cell_types_and_tracks(planted, tmp_path):
    model = replace(domains(), choose=lambda name: asked_by_number(int(name)))
    how = {"model": model, "genome": planted / "genome.fa", "shuffles": 0, "twins": 0}
    with pytest.raises(InputError, match="pairs do not say theirs"):
        run(planted / "pairs.tsv", tmp_path / "out", tracks="{cell}", **how)
    pairs = pd.read_csv(planted / "pairs.tsv", sep="\t", dtype=str).assign(CellType="7")
    pairs.to_csv(tmp_path / "pairs.tsv", sep="\t", index=False)
    (tmp_path / "tracks.tsv").write_text("cell_type\ttracks\nK562\t3\n")
    with pytest.raises(InputError, match=r"cell type '7' of pairs\.tsv has no tracks"):
        run(tmp_path / "pairs.tsv", tmp_path / "out", cell_tracks=tmp_path / "tracks.tsv", **how)
    with pytest.raises(InputError, match="no tracks to choose from"):
        run(tmp_path / "pairs.tsv", tmp_path / "out", tracks="{cell}", **how | {"model": domains()})
    run(tmp_path / "pairs.tsv", tmp_path / "out", tracks="{cell}", **how)
    assert "asked for the track 7" in (tmp_path / "out" / "report.html").read_text()


def test_random_weights_get_no_verdict(planted, tmp_path):
    ranked(planted, tmp_path / "out", domains(None), shuffles=0, twins=None)
    evidence = pd.read_csv(tmp_path / "out" / "evidence.tsv", sep="\t").set_index("method")
    assert set(evidence.loc[["gradient × input", "attention"], "verdict"]) <= {"cannot be told", "too few labels"}
    settings = json.loads((tmp_path / "out" / "manifest.json").read_text())["settings"]
    assert settings["trained"] is False and settings["model"] == "toy"


def test_bins_of_ones_own(planted, tmp_path):
    run(planted / "pairs.tsv", tmp_path / "out", edges=[200, 1_500])
    table = pd.read_csv(tmp_path / "out" / "pairs.tsv", sep="\t")
    assert set(table["bin"]) == {"under 0.2 kb", "0.2 to 1.5 kb", "over 1.5 kb"}
    assert (table.loc[table["bin"] == "over 1.5 kb", "distance"] > 1_500).all()
    with pytest.raises(InputError, match="expected rising distances"):
        run(planted / "pairs.tsv", tmp_path / "out", edges=[5, 2])


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"genome": None}, "add --genome"),
        ({"model": None}, "add --model"),
        ({"model": replace(domains(), oriented=True)}, "add --genes"),
    ],
)
def test_what_a_model_needs_is_said(planted, tmp_path, how, says):
    with pytest.raises(InputError, match=says):
        run(planted / "pairs.tsv", tmp_path / "out", **{"model": domains(), "genome": planted / "genome.fa", **how})

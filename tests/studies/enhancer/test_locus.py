import json
from dataclasses import replace

import h5py
import numpy as np
import pandas as pd
import pytest
from rich.progress import Progress

from regard.core.evidence import CANNOT_TELL, COLUMNS, NOT_SUPPORTED, SUPPORTED, TOO_FEW
from regard.data.sequences import reverse_complement
from regard.errors import InputError, PipelineError
from regard.models.enformer import model as enformer
from regard.studies.enhancer.locus import look, run
from regard.studies.enhancer.locus_evidence import table_of
from regard.studies.enhancer.locus_words import answers
from tests.annotate.test_contact_map import write as write_cooler
from tests.toys.boundary import LENGTH, OTHER, WORD, domains

GENES, APART, SIZE = 8, 3000, 64


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Eight genes with eight elements each in the model's window; three of the elements hold the word."""
    folder, rng = tmp_path_factory.mktemp("locus"), np.random.default_rng(0)
    bases = rng.choice(list("ACGT"), (GENES + 1) * APART)
    genes, elements, validated = ["gene\tchrom\ttss\tstrand"], [], []
    for g in range(GENES):
        tss = (g + 1) * APART
        genes.append(f"gene{g}\tchr1\t{tss + 1}\t{'+-'[g % 2]}")
        with_word = rng.permutation(8)[:3]
        for e in range(8):
            start = tss - LENGTH // 2 + 32 + e * 120
            elements.append(f"1\t{start}\t{start + SIZE}\te{g}.{e}")
            if e in with_word:
                bases[start + 20 : start + 20 + len(WORD)] = list(WORD)
                validated.append(elements[-1])
    text = "".join(bases)
    (folder / "genome.fa").write_text(f">chr1\n{text}\n")
    (folder / "turned.fa").write_text(f">chr1\n{reverse_complement(text)}\n")
    for name, lines in (("genes.tsv", genes), ("elements.bed", elements), ("validated.bed", validated)):
        (folder / name).write_text("\n".join(lines) + "\n")
    (folder / "signal.bedgraph").write_text(f"chr1\t0\t{len(text)}\t2.5\n")
    return folder


def seen(files, model, where=f"chr1:1-{(GENES + 1) * APART}", shuffles=1, **how):
    given = {"genes": files / "genes.tsv", "elements": files / "elements.bed", "validated": files / "validated.bed"}
    return look(where, files / "genome.fa", model, Progress(disable=True), **{**given, "shuffles": shuffles, **how})


def of(result, annotation):
    return result.evidence[result.evidence.annotation == annotation].set_index("method")


def test_what_the_model_reads_is_found_by_every_score(files):
    result = seen(files, domains())
    assert [locus.value for locus in result.loci] == [3.0] * GENES  # three words in each window
    found = of(result, "validated enhancers")
    assert (found.n == 64).all() and (found.positives == 24).all()
    assert found.value["gradient × input"] == found.value["shuffling"] == 1.0
    assert found.verdict["gradient × input"] == found.verdict["shuffling"] == SUPPORTED
    first = result.loci[0].elements.set_index("name")
    assert first.shuffling[first.validated].to_numpy() == pytest.approx(1)  # a word less
    assert first.shuffling[~first.validated].to_numpy() == pytest.approx(0)
    assert (np.diff(first.start) > 0).all()
    assert "beyond labels turned among the elements of a window and random weights" in found.reason["shuffling"]
    assert "distance to the TSS, length, GC and CpG" in found.reason["shuffling"] and result.twins == 9
    assert found.adds["shuffling"] == pytest.approx(1 - found.baseline_value["shuffling"])
    assert (of(result, "elements").n == 256).all()


def test_what_lies_beyond_the_chromosome_has_no_score_and_elements_lie_in_the_window_whole(files, tmp_path):
    (tmp_path / "genes.tsv").write_text("gene\tchrom\ttss\tstrand\nedge\tchr1\t201\t+\n")
    lines = "chr1\t0\t60\tin\nchr1\t700\t800\tpartly\nchr1\t400\t464\tinside\n"
    (tmp_path / "elements.bed").write_text(lines)
    given = {"genes": tmp_path / "genes.tsv", "elements": tmp_path / "elements.bed"}
    result = seen(files, domains(), "chr1:1-900", validated=None, **given)
    (locus,) = result.loci
    for values in locus.tracks.values():
        assert np.isnan(values[:9]).all() and not np.isnan(values[10:]).any()  # 312 of 1,024 bases are padding
    assert locus.elements.name.tolist() == ["in", "inside"] and not locus.elements.isna().any().any()
    assert any("1 of 3 elements at edge lie partly outside" in remark for remark in result.remarks)
    assert (result.evidence.n == 23).all()


def test_a_model_that_reads_another_word_is_not_supported(files):
    found = of(seen(files, domains(OTHER)), "validated enhancers")
    assert set(found.verdict) == {NOT_SUPPORTED}


def test_without_random_twins_nothing_can_be_told(files):
    for model, how, why in (
        (domains(None), {}, "own weights are random"),
        (domains(), {"twins": 0}, "--twins 0"),
    ):
        result = seen(files, model, shuffles=0, **how)
        assert set(result.evidence.verdict) == {CANNOT_TELL} and any(why in one for one in result.remarks)
        assert "cannot be told" in answers(result, result.evidence)[0]


def test_one_gene_has_too_few_labels_and_no_random_weights_are_read(files):
    result = seen(files, replace(domains(), untrained=None), where="gene3")
    assert set(result.evidence.verdict) == {TOO_FEW}
    (locus,) = result.loci
    assert result.region == locus.placed.region == ("chr1", 4 * APART - LENGTH // 2, 4 * APART + LENGTH // 2)
    assert locus.placed.target.strand == "-"


def test_genes_in_one_window_are_one_locus(files, tmp_path):
    names = "".join(f"same{i}\tchr1\t{4 * APART + 1 + i}\t+\n" for i in range(9))
    (tmp_path / "genes.tsv").write_text("gene\tchrom\ttss\tstrand\n" + names)
    result = seen(files, domains(), genes=tmp_path / "genes.tsv", shuffles=0)
    assert set(result.evidence.verdict) == {TOO_FEW} and result.evidence.reason.str.contains("in 1 loci").all()


def test_scores_lie_where_the_word_lies(files):
    (locus,) = seen(files, domains(), where="gene0", shuffles=2).loci
    validated = pd.read_csv(files / "validated.bed", sep="\t", header=None, names=["chrom", "start", "end", "name"])
    starts = validated[validated.name.str.startswith("e0.")].start + 20
    bins = (starts - locus.placed.region.start) // 32
    gradient = locus.tracks["gradient × input"]
    assert set(np.flatnonzero(gradient)) <= {b + k for b in bins for k in (0, 1)}
    assert gradient.sum() * 32 == pytest.approx(3 * len(WORD))  # one for each base of a word
    assert set(bins) <= set(np.argsort(-locus.tracks["attention"])[:3])


def test_a_model_that_reads_along_the_gene_sees_the_other_strand(files):
    model = replace(domains(), oriented=True)
    length = (GENES + 1) * APART
    plus = look(
        f"chr1:1-{length}", files / "genome.fa", model, Progress(disable=True), tss=[APART + 1], strand="+", shuffles=0
    )
    minus = look(
        f"chr1:1-{length}",
        files / "turned.fa",
        model,
        Progress(disable=True),
        tss=[length - APART],
        strand="-",
        shuffles=0,
    )
    assert plus.loci[0].value == minus.loci[0].value == 3.0
    for method, values in plus.loci[0].tracks.items():
        np.testing.assert_allclose(minus.loci[0].tracks[method][::-1], values, err_msg=method)
    turned = minus.loci[0].placed.region
    assert turned.start == length - plus.loci[0].placed.region.end


def test_a_pair_of_another_gene_is_not_this_genes(files, tmp_path):
    lines = [line.split("\t") for line in (files / "elements.bed").read_text().splitlines()]
    rows = ["chrom\tchromStart\tchromEnd\tmeasuredGeneSymbol\tRegulated"]
    for chrom, start, end, name in lines:
        own = name.split(".")[0].replace("e", "gene")
        rows.append(f"{chrom}\t{start}\t{end}\t{own}\t{'TRUE' if name.endswith('.2') else 'FALSE'}")
        rows.append(f"{chrom}\t{start}\t{end}\tanother\tTRUE")
    (tmp_path / "pairs.tsv").write_text("\n".join(rows) + "\n")
    result = seen(files, domains(), validated=tmp_path / "pairs.tsv", shuffles=0, twins=0)
    for locus in result.loci:
        table = table_of(locus)
        assert table.name[table.validated].tolist() == [f"e{locus.name[4:]}.2"]
        assert len(locus.tested) == 8  # of 128 rows
    assert (of(result, "validated enhancers").positives == GENES).all()
    assert "120 of 128 tested pairs about gene0 are of other genes and do not count" in result.remarks
    where = {"where": f"chr1:1-{2 * APART}", "tss": [APART + 1], "genes": None}
    alone = seen(files, domains(), validated=tmp_path / "pairs.tsv", shuffles=0, twins=0, **where)
    assert table_of(alone.loci[0]).validated.all() and any("pairs of every gene count" in one for one in alone.remarks)


def test_another_run_and_a_contact_map_are_drawn_with_it(files, tmp_path):
    how = {"genome": files / "genome.fa", "shuffles": 0, "twins": 0, "genes": files / "genes.tsv"}
    run("gene1", tmp_path / "other", model=replace(domains(OTHER), name="the other toy"), **how)
    with h5py.File(tmp_path / "x.cool", "w") as file:
        write_cooler(file, 1_000, 30)
    near = {"validated": files / "validated.bed", "beside": tmp_path / "other"}
    run("gene1", tmp_path / "out", model=domains(), contacts=tmp_path / "x.cool", **near, **how)
    picture = (tmp_path / "out" / "figures" / "locus1.svg").read_text()
    assert picture.count("black: gene1, the other toy") == 2 and "counts" in picture
    assert "measured contacts (counts, bins of 1,000 bp)" in (tmp_path / "out" / "report.html").read_text()
    inputs = json.loads((tmp_path / "out" / "manifest.json").read_text())["inputs"]
    assert any("x.cool" in str(one) for one in inputs)
    with pytest.raises(InputError, match=r"other: none of its scores lies in chr1:"):
        run("gene7", tmp_path / "far", model=domains(), beside=tmp_path / "other", **how)
    with pytest.raises(InputError, match="is not the folder of a run"):
        run("gene1", tmp_path / "none", model=domains(), beside=files, **how)


def test_a_run_writes_its_folder(files, tmp_path):
    pytest.importorskip("enformer_pytorch", reason="enformer_pytorch is not installed")
    small = {**enformer.SMALL, "sequence_length": 4096, "target_length": 28}
    enformer.save(enformer.untrained(0, **small), tmp_path / "small")
    table = run(
        "gene2", tmp_path / "out", genome=files / "genome.fa", model=str(tmp_path / "small"), genes=files / "genes.tsv",
        elements=files / "elements.bed", signals=[files / "signal.bedgraph"], shuffles=0,
    )  # fmt: skip
    out = tmp_path / "out"
    assert list(table.columns) == COLUMNS
    assert {p.name for p in out.iterdir()} == {
        "elements.tsv", "evidence.tsv", "figures", "manifest.json", "positions.tsv", "report.html",
        "report.md",
    }  # fmt: skip
    positions = pd.read_csv(out / "positions.tsv", sep="\t")
    assert positions.method.value_counts().to_dict() == {"gradient × input": 32, "attention": 32}
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["settings"]["trained"] is False
    for text in ((out / "report.html").read_text(), (out / "figures" / "locus1.svg").read_text()):
        assert "untrained model, random weights" in text.lower()
    assert len(pd.read_csv(out / "elements.tsv", sep="\t")) == 8


def test_a_pipeline_sets_the_reading_and_others_are_told(files, tmp_path):
    how = {"genome": files / "genome.fa", "model": domains(), "genes": files / "genes.tsv", "shuffles": 0, "twins": 0}
    elements = {"elements": files / "elements.bed"}
    default, every = "from(16:17) | received | mean(layer, head)", "received | max(layer, head)"
    positions = {}
    for name, pipeline, known in (("default", None, elements), ("every", every, {})):
        table = run("gene1", tmp_path / name, pipeline=pipeline, **how, **known)
        settings = json.loads((tmp_path / name / "manifest.json").read_text())["settings"]
        assert settings["pipeline"] == (pipeline or default)
        page = (tmp_path / name / "report.html").read_text()
        assert f"<code>{pipeline or default}</code>" in page and f"“{default}”" in page
        if known:
            value = table[(table.method == "attention") & (table.annotation == "elements")].value.iloc[0]
            assert f"“{default}”: AUPRC {value:.3f} on elements, highest" in page
        positions[name] = pd.read_csv(tmp_path / name / "positions.tsv", sep="\t").query("method == 'attention'").score
    assert not np.allclose(positions["default"], positions["every"])
    with pytest.raises(PipelineError, match="'recieved'"):
        run("gene1", tmp_path / "wrong", pipeline="recieved", **how)


@pytest.mark.parametrize(
    ("where", "how", "says"),
    [
        ("chr1:1-100", {}, "0 genes begin in"),
        ("chr1:1-100", {"genes": None}, "no transcription start is known"),
        ("chr1:1-100", {"tss": [101]}, "lies outside"),
        ("chr7:1-100", {}, "no chromosome 'chr7'"),
        ("nobody", {}, "no gene 'nobody'"),
        ("nobody", {"genes": None}, "add --genes"),
        ("chr1:5-x", {}, "cannot be read"),
    ],
)
def test_places_that_cannot_be_used(files, where, how, says):
    with pytest.raises(InputError, match=says):
        seen(files, domains(), where=where, **how)

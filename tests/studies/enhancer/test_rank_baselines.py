"""Baselines by place and expression in a ranking: planted nearest genes, cell types, and what is left out."""

import json

import numpy as np
import pandas as pd
import pytest

from regard.annotate.crispr import read_pairs
from regard.errors import InputError
from regard.studies.enhancer.rank import ALL, rank, run
from regard.studies.enhancer.rank_baselines import baselines, read_places

COLUMNS = ["chrom", "chromStart", "chromEnd", "measuredGeneSymbol", "chrTSS", "startTSS", "endTSS", "Regulated"]


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """24 elements beside each of 12 genes, tested with it and with its neighbour; the nearer gene is regulated."""
    folder, rng = tmp_path_factory.mktemp("near"), np.random.default_rng(0)
    rows = []
    for g in range(12):
        for place in rng.choice(140_000, 24, replace=False):
            start = (g + 1) * 100_000 + int(place) - 70_000
            for other in (g, (g + 1) % 12):
                tss = (other + 1) * 100_000
                away = np.abs(start + 100 - 100_000 * np.arange(1, 13))
                nearest = away[other] == away.min()
                rows.append(["chr1", start, start + 200, f"gene{other}", "chr1", tss, tss, str(nearest).upper()])
    pd.DataFrame(rows, columns=COLUMNS).to_csv(folder / "pairs.tsv", sep="\t", index=False)
    genes = "".join(f"gene{g}\t1\t{(g + 1) * 100_000 + 1}\t+\n" for g in range(12))
    (folder / "genes.tsv").write_text("gene\tchrom\ttss\tstrand\n" + genes)
    return folder


def test_the_planted_nearest_gene_is_found_in_the_pairs_and_in_a_file_of_genes(planted, tmp_path):
    run(planted / "pairs.tsv", tmp_path / "out", near=True, genes=planted / "genes.tsv")
    evidence = pd.read_csv(tmp_path / "out" / "evidence.tsv", sep="\t")
    whole = evidence[(evidence["item"] == ALL) & (evidence.metric == "auprc")].set_index("method")
    assert list(whole.index) == ["distance", "nearest gene", "within 100 kb"]
    assert whole.value["nearest gene"] == 1 > whole.value["distance"] and whole.verdict["nearest gene"] == "supported"
    assert whole.verdict["within 100 kb"] != "supported"
    points = pd.read_csv(tmp_path / "out" / "operating_points.tsv", sep="\t")
    points = points[(points.fixed == "threshold") & (points["item"] == ALL)].set_index("method")
    assert points.loc["nearest gene", ["precision", "recall"]].tolist() == [1, 1]
    comparisons = pd.read_csv(tmp_path / "out" / "comparisons.tsv", sep="\t")
    assert set(comparisons.method) | set(comparisons.other) == {"distance", "nearest gene", "within 100 kb"}
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["settings"]["near"] is True
    alone, said = baselines(read_pairs(planted / "pairs.tsv"), read_places(None, None))
    table = pd.read_csv(tmp_path / "out" / "pairs.tsv", sep="\t")
    assert alone["nearest gene"].tolist() == table["nearest gene"].tolist()
    assert said == ["nearest gene: of the 12 genes of the pairs alone; others are not known (--genes FILE)"]


def test_a_gene_of_the_file_that_no_pair_has_can_be_nearest(planted, tmp_path):
    text = (planted / "genes.tsv").read_text()
    (tmp_path / "genes.tsv").write_text(text.replace("gene3\t", "other\t") + "between\tchr1\t130001\t-\n")
    crispr = read_pairs(planted / "pairs.tsv")
    found, said = baselines(crispr, read_places(tmp_path / "genes.tsv", None))
    near = (crispr.table.start + 100).between(115_001, 164_999).to_numpy()  # nearer to `between` than to 100 or 200 kb
    assert near.any() and (found["nearest gene"][near] == 0).all()
    before, _ = baselines(crispr, read_places(planted / "genes.tsv", None))
    assert (found["nearest gene"] == before["nearest gene"])[~near].all()  # gene3 stands where the pairs say
    assert "1 of the pairs are not in it and stand at the pairs' own TSS (gene3 …)" in said[0]


def test_without_a_gene_that_is_not_expressed_the_next_is_nearest(planted, tmp_path):
    (tmp_path / "genes.txt").write_text("".join(f"gene{g}\n" for g in range(12) if g != 5))
    crispr = read_pairs(planted / "pairs.tsv")
    found, _ = baselines(crispr, read_places(None, tmp_path / "genes.txt"))
    changed = found["nearest gene"] != found["nearest expressed gene"]
    table = crispr.table[changed]
    assert set(table.gene[found["nearest gene"][changed] == 1]) == {"gene5"}
    assert set(table.gene[found["nearest expressed gene"][changed] == 1]) <= {"gene4", "gene6"}
    assert (found["nearest expressed gene"][crispr.table.gene == "gene5"] == 0).all()


def test_expressed_is_of_the_pairs_cell_type_and_a_filter_lists_what_it_leaves_out(planted, tmp_path):
    pairs = pd.read_csv(planted / "pairs.tsv", sep="\t", dtype=str)
    pd.concat([pairs.assign(CellType=cell) for cell in ("K562", "HCT116", "WTC11")]).to_csv(
        tmp_path / "pairs.tsv", sep="\t", index=False
    )
    rows = [f"{cell}\tgene{g}\t{amount}\n" for cell, amount in (("K562", 9), ("HCT116", 0.5)) for g in range(12)]
    (tmp_path / "tpm.tsv").write_text("cell_type\tgene\tTPM\n" + "".join(rows) + "HCT116\tgene2\t3\n")
    crispr = read_pairs(tmp_path / "pairs.tsv")
    found, _ = baselines(crispr, read_places(None, tmp_path / "tpm.tsv"))
    expressed, cell = found["nearest expressed gene"], crispr.table.cell
    assert (expressed == found["nearest gene"])[cell == "K562"].all()
    assert (expressed == (crispr.table.gene == "gene2"))[cell == "HCT116"].all()
    assert np.isnan(expressed[cell == "WTC11"]).all()
    result = rank(tmp_path / "pairs.tsv", places=read_places(None, tmp_path / "tpm.tsv", only=True), draws=20)
    assert result.pairs.table.groupby("cell").gene.nunique().to_dict() == {"HCT116": 1, "K562": 12}
    assert set(result.pairs.left_out.reason) == {
        "its cell type is not in tpm.tsv", "its gene is not expressed (tpm.tsv)",
    }  # fmt: skip
    with pytest.raises(InputError, match="2 cell types, and the pairs do not say"):
        baselines(read_pairs(planted / "pairs.tsv"), read_places(None, tmp_path / "tpm.tsv"))
    with pytest.raises(InputError, match="add --expressed FILE"):
        read_places(None, None, only=True)


def test_rows_of_other_methods_are_the_same_with_and_without_baselines(planted):
    without = rank(planted / "pairs.tsv", draws=99)
    beside = rank(planted / "pairs.tsv", places=read_places(None, None), draws=99)
    same = beside.evidence[beside.evidence.method == "distance"].reset_index(drop=True)
    pd.testing.assert_frame_equal(same, without.evidence.reset_index(drop=True))
    assert {beside.kinds[name] for name in beside.scores} == {"baseline"}

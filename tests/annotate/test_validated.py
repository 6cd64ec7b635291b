"""Enhancers of an experiment with the gene they are of, from BED and from tables of pairs."""

import pytest

from regard.annotate.validated import of_gene, read_validated
from regard.errors import InputError

BED = "chr1\t10\t20\tGATA1|chr1:10-20\nchr1\t30\t40\tMYC\nchr1\t50\t60\tpeak7\nchr1\t70\t80\n"
HEADER = "chrom\tchromStart\tchromEnd\tname\tmeasuredGeneSymbol\tmeasuredGeneEnsemblId\tValidConnection\tRegulated\n"
PAIRS = (
    "chr1\t10\t20\te1\tGATA1\tENSG01.2\tTRUE\tTRUE\n"
    "chr1\t10\t20\te1\tMYC\tENSG02\tTRUE\tFALSE\n"
    "chr1\t30\t40\te2\tMYC\tENSG02\toverlaps potential promoter\tTRUE\n"
)


def test_names_of_a_bed_file_are_genes_where_there_are_such_genes(tmp_path):
    (tmp_path / "x.bed").write_text(BED)
    table, said = read_validated(tmp_path / "x.bed", {"GATA1", "MYC"})
    assert table.gene.tolist() == ["GATA1", "MYC", "", ""] and table.regulated.all()
    assert said == ["x.bed: 2 of 4 enhancers name their gene and count at that gene alone"]
    assert of_gene(table, {"MYC", ""}).start.tolist() == [30, 50, 70]
    table, said = read_validated(tmp_path / "x.bed")
    assert set(table.gene) == {""} and said == []


def test_a_table_of_pairs_says_gene_and_outcome(tmp_path):
    (tmp_path / "x.tsv").write_text(HEADER + PAIRS)
    table, said = read_validated(tmp_path / "x.tsv")
    assert table[["start", "gene", "id", "regulated"]].values.tolist() == [
        [10, "GATA1", "ENSG01", True],
        [10, "MYC", "ENSG02", False],
    ]
    assert said == ["x.tsv: 1 rows are no valid connection and are left out"]
    assert of_gene(table, {"ENSG02"}).gene.tolist() == ["MYC"] and of_gene(table, {"X"}).empty
    (tmp_path / "x.tsv").write_text(HEADER + "chr1\t10\t20\te1\tGATA1\tENSG01\tTRUE\tperhaps\n")
    with pytest.raises(InputError, match="line 2: Regulated is 'perhaps'"):
        read_validated(tmp_path / "x.tsv")

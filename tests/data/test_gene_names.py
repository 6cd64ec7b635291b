"""Genes are met under the names that other files give them, and only where one gene is meant."""

from __future__ import annotations

from regard.data.gene_names import Naming, named_by, why_unmatched


def test_versions_of_ensembl_ids_do_not_matter_on_either_side():
    naming = Naming(["ENSG00000000001.4", "ENSG00000000002", "HLA.1"])
    assert [naming(f"ENSG0000000000{i}.9") for i in (1, 2)] == ["ENSG00000000001.4", "ENSG00000000002"]
    assert naming("ENSG00000000001") == "ENSG00000000001.4" and naming("HLA") == "HLA"
    assert "3 names are of genes that the table calls otherwise" in naming.remarks("gold.tsv")[0]
    assert naming.remarks("gold.tsv") == []


def test_a_name_of_two_genes_is_of_none():
    naming = Naming(["ENSG00000000001.1", "ENSG00000000001.2", "A"], {"x": "A", "ENSG00000000001": "A"})
    assert naming("ENSG00000000001") == "ENSG00000000001" and naming("x") == "A"
    assert Naming(["A", "B"], {"B": "A"})("B") == "B"  # the table's own name comes first


def test_a_gene_without_a_symbol_of_its_own_keeps_its_id():
    index, columns = ["e1", "e2", "e3", "e4"], {"symbol": ["A", "B", "B", ""], "other": ["w", "x", "y", "z"]}
    genes, aliases, remarks = named_by("x.h5ad", index, columns, "symbol")
    assert genes == ["A", "e2", "e3", "e4"] and "3 genes whose symbol is missing" in remarks[0]
    assert aliases == {"e1": "A", "w": "A", "x": "e2", "y": "e3", "z": "e4"}
    assert named_by("x.h5ad", index, columns, None)[0] == index


def test_hints():
    assert "1 would be but for capitals (Gata1 here, GATA1 in the table)" in why_unmatched(["Gata1"], ["GATA1"])
    ids = [f"ENSG0000000000{i}" for i in range(4)]
    assert "these are Ensembl ids and the table's names are not" in why_unmatched(ids, ["GATA1", "MYC"])
    assert "the table has Ensembl ids" in why_unmatched(["GATA1"], ids)
    assert why_unmatched(["GATA1"], ["MYC"]) == ""

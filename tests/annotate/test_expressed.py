"""Expressed genes as a list, and as tables with TRUE and FALSE or with amounts."""

import pytest

from regard.annotate.expressed import read_expressed
from regard.errors import InputError


def read(tmp_path, text, **how):
    path = tmp_path / "x.tsv"
    path.write_text(text)
    return read_expressed(path, **how)


@pytest.mark.parametrize(
    ("text", "genes"),
    [
        ("A\n# said\nENSG01.5\n", {"": {"A", "ENSG01"}}),
        ("gene\nA\n", {"": {"A"}}),
        ("gene\tTPM\nA\t1\nB\t.99\nC\tNA\nD\t7\n", {"": {"A", "D"}}),
        ("cell_type\tgene\texpressed\nK562\tA\tTRUE\nK562\tB\tFALSE\nHCT116\tB\tT\n", {"K562": {"A"}, "HCT116": {"B"}}),
        ("gene,Biosample\nA,K562\nB,\n", {"K562": {"A"}, "": {"B"}}),
    ],
)
def test_every_format_gives_the_genes_of_each_cell_type(tmp_path, text, genes):
    assert read(tmp_path, text).genes == genes


def test_the_least_amount_is_asked_for_and_said(tmp_path):
    found = read(tmp_path, "gene\tTPM\nA\t1\nB\t7\n", least=5)
    assert found.genes == {"": {"B"}} and found.remark == "x.tsv: 1 of 2 genes are expressed (TPM is 5 or more)"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no gene in it"),
        ("gene\texpressed\nA\tmaybe\n", "line 2: expressed is 'maybe'; expected TRUE or FALSE"),
        ("gene\tTPM\nA\tmuch\n", "line 2: TPM is 'much'"),
        ("gene\tTPM\nA\t0\n", "none of its 1 genes is expressed"),
        ("cell\tTPM\nA\t0\n", "no column 'gene'"),
    ],
)
def test_what_says_nothing_of_genes_is_refused(tmp_path, text, says):
    with pytest.raises(InputError, match=says):
        read(tmp_path, text)

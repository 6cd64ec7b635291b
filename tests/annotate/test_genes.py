import gzip

import pytest

from regard.annotate.genes import find_gene, read_genes
from regard.errors import InputError

GTF = """##description
chr22\tH\tgene\t101\t200\t.\t-\t.\tgene_id "ENSG01.3"; gene_type "x"; gene_name "A; B"; level 2;
chr22\tH\ttranscript\t101\t150\t.\t-\t.\tgene_id "ENSG01.3"; gene_name "A; B";
chr22\tH\tgene\t301\t400\t.\t+\t.\tgene_id "ENSG02.1"; gene_name "C";
chr1\tH\tgene\t5\t9\t.\t+\t.\tgene_id "ENSG03.1"; gene_name "C";
"""


def written(tmp_path, name, text):
    path = tmp_path / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
    return path


def test_the_tss_is_the_first_base_in_the_direction_of_transcription(tmp_path):
    genes = read_genes(written(tmp_path, "x.gtf.gz", GTF))
    assert genes.gene.tolist() == ["A; B", "C", "C"]
    assert genes[["start", "end", "tss"]].values.tolist() == [[100, 200, 199], [300, 400, 300], [4, 9, 4]]
    assert find_gene(genes, "ENSG01", "x").gene == find_gene(genes, "ENSG01.3", "x").gene == "A; B"
    with pytest.raises(InputError, match=r"2 genes are called 'C' \(chr22:301, chr1:5\)"):
        find_gene(genes, "C", "x")
    with pytest.raises(InputError, match=r"no gene 'c' among its 3; did you mean 'C'\?"):
        find_gene(genes, "c", "x")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.gff3", "chr22\tH\tgene\t101\t200\t.\t-\t.\tID=gene:E;Name=A\n##FASTA\n>x\n"),
        ("x.bed", "chr22\t100\t200\tA\t0\t-\n"),
        ("x.tsv", "gene\tchrom\ttss\tstrand\tstart\tend\nA\tchr22\t200\t-\t101\t200\n"),
        ("x.gtf", 'chr22\tH\tmRNA\t150\t200\t.\t-\t.\tgene_id "A";\nchr22\tH\tmRNA\t101\t160\t.\t-\t.\tgene_id "A";\n'),
    ],
)
def test_all_formats_say_the_same(tmp_path, name, text):
    row = read_genes(written(tmp_path, name, text)).iloc[0]
    assert (row.gene, row.chrom, row.start, row.end, row.strand, row.tss) == ("A", "chr22", 100, 200, "-", 199)


def test_a_table_of_tss_alone_is_enough(tmp_path):
    genes = read_genes(written(tmp_path, "x.tsv", "gene\tchrom\ttss\tstrand\nA\tchr22\t200\t-\nB\tchr22\t1\t+\n"))
    assert genes.tss.tolist() == [199, 0] and (genes.end - genes.start).tolist() == [1, 1]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("x.gtf", "chr22\tH\tgene\t101\t200\n", "line 1: 5 fields"),
        ("x.gtf", 'chr22\tH\tgene\t300\t200\t.\t-\t.\tgene_id "A";\n', "line 1: from '300' to '200'"),
        ("x.gtf", 'chr22\tH\tgene\t1\t200\t.\t.\t.\tgene_id "A";\n', "gene 'A' at chr22:1: strand '.'"),
        ("x.gtf", "chr22\tH\tgene\t1\t200\t.\t+\t.\tlevel 2;\n", "no name"),
        ("x.gtf", 'chr22\tH\texon\t1\t200\t.\t+\t.\tgene_id "A";\n', "no feature 'gene'"),
        ("x.tsv", "gene\tchrom\ttss\nA\tchr22\t200\n", "no column 'strand'"),
        ("x.tsv", "gene\tchrom\ttss\tstrand\nA\tchr22\tx\t-\n", "line 2: tss is 'x'"),
        ("x.tsv", "gene\tchrom\ttss\tstrand\tstart\tend\nA\tchr22\t101\t-\t101\t200\n", "not the gene's first base"),
        ("x.tsv", "gene\tchrom\ttss\tstrand\nA\tchr22\t0\t-\n", "first base"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path, name, text, says):
    with pytest.raises(InputError, match=says):
        read_genes(written(tmp_path, name, text))

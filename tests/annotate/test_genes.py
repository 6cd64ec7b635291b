import gzip

import pytest

from regard.annotate.genes import find_gene, read_genes, remarks_of
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
        ("x.gtf", f'chr22\tH\tgene\t1\t{"9" * 5000}\t.\t+\t.\tgene_id "A";\n', r"line 1: from '1' to '9{40}…' \(5,000"),
        ("x.gtf", 'chr22\tH\tgene\t1\t2²\t.\t+\t.\tgene_id "A";\n', "line 1: from '1' to '2²'"),
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


def transcript(start, end, strand, gene="TWICE", chrom="chr5"):
    return f'{chrom}\tR\ttranscript\t{start}\t{end}\t.\t{strand}\t.\tgene_id "{gene}"; transcript_id "T{start}";\n'


def test_one_id_at_two_places_or_strands_is_two_genes(tmp_path):
    text = transcript(5001, 6000, "+") + transcript(7_000_001, 7_002_000, "-") + transcript(5500, 6500, "+")
    text += transcript(100, 900, "+", "BOTH") + transcript(100, 900, "-", "BOTH")
    text += transcript(100, 200, "+", "TANDEM") + transcript(40_100, 40_200, "+", "TANDEM")
    text += transcript(1, 900, "+", "ONE") + transcript(100, 200, "+", "ONE")
    genes = read_genes(written(tmp_path, "x.gtf", text))
    assert genes[["gene", "start", "end", "strand", "tss"]].values.tolist() == [
        ["TWICE", 5000, 6500, "+", 5000],
        ["TWICE", 7_000_000, 7_002_000, "-", 7_001_999],
        ["BOTH", 99, 900, "+", 99],
        ["BOTH", 99, 900, "-", 899],
        ["TANDEM", 99, 200, "+", 99],
        ["TANDEM", 40_099, 40_200, "+", 40_099],
        ["ONE", 0, 900, "+", 0],
    ]
    assert find_gene(genes, "ONE", "x").tss == 0
    for name, places in (("TWICE", r"chr5:5,001, chr5:7,002,000"), ("BOTH", "chr5:100, chr5:900"), ("TANDEM", "chr5")):
        with pytest.raises(InputError, match=rf"2 genes are called '{name}' \({places}"):
            find_gene(genes, name, "x")


def test_two_ids_of_one_name_are_two_genes(tmp_path):
    line = transcript(5001, 6000, "+", "ID1") + transcript(5500, 6500, "+", "ID2")
    genes = read_genes(written(tmp_path, "x.gtf", line.replace(" transcript_id", ' gene_name "Y"; transcript_id')))
    assert genes.gene.tolist() == ["Y", "Y"] and genes.id.tolist() == ["ID1", "ID2"]


def test_every_feature_that_ends_in_gene_is_a_gene(tmp_path):
    kinds = ("gene", "ncRNA_gene", "pseudogene", "transposable_element_gene", "V_gene_segment", "exon")
    text = "".join(
        f"5\tensembl\t{kind}\t{100 * k + 1}\t{100 * k + 50}\t.\t+\t.\tID=gene:E{k}.2;Name=N{k}\n"
        for k, kind in enumerate(kinds)
    )
    genes = read_genes(written(tmp_path, "x.gff3", text))
    assert genes.gene.tolist() == ["N0", "N1", "N2", "N3"]
    assert find_gene(genes, "E1", "x").gene == "N1"


@pytest.mark.parametrize("strand", [".", "?"])
def test_genes_without_a_strand_are_left_out_and_counted(tmp_path, strand):
    text = transcript(101, 500, strand, gene="STRG.1") + transcript(1101, 1500, "+", gene="STRG.2")
    genes = read_genes(written(tmp_path, "x.gtf", text))
    assert genes.gene.tolist() == ["STRG.2"]
    (remark,) = remarks_of(genes)
    assert remark.startswith("x.gtf: 1 of 2 genes have no strand or no name") and "'STRG.1' at chr5:101" in remark
    assert remarks_of(read_genes(written(tmp_path, "y.gtf", transcript(1, 9, "-")))) == remarks_of(None) == []


def test_in_a_file_of_windows_about_every_tss_the_tss_is_their_middle(tmp_path):
    text = "#chr\tstart\tend\tname\tscore\tstrand\nchr1\t500\t1000\tA\t0\t-\nchr1\t100\t600\tB\t0\t+\n"
    genes = read_genes(written(tmp_path, "GeneBounds.TSS500bp.bed", text))
    assert genes.tss.tolist() == [750, 350] and "their middle" in remarks_of(genes)[0]
    assert read_genes(written(tmp_path, "GeneBounds.bed", text)).tss.tolist() == [999, 100]

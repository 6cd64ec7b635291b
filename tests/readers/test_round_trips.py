"""What was written is read back equal, whatever saved it: ends of lines, gzip, byte order mark, quotes, columns."""

from __future__ import annotations

import gzip
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regard.annotate.bed import read_bed
from regard.annotate.crispr import read_pairs
from regard.annotate.genes import read_genes
from regard.annotate.network import read_gold
from regard.annotate.predictions import read_predictions
from regard.annotate.sites import read_sites
from regard.annotate.uniprot import read_uniprot
from regard.data.corpus import read_corpus
from regard.data.expression_files import read_expression
from regard.data.genome import open_genome
from regard.data.inputs import read_sequences
from regard.data.proteins import read_proteins
from regard.data.regulators import read_regulators
from tests.annotate.test_uniprot import FLAT, GFF, XML
from tests.data.test_genome import twobit

TIMES = settings(max_examples=10)
DNA = st.text("ACGT", min_size=20, max_size=60)
NAME = st.text("abcXYZ0123456789_.-|", min_size=1, max_size=12).filter(lambda name: name.strip("-_.|0123456789") != "")
GENES = st.lists(st.from_regex(r"[A-Z]{3,5}[1-9]", fullmatch=True), min_size=3, max_size=6, unique=True)
NUMBERS = st.floats(-1e6, 1e6).map(lambda value: round(value, 6) + 0.0)


@st.composite
def saved(draw, text: str) -> tuple[bytes, str]:
    """Bytes of a text as some program saves it, and what it adds to the file's name."""
    raw = text.replace("\n", draw(st.sampled_from(("\n", "\r\n", "\r")))).encode()
    raw = b"\xef\xbb\xbf" * draw(st.booleans()) + raw
    packed = draw(st.booleans())
    return (gzip.compress(raw, mtime=0) if packed else raw), ".gz" * packed


@st.composite
def tabulated(draw, header: list[str], rows: list[list[str]], *, any_order: bool = True) -> str:
    """A table as text: separator, quotes, order of columns, an index, blank lines at its end."""
    separator = draw(st.sampled_from("\t,;"))
    order = draw(st.permutations(range(len(header)))) if any_order else list(range(len(header)))
    quoted = draw(st.booleans())
    index = any_order and draw(st.booleans())
    lines = []
    for k, row in enumerate([header, *rows]):
        fields = [row[i] for i in order]
        fields = ["" if k == 0 else str(k - 1)] * index + fields
        lines.append(separator.join(f'"{field}"' if quoted or separator in field else field for field in fields))
    return "\n".join(lines) + "\n" * draw(st.integers(0, 3))


def written(data, folder, text, suffix):
    raw, packed = data.draw(saved(text))
    path = folder / f"file{suffix}{packed}"
    path.write_bytes(raw)
    return path


@TIMES
@given(data=st.data(), records=st.dictionaries(NAME, DNA, min_size=1, max_size=4))
def test_sequences_as_a_table_or_fasta(tmp_path_factory, data, records):
    folder, names, texts = tmp_path_factory.mktemp("x"), list(records), list(records.values())
    k = data.draw(st.integers(0, 6))
    shown = [" ".join(t[i : i + k] for i in range(len(t) - k + 1)) if k > 2 else t for t in texts]
    rows = [[name, text, str(i % 2)] for i, (name, text) in enumerate(zip(names, shown, strict=True))]
    table = data.draw(tabulated(["id", "sequence", "label"], rows))
    width = data.draw(st.integers(1, 80))
    fasta = "".join(
        f">{n} label={i % 2}\n" + "".join(t[j : j + width] + "\n" for j in range(0, len(t), width))
        for i, (n, t) in enumerate(records.items())
    )
    for text, suffix in ((table, ".tsv"), (fasta, ".fa")):
        path = written(data, folder, text, suffix)
        found = read_sequences(path, ["a", "b"])
        assert found.id.tolist() == names and found.sequence.tolist() == texts
        assert found.label.tolist() == ["ab"[i % 2] for i in range(len(names))]
        corpus = read_corpus([path])
        assert corpus.ids == names and len(corpus.codes) == sum(map(len, texts))


@TIMES
@given(data=st.data(), records=st.dictionaries(NAME, st.text("DEFHIKLMPQRSVWY", min_size=12, max_size=40), min_size=1))
def test_proteins(tmp_path_factory, data, records):
    folder = tmp_path_factory.mktemp("x")
    rows = [list(row) for row in records.items()]
    path = written(data, folder, data.draw(tabulated(["id", "sequence"], rows)), ".csv")
    found = read_proteins(path)
    assert dict(zip(found.id, found.sequence, strict=True)) == records


@TIMES
@given(data=st.data(), genes=GENES)
def test_expression_in_either_direction(tmp_path_factory, data, genes):
    folder, count = tmp_path_factory.mktemp("x"), data.draw(st.integers(3, 5))
    values = np.array([[data.draw(NUMBERS) for _ in genes] for _ in range(count)])
    values = np.where(np.abs(values) < 1e-6, 0, values)
    samples = [f"cell_{i}" for i in range(count)]
    tables = (
        [["sample", *genes]] + [[s, *map(repr, v.tolist())] for s, v in zip(samples, values, strict=True)],
        [["gene", *samples]] + [[g, *map(repr, v.tolist())] for g, v in zip(genes, values.T, strict=True)],
    )
    for header, *rows in tables:
        text = data.draw(tabulated(header, rows, any_order=False))
        found = read_expression(written(data, folder, text, ".tsv"))
        assert found.genes == genes and found.samples == samples
        assert np.array_equal(found.values, values)


@TIMES
@given(data=st.data(), genes=GENES)
def test_known_edges_and_regulators(tmp_path_factory, data, genes):
    folder = tmp_path_factory.mktemp("x")
    pairs = [(a, b) for a in genes for b in genes if a != b]
    chosen = data.draw(st.lists(st.sampled_from(pairs), min_size=1, unique=True))
    signs = [data.draw(st.sampled_from("+-")) for _ in chosen]
    rows = [[*pair, sign] for pair, sign in zip(chosen, signs, strict=True)]
    text = data.draw(tabulated(["TF", "target", "sign"], rows))
    known, _ = read_gold(written(data, folder, text, ".tsv"), genes)
    expected = {(genes.index(t), genes.index(r)) for r, t in chosen}
    assert set(zip(*map(list, known.edges.nonzero()), strict=True)) == expected
    path = written(data, folder, "\n".join(genes[:2]) + "\n", ".txt")
    assert read_regulators(path, genes)[0] == [0, 1]


@TIMES
@given(data=st.data(), spans=st.lists(st.tuples(st.integers(0, 10**9), st.integers(1, 10**6)), min_size=1, max_size=5))
def test_intervals_genes_and_pairs(tmp_path_factory, data, spans):
    folder = tmp_path_factory.mktemp("x")
    rows = [[f"chr{i}", a, a + n, f"G{i}", 0, "+-"[i % 2]] for i, (a, n) in enumerate(spans)]
    bed = read_bed(written(data, folder, "\n".join("\t".join(map(str, row)) for row in rows) + "\n", ".bed"))
    assert bed[["start", "end"]].to_numpy().tolist() == [[a, a + n] for a, n in spans]
    gtf = "".join(
        f'chr{i}\tx\tgene\t{a + 1}\t{a + n}\t.\t{"+-"[i % 2]}\t.\tgene_id "G{i}";\n' for i, (a, n) in enumerate(spans)
    )
    genes = read_genes(written(data, folder, gtf, ".gtf"))
    assert genes.tss.tolist() == [a if i % 2 == 0 else a + n - 1 for i, (a, n) in enumerate(spans)]
    fields = [[f"chr{i}", str(a), str(a + n), f"G{i}"] for i, (a, n) in enumerate(spans)]
    scored = [[*row, str(i / 4)] for i, row in enumerate(fields)]
    text = data.draw(tabulated(["chrom", "start", "end", "gene", "score"], scored))
    found = read_predictions(written(data, folder, text, ".tsv"), {f"G{i}" for i in range(len(spans))})
    assert found.table.score.tolist() == [i / 4 for i in range(len(spans))] and found.left_out.empty
    judged = [[*row, "100", ["TRUE", "FALSE"][i % 2]] for i, row in enumerate([*fields, ["chr9", "1", "2", "G9"]])]
    names = ["chrom", "chromStart", "chromEnd", "measuredGeneSymbol", "startTSS", "Regulated"]
    pairs = read_pairs(written(data, folder, data.draw(tabulated(names, judged)), ".tsv"))
    assert pairs.table.gene.tolist() == [row[3] for row in judged]


@TIMES
@given(data=st.data(), texts=st.lists(st.text("ACDEFGH", min_size=3, max_size=20), min_size=1, max_size=3))
def test_sites_and_entries(tmp_path_factory, data, texts):
    folder = tmp_path_factory.mktemp("x")
    rows = [{"id": f"p{i}", "sequence": text, "sites": [i % len(text)]} for i, text in enumerate(texts)]
    found = read_sites(written(data, folder, "".join(json.dumps(row) + "\n" for row in rows), ".jsonl"))
    assert [(one.id, one.sequence, list(one.sites)) for one in found] == [
        (row["id"], row["sequence"], row["sites"]) for row in rows
    ]
    entries = [read_uniprot(written(data, folder, text, ".txt"))[0] for text in (FLAT, XML, GFF)]
    assert len({entry.sequence for entry in entries}) == 1


@TIMES
@given(data=st.data(), records=st.dictionaries(NAME, st.text("ACGTN", min_size=1, max_size=60), min_size=1, max_size=4))
def test_genomes(tmp_path_factory, data, records):
    folder = tmp_path_factory.mktemp("x")
    pieces = [(name, text) for name, text in records.items()]
    text = "".join(f">{name} more\n{sequence}\n" for name, sequence in pieces)
    paths = [written(data, folder, text, ".fa"), folder / "g.2bit"]
    paths[1].write_bytes(twobit(pieces))
    for path in paths:
        genome = open_genome(path)
        for name, sequence in pieces:
            assert genome.window(name, 0, len(sequence)).sequence == sequence


def test_twobit_is_what_py2bit_reads(tmp_path):
    py2bit = pytest.importorskip("py2bit", reason="py2bit is not installed")
    rng = np.random.default_rng(0)
    records = [(f"c{i}", "".join(rng.choice(list("ACGTN"), 97 + i))) for i in range(5)]
    (tmp_path / "x.2bit").write_bytes(twobit(records))
    genome, other = open_genome(tmp_path / "x.2bit"), py2bit.open(str(tmp_path / "x.2bit"))
    assert genome.lengths == other.chroms()
    for name, sequence in records:
        for begin in range(0, 90, 7):
            end = min(begin + 11, len(sequence))
            assert genome.window(name, begin, end).sequence == other.sequence(name, begin, end)


def test_bigwig_is_what_pybigtools_reads(tmp_path):
    pybigtools = pytest.importorskip("pybigtools", reason="pybigtools is not installed")
    from regard.data.bigwig import bigwig_lengths, bigwig_values

    rng = np.random.default_rng(0)
    lengths = {f"chr{i}": 100_000 for i in range(12)}  # several nodes of either tree
    at = np.cumsum(rng.integers(3, 9, 8_000))
    values = [
        (chrom, int(a), int(a) + int(n), float(v))
        for chrom in sorted(lengths)
        for a, n, v in zip(at, rng.integers(1, 4, len(at)), rng.normal(size=len(at)), strict=True)
    ]
    pybigtools.open(str(tmp_path / "x.bw"), "w").write(lengths, iter(values))
    other = pybigtools.open(str(tmp_path / "x.bw"))
    assert bigwig_lengths(tmp_path / "x.bw") == other.chroms()
    for chrom, start, end in (("chr3", 0, 100_000), ("chr11", 777, 5_000), ("chr10", 40_000, 60_000)):
        expected = other.values(chrom, start, end, fillna=np.nan)
        assert np.array_equal(bigwig_values(tmp_path / "x.bw", chrom, start, end), expected, equal_nan=True)

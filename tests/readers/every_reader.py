"""Every reader of files that the package has, each with valid files of its format, made of a seed."""

from __future__ import annotations

import functools
import gzip
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from regard.annotate.bed import read_bed
from regard.annotate.crispr import read_pairs
from regard.annotate.genes import read_genes
from regard.annotate.network import genes_named, read_gold
from regard.annotate.predictions import read_predictions
from regard.annotate.residue_names import TWENTY
from regard.annotate.signal import read_signal
from regard.annotate.sites import read_contacts
from regard.annotate.structure import read_structure
from regard.data.alignments import read_alignment
from regard.data.corpus import read_corpus
from regard.data.expression import Expression
from regard.data.expression_files import read_expression
from regard.data.genome import open_genome
from regard.data.inputs import read_sequences
from regard.data.perturbations import read_perturbations
from regard.data.proteins import read_proteins
from regard.data.regions import Region
from regard.data.regulators import read_regulators, regulators_named
from regard.studies.protein.labels import read_labels
from regard.train.genome import read_genome
from tests.annotate.structures import backbone, seqres
from tests.annotate.test_uniprot import FLAT, GFF, XML
from tests.data.test_genome import fasta, twobit
from tests.readers.indexes import beside, indexed
from tests.readers.weights import FOLDERS, OURS

GENES = [f"GENE{i}" for i in range(6)]


@dataclass(frozen=True)
class Reader:
    """`valid` makes a file's bytes of a seed; `read` reads one; `suffix` is its name's end."""

    name: str
    suffix: str
    valid: Callable[[int], bytes]
    read: Callable[[Path], object]
    binary: bool = False


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def letters(draw: np.random.Generator, count: int, alphabet: str = "ACGT") -> str:
    return "".join(draw.choice(list(alphabet), count))


def table(header: list[str], rows: list[list], separator: str = "\t") -> bytes:
    return "".join(separator.join(map(str, row)) + "\n" for row in ([header] if header else []) + rows).encode()


def sequences(seed: int) -> bytes:
    draw = rng(seed)
    names = [(f"s{i} label={i % 2} tss={i}", letters(draw, 30 + i)) for i in range(4)]
    return fasta(names).encode()


def sequence_table(seed: int, separator: str = "\t") -> bytes:
    draw = rng(seed)
    texts = [letters(draw, 30) for _ in range(4)]
    if seed % 2:  # k-mers
        texts = [" ".join(text[i : i + 6] for i in range(25)) for text in texts]
    return table(["id", "sequence", "label", "tss"], [[f"s{i}", t, i % 2, i] for i, t in enumerate(texts)], separator)


@functools.cache
def parquet(seed: int, protein: bool = False) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    draw, out = rng(seed), io.BytesIO()
    column = pa.array([letters(draw, 30, "ACDEFGHIKLMNPQRSTVWY" if protein else "ACGT") for _ in range(4)])
    column = column.dictionary_encode() if seed % 2 else column
    labels = pa.array([[0, 1, 0, 1], ["a", "b", "a", "b"], [0.0, 1.0, 0.0, 1.0]][seed % 3])
    ids = pa.array([f"s{i}" for i in range(4)])
    packing = ["snappy", "none", "gzip"][seed % 3]
    pq.write_table(pa.table({"id": ids, "sequence": column, "label": labels}), out, compression=packing)
    return out.getvalue()


def proteins(seed: int) -> bytes:
    draw = rng(seed)
    return fasta([(f"sp|P0000{i}|N{i}", letters(draw, 40, "ACDEFGHIKLMNPQRSTVWY")) for i in range(3)]).encode()


def expression(seed: int, separator: str = "\t", quote: str = "") -> bytes:
    draw = rng(seed)
    values = draw.normal(5, 1, (5, 6)).round(3)
    samples = [f"cell_{i}" for i in range(5)]
    if seed % 3 == 2:  # genes in rows
        return table(
            ["gene", *samples], [[quote + g + quote, *v] for g, v in zip(GENES, values.T, strict=True)], separator
        )
    rows = [[quote + s + quote, i, *v] for i, (s, v) in enumerate(zip(samples, values, strict=True))]
    return table(["sample", "Time", *GENES], rows, separator)


@functools.cache
def h5ad(seed: int) -> bytes:
    import tempfile

    import anndata
    import pandas as pd
    import scipy.sparse as sp

    values = rng(seed).poisson(1.0, (5, 6)).astype(float)
    matrix = [lambda v: v, sp.csr_matrix, sp.csc_matrix][seed % 3](values)
    names = pd.DataFrame(index=[f"cell_{i}" for i in range(5)]), pd.DataFrame(index=GENES)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.h5ad"
        anndata.AnnData(matrix, *names).write_h5ad(path, compression=[None, "gzip"][seed % 2])
        return path.read_bytes()


@functools.cache
def loom(seed: int) -> bytes:
    import tempfile

    import h5py

    values = rng(seed).poisson(1.0, (6, 5)).astype("f4")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.loom"
        with h5py.File(path, "w") as file:
            file.create_dataset("matrix", data=values, compression=[None, "gzip"][seed % 2])
            file["row_attrs/Gene"] = [GENES, [g.encode() for g in GENES]][seed % 2]
            file["col_attrs/CellID"] = [f"cell_{i}" for i in range(5)]
        return path.read_bytes()


def gold(seed: int) -> bytes:
    draw = rng(seed)
    pairs = [(a, b) for a in GENES[:3] for b in GENES[3:]]
    header = [["regulator", "target", "weight"], ["TF", "gene", "type"], []][seed % 3]
    third = [lambda: draw.integers(0, 2), lambda: draw.choice(["+", "-", "?"]), lambda: 1][seed % 3]
    return table(header, [[*pair, third()] for pair in pairs], "\t,"[seed % 2])


def perturbations(seed: int) -> bytes:
    kinds = ["knockout", "knockdown", "overexpression"]
    return table(["sample", "gene", "kind"], [[f"{i + 1}", GENES[i], kinds[(i + seed) % 3]] for i in range(3)])


def regulators(seed: int) -> bytes:
    return ("# of interest\n" * (seed % 2) + "\n".join(GENES[: 2 + seed % 3]) + "\n").encode()


def bed(seed: int) -> bytes:
    rows = [["chr1", 100 * i, 100 * i + 50, f"GENE{i}", seed, "+-"[i % 2]] for i in range(4)]
    return b"track name=x\n" * (seed % 2) + table([], rows)


def peaks(seed: int) -> bytes:
    return table([], [["chr1", 100 * i, 100 * i + 50, f"p{i}", 0, ".", 1.5, 3.2, 2.1, seed] for i in range(4)])


def gtf(seed: int) -> bytes:
    kinds = ["gene", "transcript", "exon"] if seed % 2 else ["transcript", "exon"]
    rows = [
        ["chr1", "x", kind, 1000 * i + 1, 1000 * i + 500, ".", "+-."[(i + seed) % 3 if i else 0], ".",
         f'gene_id "G{i}"; transcript_id "T{i}"; gene_name "GENE{i}";']
        for i in range(3) for kind in kinds
    ]  # fmt: skip
    return b"##description: toy\n" + table([], rows)


def gff3(seed: int) -> bytes:
    rows = [["1", "x", "gene", 100 * i + 1, 100 * i + 50, ".", "+", ".", f"ID=gene:E{i};Name=N{i}"] for i in range(3)]
    return b"##gff-version 3\n" + table([], rows) + b"##FASTA\n>1\nACGT\n" * (seed % 2)


def tss(seed: int) -> bytes:
    rows = [[f"GENE{i}", "chr1", 1000 + 10 * i, "+-"[i % 2]] for i in range(4)]
    return table(["gene", "chrom", "tss", "strand"], rows, "\t,"[seed % 2])


@functools.cache
def bigwig(seed: int) -> bytes:
    import tempfile

    import pybigtools

    draw = rng(seed)
    values = [("chr1", 10 * i, 10 * i + 5 + seed % 5, float(draw.normal())) for i in range(60)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.bw"
        pybigtools.open(str(path), "w").write({"chr1": 1000, "chr2": 500}, values)
        return path.read_bytes()


def bedgraph(seed: int) -> bytes:
    return table([], [["chr1", 10 * i, 10 * i + 7, seed + i / 2] for i in range(8)])


def genome(seed: int) -> bytes:
    draw = rng(seed)
    return fasta([("chr1", letters(draw, 90, "ACGTNacgt")), ("chr2_100_150", letters(draw, 50))]).encode()


def packed_genome(seed: int) -> bytes:
    draw = rng(seed)
    return twobit([("chr1", "NN" + letters(draw, 90)), ("chr2", letters(draw, 33) + "NNN")])


def pairs(seed: int) -> bytes:
    header = ["chrom", "chromStart", "chromEnd", "measuredGeneSymbol", "startTSS", "EffectSize", "Regulated"]
    rows = [
        ["chr1", 1000 * i, 1000 * i + 400, GENES[i % 3], 5000 + seed, -0.1 * i, ["TRUE", "FALSE"][i % 2]]
        for i in range(6)
    ]
    return table(header, rows, "\t,"[seed % 2])


def predictions(seed: int) -> bytes:
    header = ["chr", "start", "end", "TargetGene", "score", "note"]
    rows = [["chr1", 1000 * i, 1000 * i + 400, GENES[i % 3], [0.5 * i, "Inf"][i == 2], "x"] for i in range(6)]
    return table(header, rows, "\t,"[seed % 2])


def sites(seed: int) -> bytes:
    draw = rng(seed)
    rows = [{"id": f"p{i}", "sequence": letters(draw, 30, "ACDEF"), "sites": [1, i + 3]} for i in range(3)]
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def pdb(seed: int) -> bytes:
    draw = rng(seed)
    names = list(draw.choice(list(TWENTY), 8))
    residues = [
        (name, i + 1 + 2 * (i > 4), (3.8 * i, 0, 0), None if name == "GLY" else (3.8 * i, 1.5, 0))
        for i, name in enumerate(names)
    ]
    declared = seqres([*names[:5], "SER", "SER", *names[5:]]) if seed % 2 else []
    return ("\n".join([*declared, *backbone(residues), "END"]) + "\n").encode()


@functools.cache
def cif(seed: int, binary: bool = False) -> bytes:
    from biotite.structure.io import pdb as pdb_io
    from biotite.structure.io import pdbx

    atoms = pdb_io.PDBFile.read(io.StringIO(pdb(seed).decode())).get_structure(model=1)
    file = pdbx.BinaryCIFFile() if binary else pdbx.CIFFile()
    pdbx.set_structure(file, atoms, data_block="toy")
    if binary:
        file = pdbx.compress(file)
    else:
        names = dict(zip(atoms.res_id, atoms.res_name, strict=True))
        columns = {
            "entity_id": "1",
            "asym_id": "A",
            "seq_id": "1",
            "mon_id": "",
            "pdb_seq_num": "",
            "pdb_strand_id": "A",
        }
        scheme = {key: [value] * len(names) for key, value in columns.items()}
        scheme["seq_id"] = [str(i + 1) for i in range(len(names))]
        scheme["mon_id"], scheme["pdb_seq_num"] = list(names.values()), list(map(str, names))
        if seed % 2:
            file.block["pdbx_poly_seq_scheme"] = pdbx.CIFCategory(scheme)
    out = io.BytesIO() if binary else io.StringIO()
    file.write(out)
    return out.getvalue() if isinstance(out, io.BytesIO) else out.getvalue().encode()


@functools.cache
def npz(seed: int) -> bytes:
    out, contacts = io.BytesIO(), rng(seed).random((9, 9)) > 0.5
    [np.savez, np.savez_compressed][seed % 2](out, contacts=contacts, valid_residues=np.ones(9, bool))
    return out.getvalue()


def alignment(seed: int) -> bytes:
    """Four rows of a3m, of FASTA with gaps, of Stockholm."""
    rows = [letters(rng(seed * 4 + k), 15, "ACDEFGHIK") for k in range(4)]
    rows[1] = rows[1][:4] + "-" + rows[1][5:]
    if seed % 3 == 0:
        rows[2] = rows[2][:3] + "acd" + rows[2][3:]
    if seed % 3 == 2:
        return "".join(["# STOCKHOLM 1.0\n", *(f"r{k} {row}\n" for k, row in enumerate(rows)), "//\n"]).encode()
    return "".join(f">r{k}\n{row}\n" for k, row in enumerate(rows)).encode()


def toy_expression() -> Expression:
    return Expression(rng(0).normal(size=(5, 6)), GENES, [f"cell_{i}" for i in range(5)])


def every_base(path: Path) -> object:
    """All letters of a genome: what opens lazily is read, too."""
    found = open_genome(path)
    return [found.window(name, 0, min(end, 10_000)) for name, end in found.lengths.items()]


def of_text(text: str) -> Callable[[int], bytes]:
    return lambda seed: gzip.compress(text.encode(), mtime=0) if seed % 4 == 3 else text.encode()


READERS = [
    Reader("DNA, FASTA", ".fa", sequences, lambda p: read_sequences(p, ["a", "b"])),
    Reader("DNA, TSV", ".tsv", sequence_table, lambda p: read_sequences(p, None, longest=None)),
    Reader("DNA, CSV", ".csv", lambda s: sequence_table(s, ","), lambda p: read_sequences(p, ["a", "b"])),
    Reader("DNA, Parquet", ".parquet", parquet, lambda p: read_sequences(p, None), binary=True),
    Reader("audit, FASTA", ".fa", sequences, lambda p: read_corpus([p])),
    Reader("audit, CSV", ".csv", lambda s: sequence_table(s, ","), lambda p: read_corpus([p])),
    Reader("audit, Parquet", ".parquet", parquet, lambda p: read_corpus([p]), binary=True),
    Reader("proteins, FASTA", ".fa", proteins, read_proteins),
    Reader("proteins, bare", ".txt", lambda s: letters(rng(s), 40, "ACDEF").encode(), read_proteins),
    Reader("proteins, Parquet", ".parquet", lambda s: parquet(s, True), read_proteins, binary=True),
    Reader("alignment of proteins", ".a3m", alignment, read_alignment),
    Reader("expression, TSV", ".tsv", expression, read_expression),
    Reader("expression, CSV", ".csv", lambda s: expression(s, ",", '"'), lambda p: read_expression(p, known=GENES)),
    Reader("expression, h5ad", ".h5ad", h5ad, read_expression, binary=True),
    Reader("expression, loom", ".loom", loom, read_expression, binary=True),
    Reader("known edges", ".tsv", gold, lambda p: (read_gold(p, GENES), genes_named(p))),
    Reader("perturbations", ".tsv", perturbations, lambda p: read_perturbations(p, toy_expression())),
    Reader("regulators", ".txt", regulators, lambda p: (read_regulators(p, GENES), regulators_named(p))),
    Reader("BED", ".bed", bed, read_bed),
    Reader("narrowPeak", ".narrowPeak", peaks, read_bed),
    Reader("genes, BED", ".bed", bed, read_genes),
    Reader("genes, GTF", ".gtf", gtf, read_genes),
    Reader("genes, GFF3", ".gff3", gff3, read_genes),
    Reader("genes, TSS table", ".tsv", tss, read_genes),
    Reader("signal, bigWig", ".bw", bigwig, lambda p: read_signal(p, Region("chr1", 0, 900)), binary=True),
    Reader("signal, bedGraph", ".bedgraph", bedgraph, lambda p: read_signal(p, Region("chr1", 0, 90))),
    Reader("genome, FASTA", ".fa", genome, every_base),
    Reader("genome, 2bit", ".2bit", packed_genome, every_base, binary=True),
    Reader("genome of training", ".fa", genome, read_genome),
    Reader("CRISPRi pairs", ".tsv", pairs, read_pairs),
    Reader("predictions of pairs", ".tsv", predictions, lambda p: read_predictions(p, set(GENES))),
    Reader("labels, JSON lines", ".jsonl", sites, read_labels),
    Reader("labels, UniProt flat", ".txt", of_text(FLAT), read_labels),
    Reader("labels, UniProt XML", ".xml", of_text(XML), read_labels),
    Reader("labels, UniProt GFF", ".gff", of_text(GFF), read_labels),
    Reader("structure, PDB", ".pdb", pdb, read_structure),
    Reader("structure, mmCIF", ".cif", cif, read_structure),
    Reader("structure, BinaryCIF", ".bcif", lambda s: cif(s, True), read_structure, binary=True),
    Reader("contacts", ".npz", npz, read_contacts, binary=True),
    *(
        Reader(f"genome, {what}", ".fa" + ".gz" * packed, lambda seed, packed=packed, end=end: indexed(packed)[end],
               beside(packed, end), binary=packed)
        for what, packed, end in (("FASTA of an old index", False, ""), (".fai", False, ".fai"), (".gzi", True, ".gzi"))
    ),
    *(Reader(f"weights, {name}", ".safetensors", *one, binary=True) for name, one in OURS.items()),
    *(
        Reader(f"weights, {what}", Path(name).suffix, valid, read, binary=name.endswith("safetensors"))
        for what, (name, valid, read) in FOLDERS.items()
    ),
]  # fmt: skip

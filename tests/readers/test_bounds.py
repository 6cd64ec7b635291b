"""No file costs the machine: what unpacks to far more than it is, or holds no lines that anybody wrote, is one line."""

from __future__ import annotations

import gzip
import json
import struct
import subprocess
import sys
import tracemalloc

import msgpack
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from regard.annotate.signal import read_signal
from regard.annotate.sites import read_sites
from regard.annotate.structure import read_structure
from regard.annotate.uniprot import read_uniprot
from regard.data import limits
from regard.data.bigwig import bigwig_values
from regard.data.corpus import read_corpus
from regard.data.expression_files import read_expression
from regard.data.files import depth, opened
from regard.data.genome import open_genome
from regard.data.inputs import read_sequences
from regard.data.regions import Region
from regard.data.sequences import read_fasta
from regard.errors import InputError
from tests.readers.every_reader import READERS, bigwig, cif

# An index that does not fit is made anew, and configs are read by transformers.
OTHERS = ("genome, .fai", "weights")
OF_TEXT = [reader for reader in READERS if not reader.binary and not reader.name.startswith(OTHERS)]
SECONDS, BYTES = 25, 2e9  # of a processor; of memory


@pytest.mark.parametrize("reader", OF_TEXT, ids=lambda reader: reader.name)
def test_every_reader_of_text_is_bounded(reader, tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "SHORT_LINES", 1_000)
    path = tmp_path / f"x{reader.suffix}"
    path.write_bytes(b"\n" * 5_000)
    with pytest.raises(InputError, match=r"more than 1,000 lines of fewer than 4 bytes") as error:
        reader.read(path)
    assert path.name in str(error.value)
    monkeypatch.setattr(limits, "PACKED_FREE", 50_000)
    path = tmp_path / f"y{reader.suffix}.gz"
    path.write_bytes(gzip.compress(reader.valid(0) + b"\n" + b" " * 3_000_000))
    with pytest.raises(InputError, match=r"its gzip unpacks to more than [\d,]+ bytes \(250 times its size\)"):
        reader.read(path)
    path = tmp_path / f"z{reader.suffix}.gz"
    path.write_bytes(gzip.compress(reader.valid(0) + b">ab\nACGT\n" * 5_000))
    with pytest.raises(InputError, match=r"its gzip unpacks to more than [\d,]+ lines \(2 out of a byte\)"):
        reader.read(path)


def test_a_line_without_an_end(tmp_path):
    path = tmp_path / "x.tsv"
    path.write_bytes(b"A" * (limits.LINE + 300_000))
    for read in (read_expression, lambda p: read_sequences(p, None), lambda p: read_corpus([p])):
        tracemalloc.start()
        with pytest.raises(InputError, match=r"x\.tsv: a line of more than 32,000,000 bytes"):
            read(path)
        assert tracemalloc.get_traced_memory()[1] < 200e6
        tracemalloc.stop()


def test_what_is_real_passes(tmp_path):
    assert limits.SEQUENCE_LINE > 248_956_422 and limits.VALUES >= 20_000 * 100_000
    path = tmp_path / "x.fa"  # a chromosome in one line, longer than a table's may be
    path.write_bytes(b">chr1\n" + b"ACGT" * (limits.LINE // 4 + 9) + b"\n")
    assert len(next(read_fasta(path))[1]) > limits.LINE
    assert open_genome(path).window("chr1", limits.LINE, limits.LINE + 8).sequence == "ACGTACGT"
    with gzip.open(tmp_path / "zeros.tsv.gz", "wt", 9) as file:  # as dense tables of single cells are
        file.write("\t".join(["sample", *(f"GENE{i}" for i in range(2_000))]) + "\n")
        file.writelines(f"cell_{k}" + "\t0" * 1_999 + f"\t{k % 7}\n" for k in range(300))
    assert read_expression(tmp_path / "zeros.tsv.gz").values.shape == (300, 2_000)


def test_deep_json_and_xml(tmp_path):
    assert depth(json.dumps({"a": "[[[[" * 90, "b": [[1]] * 200})) == 3
    (tmp_path / "x.jsonl").write_text('{"id": ' + "[" * 1_000_000)
    with pytest.raises(InputError, match=r"x\.jsonl, line 1: JSON of more than 64 levels"):
        read_sites(tmp_path / "x.jsonl")
    (tmp_path / "x.xml").write_text("<uniprot>" + "<a>" * 300_000)
    with pytest.raises(InputError, match=r"x\.xml: XML of more than 64 elements within each other"):
        read_uniprot(tmp_path / "x.xml")


def test_swollen_parquet(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "PACKED_FREE", 1_000_000)
    monkeypatch.setattr(limits, "LETTERS", 5_000_000)
    long = pa.array(["A" * 3_000_000])
    pq.write_table(pa.table({"sequence": long}), tmp_path / "x.parquet", compression="zstd")
    word = pa.array(["ACGT" * 1_000] * 2_000).dictionary_encode()
    pq.write_table(pa.table({"sequence": word}), tmp_path / "y.parquet", compression="none")
    for name, says in (("x", "it unpacks to"), ("y", r"more than 5,000,000 letters")):
        for read in (lambda p: read_sequences(p, None), lambda p: read_corpus([p])):
            with pytest.raises(InputError, match=rf"{name}\.parquet: {says}"):
                read(tmp_path / f"{name}.parquet")


@pytest.mark.parametrize("kind", ["list", "struct", "bytes", "numbers"])
def test_columns_that_are_no_text(tmp_path, kind):
    columns = {
        "list": pa.array([["ACGT"]]), "struct": pa.array([{"a": "ACGT"}]), "numbers": pa.array([1.5]),
        "bytes": pa.array([b"ACGT"]),
    }  # fmt: skip
    pq.write_table(pa.table({"sequence": columns[kind]}), tmp_path / "x.parquet")
    for read in (lambda p: read_sequences(p, None), lambda p: read_corpus([p])):
        with pytest.raises(InputError, match=r"x\.parquet: its column 'sequence' holds .*; expected text"):
            read(tmp_path / "x.parquet")


def test_dictionaries_are_text_and_bytes_that_are_none_are_said(tmp_path):
    texts = ["ACGT" * 9, "TTGA" * 9, "ACGT" * 9]
    columns = {"sequence": texts, "label": ["x", "y", "x"]}
    table = pa.table({name: pa.array(values).dictionary_encode() for name, values in columns.items()})
    pq.write_table(table, tmp_path / "x.parquet")
    found = read_sequences(tmp_path / "x.parquet", None)
    assert found.sequence.tolist() == texts and found.label.tolist() == ["x", "y", "x"]
    ends = pa.array([0, 32], pa.int32()).buffers()[1]
    wrong = pa.StringArray.from_buffers(1, ends, pa.py_buffer(b"\xff\xfe" + b"A" * 30))
    pq.write_table(pa.table({"sequence": wrong}), tmp_path / "y.parquet")
    with pytest.raises(InputError, match=r"y\.parquet: the Parquet file holds bytes that are no text"):
        read_sequences(tmp_path / "y.parquet", None)


@pytest.mark.parametrize(
    ("alter", "says"),
    [
        (
            lambda steps: steps["dataEncoding"][0].update(srcSize=4_000_000_000),
            "unpacks to 4,000,000,000 values",
        ),
        (lambda steps: steps["dataEncoding"][0].pop("srcSize"), "unpacks to any number of values"),
        (
            lambda steps: steps["offsetEncoding"].insert(0, {"kind": "RunLength", "srcSize": 1 << 40}),
            "unpacks to 1,.* values; at most",
        ),
        (
            lambda steps: steps.update(stringData="A" * 4_000, offsets=struct.pack("<II", 0, 4_000)),
            "unpacks to more than 100,000 bytes",
        ),
    ],
)
def test_binary_cif_that_claims_billions(tmp_path, monkeypatch, alter, says):
    monkeypatch.setattr(limits, "CHUNK", 100_000)
    file = msgpack.unpackb(cif(0, binary=True))
    category = file["dataBlocks"][0]["categories"][0]
    columns = category["columns"]
    alter(next(one for one in columns if one["name"] == "label_asym_id")["data"]["encoding"][0])
    (tmp_path / "x.bcif").write_bytes(msgpack.packb(file))
    with pytest.raises(InputError, match=r"x\.bcif: _atom_site\.label_asym_id " + says):
        read_structure(tmp_path / "x.bcif")
    category["rowCount"] = 1 << 40
    (tmp_path / "x.bcif").write_bytes(msgpack.packb(file))
    with pytest.raises(InputError, match=r"x\.bcif: _atom_site unpacks to 1,099,511,627,776 values"):
        read_structure(tmp_path / "x.bcif")


def test_bigwig_that_runs_in_a_circle_or_swells(tmp_path):
    raw = bytearray(bigwig(0))
    path = tmp_path / "x.bw"
    raw[52:56] = b"\xff\xff\xff\xff"  # the size of an unpacked block
    path.write_bytes(raw)
    with pytest.raises(InputError, match=r"x\.bw: the bigWig file is damaged or cut short \(blocks of 4,294,967,295"):
        bigwig_values(path, "chr1", 0, 10)
    with pytest.raises(InputError, match="at most 300,000,000 are read at once"):
        read_signal(path, Region("chr1", 0, 10**12))


def test_names_that_no_file_has(tmp_path):
    for path, says in (
        (tmp_path / ("x" * 300), "cannot be read"), (tmp_path / "a\0b", "cannot be read"), (tmp_path, "is a folder"),
        (tmp_path / "none" / "x", "no such file"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=says) as error, opened(path, "a file"):
            pass
        assert len(str(error.value)) < 300


def test_a_byte_order_mark_in_mmcif(tmp_path):
    reader = next(reader for reader in READERS if reader.name == "structure, mmCIF")
    (tmp_path / "x.cif").write_bytes(b"\xef\xbb\xbf" + reader.valid(1))
    assert len(read_structure(tmp_path / "x.cif")["A"]) == 8


HUGE = {
    "newlines": (b"\n", 300_000_000, True),
    "plain newlines": (b"\n", 300_000_000, False),
    "comments": (b"#\n", 150_000_000, True),
    "one line": (b"A", 400_000_000, False),
    "packed line": (b"A", 400_000_000, True),
    "tabs": (b"\t", 100_000_000, False),
    "quotes": (b'"', 100_000_000, False),
    "brackets": (b'{"a":[', 50_000_000, False),
}
CODE = """
import resource, sys, time
from pathlib import Path
from regard.errors import RegardError
from tests.readers.every_reader import READERS
reader = next(one for one in READERS if one.name == sys.argv[1])
start = time.process_time()
try:
    reader.read(Path(sys.argv[2]))
except RegardError as error:
    print(time.process_time() - start, 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, error)
"""


@pytest.mark.slow
@pytest.mark.parametrize("what", HUGE)
@pytest.mark.parametrize("reader", [*OF_TEXT, *(r for r in READERS if r.suffix == ".bcif")], ids=lambda r: r.name)
def test_huge_files_cost_little(reader, what, tmp_path):
    piece, times, packed = HUGE[what]
    path = tmp_path / f"x{reader.suffix}{'.gz' * packed}"
    with gzip.open(path, "wb") if packed else path.open("wb") as file:
        for _ in range(times // (1 << 16)):
            file.write(piece * (1 << 16))
    command = [sys.executable, "-c", CODE, reader.name, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    seconds, used, said = done.stdout.split(" ", 2)
    assert float(seconds) < SECONDS and float(used) < BYTES and path.name in said

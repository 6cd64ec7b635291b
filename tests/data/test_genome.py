"""Every format gives the letters that slicing the plain text gives."""

import gzip
import os
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regard.data.genome import open_genome
from regard.errors import InputError

pytest.importorskip("pyfaidx", reason="pyfaidx is not installed")
RNG = np.random.default_rng(0)
TEXT = "NN" + "".join(RNG.choice(list("ACGT"), 90)) + "".join(RNG.choice(list("acgt"), 37)) + "NNN" + "ACGTA"
FORMATS = ["fa", "bgzip", "gzip", "2bit", "indexed", "indexed bgzip"]


def fasta(records):
    return "".join(
        f">{name} more\n" + "".join(s[i : i + 20] + "\n" for i in range(0, len(s), 20)) for name, s in records
    )


def twobit(records):
    """UCSC's format, by its specification: T C A G as 0 to 3, four bases a byte, blocks of N beside."""
    out, bodies = struct.pack("<4I", 0x1A412743, 0, len(records), 0), []
    for _, text in records:
        upper = text.upper()
        is_n = np.array([c == "N" for c in upper])
        edges = np.flatnonzero(np.diff(np.concatenate([[0], is_n.astype(int), [0]])))
        starts, sizes = edges[::2], edges[1::2] - edges[::2]
        body = (
            struct.pack("<2I", len(text), len(starts)) + starts.astype("<u4").tobytes() + sizes.astype("<u4").tobytes()
        )
        body += struct.pack("<2I", 0, 0)
        code = ["TCAG".find(c.replace("N", "T")) for c in upper] + [0] * (-len(text) % 4)
        bodies.append(body + bytes(a << 6 | b << 4 | c << 2 | d for a, b, c, d in zip(*[iter(code)] * 4, strict=True)))
    offset = len(out) + sum(5 + len(name) for name, _ in records)
    for (name, _), body in zip(records, bodies, strict=True):
        out += bytes([len(name)]) + name.encode() + struct.pack("<I", offset)
        offset += len(body)
    return out + b"".join(bodies)


def written(folder, kind, records):
    """A file of that format; `indexed` ones are too large to be read whole, by a lowered limit."""
    kind = kind.removeprefix("indexed").strip() or "fa"
    path = folder / {"fa": "g.fa", "bgzip": "b.fa.gz", "gzip": "p.fa.gz", "2bit": "g.2bit"}[kind]
    if kind == "2bit":
        path.write_bytes(twobit(records))
    elif kind == "bgzip":
        with pytest.importorskip("Bio.bgzf").BgzfWriter(str(path)) as file:
            file.write(fasta(records))
    else:
        path.write_bytes(fasta(records).encode() if kind == "fa" else gzip.compress(fasta(records).encode()))
    return path


def opened(folder, kind, records):
    folder = folder / kind
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("regard.data.genome.SMALL", 0 if kind.startswith("indexed") else 1 << 20)
        genome = open_genome(written(folder, kind, records))
    assert any(folder.glob("*.fai")) == kind.startswith("indexed")
    return genome


@pytest.fixture(scope="module")
def genomes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("genomes")
    return {kind: opened(folder, kind, [("21", "ACGT"), ("22", TEXT)]) for kind in FORMATS}


@given(st.integers(-30, len(TEXT) + 30), st.integers(1, 60), st.sampled_from(["22", "chr22"]))
def test_a_window_is_the_slice_with_n_over_the_ends(genomes, start, length, chrom):
    wanted = "".join(TEXT[i].upper() if 0 <= i < len(TEXT) else "N" for i in range(start, start + length))
    for kind, genome in genomes.items():
        if start + length <= 0 or start >= len(TEXT):
            with pytest.raises(InputError, match="nothing of"):
                genome.window(chrom, start, start + length)
            continue
        window = genome.window(chrom, start, start + length)
        assert window.sequence == wanted, kind
        assert window.region == ("22", start, start + length)
        assert (window.left, window.right) == (max(-start, 0), max(start + length - len(TEXT), 0))
        assert window.gaps == 0 and window.unknown == TEXT[max(start, 0) : start + length].count("N")


def test_padding_is_said(genomes):
    said = genomes["fa"].window("22", -3, 10).remark
    assert "22:-2-10: 3 before its first known base, 2 that the file itself does not know of 13 bases" in said
    assert genomes["fa"].window("22", 5, 10).remark == ""
    assert genomes["2bit"].lengths == {"21": 4, "22": len(TEXT)}


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("name", ["chr1_{0}_{1}", "chr1:{0}-{1}", "chr1:{2}-{1}"])
def test_records_with_coordinates_are_pieces_of_a_chromosome(tmp_path, kind, name):
    pieces = [(100, 125), (40, 60), (60, 70)]
    whole = {i: TEXT[i].upper() for start, end in pieces for i in range(start, end)}
    genome = opened(tmp_path, kind, [(name.format(a, b, a + 1), TEXT[a:b]) for a, b in pieces])
    window = genome.window("1", 30, 130)
    assert window.sequence == "".join(whole.get(i, "N") for i in range(30, 130))
    assert (window.left, window.right, window.gaps) == (10, 5, 30)
    assert "30 between the pieces" in window.remark
    with pytest.raises(InputError, match=r"nothing of chr1:81-90 is in it"):
        genome.window("chr1", 80, 90)


def test_a_name_whose_numbers_are_no_length_is_a_name(tmp_path):
    genome = opened(tmp_path, "fa", [("scaffold_1_20", "ACGTA")])
    assert genome.lengths == {"scaffold_1_20": 5}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (">a_0_4\nACGT\n>a_2_6\nACGT\n", "hold the same bases of a"),
        (">a\nACGT\n>a\nACGT\n", "a"),
        ("ACGT\n", "FASTA"),
        ("", "FASTA"),
    ],
)
@pytest.mark.parametrize("pack", [str.encode, lambda text: gzip.compress(text.encode())])
@pytest.mark.parametrize("small", [0, 1 << 20])
def test_what_is_no_genome_is_one_line(tmp_path, text, says, pack, small, monkeypatch):
    monkeypatch.setattr("regard.data.genome.SMALL", small)
    path = tmp_path / "bad.fa"
    path.write_bytes(pack(text))
    with pytest.raises(InputError, match=says) as error:
        open_genome(path)
    assert str(error.value).startswith(str(path)) and "\n" not in str(error.value)


def test_a_folder_that_may_not_be_written_has_its_index_elsewhere(tmp_path, monkeypatch):
    path = written(tmp_path, "fa", [("22", TEXT)])
    monkeypatch.setattr("os.access", lambda *_: False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("regard.data.genome.SMALL", 0)
    assert open_genome(path).window("22", 2, 8).sequence == TEXT[2:8]
    assert [file.name for file in tmp_path.iterdir()] == ["g.fa"]


def test_a_twobit_record_that_begins_behind_the_end(tmp_path):
    head = struct.pack("<4I", 0x1A412743, 1, 1, 0) + b"\x0222" + struct.pack("<Q", 1 << 63)  # of version 1
    (tmp_path / "g.2bit").write_bytes(head)
    with pytest.raises(InputError, match=r"g\.2bit: .*record '22' begins at byte 9,223,372,036,854,775,808"):
        open_genome(tmp_path / "g.2bit")


def test_a_damaged_twobit_and_a_missing_file(tmp_path):
    (tmp_path / "g.2bit").write_bytes(twobit([("22", TEXT)])[:12])
    with pytest.raises(InputError, match=r"g\.2bit: not a 2bit file"):
        open_genome(tmp_path / "g.2bit")
    with pytest.raises(InputError, match="no such file"):
        open_genome(tmp_path / "none.fa")


@pytest.mark.parametrize("cut", [1, 5, 20, 60])
def test_a_cut_twobit_is_refused(tmp_path, cut):
    whole = twobit([("21", TEXT), ("22", TEXT)])
    (tmp_path / "g.2bit").write_bytes(whole)
    assert open_genome(tmp_path / "g.2bit").lengths == {"21": len(TEXT), "22": len(TEXT)}
    (tmp_path / "g.2bit").write_bytes(whole[:-cut])
    with pytest.raises(InputError, match=r"g\.2bit: not a 2bit file that is whole: (record '2[12]'|it ends within)"):
        open_genome(tmp_path / "g.2bit")


CHANGES = {
    "longer header": lambda text: text.replace(">21 more", ">21 more and more"),
    "other name": lambda text: text.replace(">22 more", ">23 more"),
    "base more": lambda text: text.replace("ACGT\n>22", "ACGTA\n>22"),
    "base less": lambda text: text[:-2] + "\n",
    "record more": lambda text: text + ">24\nACGTACGT\n",
    "record less": lambda text: text[: text.index(">22")],
    "other lines": lambda text: fasta([("21", "ACGT"), ("22", TEXT)]).replace("\n", "\r\n"),
}


@pytest.mark.parametrize("newer", [True, False], ids=["index newer", "file newer"])
@pytest.mark.parametrize("kind", ["fa", "bgzip"])
@pytest.mark.parametrize("change", CHANGES)
def test_an_index_of_another_version_of_the_file_is_made_anew(tmp_path, monkeypatch, newer, kind, change):
    monkeypatch.setattr("regard.data.genome.SMALL", 0)
    path = written(tmp_path, kind, [("21", "ACGT"), ("22", TEXT)])
    open_genome(path)
    text = CHANGES[change](fasta([("21", "ACGT"), ("22", TEXT)]))
    if kind == "fa":
        path.write_bytes(text.encode())
    else:
        with pytest.importorskip("Bio.bgzf").BgzfWriter(str(path)) as file:
            file.write(text)
    fai = path.with_name(path.name + ".fai")
    old = fai.read_bytes()
    os.utime(path, (1000, 1000) if newer else None)
    if not newer:
        os.utime(fai, (1000, 1000))
    genome = open_genome(path)
    assert fai.read_bytes() != old
    for record in text.replace("\r", "").split(">")[1:]:
        header, _, sequence = record.partition("\n")
        sequence, chrom = sequence.replace("\n", "").upper(), header.split()[0]
        assert genome.window(chrom, 0, len(sequence)).sequence == sequence
        assert genome.lengths[chrom] == len(sequence)


@pytest.mark.parametrize("kind", ["fa", "bgzip"])
def test_an_index_that_fits_is_kept_whatever_its_date(tmp_path, monkeypatch, kind):
    monkeypatch.setattr("regard.data.genome.SMALL", 0)
    path = written(tmp_path, kind, [("21", "ACGT"), ("empty", ""), ("22", TEXT), ("x", "ACGT" * 5)])
    open_genome(path)
    fai = path.with_name(path.name + ".fai")
    os.utime(fai, (1000, 1000))
    assert open_genome(path).window("22", 2, 8).sequence == TEXT[2:8]
    assert fai.stat().st_mtime == 1000


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (None, ">22\nACGT\t\nACGT\nAC\n", r"blanks within or behind its lines"),
        (">22\nACGTACGT\nACGTACGT\nAC\n", ">22\nACGTACG \nACGTACGT\nAC\n", "blanks within or behind its lines"),
        (">22\nACGTACGT\nACGTACGT\nAC\n", ">22\nACGTACGT\nAC\nTACGT\nAC\n", r"g\.fa\.fai is of another version"),
    ],
)
def test_lines_that_an_index_misreads_are_refused(tmp_path, monkeypatch, old, new, says):
    monkeypatch.setattr("regard.data.genome.SMALL", 0)
    path = tmp_path / "g.fa"
    if old:
        path.write_text(old)
        open_genome(path)
    path.write_text(new)
    with pytest.raises(InputError, match=says):
        open_genome(path).window("22", 0, 14)

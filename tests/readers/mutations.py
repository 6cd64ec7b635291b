"""What happens to files between two people: cut, repeated, saved by another program, or made to do harm."""

from __future__ import annotations

import gzip
import struct

from hypothesis import strategies as st

# Fields that some program or person wrote where a number, a name or a letter should stand.
HOSTILE = [
    "", " ", ".", "-", "NA", "NaN", "nan", "Inf", "-inf", "1e400", "1e200", "-1", "0", "²", "١", "1_0", "1,5",
    "0x1", "9" * 5000, "9223372036854775808", "18446744073709551616", "99999999999999", "1.0", "\x00", "\ufeff",
    "\xa0", "\r", "\x1c", "\u2028", "\x1b[2J", '"', '""', '"a', "'", "[/b]g", "$x_{$", "$$", "<b>", "=1+1",
    "A" * 3000, "\t", ",", ";", ">", "#", "{", "[" * 2000, '{"id":', "//", "\ud7ff", "é", "label=1", "tss=-1",
    "p.(Ala3Thr)", "TRUE", "chr1", "*",
]  # fmt: skip
WORDS = [0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x7FFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF, 1 << 33]
SUFFIXES = [
    "", ".txt", ".fa", ".tsv", ".csv", ".parquet", ".h5ad", ".loom", ".bed", ".narrowPeak", ".gtf", ".gff3", ".bw",
    ".2bit", ".pdb", ".cif", ".bcif", ".xml", ".jsonl", ".npz", ".gz", ".bed.gz",
]  # fmt: skip


@st.composite
def mutated(draw, valid: bytes, suffix: str, binary: bool):
    """A file like a valid one, and its name's end: up to three things happened to it."""
    raw = valid
    for _ in range(draw(st.integers(1, 3))):
        raw = draw(st.sampled_from(OF_BYTES if binary else OF_TEXT))(draw, raw)
    if draw(st.integers(0, 15)) == 0:
        suffix = draw(st.sampled_from(SUFFIXES))
    return raw, suffix


def place(draw, raw: bytes) -> int:
    return draw(st.integers(0, len(raw)))


def cut(draw, raw: bytes) -> bytes:
    return raw[: place(draw, raw)]


def without(draw, raw: bytes) -> bytes:
    a, b = sorted((place(draw, raw), place(draw, raw)))
    return raw[:a] + raw[b:]


def repeated(draw, raw: bytes) -> bytes:
    a, b = sorted((place(draw, raw), place(draw, raw)))
    return raw[:b] + raw[a:b] * draw(st.sampled_from((1, 2, 30))) + raw[b:]


def with_byte(draw, raw: bytes) -> bytes:
    at = place(draw, raw)
    return raw[:at] + bytes([draw(st.sampled_from((0, 9, 10, 13, 32, 34, 44, 0x80, 0xFF, 0xC3, 0xED)))]) + raw[at + 1 :]


def with_hostile(draw, raw: bytes) -> bytes:
    at = place(draw, raw)
    return raw[:at] + draw(st.sampled_from(HOSTILE)).encode() + raw[at:]


def with_word(draw, raw: bytes) -> bytes:
    """A number of the head, or of anywhere, becomes an extreme one."""
    at = draw(st.integers(0, min(len(raw), 400))) if draw(st.booleans()) else place(draw, raw)
    form = draw(st.sampled_from(("<I", ">I", "<Q")))
    word = struct.pack(form, draw(st.sampled_from(WORDS)) % (1 << (8 * struct.calcsize(form))))
    return raw[:at] + word + raw[at + len(word) :]


def bits(draw, raw: bytes) -> bytes:
    if not raw:
        return raw
    out = bytearray(raw)
    for _ in range(draw(st.integers(1, 8))):
        out[draw(st.integers(0, len(raw) - 1))] ^= 1 << draw(st.integers(0, 7))
    return bytes(out)


def lines_moved(draw, raw: bytes) -> bytes:
    lines = raw.split(b"\n")
    a, b = (draw(st.integers(0, len(lines) - 1)) for _ in "ab")
    how = draw(st.sampled_from(("swap", "twice", "without", "alone", "joined")))
    if how == "swap":
        lines[a], lines[b] = lines[b], lines[a]
    elif how == "twice":
        lines.insert(b, lines[a])
    elif how == "without":
        del lines[a]
    elif how == "alone":
        lines = [lines[a]]
    else:
        lines[a : a + 2] = [b"".join(lines[a : a + 2])]
    return b"\n".join(lines)


def fields_changed(draw, raw: bytes) -> bytes:
    """One field becomes hostile; or a column goes, moves or stands twice, in one line or in all."""
    lines = raw.split(b"\n")
    separator = max((b"\t", b",", b" ", b";"), key=raw.count)
    which = [draw(st.integers(0, len(lines) - 1))] if draw(st.booleans()) else range(len(lines))
    how = draw(st.sampled_from(("hostile", "hostile", "without", "twice", "swap", "quoted")))
    token = draw(st.sampled_from(HOSTILE)).encode()
    a, b = draw(st.integers(0, 5)), draw(st.integers(0, 5))
    for k in which:
        fields = lines[k].split(separator)
        i, j = a % len(fields), b % len(fields)
        if how == "hostile":
            fields[i] = token
        elif how == "without":
            del fields[i]
        elif how == "twice":
            fields.insert(j, fields[i])
        elif how == "swap":
            fields[i], fields[j] = fields[j], fields[i]
        else:
            fields[i] = b'"' + fields[i] + b'"' * (b % 2)
        lines[k] = separator.join(fields)
    return b"\n".join(lines)


def newlines(draw, raw: bytes) -> bytes:
    return raw.replace(b"\n", draw(st.sampled_from((b"\r\n", b"\r", b"\n\n", b"\r\r\n", b" \n"))))


def other_separator(draw, raw: bytes) -> bytes:
    return raw.replace(
        draw(st.sampled_from((b"\t", b",", b" "))), draw(st.sampled_from((b"\t", b",", b";", b" ", b"|")))
    )


def encoded(draw, raw: bytes) -> bytes:
    how = draw(st.sampled_from(("bom", "utf-16", "gzip", "cut gzip", "twice gzip", "latin-1")))
    if how == "bom":
        return b"\xef\xbb\xbf" + raw
    if how in ("utf-16", "latin-1"):
        return raw.decode("utf-8", "replace").encode(how, "replace")
    packed = gzip.compress(raw, 1, mtime=0)
    if how == "twice gzip":
        return gzip.compress(packed, 1, mtime=0)
    return packed if how == "gzip" else packed[: place(draw, packed)]


def blank(draw, raw: bytes) -> bytes:
    return draw(
        st.sampled_from((b"", b"\n", b"\n \n\t\n", b"#\n", b"\r", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n", b"\0" * 9))
    )


OF_BYTES = [cut, without, repeated, with_byte, with_word, with_word, with_word, bits, bits, encoded, blank]
OF_TEXT = [
    cut, without, repeated, with_byte, with_hostile, with_hostile, lines_moved, lines_moved, fields_changed,
    fields_changed, fields_changed, newlines, other_separator, encoded, blank,
]  # fmt: skip

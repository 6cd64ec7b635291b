"""Command lines and files that mean no good: one line that names what is wrong, and nothing is left behind."""

import struct

import numpy as np
import pandas as pd
import pytest

from tests.command_line import called

DIGITS, LETTERS = "9" * 5000, "n" * 300
RNG = np.random.default_rng(0)
SEQUENCE = "".join(RNG.choice(list("ACGT"), 60))
PROTEIN = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVGDGTQDNLSGAEKAVQVKVKALPDAQFEVV"
TABLE = "\t".join("abcd") + "\n" + "".join("\t".join(f"{x:.3f}" for x in row) + "\n" for row in RNG.random((9, 4)))
PAIRS = "chrom\tchromStart\tchromEnd\tmeasuredGeneSymbol\tstartTSS\tRegulated\tEffectSize\n"
SVG_NAMES = ["$$", "$x_{$", "[/b]g", "<script>", "\x1b[31mred", "e\u202ef", "中文", "_", LETTERS]

DNA = "dna {file} --task promoter --predictions-only --out out"
LOCUS = "enhancer locus chr22:1-500 --genome chr.fa --model dna-gpt --twins 0 --shuffles 0 --tss 100 --out out"
NETWORK = "network ex.tsv --method pearson --out out"
BOUNDARIES = "enhancer boundaries {file} --genome chr.fa --model dna-gpt --out out"

# The command line, the file, what it holds, and what must be said besides the file's name.
FILES = [
    (DNA, "x.fa", f">a tss={DIGITS}\n{SEQUENCE}\n", "is not a position"),
    (DNA, "x.fa", f">a tss=²\n{SEQUENCE}\n", "tss=² is not a position"),
    (DNA, "x.fa", f">a tss={2**63}\n{SEQUENCE}\n", "is not a position"),
    (DNA, "x.fa", f">a label={DIGITS}\n{SEQUENCE}\n", "is unknown; this task knows"),
    (DNA, "x.fa", f">{LETTERS * 20}\nACGT?\n", "is not DNA"),
    (DNA, "x.fa", ">a\x1b]0;title\x07\nACGT\n", "4 bases"),
    (DNA, "x.gz", b"\x1f\x8b" + bytes(50), "damaged"),
    (DNA, "x.tsv", "\n \n\n", "no sequence"),
    (DNA, "x.tsv", bytes(100), "not a text file"),
    (DNA, "x.parquet", b"PAR1" + b"\xff" * 200 + b"PAR1", "Parquet"),
    ("audit {file}", "x.tsv", b"\xff\xfe\x00", "not a text file"),
    ("train classifier {file} --classes a,b --out out", "x.fa", f">a label=7\n{SEQUENCE}\n", "'7' is unknown"),
    (LOCUS + " --elements {file}", "x.bed", f"chr22\t{DIGITS}\t{DIGITS}\n", "line 1"),
    (LOCUS + " --elements {file}", "x.bed", "chr22\t²\t300\n", "line 1"),
    (LOCUS + " --validated {file}", "x.bed", f"chr22\t1\t{2**63}\n", "line 1"),
    (LOCUS + " --genes {file}", "x.gtf", f'chr22\tx\tgene\t{DIGITS}\t²\t.\t+\t.\tgene_id "a";\n', "line 1"),
    (LOCUS + " --signal {file}", "x.bg", f"chr22\t1\t{DIGITS}\t1\n", "line 1"),
    (BOUNDARIES, "x.bed", f"chr22\t{DIGITS}\t{DIGITS}\n", "line 1"),
    (NETWORK + " --perturbations {file}", "x.tsv", f"sample\tgene\tkind\n{DIGITS}\ta\tknockout\n", "no row from 1"),
    (NETWORK + " --perturbations {file}", "x.tsv", "sample\tgene\tkind\n²\ta\tknockout\n", "no row from 1"),
    (NETWORK + " --gold {file}", "x.tsv", f"regulator\ttarget\tweight\na\tb\t{DIGITS}\n", "too large"),
    (NETWORK + " --regulators {file}", "x.txt", b"\xff\xfe", "not a text file"),
    ("network {file} --method pearson --out out", "x.tsv", TABLE.replace("0.", "²."), "is no expression"),
    ("network {file} --method pearson --out out", "x.h5ad", b"\x89HDF\r\n\x1a\n" + bytes(99), "damaged"),
    ("network ex.tsv --method attention --weights {file} --out out", "w", b"{}" * 99, "not the weights"),
    ("network ex.tsv --method attention --weights {file} --out out", "w", struct.pack("<Q", 2**62), "not the weights"),
    ("enhancer rank {file} --out out", "x.tsv", PAIRS + f"chr1\t{DIGITS}\t²\tG\t5\tTRUE\t-1\n", ""),
    ("methods --page {file}", "x.md", b"\xff\xfe", "not a text file"),
]
LINES = [
    (f"dna {LETTERS} --task promoter --out out", "File name too long"),
    (f"dna x.fa --task promoter --predictions-only --out {LETTERS}", "File name too long"),
    (f"dna x.fa --task promoter --predictions-only --out {'a/' * 2500}", "File name too long"),
    (f"dna x.fa --task promoter --model {LETTERS} --out out", "File name too long"),
    (f"dna x.fa --task promoter --pipeline {'(' * 3000} --out out", "pipeline"),
    (f"dna x.fa --task promoter --pipeline from(0,{DIGITS})|received --out out", "pipeline"),
    (f"enhancer locus chr22:{DIGITS}-{DIGITS} --genome chr.fa --tss 1 --out out", "cannot be read"),
    ("enhancer locus chr22:²-500 --genome chr.fa --tss 1 --out out", "cannot be read"),
    ("enhancer locus $x_{$ --genome chr.fa --tss 1 --out out", ""),
    (LOCUS + f" --tss {DIGITS}", "expected a whole number"),
    (LOCUS + " --tss ²", "expected a whole number"),
    (LOCUS + f" --tracks {2**63},1", "--tracks is for Enformer"),
    (LOCUS + f" --window {2**40}", "takes 100 to 512"),
    (NETWORK + " --method ../../x", "'../../x' is unknown"),
    ("train classifier x.fa --classes a,a --out out", "different names"),
    ("train classifier x.fa --classes a,b --device abacus --out out", "--device abacus: unknown"),
    ("train classifier x.fa --classes a,b --device abacus --model model --out out", "--device abacus: unknown"),
    ("train classifier x.fa --classes ,,, --out out", "different names"),
    ("models get ../../etc", "unknown"),
    (f"models get {LETTERS}", "unknown"),
    (f"audit x.fa --similarity 1e{DIGITS}", "expected .3 to 1"),
]


@pytest.fixture
def here(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")  # nobody answers there
    (tmp_path / "x.fa").write_text("".join(f">s{i} label={i % 2}\n{SEQUENCE[i:]}\n" for i in range(6)))
    (tmp_path / "chr.fa").write_text(">chr22\n" + SEQUENCE * 20 + "\n")
    (tmp_path / "ex.tsv").write_text(TABLE)
    return tmp_path


def is_one_line_of_bad_input(ended, here):
    assert ended.code == 2, ended.error
    assert ended.error.startswith("regard: ") and ended.error.count("\n") == 1
    assert ended.error[:-1].isprintable() and len(ended.error) < 2000
    assert not (here / "out").exists() and not list(here.rglob("*.log"))


@pytest.mark.parametrize(("line", "name", "content", "says"), FILES)
def test_a_hostile_file(here, line, name, content, says):
    (here / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    ended = called(*line.format(file=name).split(" "))
    is_one_line_of_bad_input(ended, here)
    assert name in ended.error and says in ended.error


@pytest.mark.parametrize(("line", "says"), LINES)
def test_a_hostile_line(here, line, says):
    ended = called(*line.split(" "))
    is_one_line_of_bad_input(ended, here)
    assert says in ended.error


@pytest.mark.parametrize("variant", [f"A{DIGITS}T", "A²T", f"A{2**63}T", "\x1b[31m", "x:" * 3000, ""])
def test_a_hostile_variant(here, variant):
    pytest.importorskip("antiberty", reason="extra antibody")
    (here / "p.fa").write_text(f">p\n{PROTEIN}\n")
    ended = called("protein", "p.fa", "--model", "antiberty", "--variant", variant, "--out", "out")
    is_one_line_of_bad_input(ended, here)
    assert "expected one amino acid for another" in ended.error


def test_names_of_every_kind_are_only_names(here):
    """In figures, on the console and in files, of a network and of predictions."""
    rows = "".join("\t".join(f"{x:.3f}" for x in row) + "\n" for row in RNG.random((9, len(SVG_NAMES))))
    (here / "names.tsv").write_text("\t".join(SVG_NAMES) + "\n" + rows)
    ended = called("network", "names.tsv", "--method", "pearson", "--out", "out")
    assert ended.code == 0, ended.error
    assert ended.error.replace("\n", "").isprintable()
    genes = set(pd.read_csv(here / "out/edges.tsv", sep="\t", keep_default_na=False).regulator)
    assert {"$$", "$x_{$", "[/b]g", "<script>", LETTERS} <= genes
    fasta = "".join(f">{name}/../{i}\n{SEQUENCE}\n" for i, name in enumerate(SVG_NAMES))
    (here / "names.fa").write_text(fasta)
    ended = called("dna", "names.fa", "--task", "promoter", "--predictions-only", "--out", "dna")
    assert ended.code == 0 and ended.error.replace("\n", "").isprintable()
    assert {path.suffix for path in here.iterdir()} <= {".tsv", ".fa", ""}
    assert {path.name for path in here.iterdir() if path.is_dir()} == {"out", "dna"}

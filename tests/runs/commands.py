"""Every command that writes a folder, on inputs that are small and still go through all of it."""

from pathlib import Path

import numpy as np

from regard.data.sequences import decode
from regard.report.page import Figure
from regard.studies import demo
from regard.studies.network import report
from tests.audit.planted import planted_rows
from tests.models.protein_folder import write_esm2
from tests.toys.networks import EDGES, planted, write
from tests.train import small

EXAMPLES = demo.EXAMPLES


def fasta(path: Path, number: int, length: int, classes: str = "01") -> Path:
    rng = np.random.default_rng(0)
    records = (f">s{i} label={classes[i % 2]}\n{decode(rng.integers(0, 4, length))}\n" for i in range(number))
    path.write_text("".join(records))
    return path


def audit(inputs: Path) -> list:
    train = inputs / "train.fa"
    train.write_text("".join(f">r{i} label={y}\n{s}\n" for i, (s, y) in enumerate(planted_rows())))
    return ["audit", train]


def network(inputs: Path) -> list:
    write(planted(30), inputs / "expression.tsv")
    (inputs / "gold.tsv").write_text("".join(f"{r}\t{t}\t1\n" for r, t in EDGES))
    how = ["--method", "lasso,pearson", "--threads", 1]
    return ["network", inputs / "expression.tsv", "--gold", inputs / "gold.tsv", *how]


def read_by_model(inputs: Path) -> list:
    command = network(inputs)
    command[command.index("lasso,pearson")] = "attention,genie3"
    return [*command, "--twins", 3]


def rank(inputs: Path) -> list:
    pairs, predictions = (EXAMPLES / f"fulco2019_{name}.tsv.gz" for name in ("pairs", "abc"))
    return ["enhancer", "rank", pairs, "--predictions", predictions]


def locus(inputs: Path) -> list:
    where = ["chr22:31,795,341-31,795,640", "--tss", "31,795,590", "--genome", EXAMPLES / "chr22_locus.fa.gz"]
    return ["enhancer", "locus", *where, "--shuffles", 1, "--twins", 2]


def boundaries(inputs: Path) -> list:
    genome = fasta(inputs / "genome.fa", 1, 60_000)
    (inputs / "tads.bed").write_text("".join(f"s0\t{at}\t{at + 40}\n" for at in range(3_000, 57_000, 6_000)))
    where = [inputs / "tads.bed", "--genome", genome, "--away", 300]
    return ["enhancer", "boundaries", *where, "--model", "dna-gpt", "--most", 6, "--twins", 2]


def predictions(inputs: Path) -> list:
    return ["dna", fasta(inputs / "some.fa", 12, 80), "--task", "promoter", "--predictions-only"]


def dna(inputs: Path) -> list:
    return ["dna", fasta(inputs / "some.fa", 12, 60), "--task", "promoter", "--examples", 1, "--twins", 2]


def protein(inputs: Path) -> list:
    (inputs / "two.fa").write_text(">a\nMKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ\n>b\nMEDKVKLGRWYSTAAQPEIFHHNCCDEKL\n")
    return ["protein", inputs / "two.fa", "--model", write_esm2(inputs / "esm"), "--variant", "a:K2A", "--twins", 2]


def every(inputs: Path) -> list:
    return ["demo"]


def training(name: str):
    """Of a tiny model (see `tests.train.small`), and of so many steps that it can be killed within."""
    return lambda inputs: [*small.command(name, inputs), "--steps", 60, "--threads", 1]


TRAIN = {name: training(name) for name in small.NAMES}
CHEAP = {"audit": audit, "dna --predictions-only": predictions, "network": network}
ALL = CHEAP | {
    "enhancer rank": rank, "enhancer locus": locus, "enhancer boundaries": boundaries, "dna": dna,
    "protein": protein, "network, read by a model": read_by_model, "demo": every,
}  # fmt: skip


def without_drawing() -> None:
    """One figure that is no picture in place of the network's, which take most of its time."""

    def figures(result, folder):
        file = f"figures/network.{next(iter(result.edges))}.svg"
        (folder / file).write_text("<svg/>")
        return {Path(file).stem: Figure(b"", file, "none")}

    report.figures = figures


def fewer_studies() -> None:
    """The demo of the two studies that take seconds; how it runs them is the same."""
    demo.STUDIES = {name: demo.STUDIES[name] for name in ("enhancer-locus", "enhancer-rank")}

"""Names from files that would be programs if a page took them for markup: nothing runs in a real browser."""

import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests.command_line import called
from tests.test_cli import EXAMPLES

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")]
MARK = "document.documentElement.setAttribute('data-ran','1')"  # no blank in it: names of records end at one
NAMES = [
    f"<script>{MARK}</script>",
    f"\"><img/src='x'/onerror={MARK}>",
    f"'><svg/onload={MARK}>",
    f"</text></svg><script>{MARK}</script>",
    f"]]><script>{MARK}</script>",
    f"{{{{{MARK}}}}}",
    f"&lt;script&gt;{MARK}&lt;/script&gt;",
    f"<a/href=javascript:{MARK}>x</a>",
]
RNG = np.random.default_rng(0)


def shown(page: Path) -> str:
    """What a browser makes of a page, after its scripts have run."""
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--virtual-time-budget=2000"]
    profile = f"--user-data-dir={page.parent / '.browser'}"
    done = subprocess.run([CHROMIUM, *options, profile, "--dump-dom", page.absolute().as_uri()],
                          capture_output=True, text=True, timeout=120)  # fmt: skip
    shutil.rmtree(page.parent / ".browser", ignore_errors=True)
    assert "<html" in done.stdout or "<svg" in done.stdout, done.stderr[-500:]
    return done.stdout


def ran(page: Path) -> bool:
    return re.search(r"<(html|svg)\b[^>]*\bdata-ran", shown(page)) is not None


def sequence(length: int = 60) -> str:
    return "".join(RNG.choice(list("ACGT"), length))


def audit(here):
    records = [f">{name} label={i % 2}\n{sequence()}\n" for i, name in enumerate(NAMES)]
    (here / "x.fa").write_text("".join(records) + f">copy{NAMES[0]} label=1\n{records[0].splitlines()[1]}\n")
    return ["audit", "x.fa", "--out", "out"]


def network(here):
    rows = "".join("\t".join(f"{x:.3f}" for x in row) + "\n" for row in RNG.random((12, len(NAMES))))
    (here / "x.tsv").write_text("\t".join(NAMES) + "\n" + rows)
    return ["network", "x.tsv", "--method", "pearson", "--out", "out"]


def dna(here):
    (here / "x.fa").write_text("".join(f">{name} label={i % 2}\n{sequence()}\n" for i, name in enumerate(NAMES)))
    return ["dna", "x.fa", "--task", "promoter", "--examples", "4", "--twins", "0", "--out", "out"]


def protein(here):
    pytest.importorskip("antiberty", reason="extra antibody")
    chain = (EXAMPLES / "antibody.fasta").read_text().split(">")[1].split("\n", 1)[1]
    (here / "x.fa").write_text(f">{NAMES[0]}\n{chain}>{NAMES[1]}\n{chain}")
    return ["protein", "x.fa", "--model", "antiberty", "--twins", "0", "--out", "out"]


def locus(here):
    (here / "chr.fa").write_text(">chr22\n" + sequence(3000) + "\n")
    genes = [f"chr22\t{100 + 200 * i}\t{250 + 200 * i}\t{name}\t0\t+\n" for i, name in enumerate(NAMES)]
    (here / "genes.bed").write_text("".join(genes))
    (here / "elements.bed").write_text("".join(genes))
    (here / NAMES[0].replace("/", "_")).write_text("chr22\t100\t900\t2.5\n")
    return ["enhancer", "locus", "chr22:1-2000", "--genome", "chr.fa", "--genes", "genes.bed", "--elements",
            "elements.bed", "--signal", NAMES[0].replace("/", "_"), "--shuffles", "0", "--twins", "0",
            "--out", "out"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES[:3])
def test_the_browser_would_run_them(tmp_path, name):
    """Otherwise what follows would show nothing."""
    (tmp_path / "x.html").write_text(f"<!doctype html><html><body><p title=''>{name}</p></body></html>")
    assert ran(tmp_path / "x.html")


@pytest.mark.parametrize("study", [audit, network, dna, protein, locus])
def test_nothing_runs(study, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    ended = called(*study(tmp_path))
    assert ended.code == 0, ended.error
    report = tmp_path / "out" / "report.html"
    assert "data-ran" in report.read_text()  # a name at least is in it
    assert not ran(report)
    for figure in sorted((tmp_path / "out").glob("figures/*.svg"))[:4]:
        assert not ran(figure), figure

"""Names from files that would be programs if a page took them for markup: nothing runs in a real browser."""

import shutil

import numpy as np
import pytest

from tests.browser import hindrances, needs_chromium
from tests.command_line import called
from tests.test_cli import EXAMPLES
from tests.toys.boundary import chromosome

pytestmark = [pytest.mark.slow, needs_chromium]
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


def ran(page) -> bool:
    return page.evaluate("document.documentElement.hasAttribute('data-ran')")


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


def rank(here):
    file = here / f"{NAMES[0].replace('/', '_')}.tsv.gz"
    shutil.copyfile(EXAMPLES / "fulco2019_pairs.tsv.gz", file)
    return ["enhancer", "rank", file.name, "--out", "out"]


def boundaries(here):
    bases, places = chromosome(12)
    file = here / f"{NAMES[0].replace('/', '_')}.bed"
    file.write_text("".join(f"chr1\t{place - 100}\t{place + 100}\n" for place in places))
    (here / "genome.fa").write_text(f">chr1\n{bases}\n")
    return ["enhancer", "boundaries", file.name, "--genome", "genome.fa", "--model", "dna-gpt", "--away", "2000",
            "--twins", "0", "--out", "out"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES[:3])
def test_the_browser_would_run_them(tmp_path, browser, name):
    """Otherwise what follows would show nothing."""
    (tmp_path / "x.html").write_text(f"<!doctype html><html><body><p title=''>{name}</p></body></html>")
    with browser.page(tmp_path / "x.html") as page:
        page.wait_for_timeout(300)
        assert ran(page)
    browser.problems.clear()  # a picture that is not there


@pytest.mark.parametrize("study", [audit, network, dna, protein, locus, rank, boundaries])
def test_nothing_runs(study, browser, monkeypatch, tmp_path):
    """Nor does the page complain, ask for anything, grow wider than a phone or keep anyone out; tables are sorted."""
    monkeypatch.chdir(tmp_path)
    ended = called(*study(tmp_path))
    assert ended.code == 0, ended.error
    report = tmp_path / "out" / "report.html"
    assert "data-ran" in report.read_text()  # a name at least is in it
    assert report.stat().st_size < 3_000_000
    with browser.page(report, width=390) as page:
        page.wait_for_timeout(300)
        assert not ran(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert not hindrances(page)
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        buttons = page.locator("th:first-child button").all()
        for button in buttons:
            button.click()
        assert page.locator("th[aria-sort=ascending], th[aria-sort=descending]").count() == len(buttons)
    for figure in sorted((tmp_path / "out").glob("figures/*.svg"))[:4]:
        with browser.page(figure) as page:
            assert not ran(page), figure
    assert browser.quiet()

"""`regard compare`: one page over two runs, honest about what was not tested, and one line where they do not fit."""

import json

import pytest

from tests.browser import browsing, hindrances, needs_chromium
from tests.command_line import called
from tests.studies.runs import finished, row, table

NASTY = "<script>document.title='ran'</script>"


@pytest.fixture
def runs(tmp_path):
    (tmp_path / "x.fa").write_text("x")
    one = [row("a", 0.2, "not supported"), row("b", 0.5, "supported"), row(NASTY, 0.5, "supported", annotation=NASTY)]
    other = [row("a", 0.6, "supported"), row("b", 0.4, "supported", n=80), row("c", 0.1, "too few labels")]
    command = ["protein", "x.fa", "--out"]
    inputs = [tmp_path / "x.fa"]
    finished(tmp_path / "p" / "one", [*command, "one"], one, inputs=inputs, model=NASTY)
    finished(tmp_path / "p" / "two", [*command, "two"], other, inputs=inputs, model="esm2", colour="red")
    return tmp_path / "p"


def test_the_page_says_what_moved_and_that_nothing_was_tested(runs, tmp_path):
    ended = called("compare", runs / "one", runs / "two", "--out", tmp_path / "out")
    assert ended.code == 0, ended.error
    said = ended.error.splitlines()
    assert said[0] == "1 of 2 comparisons with another verdict in the second run"
    assert "1 × not supported in one, supported in two" in said and "In two alone: 1 comparison" in said
    assert "Values in two: higher in 1, lower in 1, of 2 in both" in said and "Intervals lie apart in 1" in said
    page = (tmp_path / "out" / "report.html").read_text()
    assert "nothing on this page tests a difference: summary figures only (2)" in page
    assert said[-2].startswith("note: No paired test is possible") and "other numbers of labels" in page
    assert NASTY not in page and page.count('src="data:image/svg+xml') == 4
    assert page.index("not supported</span></td><td><span") < page.index(">b <br>")  # what moved is first
    assert {one.name for one in (tmp_path / "out" / "figures").iterdir()} == {
        f"{run}.{name}.svg" for run in (1, 2) for name in ("heads", "precision")
    }
    compared = table(tmp_path / "out" / "compared.tsv")
    assert compared.method.tolist() == ["a", "b", NASTY, "c"]
    told = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert len(told["inputs"]) == 4 and told["settings"] == {"study": "protein", "names": ["one", "two"]}
    assert called("rerun", tmp_path / "out").code == 0


@needs_chromium
def test_the_page_in_a_browser(runs, tmp_path):
    called("compare", runs / "one", runs / "two", "--out", tmp_path / "out")
    with browsing() as browser:
        for width in (1280, 390):
            with browser.page(tmp_path / "out" / "report.html", width=width) as page:
                assert page.title() == "Regard: one and two" and browser.quiet() and hindrances(page) == []
                assert page.evaluate("[...document.images].every(one => one.naturalWidth > 0)")
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
                boxes = [one.bounding_box() for one in page.locator(".pair").first.locator("img").all()]
                assert (boxes[0]["y"] == boxes[1]["y"]) == (width > 640)  # side by side, or one above the other


def test_runs_that_do_not_fit_are_one_line(runs, tmp_path):
    other = finished(tmp_path / "dna" / "one", ["dna", "x"], [])
    empty = finished(tmp_path / "empty", ["protein", "x"], [])
    (empty / "evidence.tsv").unlink()
    broken = finished(tmp_path / "broken", ["protein", "x"], [])
    (broken / "evidence.tsv").write_text("a\tb\n1\t2\n")
    for second, says in [
        (other, "is of regard protein"),
        (empty, "only runs that judged something"),
        (broken, "is damaged, or no evidence"),
        (runs / "one", "are the same folder"),
        (tmp_path / "none", "manifest.json: no such file"),
    ]:
        ended = called("compare", runs / "one", second, "--out", tmp_path / "out")
        assert (ended.code, ended.error.count("\n")) == (2, 1) and says in ended.error, ended
        assert not (tmp_path / "out").exists()


def test_runs_of_one_name_are_told_apart(tmp_path):
    for name in ("a", "b"):
        finished(tmp_path / name / "run", ["protein", "x"], [row("m", 0.5, "supported")])
    ended = called("compare", tmp_path / "a" / "run", tmp_path / "b" / "run", "--out", tmp_path / "out")
    assert ended.error.splitlines()[0] == "The same verdict in both runs for the one in common"
    page = (tmp_path / "out" / "report.html").read_text()
    assert "a/run" in page and "b/run" in page and "Settings, inputs and versions are the same." in page

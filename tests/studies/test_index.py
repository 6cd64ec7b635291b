"""The page over several runs: a card each, from the run's own files, and nothing of a name becomes markup."""

import re
from html import unescape

import pytest

from regard.errors import InputError
from regard.studies import demo
from regard.studies.index import Told, index_page
from tests.browser import browsing, hindrances, needs_chromium
from tests.studies.runs import finished, row

NASTY = "<script>document.title='ran'</script>"


@pytest.fixture
def runs(tmp_path):
    folder = tmp_path / "runs"
    rows = [row("a", 0.5, "supported"), row("b", 0.1, "not supported"), row("c", 0.1, "not supported")]
    finished(folder / "one", ["protein", "x.fa"], rows, answer="Attention &amp; <b>sites</b> agree")
    finished(folder / "two & more", ["enhancer", "rank", "x"], [])
    finished(folder / NASTY.replace("/", "|"), ["network", "x"], [row("a", 0.5, "too few labels")], answer=NASTY)
    (folder / "no run").mkdir()
    return folder


def test_each_run_has_a_card_with_question_answer_and_verdicts(runs):
    page = unescape(re.sub(r"<style>.*?</style>|<script.*?</script>", "", index_page(runs), flags=re.DOTALL))
    one = page[page.index("<h3") :].split("</section>")
    (told,) = [card for card in one if ">one</h3>" in card]
    assert "What does a protein model attend to" in told and "Attention & sites agree" in told
    words = re.sub(r"<[^>]*>", "", told)
    assert "supported: 1 · not supported: 2" in words and "too few" not in words
    (other,) = [card for card in one if ">two & more</h3>" in card]
    assert "Which element regulates which gene" in other and "No comparison with anything known" in other
    assert "1 of 3 runs has comparisons that are supported" in page and "no run" not in page


def test_the_runs_that_are_asked_for_in_their_order(runs):
    page = index_page(runs, {"two & more": "Second", "gone": "Gone", "one": "First"})
    assert page.index(">Second</h3>") < page.index(">First</h3>") and "Gone" not in page
    with pytest.raises(InputError, match=r"no run with a report\.html lies there"):
        index_page(runs, {"gone": "Gone"})


@needs_chromium
def test_it_leads_to_each_page_and_runs_nothing(runs):
    (runs / "report.html").write_text(index_page(runs))
    with browsing() as browser:
        for width in (1280, 390):
            with browser.page(runs / "report.html", width=width) as page:
                assert page.title() == "Regard: runs" and browser.quiet() and hindrances(page) == []
                pictures = page.locator(".cards img")
                assert pictures.count() == 3
                assert page.evaluate("[...document.images].every(one => one.naturalWidth > 0)")
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        with browser.page(runs / "report.html") as page:
            page.get_by_role("link", name="two & more/report.html").click()
            assert page.locator("h1").first.inner_text() == "An answer"


def test_the_first_heading_alone():
    assert "".join(Told("<h1>a <i>b</i>\n</h1><p>c</p><h1>d</h1>").words).split() == ["a", "b"]
    assert Told("<p>none</p>").words == []


def test_the_demo_ends_with_it(tmp_path, monkeypatch, capsys):
    """Whatever the studies are; and a page of the user's own is not replaced without being asked."""

    def ran(out, *_):
        finished(out / "network", ["network", "x"], [row("a", 0.5, "supported")])

    monkeypatch.setattr(demo, "run_studies", ran)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "report.html").write_text("mine")
    with pytest.raises(InputError, match=r"report\.html: is not empty"):
        demo.run(tmp_path / "mine")
    assert (tmp_path / "mine" / "report.html").read_text() == "mine"
    demo.run(tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text()
    assert demo.STUDIES["network"][0] in page and "1 of 1 runs has" in page
    assert f"all of them: {tmp_path / 'out' / 'report.html'}" in capsys.readouterr().err

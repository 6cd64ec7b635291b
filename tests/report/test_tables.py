"""Tables of a page in a real browser: sorted, searched, chosen, kept; whole without scripts and on paper."""

import pytest

from regard.report.build import write_page
from regard.report.inline import Verdict, marked
from regard.report.page import Column, Folded, Section, Table
from tests.browser import hindrances, needs_chromium, saved
from tests.report.pages import MADE, page_with

pytestmark = needs_chromium
NASTY = ["$$", "[/b]g", "<script>document.title='ran'</script>", '"><img src=x onerror="document.title=1">']
ROWS = [
    ("gene10", "0.5", "0.1 – 0.9", "supported"),
    ("gene2", "12", "−3 – 1", "not supported"),
    (NASTY[2], "1e-05", "1,200 of 9,000", "not supported"),
    (NASTY[0], "", "", "too few labels"),
    (NASTY[1], "-0.7", "20 of 9,000", "supported"),
    (NASTY[3], ".25", "+0.004 [0, 1]", "not supported"),
]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    columns = [
        Column("name", 0),
        Column("score", 1, "n"),
        Column("range", 2),
        Column("verdict", lambda row: Verdict(row[3])),
    ]
    few = Folded("Few", [Table([Column("one", 0)], [["alone"]])])
    sections = [
        Section("Scores of x", [marked("All `x`."), Table(columns, ROWS)]), Section("Scores of x", [few]),
        Section(NASTY[2], ["end"]),
    ]  # fmt: skip
    write_page(page_with(title="tables", sections=sections), folder, MADE)
    return folder / "report.html"


@pytest.fixture
def page(browser, path):
    with browser.page(path) as page:
        yield page
    assert browser.quiet()


def names(page) -> list[str]:
    """First cells of the rows that are seen, as text."""
    return [
        row.locator("td").first.inner_text() for row in page.locator("table").first.locator("tbody tr:visible").all()
    ]


def test_text_of_files_stays_text(page):
    assert names(page) == [row[0] for row in ROWS]
    assert page.title() == "Regard: tables"
    assert page.locator("main img, main script").count() == 0
    assert NASTY[2] in page.locator(".index a").all_inner_texts()


def test_a_head_sorts_down_up_and_as_it_was(page):
    head = page.locator("th", has_text="score").first
    for way, order in (
        ("descending", ["gene2", "gene10", NASTY[3], NASTY[2], NASTY[1], NASTY[0]]),  # nothing stands last
        ("ascending", [NASTY[1], NASTY[2], NASTY[3], "gene10", "gene2", NASTY[0]]),
        ("none", [row[0] for row in ROWS]),
    ):
        head.get_by_role("button").click()
        assert head.get_attribute("aria-sort") == way
        assert names(page) == order
    page.locator("th", has_text="range").get_by_role("button").click()
    assert names(page) == [NASTY[2], NASTY[1], "gene10", NASTY[3], "gene2", NASTY[0]]


def test_names_sort_by_the_numbers_in_them_with_the_keyboard_too(page):
    page.locator("th", has_text="name").get_by_role("button").focus()
    page.keyboard.press("Enter")
    found = names(page)
    assert found.index("gene2") < found.index("gene10")
    assert page.locator("th[aria-sort=ascending]").count() == 1


def test_a_search_keeps_rows_that_have_it_and_whole_cells_before_parts(page):
    search = page.get_by_role("searchbox")
    for wanted, expected in (
        ("GENE", ["gene10", "gene2"]),
        ("$$", ["$$"]),
        ("[/b]", ["[/b]g"]),
        ("<script>", [NASTY[2]]),
        ("supported", ["gene10", "[/b]g"]),  # not those that are not
        ("nothing has this", []),
        ("", [row[0] for row in ROWS]),
    ):
        search.fill(wanted)
        assert names(page) == expected, wanted
    assert page.locator("output").first.inner_text() == "6 rows"


def test_a_verdict_is_chosen_and_what_is_shown_is_kept(page):
    page.get_by_role("combobox").select_option("not supported")
    assert page.locator("output").first.inner_text() == "3 of 6 rows"
    kept = saved(page, page.get_by_role("button", name="TSV").first).decode()
    lines = [line.split("\t") for line in kept.splitlines()]
    assert lines == [["name", "score", "range", "verdict"], *([*row] for row in ROWS if row[3] == "not supported")]


def test_paper_shows_every_row_and_what_is_folded(page):
    page.get_by_role("searchbox").fill("gene")
    assert not page.get_by_text("alone").is_visible()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert len(names(page)) == len(ROWS) and page.get_by_text("alone").is_visible()
    assert not page.locator(".tools").first.is_visible() and not page.locator(".index").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[open]").count() == 0


def test_nothing_keeps_a_reader_out(page):
    assert not hindrances(page)


def test_the_index_leads_to_every_section(page):
    lines = page.locator(".index a")
    anchors = [line.get_attribute("href") for line in lines.all()]
    assert anchors[:3] == ["#what-was-asked", "#what-was-found", "#how-sure-is-it"]
    assert anchors[3:5] == ["#scores-of-x", "#scores-of-x-2"] and len(set(anchors)) == len(anchors) == 8
    for anchor in anchors:
        assert page.locator(anchor).evaluate("element => element.tagName") == "H2"
    assert lines.first.get_attribute("aria-current") == "true"


def test_without_scripts_the_tables_are_plain_and_whole(browser, path):
    with browser.page(path, java_script_enabled=False) as page:
        assert names(page) == [row[0] for row in ROWS]
        assert page.locator("button, input").count() == 0


def test_what_is_not_ours_does_not_run(browser, path, tmp_path):
    """Were a name of a file taken for markup, the page's own policy would still stop it."""
    forged = tmp_path / "forged.html"
    forged.write_text(path.read_text().replace("<h1>", "<script>document.title = 'ran'</script><h1>"))
    with browser.page(forged) as page:
        assert page.title() == "Regard: tables"
        assert page.locator("th button").count()  # ours do
    assert "Content Security Policy" in " ".join(browser.problems)
    browser.problems.clear()

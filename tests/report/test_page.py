"""One page of every kind of part: all of it in HTML and in Markdown, in order, and what is on it explained."""

import re

import pytest
from markupsafe import Markup

from regard.report.build import write_page
from regard.report.columns import NEEDED, VERDICT, WHY, interval, numbers, with_interval
from regard.report.glossary import GLOSSARY, terms_in
from regard.report.inline import marked
from regard.report.page import Block, Bullets, Column, Figure, Folded, Note, Section, Table
from regard.report.sure import about, counts_of, found_among_best, how_sure
from tests.report.pages import MADE, page_with, told

NASTY = "<script>alert(1)</script>|`x`"
FIGURE = Figure(b"\x89PNG", "figures/a b.svg", f"A picture of {NASTY}.")
ROW = {"method": NASTY, "value": 0.123456, "low": 0.1, "high": 0.2, "verdict": "not supported", "needed": 0.5,
       "reason": "why not"}  # fmt: skip
COLUMNS = [
    Column("method", "method"), numbers("AUROC", "value"), interval("between", "low", "high"),
    with_interval("both", "value", "low", "high"), NEEDED, VERDICT, WHY,
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("page")
    rows = [ROW] * 41 + [{**ROW, "low": float("nan"), "high": float("nan"), "verdict": "supported", "needed": 0.7}]
    sections = [
        Section("First", ["A line.", marked("In `a.tsv`."), Bullets(["one", NASTY]), Table(COLUMNS, rows, name="id")]),
        Section("Second", [FIGURE, Section("Inner", [Note("stands back")], "answer")], "appendix"),
        Section(NASTY, [Folded("More", ["folded"]), Block(Markup("<b id='used'></b>"), FIGURE)]),
    ]
    page = page_with(
        headline=NASTY, asked=[NASTY], found=["found 1", "found 2"], sure=["so sure"], figure=FIGURE,
        verdicts=counts_of(["not supported"] * 2), warning="Beware.", remarks=[NASTY], sections=sections,
    )  # fmt: skip
    write_page(page, out, MADE | {"inputs": {f"in/{NASTY.replace('/', '_')}": "0f"}})
    return out


def test_everything_is_in_both_in_order_and_text_stays_text(folder):
    parts = ["toy study", "Beware.", "found 1", "found 2", "so sure", "not supported: 2", "A picture", "Note: ",
             "A line.", "a.tsv", "one", "why not", "Inner", "stands back", "More", "folded", "How this page was made",
             "Words used here"]  # fmt: skip
    for name in ("report.html", "report.md"):
        text = (folder / name).read_text()
        assert "<script>alert" not in text
        plain = re.sub(r"<[^>]+>", "", text.split("</nav>")[-1])
        places = [plain.find(part) for part in parts]
        assert -1 not in places and places == sorted(places), name
    assert "supported: 0" not in (folder / "report.html").read_text()


def test_tables_are_whole_in_html_and_cut_in_markdown(folder):
    page, text = (folder / "report.html").read_text(), (folder / "report.md").read_text()
    assert page.count("why not") == 42 and text.count("why not") == 40 and "2 more rows are in report.html." in text
    assert page.count('data-value="0.123456"') == 84
    cells = text[text.index("| method |") :].splitlines()[2].replace("\\|", "").strip("|").split("|")
    assert [cell.strip() for cell in cells[1:]] == [
        "0.123", "0.1 – 0.2", "0.123 (0.1 to 0.2)", "0.5", "not supported", "why not",
    ]  # fmt: skip
    last = page[page.rindex("<tr>", 0, page.index("</tbody>")) :]
    assert '<span class="verdict supported">supported</span>' in last
    assert "0.7" not in last.split("</tr>")[0] and "–" not in last.split("</tr>")[0]


def test_what_is_used_has_a_still_where_nothing_can_be_used(folder):
    page, text = (folder / "report.html").read_text(), (folder / "report.md").read_text()
    assert "<b id='used'></b><noscript>" in page and "used'" not in text
    assert text.count("](figures/a%20b.svg)") == 3  # the one that shows it, in its section, and the still


def test_only_words_that_are_there_are_explained(folder):
    assert [term for term, _ in terms_in("An AUROC of heads; unsupported")] == ["AUROC"]
    assert [term for term, _ in terms_in("One head.")] == ["head"]
    words = (folder / "report.md").read_text().split("## Words used here")[1]
    named = re.findall(r"^- \*\*(.+?)\*\*", words, re.M)
    assert named == ["AUROC", "supported", "not supported"] and set(named) < set(GLOSSARY)


def test_the_command_leads_to_no_folder_of_ours(folder):
    assert "<code>regard toy --out DIR</code>" in (folder / "report.html").read_text()
    assert told(folder / "report.md").count("x y") == 0


@pytest.mark.parametrize(
    ("verdicts", "says"),
    [
        (["supported"] * 2 + ["not supported"], ["2 of the 3 scores that could be judged hold up: beyond luck."]),
        (["supported"], ["The one score judged holds up: beyond luck."]),
        (["not supported"], ["The one score judged does not hold up: nothing goes beyond luck."]),
        (["not supported"] * 4, ["None of the 4 scores that could be judged holds up: nothing goes beyond luck."]),
        (["too few labels"], ["For 1 score too little is known here to tell luck from knowledge."]),
        (["cannot be told"] * 2, ["For 2 scores it cannot be told: something that a verdict takes is missing."]),
        ([], []),
    ],
)
def test_how_sure_it_is_follows_the_verdicts(verdicts, says):
    assert how_sure(counts_of(verdicts), ("score", "scores"), "luck") == says


def test_counts_are_said_as_one_says_them():
    said = found_among_best("known sites", 40, 9, "most attended", 2.04)
    assert said == "Of 40 known sites, 9 are among the 40 most attended; by chance 2 would be."
    assert [about(value) for value in (0.0, 0.42, 3.5, 9.96, 12.7)] == ["0", "0.4", "3.5", "10", "13"]

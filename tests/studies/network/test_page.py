"""The network's page in a real browser: every control is used, and names of genes stay names."""

import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from regard.data.expression import Expression
from regard.studies.network.study import run
from tests.browser import hindrances, needs_chromium, saved
from tests.toys.networks import EDGES, GENES, planted, write

pytestmark = needs_chromium
NASTY = ["$$", "[/b]g", "<script>", "</script><b>x", '"><img/src=x onerror=alert(1)>']
NAMES = dict(zip(GENES, [*NASTY, *GENES[5:]], strict=True))
BEYOND = 12  # genes without a parent, so that not all are drawn at first


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder, toy = tmp_path_factory.mktemp("page"), planted(60)
    rest = np.random.default_rng(1).normal(size=(60, BEYOND))
    names = [NAMES[gene] for gene in toy.genes] + [f"alone{i}" for i in range(BEYOND)]
    write(Expression(np.hstack([toy.values, rest]), names, toy.samples), folder / "x.tsv")
    gold = "".join(f"{NAMES[r]}\t{NAMES[t]}\n" for r, t in EDGES)
    (folder / "gold.tsv").write_text(gold)
    run(folder / "x.tsv", folder / "out", methods=["pearson"], gold=folder / "gold.tsv", console=Console(quiet=True))
    return folder / "out"


@pytest.fixture(scope="module")
def edges(out):
    return pd.read_csv(out / "edges.tsv", sep="\t")


@pytest.fixture
def page(browser, out):
    with browser.page(out / "report.html") as page:
        yield page
    assert browser.quiet()


def rows(page) -> list[tuple[str, str]]:
    """Regulator and target of the rows that are seen."""
    script = "rows => rows.filter(row => row.offsetParent).map(row => [...row.cells].map(cell => cell.textContent))"
    return [tuple(cells[:2]) for cells in page.locator("#edges tbody tr").evaluate_all(script)]


def lines(page, kind: str = "path:not([hidden])") -> list[tuple[str, str]]:
    """Regulator and target of the edges that are drawn."""
    titles = page.locator(f"#network {kind} title").evaluate_all("titles => titles.map(title => title.textContent)")
    return [tuple(title.split(", score")[0].split(" → ")) for title in titles]


def labels(page) -> set[str]:
    return set(page.locator("#network svg text:not([hidden])").all_text_contents())


def pairs(table) -> list[tuple[str, str]]:
    return list(zip(table.regulator, table.target, strict=True))


def test_the_strongest_edges_are_drawn_and_listed(page, edges):
    count = int(page.get_by_label("Number of edges").input_value())
    assert count == 33  # three for two genes
    assert rows(page) == lines(page) == pairs(edges.head(count))
    drawn = edges.head(count)
    shortened = {NASTY[4]: NASTY[4][:19] + "…"}
    assert labels(page) == {shortened.get(gene, gene) for gene in (*drawn.regulator, *drawn.target)}
    assert {*NASTY[:4], shortened[NASTY[4]]} <= labels(page)
    assert page.locator("#network svg").get_attribute("aria-label") == "Network of 33 edges, pearson"
    assert lines(page, "path.known:not([hidden])") == [pair for pair in pairs(drawn) if (pair in known())]
    assert page.locator("noscript img").count() == 0


def known() -> set[tuple[str, str]]:
    return {(NAMES[regulator], NAMES[target]) for regulator, target in EDGES}


def test_slider_and_number_show_more_and_fewer(page, edges):
    slider, number = page.locator("#network input[type=range]"), page.get_by_label("Number of edges")
    slider.fill("1000")
    assert number.input_value() == str(len(edges)) and len(rows(page)) == len(edges)
    assert lines(page) == pairs(edges) and len(labels(page)) == 10 + BEYOND
    slider.focus()
    page.keyboard.press("ArrowLeft")
    assert 1 < len(rows(page)) < len(edges)
    slider.fill("0")
    assert rows(page) == lines(page) == pairs(edges.head(1))
    number.fill("5")
    number.press("Enter")
    assert rows(page) == lines(page) == pairs(edges.head(5))
    assert float(page.locator("#network output").inner_text().split()[1]) == pytest.approx(edges.score[4], rel=1e-3)
    number.fill("100000")
    number.press("Enter")
    assert number.input_value() == str(len(edges))


@pytest.mark.parametrize("gene", ["$$", "[/b]g", "<script>"])
def test_a_gene_that_is_searched_stands_out_with_its_edges(page, edges, gene):
    page.get_by_role("combobox", name="Gene").fill(gene)
    drawn = edges.head(33)
    expected = pairs(drawn[(drawn.regulator == gene) | (drawn.target == gene)])
    assert expected and rows(page) == expected
    assert lines(page, "path:not([hidden], .dim)") == expected
    assert page.locator("circle.found title").all_text_contents() == [gene]
    near = page.locator("#network svg text:not([hidden], .dim)").all_text_contents()
    assert set(near) == {one for pair in expected for one in pair}


def test_a_gene_that_is_clicked_is_searched_and_again_is_not(page):
    node = page.locator("#network circle:not([hidden])").first
    gene = node.text_content()
    node.click()
    assert page.get_by_role("combobox", name="Gene").input_value() == gene
    assert all(gene in pair for pair in rows(page))
    node.click()
    assert len(rows(page)) == 33


def test_edges_are_sorted_by_all_their_digits(page, edges):
    drawn = edges.head(33)
    score = dict(zip(pairs(drawn), drawn.score, strict=True))
    for _ in range(2):  # down, as they were, and up
        page.locator("#edges th", has_text="score").get_by_role("button").click()
    found = rows(page)
    assert set(found) == set(score) and [score[pair] for pair in found] == sorted(score.values())
    assert found != pairs(drawn)


def test_what_is_shown_is_kept_as_table_and_picture(page, edges):
    page.get_by_role("combobox", name="Gene").fill("$$")
    kept = saved(page, page.get_by_role("button", name="strongest edges, by pearson as TSV")).decode().splitlines()
    assert kept[0].split("\t") == ["regulator", "target", "known", "score", "sign"]
    assert [tuple(line.split("\t")[:2]) for line in kept[1:]] == rows(page)
    scores = edges.head(33).query("regulator == '$$' or target == '$$'").score
    assert [float(line.split("\t")[3]) for line in kept[1:]] == pytest.approx(scores.tolist(), rel=1e-5)
    picture = ET.fromstring(saved(page, page.get_by_role("button", name="Keep the network as SVG")))
    name = "{http://www.w3.org/2000/svg}"
    assert {text.text for text in picture.iter(f"{name}text")} == labels(page)
    assert len([*picture.iter(f"{name}path")]) == 33
    assert {path.get("fill") for path in picture.iter(f"{name}path")} == {"none"}
    png = saved(page, page.get_by_role("button", name="Keep the network as PNG"))
    assert png[:8] == b"\x89PNG\r\n\x1a\n" and len(png) > 10_000


def test_nothing_is_wider_than_the_window_by_day_and_by_night(page):
    for width in (1280, 768, 390):
        page.set_viewport_size({"width": width, "height": 800})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            light = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
            assert light == (scheme == "light")


def test_nothing_keeps_a_reader_out(browser, out):
    with browser.page(out / "report.html", width=390, color_scheme="dark") as page:
        page.get_by_label("Number of edges").fill("5")
        page.get_by_label("Number of edges").press("Enter")
        assert not hindrances(page)
    assert browser.quiet()


def test_without_scripts_the_figure_and_every_row_are_there(browser, out, edges):
    with browser.page(out / "report.html", java_script_enabled=False) as page:
        assert page.locator("noscript img").is_visible() and not page.locator("#network").is_visible()
        assert page.locator("#edges tbody tr:visible").count() == len(edges)

"""Figures in a real browser: kept as SVG and PNG from the page alone, scrolled by themselves on a narrow screen."""

import shutil

import pytest
from matplotlib import pyplot as plt

from regard.report.build import write_page
from regard.report.kept import kept
from regard.report.page import Figure, Folded, Section
from regard.report.vectors import MOST
from tests.browser import hindrances, needs_chromium, pixels, saved
from tests.report.pages import MADE, page_with

pytestmark = needs_chromium
NASTY = "<b>x</b>"
RED, GREEN = (255, 0, 0), (0, 128, 0)


def drawn(folder, stem, inches, colour) -> Figure:
    """A square of one colour on white, as studies draw: a tenth of the picture, left and above."""
    picture = plt.figure(figsize=(inches, 2))
    picture.add_axes((0, 0.5, 0.1, 0.5), facecolor=colour).set(xticks=[], yticks=[])
    return kept(picture, folder, stem, f"What {NASTY} shows.")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A page with a wide figure first, a narrow one folded away, one that is an SVG, and one without its SVG."""
    folder = tmp_path_factory.mktemp("figures")
    (folder / "figures").mkdir()
    wide, narrow = drawn(folder, "wide", 10, "red"), drawn(folder, "narrow", 3, "green")
    svg = (folder / narrow.file).read_bytes()
    parts = [
        Folded("More", [narrow]),
        Figure(svg, "one/itself.svg", "Itself."),
        Figure(wide.png, "figures/large.svg", "x"),
    ]
    write_page(page_with(sections=[Section("Figures", parts)], figure=wide), folder, MADE)
    return folder


@pytest.fixture
def alone(run, tmp_path):
    """The page, far from its figures."""
    return shutil.copy(run / "report.html", tmp_path / "copy.html")


def button(page, name, kind):
    return page.get_by_role("button", name=f"Keep the figure {name} as {kind}")


def test_every_figure_is_kept_from_the_page_alone(browser, run, alone):
    with browser.page(alone) as page:
        page.get_by_text("More").click()
        files = {"wide": "wide", "narrow": "narrow", "itself": "narrow"}
        for name, file in files.items():
            assert saved(page, button(page, name, "SVG")) == (run / f"figures/{file}.svg").read_bytes()
        for name, width, colour in (("wide", 960, RED), ("narrow", 288, GREEN), ("itself", 288, GREEN)):
            found = pixels(saved(page, button(page, name, "PNG")))
            assert found.shape[:2] == (2 * 192, 2 * width)  # twice the 96 pixels an inch
            assert tuple(found[96, width // 10, :3]) == colour
            assert (found[300, width, :3] == 255).all() and (found[..., 3] == 255).all()
        assert button(page, "large", "SVG").count() == 0  # which the page does not carry: its points, as they are
        assert pixels(saved(page, button(page, "large", "PNG"))).shape[:2] == (220, 1100)
        page.emulate_media(media="print")
        assert not page.locator("figcaption .tools").first.is_visible()
    assert browser.quiet()


def test_figures_are_kept_by_key(browser, alone):
    with browser.page(alone) as page:
        button(page, "wide", "SVG").focus()
        with page.expect_download() as waiting:
            page.keyboard.press("Enter")
        assert waiting.value.suggested_filename == "wide.svg"


@pytest.mark.parametrize(("width", "scrolls"), [(390, True), (820, False), (1400, False)])
def test_a_wide_figure_stays_readable_and_the_page_stands_still(browser, alone, width, scrolls):
    with browser.page(alone, width=width) as page:
        page.get_by_text("More").click()
        box = page.locator("figure", has=page.locator("img[alt*=What]")).first.locator(".picture")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert (box.get_attribute("tabindex") == "0") == scrolls
        shown = {
            name: page.locator(f"[data-file$='{name}.svg'] img").bounding_box()["width"] for name in ("wide", "narrow")
        }
        assert shown["wide"] >= 640 and shown["narrow"] == pytest.approx(min(330, box.bounding_box()["width"]), abs=1)
        assert page.get_by_role("region", name="The figure narrow").count() == 0
        if scrolls:
            assert page.get_by_role("region", name="The figure wide, wider than the screen").count() == 1
            box.focus()
            page.keyboard.press("ArrowRight")
            page.wait_for_timeout(300)
            assert box.evaluate("one => one.scrollLeft") > 0
            assert page.evaluate("scrollX") == 0
        assert not hindrances(page)
        page.set_viewport_size({"width": 1400, "height": 800})
        page.locator(".picture[tabindex]").first.wait_for(state="detached")  # no stop where all is in sight
    assert browser.quiet()


def test_a_page_carries_no_svg_that_would_make_it_large(tmp_path):
    (tmp_path / "figures").mkdir()
    figure = drawn(tmp_path, "wide", 10, "red")
    for words, carried in ((100, True), (MOST, False)):
        write_page(page_with(sections=[Section("Figures", ["x" * words, figure])]), tmp_path, MADE)
        assert ("data-svg=" in (tmp_path / "report.html").read_text()) == carried


def test_without_scripts_there_is_the_picture_and_no_button(browser, alone):
    with browser.page(alone, java_script_enabled=False, width=390) as page:
        assert page.locator("figure img").first.is_visible() and page.locator("figure button").count() == 0

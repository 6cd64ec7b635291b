"""How a map is read in a browser: what is said under the pointer is what Regard's own reductions make of the levels."""

import re

import numpy as np
import pytest
import xarray as xr
from scipy.stats import rankdata

from regard.reduce.operations import apc, symmetrise
from regard.report.build import write_page
from regard.report.maps import LOW, SCRIPTS, STEPS, STYLES, Shown, even_causal, in_blocks, maps_block
from regard.report.page import Section
from tests.browser import hindrances, needs_chromium, pixels, saved
from tests.report.pages import MADE, page_with
from tests.report.test_maps import head, point

pytestmark = needs_chromium
LENGTH, SIDE, HEADS = 40, 15, 3  # cells of two and of three residues
FULL = 2  # the head that is there in full


def levels_of(causal: bool) -> tuple[np.ndarray, np.ndarray]:
    """Levels of three heads in blocks, and of one in full."""
    raw = np.exp(np.random.default_rng(5).normal(scale=1.5, size=(HEADS, LENGTH, LENGTH)))
    raw[:, :, 7] *= 30  # a key that soaks up attention, as APC is there for
    if causal:
        raw = np.tril(raw)
    attention = raw / raw.sum(axis=-1, keepdims=True)
    even = even_causal(LENGTH) if causal else 1 / LENGTH
    return in_blocks(attention, even, SIDE), in_blocks(attention[FULL], even, LENGTH)


def times(levels: np.ndarray) -> np.ndarray:
    """What levels stand for, times even attention."""
    return np.where(levels == 0, np.nan, 2.0 ** ((levels - 1.0) / STEPS + LOW))


def reduced(cells: np.ndarray, *operations) -> np.ndarray:
    """Each position as its cell says, through reductions of Regard, (L, L)."""
    cell = np.arange(LENGTH) * len(cells) // LENGTH
    found = xr.DataArray(times(cells)[cell][:, cell], dims=("query", "key"))
    for operation in operations:
        found = operation(found)
    return found.transpose("query", "key").values


def page_of(folder, causal: bool):
    small, full = levels_of(causal)
    shown = [Shown("one", "", "A" * LENGTH, small, {FULL: full}), Shown("two", "", "A" * LENGTH, small[::-1])]
    block = maps_block(shown, 1, named={FULL: "in full"}, causal=causal, unit="residue")
    page = page_with(sections=[Section("Heads", [block])], scripts=SCRIPTS, styles=STYLES)
    write_page(page, folder, MADE)
    return folder / "report.html"


@pytest.fixture(scope="module")
def paths(tmp_path_factory):
    return {causal: page_of(tmp_path_factory.mktemp("readings"), causal) for causal in (True, False)}


@pytest.fixture
def opened(browser, paths, request):
    with browser.page(paths[request.param]) as page:
        page.locator("#maps-view").scroll_into_view_if_needed()
        page.locator("#maps-view canvas[tabindex]").first.wait_for()
        yield page
    assert browser.quiet()


both_ways = pytest.mark.parametrize("opened", [False], indirect=True)
causal = pytest.mark.parametrize("opened", [True], indirect=True)
CELLS = [(3, 30), (30, 3), (12, 12), (7, 39), (20, 7)]


def read(page, reading):
    page.locator("select[name=reading]").select_option(reading)


def said(text: str, pattern: str) -> list[float]:
    found = re.search(pattern, text)
    assert found, text
    return [float(one) for one in found.groups()]


def chosen(page, number: int, causal: bool) -> np.ndarray:
    """The levels of a head, which is chosen on the page."""
    small, full = levels_of(causal=causal)
    head(page, f"Layer 1, head {number + 1}").click()
    return full if number == FULL else small[number]


@both_ways
@pytest.mark.parametrize("number", [FULL, 0])
def test_both_directions_and_their_correction_are_those_of_the_reductions(opened, number):
    cells = chosen(opened, number, causal=False)
    mean, product = reduced(cells, symmetrise), reduced(cells, symmetrise, apc)
    assert (product < 0).any() and (product > 0).any()
    for query, key in CELLS:
        read(opened, "symmetrised")
        found = said(
            point(opened, query, key), r"both directions (?:at most )?([\d.e-]+), (?:at most )?([\d.e-]+) × even"
        )
        assert found == pytest.approx([mean[query, key] / LENGTH, mean[query, key]], rel=0.006)
        read(opened, "APC")
        found = said(point(opened, query, key), r"after APC ([\d.e-]+), ([\d.e-]+) × even")
        assert found == pytest.approx([product[query, key] / LENGTH, product[query, key]], rel=0.006)
        read(opened, "as it is")
        assert point(opened, query, key).endswith("× even.")


@causal
@pytest.mark.parametrize("number", [FULL, 1])
def test_ranks_are_among_the_cells_that_are_seen(opened, number):
    cells = chosen(opened, number, causal=True)
    read(opened, "rank within the map")
    seen = cells > 0
    ranks = np.full(cells.shape, np.nan)
    ranks[seen] = (rankdata(cells[seen]) - 0.5) / seen.sum()
    for query, key in CELLS:
        row, column = (position * len(cells) // LENGTH for position in (query, key))
        text = point(opened, query, key)
        if not seen[row, column]:
            assert text.endswith("not seen.")
            continue
        assert said(text, r"rank ([\d.e-]+) within the map") == pytest.approx([ranks[row, column]], rel=0.006)


@pytest.mark.parametrize(
    ("opened", "offered"),
    [(False, ["as it is", "symmetrised", "APC"]), (True, ["as it is", "rank within the map"])],
    indirect=["opened"],
)
def test_only_what_is_defined_is_offered_and_the_page_says_what_is_shown(opened, offered):
    select, about = opened.locator("select[name=reading]"), opened.locator("#maps-view .about")
    assert select.locator("option").all_inner_texts() == offered
    assert about.inner_text() == "" and "1/64 × even" in opened.locator("#maps-view .scale").inner_text()
    for reading in offered[1:]:
        read(opened, reading)
        assert "8-bit values" in about.inner_text() and not hindrances(opened)
        assert opened.locator("#maps-view .title").inner_text() == f"Layer 1, head 3: in full; {reading}"
    head(opened, "Layer 1, head 1").click()  # another head is read the same way
    assert opened.locator("#maps-view .title").inner_text() == f"Layer 1, head 1; {offered[-1]}"


@both_ways
def test_two_sequences_have_one_scale_of_differences(opened):
    small, _ = levels_of(causal=False)
    head(opened, "Layer 1, head 1").click()
    opened.get_by_label("Beside it").select_option("two")
    read(opened, "APC")
    cell = np.arange(LENGTH) * SIDE // LENGTH
    first = np.flatnonzero(np.diff(cell, prepend=-1))
    of_cells = [reduced(levels, symmetrise, apc)[first][:, first] for levels in (small[0], small[2])]
    most = max(np.percentile(np.abs(one), 99, method="lower") for one in of_cells)
    ends = opened.locator("#maps-view .scale").inner_text()
    assert said(ends, r"−([\d.]+) × even and less\s+([\d.]+) × even and more") == pytest.approx([most, most], rel=0.006)


@both_ways
def test_the_maps_shown_are_kept_on_one_white_sheet(opened):
    opened.get_by_label("Beside it").select_option("two")
    read(opened, "APC")
    width = opened.locator("#maps-view canvas[tabindex]").first.evaluate("one => one.clientWidth")
    kept = saved(opened, opened.get_by_role("button", name="Keep the maps shown as PNG"))
    sheet = pixels(kept)
    assert abs(sheet.shape[1] - 2 * (2 * width + 3 * 16)) <= 2
    assert (sheet[[0, -1], :, :3] == 255).all() and (sheet[..., 3] == 255).all()
    colours = {tuple(one) for one in sheet[..., :3].reshape(-1, 3)[::7]}
    assert any(r > g + 80 > b + 80 for r, g, b in colours)  # orange of the map is on it

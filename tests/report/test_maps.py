"""Maps in the page: what a byte stands for, how much room they take, and every control of the viewer in a browser."""

import base64
import re
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from regard.report.build import write_page
from regard.report.maps import (
    LOW,
    PRECISION,
    SCRIPTS,
    STEPS,
    STYLES,
    Shown,
    even_causal,
    finest,
    in_blocks,
    in_room,
    levels,
    maps_block,
    packed,
    pooled,
    side_for,
)
from regard.report.page import Section
from tests.browser import hindrances, needs_chromium
from tests.report.pages import MADE, page_with

NASTY = "</script><script>alert(1)</script><img/src=x onerror=alert(1)>"
LENGTHS, LAYERS, HEADS, SIDE, TSS = (64, 48), 2, 3, 16, 40
ALL = LAYERS * HEADS + LAYERS  # the number of the mean of all
values = st.floats(0, 1, width=32)


@given(arrays(np.float64, array_shapes(max_dims=2), elements=values), st.integers(1, 4000))
def test_a_level_gives_back_the_value_as_precisely_as_the_page_says(attention, length):
    found = levels(attention, 1 / length)
    least = 2.0**LOW / length
    back = least * 2 ** ((found - 1.0) / STEPS)
    above = attention > least * (1 + PRECISION)
    assert np.all(np.abs(back[above] / attention[above] - 1) <= PRECISION * 1.001)
    assert np.all(back[~above] <= least * (1 + 2 * PRECISION)) and found.min() >= 1
    assert levels(np.array([np.nan]), 1 / length)[0] == 0


@given(st.integers(1, 24), st.data())
def test_a_block_is_the_mean_of_what_is_seen_in_it(length, data):
    side = data.draw(st.integers(1, length))
    attention = data.draw(arrays(np.float64, (2, length, length), elements=values))
    attention[:, np.triu_indices(length, 1)[0], np.triu_indices(length, 1)[1]] = np.nan
    block = np.arange(length) * side // length
    found = pooled(attention, side)
    for row in range(side):
        for column in range(side):
            cells = attention[:, block == row][:, :, block == column].reshape(2, -1)
            seen = ~np.isnan(cells[0])
            expected = cells[:, seen].mean(axis=1) if seen.any() else [np.nan, np.nan]
            assert np.allclose(found[:, row, column], expected, equal_nan=True)


@given(arrays(np.uint8, array_shapes(min_dims=3, max_dims=3, max_side=20)))
def test_bytes_come_back_as_they_were(image):
    assert zlib.decompress(base64.b64decode(packed(image))) == image.tobytes()


@pytest.mark.parametrize(("maps", "length", "causal"), [(192, 300, True), (660, 1024, False), (16, 40, False)])
def test_maps_take_no_more_room_than_was_given_whatever_is_in_them(maps, length, causal):
    room = 400_000
    side = side_for(maps, length, room, causal=causal)
    image = np.random.default_rng(0).integers(1, 256, (maps, side, side), dtype=np.uint8)
    if causal:
        image[:, np.triu_indices(side, 1)[0], np.triu_indices(side, 1)[1]] = 0
    assert len(packed(image)) <= room
    assert side in (length, 96) or (side + 3) ** 2 * maps * 4 / 3 / (1 + causal) > room


def test_one_map_has_the_finest_cells_that_fit():
    attention = np.random.default_rng(0).dirichlet(np.ones(100), 100)
    sizes = {side: len(packed(in_blocks(attention, 0.01, side))) for side in (100, 50, 25)}
    for side, size in sizes.items():
        assert len(finest(attention, 0.01, size)) == side
    assert finest(attention, 0.01, sizes[25] - 1) is None


def test_maps_share_the_room_in_their_order():
    attention = np.random.default_rng(0).dirichlet(np.ones(100), (4, 100))
    room = int(len(packed(in_blocks(attention[0], 0.01, 100))) / 0.75) + 1
    found = in_room([(7 + k, one) for k, one in enumerate(attention)], 0.01, room, finer=25)
    assert next(iter(found)) == 7 and len(found[7]) == 100 and {len(one) for one in found.values()} == {100, 50}
    assert sum(len(packed(one)) for one in found.values()) <= room


def arrays_of_two():
    """Attention of two causal sequences, (heads, L, L)."""
    rng = np.random.default_rng(3)
    found = []
    for length in LENGTHS:
        raw = np.tril(np.exp(rng.normal(scale=2, size=(LAYERS * HEADS, length, length))))
        found.append(raw / raw.sum(axis=-1, keepdims=True))
    return found


@pytest.fixture(scope="module")
def attention():
    return arrays_of_two()


@pytest.fixture(scope="module")
def out(tmp_path_factory, attention):
    folder = tmp_path_factory.mktemp("maps")
    write(folder, attention)
    return folder


def write(folder, attention):
    shown = []
    for number, (one, name) in enumerate(zip(attention, [NASTY, "second"], strict=True)):
        length = one.shape[-1]
        even, rank = even_causal(length), np.arange(length)
        full = {head: in_blocks(each, even, length) for head, each in ((4, one[4]), (ALL, one.mean(axis=0)))}
        shown.append(
            Shown(
                name, f"about {NASTY}", ("ACGT" * length)[:length], in_blocks(one, even, SIDE), full,
                {f"track {NASTY}": np.where(rank == 2, np.nan, np.sin(rank))}, {f"mark {NASTY}": rank // 5 == 2},
                TSS if number == 0 else None,
            )
        )  # fmt: skip
    block = maps_block(
        shown, LAYERS, named={4: f"best at {NASTY}"}, causal=True, unit="base", layer="block", first=0, beside=True
    )
    page = page_with(sections=[Section("Maps", [block])], scripts=SCRIPTS, styles=STYLES)
    write_page(page, folder, MADE)


def test_two_pages_of_the_same_maps_are_the_same_bytes(out, attention, tmp_path):
    write(tmp_path, attention)
    assert (tmp_path / "report.html").read_bytes() == (out / "report.html").read_bytes()


@pytest.fixture
def page(browser, out):
    with browser.page(out / "report.html") as page:
        page.on("dialog", lambda asked: browser.problems.append(asked.message))
        page.locator("#maps-view").scroll_into_view_if_needed()
        page.locator("#maps-view canvas[tabindex]").first.wait_for()
        yield page
    assert browser.quiet()


def point(page, query, key, panel=0):
    """Put the pointer on a cell, and read what is said of it."""
    canvas = page.locator("#maps-view canvas[tabindex]").nth(panel)
    canvas.hover(position=place(page, canvas, query, key))
    return said(page, panel)


def place(page, canvas, query, key):
    left, right, top = page.evaluate("[MARGIN.left, MARGIN.right, MARGIN.top]")
    wide = canvas.evaluate("one => one.clientWidth") - left - right
    view = "document.getElementById('maps-view').view"
    (low, high), (above, below) = page.evaluate(f"[{view}.range, {view}.rows]")
    return {
        "x": left + (key + 0.5 - low) / (high - low) * wide,
        "y": top + (query + 0.5 - above) / (below - above) * wide,
    }


def said(page, panel=0):
    return page.locator("#maps-view output").nth(panel).inner_text()


def value(text):
    """Attention, and times even, as they are told."""
    found = re.search(r"attention (?:at most )?([\d.e-]+), (?:at most )?([\d.e-]+) × even", text)
    return float(found[1]), float(found[2])


def head(page, name):
    return page.locator("#maps-view .heads").get_by_role("button", name=name)


near = pytest.approx


@needs_chromium
@pytest.mark.parametrize(("query", "key"), [(60, 3), (33, 33), (12, 0), (63, 62), (1, 1)])
def test_what_is_said_of_a_cell_is_the_array(page, attention, query, key):
    text, letters = point(page, query, key), "ACGT"
    assert "A cell a pair of bases." in text
    for what, at in (("Query", query), ("key", key)):
        away = f"+{at - TSS}" if at >= TSS else f"−{TSS - at}"
        assert f"{what} base {letters[at % 4]}{at} (TSS {away})" in text
    expected = attention[0][4, query, key]
    least = 2.0**LOW / (query + 1)
    told, times = value(text)
    if expected > least:
        assert told == near(expected, rel=PRECISION + 0.006)
        assert times == near(expected * (query + 1), rel=PRECISION + 0.006)
    else:
        assert "at most" in text and told == near(least, rel=0.006)
    if query < LENGTHS[1]:  # the other sequence tells of the same places
        other, _ = value(said(page, 1))
        assert other == near(max(attention[1][4, query, key], least), rel=PRECISION + 0.006)
    else:
        assert "Query" not in said(page, 1)


@needs_chromium
def test_what_a_query_does_not_see_has_no_value(page):
    assert "not seen" in point(page, 10, 50)


@needs_chromium
def test_heads_and_their_means_are_chosen_and_say_how_fine_they_are(page, attention):
    title = page.locator("#maps-view .title")
    assert title.inner_text() == f"Block 2, head 2: best at {NASTY}"
    blocks, area = np.arange(64) * SIDE // 64, (slice(None), slice(40, 44), slice(8, 12))
    assert (blocks[40:44] == 10).all() and (blocks[8:12] == 2).all()
    block = attention[0][area].mean(axis=(1, 2))
    wanted = {
        "Block 1, head 3": block[2],
        "Block 1, mean of its heads": block[:3].mean(),
        "Block 2, mean of its heads": block[3:].mean(),
    }
    for name, expected in wanted.items():
        head(page, name).click()
        assert title.inner_text() == name and head(page, name).get_attribute("aria-pressed") == "true"
        text = point(page, 42, 9)
        assert "mean of about 4 × 4 bases" in text and "A40 to T43" in text and "A8 to T11" in text
        assert value(text)[0] == near(expected, rel=2 * PRECISION + 0.006)
    head(page, "Mean of all").click()
    text = point(page, 42, 9)
    assert "A cell a pair of bases." in text
    assert value(text)[0] == near(attention[0][:, 42, 9].mean(), rel=PRECISION + 0.006)


@needs_chromium
def test_heads_are_reached_by_keys(page):
    start = head(page, "Block 2, head 2")
    start.focus()
    moves = {"Left": "Block 2, head 1", "Up": "Block 1, head 1", "Right": "Block 1, head 2", "Down": "Block 2, head 2"}
    for way, name in [*moves.items(), ("Down", "Mean of all 6 heads")]:
        page.keyboard.press(f"Arrow{way}")
        pressed = page.locator("#maps-view [aria-pressed=true]")
        assert pressed.count() == 1 and pressed.get_attribute("aria-label").startswith(name)
        assert pressed.evaluate("one => one === document.activeElement && one.tabIndex === 0")
    assert page.locator("#maps-view .heads button[tabindex='0']").count() == 1


@needs_chromium
def test_cells_are_reached_by_keys(page):
    canvas = page.locator("#maps-view canvas[tabindex]").first
    canvas.focus()
    for key in (*["ArrowDown"] * 4, "ArrowRight", "ArrowUp"):  # the first begins at the corner
        page.keyboard.press(key)
    assert "Query base G2" in said(page) and "key base C1" in said(page)
    head(page, "Block 1, head 1").click()
    canvas.focus()
    page.keyboard.press("ArrowDown")
    assert "Query base A4 " in said(page) and "to T7" in said(page)


@needs_chromium
def test_a_stretch_that_is_dragged_is_shown_and_reset(page, attention):
    canvas = page.locator("#maps-view canvas[tabindex]").first
    start, end = (place(page, canvas, 40, key) for key in (20, 35))
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + start["x"], box["y"] + box["height"] - 12)  # among the marks, below the map
    page.mouse.down()
    page.mouse.move(box["x"] + end["x"], box["y"] + box["height"] - 12, steps=3)
    page.mouse.up()
    low, high = page.get_by_label("From"), page.get_by_label("to", exact=True)
    assert (low.input_value(), high.input_value()) == ("20", "35")
    assert [x.get_attribute("aria-label")[-16:] for x in page.locator("#maps-view canvas[tabindex]").all()] == [
        "position 20 to 35"[-16:]
    ] * 2
    expected = near(attention[0][4, 30, 22], rel=PRECISION + 0.006)
    assert value(point(page, 30, 22))[0] == expected
    page.get_by_label("queries too").uncheck()
    assert value(point(page, 60, 22))[0] == near(attention[0][4, 60, 22], rel=PRECISION + 0.006)
    page.get_by_role("button", name="Whole sequence").click()
    assert (low.input_value(), high.input_value()) == ("0", "63")
    for typed, shown in ((("50", "45"), ("50", "50")), (("", "900"), ("0", "63")), (("10", "12"), ("10", "12"))):
        for field, text in zip((low, high), typed, strict=True):
            field.fill(text)
        high.press("Enter")
        assert (low.input_value(), high.input_value()) == shown


@needs_chromium
def test_sequences_are_chosen_and_names_stay_names(page):
    titles = page.locator("#maps-view .panel p")
    assert titles.all_inner_texts() == [f"{NASTY}, about {NASTY}", f"second, about {NASTY}"]
    page.get_by_label("Beside it").select_option("nothing")
    assert titles.count() == 1
    page.locator("#maps-view select[name=one]").select_option("second")
    assert titles.all_inner_texts() == [f"second, about {NASTY}"]
    assert page.get_by_label("to", exact=True).input_value() == str(LENGTHS[1] - 1)
    page.get_by_label("Beside it").select_option("second")  # nothing stands beside itself
    assert titles.count() == 1
    assert page.locator("img").count() == 0 and page.locator("#maps-view script").count() == 0


@needs_chromium
def test_small_and_large_maps_have_the_colours_of_one_scale(page, attention):
    script = "one => [...one.getContext('2d').getImageData(0, 0, one.width, one.height).data]"
    small = head(page, "Block 1, head 1").locator("canvas")
    pixels = np.array(small.evaluate(script)).reshape(SIDE, SIDE, 4)[..., :3]
    image = in_blocks(attention[0][0], even_causal(64), SIDE)
    of_level = {}
    for level, colour in zip(image.ravel(), pixels.reshape(-1, 3).tolist(), strict=True):
        assert of_level.setdefault(int(level), colour) == colour
    assert of_level[0] == [221, 221, 221]
    seen = sorted(set(of_level) - {0})
    blue_to_orange = np.array([of_level[one][0] - of_level[one][2] for one in seen if 73 - 36 <= one <= 73 + 36])
    assert np.all(np.diff(blue_to_orange) >= -1) and blue_to_orange[0] < 0 < blue_to_orange[-1]


@needs_chromium
def test_nothing_is_wider_than_the_window_and_nothing_keeps_a_reader_out(page):
    for width in (1400, 800, 375):
        page.set_viewport_size({"width": width, "height": 800})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert not hindrances(page)


@needs_chromium
def test_without_scripts_and_on_paper_there_is_no_empty_viewer(browser, out, page):
    page.emulate_media(media="print")
    assert not page.locator("#maps-view .live").is_visible()
    with browser.page(out / "report.html", java_script_enabled=False) as bare:
        assert not bare.locator("#maps-view .live").is_visible()

"""The view in space in a real browser: it is drawn, turns, tells of residues, and leaves a picture where it can't."""

from types import SimpleNamespace

import numpy as np
import pytest

from regard.report.build import html
from regard.studies.protein.inputs import Protein
from regard.studies.protein.space import space_section
from regard.studies.protein.structures import with_structures
from tests.annotate.structures import backbone, write
from tests.browser import hindrances, needs_chromium, pixels, saved
from tests.report.pages import page_with

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A helix of sixteen residues whose score is their place, the fifth a site; a second protein is a part of it."""
    folder = tmp_path_factory.mktemp("space")
    (folder / "figures").mkdir()
    angle = np.radians(100) * np.arange(16)
    alpha = np.stack([2.3 * np.cos(angle), 2.3 * np.sin(angle), np.arange(16.0)], axis=1)
    pdb = write(folder / "x.pdb", backbone([("LYS", str(k + 101), xyz, None) for k, xyz in enumerate(alpha)]))
    named = {"a</script><b>": 16, "second": 12}
    proteins = [Protein(name, "K" * n, sites={"active site": np.arange(n) == 4}) for name, n in named.items()]
    placed, _ = with_structures(proteins, [pdb])
    readings = {
        p.id: SimpleNamespace(received=np.arange(len(p))[None] / 100, mean=np.ones((len(p), len(p)))) for p in placed
    }
    sections = space_section(SimpleNamespace(proteins=placed, readings=readings, gradients={}, contacts=None), folder)
    page = page_with(sections=sections, scripts=["3Dmol-min.js", "space.js"], styles=["space.css"])
    (folder / "page.html").write_text(html(page), encoding="utf-8")
    return folder / "page.html"


def view(page, ask):
    page.locator("#space select[name=score] option").first.wait_for(state="attached")
    return page.evaluate(f"(() => {{ const view = document.getElementById('space').view; return {ask}; }})()")


def turned(page):
    return np.array(view(page, "view.viewer.getView()")[4:])


def test_it_turns_comes_nearer_and_tells_by_key(browser, path):
    with browser.page(path, width=900) as page:
        page.locator("#space").scroll_into_view_if_needed()
        begin, near = turned(page), view(page, "view.viewer.getView()")[3]
        stage = page.get_by_role("application")
        assert stage.get_attribute("aria-label") == "a</script><b> in space, x A"
        stage.focus()
        page.keyboard.press("ArrowRight")
        # A turn of 10 degrees, whatever it began from.
        assert 2 * np.degrees(np.arccos(min(abs(turned(page) @ begin), 1))) == pytest.approx(10, abs=0.1)
        page.keyboard.press("+")
        assert view(page, "view.viewer.getView()")[3] > near
        page.keyboard.press("Home")
        assert np.allclose(turned(page), begin) and not page.locator("#space ~ figure").first.is_visible()
        for _ in range(5):
            page.keyboard.press("PageDown")
        told = page.locator("#space output").inner_text()
        assert told.startswith("K5, 105 in the structure, attention received 0.04") and "active site" in told
        assert page.get_by_label("Residue").input_value() == "4"
        assert not hindrances(page)
    assert browser.quiet()


def test_what_is_drawn_has_the_hand_of_the_file(browser, path):
    """Where the screen shows atoms, and, turned by a right angle about its upright axis, how near they were."""
    with browser.page(path, width=900) as page:
        page.locator("#space").scroll_into_view_if_needed()
        screen = "view.viewer.modelToScreen([...view.alpha.values()]).map((at) => [at.x, -at.y])"
        first = np.array(view(page, screen))
        view(page, "view.viewer.rotate(90, 'y') && 0")
        depth = np.array(view(page, screen))[:, 0]  # what was near is now on the right
        seen = np.column_stack([first, depth])
        a, b, c = (seen[k : k + 13] - seen[:13] for k in (1, 2, 3))
        assert (np.einsum("ij,ij->i", a, np.cross(b, c)) > 0).all()
    assert browser.quiet()


def test_choices_change_what_is_drawn(browser, path):
    with browser.page(path, width=380) as page:
        page.locator("#space").scroll_into_view_if_needed()
        count = "view.viewer.selectedAtoms({}).length"
        assert view(page, count) == 16 * 4
        page.get_by_label("Lines").select_option("contacts in the structure")
        pairs = view(page, "view.one.pairs[0].at.length")
        with_lines = view(page, "view.shapes")
        page.get_by_label("Lines").select_option("none")
        assert pairs == with_lines - view(page, "view.shapes") > 0
        page.get_by_label("Protein").select_option("second")
        assert view(page, count) == 12 * 4
        assert page.evaluate("document.documentElement.scrollWidth") <= 380
    assert browser.quiet()


def test_the_view_is_kept_as_it_is_seen(browser, path):
    with browser.page(path, width=900) as page:
        page.locator("#space").scroll_into_view_if_needed()
        turned(page)
        kept = [pixels(saved(page, page.get_by_role("button", name="Keep the view as PNG"))) for _ in range(2)]
        assert (kept[0] == kept[1]).all() and np.ptp(kept[0][..., :3]) > 100
        page.get_by_role("application").press("ArrowRight")
        assert (pixels(saved(page, page.get_by_role("button", name="Keep the view as PNG"))) != kept[0]).any()
    assert browser.quiet()


@pytest.mark.parametrize("lacking", ["scripts", "graphics"])
def test_without_scripts_or_graphics_there_is_the_picture(browser, path, lacking):
    with browser.page(path, java_script_enabled=lacking != "scripts") as page:
        if lacking == "graphics":
            page.context.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
            page.reload()
        picture = page.get_by_role("img", name="The backbone (Cα) of second")
        picture.scroll_into_view_if_needed()
        assert picture.is_visible() and not page.locator("#space .stage").is_visible()
    assert browser.quiet()

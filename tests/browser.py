"""Pages in a real browser, Debian's Chromium: what it complains of, asks for or cannot show fails the test."""

import contextlib
import io
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")


class Browser:
    """Opens pages; `problems` are complaints on the console, errors of scripts, and requests for anything else."""

    def __init__(self, chromium):
        self.chromium, self.problems = chromium, []

    @contextlib.contextmanager
    def page(self, path: Path | str, *, width: int = 1280, **options):
        """A page, open in a window of its own. path : a file, or the address of a server whose pages are all ours."""
        context = self.chromium.new_context(viewport={"width": width, "height": 900}, accept_downloads=True, **options)
        page, own = context.new_page(), path if isinstance(path, str) else path.absolute().as_uri()
        page.on("console", lambda said: self.problems.append(said.text) if is_complaint(said) else None)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("request", lambda asked: None if is_inside(asked.url, own) else self.problems.append(asked.url))
        page.set_default_timeout(10_000)
        try:
            page.goto(own)
            yield page
        finally:
            context.close()

    def quiet(self) -> bool:
        """Whether nothing was complained of since it was last asked."""
        problems, self.problems = self.problems, []
        assert not problems
        return True


def is_complaint(said) -> bool:
    """Errors and warnings, but for the graphics driver's own on how fast it is."""
    return said.type in ("error", "warning") and "GL Driver Message (OpenGL, Performance" not in said.text


def is_inside(url: str, own: str) -> bool:
    return url.split("#")[0] == own or (own.endswith("/") and url.startswith(own)) or url.startswith(("data:", "blob:"))


@contextlib.contextmanager
def browsing():
    """A browser, until its tests are done."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield Browser(chromium)
        chromium.close()


def hindrances(page) -> list[str]:
    """What axe finds that keeps a reader from a page, one who uses a keyboard or a screen reader say."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:100]}" for one in found for node in one["nodes"]]


def saved(page, button) -> bytes:
    """What a button lets the reader keep."""
    with page.expect_download() as waiting:
        button.click()
    return Path(waiting.value.path()).read_bytes()


def pixels(png: bytes) -> np.ndarray:
    """A picture as numbers, (height, width, 4): red, green, blue, and how far it covers what is below."""
    return np.array(Image.open(io.BytesIO(png)).convert("RGBA")).astype(int)

"""Property tests draw the same examples every time and are never timed."""

import os

import pytest
from hypothesis import settings

from tests.browser import browsing

os.environ.setdefault("MPLBACKEND", "Agg")  # no test opens a window

settings.register_profile("regard", max_examples=30, deadline=None, derandomize=True)
settings.load_profile("regard")


@pytest.fixture(scope="module")
def browser():
    """Chromium, for pages."""
    with browsing() as one:
        yield one

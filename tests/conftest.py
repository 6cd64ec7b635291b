"""Property tests draw the same examples every time and are never timed."""

import os

from hypothesis import settings

os.environ.setdefault("MPLBACKEND", "Agg")  # no test opens a window

settings.register_profile("regard", max_examples=30, deadline=None, derandomize=True)
settings.load_profile("regard")

"""Whole numbers as files and command lines write them."""

from __future__ import annotations

import re

WHOLE = re.compile(r"[0-9]{1,15}")  # no place on a chromosome has more digits; `int` takes ² and stops at 4,300


def whole(text: str) -> int | None:
    """A whole number from 0; None for any other text.

    >>> whole("12"), whole("1²"), whole("9" * 5000)
    (12, None, None)
    """
    return int(text) if WHOLE.fullmatch(text) else None


def quoted(text: str, letters: int = 40) -> str:
    """A field in quotation marks for an error, shortened.

    >>> quoted("9" * 5000, 6)
    "'999999…' (5,000 characters)"
    """
    return repr(text) if len(text) <= letters else f"{text[:letters] + '…'!r} ({len(text):,} characters)"

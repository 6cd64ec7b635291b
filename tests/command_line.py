"""The command line in this process, so that torch is imported once for many of them."""

import contextlib
import io
import sys
from typing import NamedTuple
from unittest import mock

from regard.cli import main


class Ended(NamedTuple):
    """How a command ended: exit code, and what it said."""

    code: int
    out: str
    error: str


def called(*arguments) -> Ended:
    """Run `regard` with these arguments."""
    out, error = io.StringIO(), io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["regard", *map(str, arguments)]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(error),
    ):
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = ended.code
    return Ended(code, out.getvalue(), error.getvalue())

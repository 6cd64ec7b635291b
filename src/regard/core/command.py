"""A command line as the list of its arguments: where it writes, and the same one for another folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def out_of(arguments: Sequence[str]) -> Path | None:
    """What was given to --out, if anything."""
    for argument, following in zip(arguments, [*arguments[1:], ""], strict=True):
        if argument == "--out" and following:
            return Path(following)
        if argument.startswith("--out=") and argument != "--out=":
            return Path(argument.removeprefix("--out="))
    return None


def elsewhere(arguments: Sequence[str], out: Path, force: bool) -> list[str]:
    """The same command line with another `--out`, and with `--force` or without.

    >>> elsewhere(["audit", "a.fa", "--out", "one", "--force"], Path("two"), False)
    ['audit', 'a.fa', '--out', 'two']
    """
    kept, skip = [], False
    for argument in arguments:
        if not (skip or argument in ("--out", "--force") or argument.startswith("--out=")):
            kept.append(argument)
        skip = argument == "--out"
    return [*kept, "--out", str(out), *(["--force"] if force else [])]

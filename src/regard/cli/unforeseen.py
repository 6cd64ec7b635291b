"""The last handler: what nobody foresaw becomes one line, and its details a log beside the output."""

from __future__ import annotations

import errno
import platform
import shlex
import sys
import tempfile
import traceback
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from regard.core.command import out_of
from regard.errors import reason

PACKAGES = ("regard", "numpy", "pandas", "torch", "transformers", "scikit-learn", "matplotlib", "zarr", "typer")
# What is wrong with a path itself, not with the disk or with us.
OF_A_PATH = (errno.ENAMETOOLONG, errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EACCES, errno.EPERM, errno.ELOOP)


def unforeseen(error: BaseException, command: str, arguments: list[str]) -> tuple[str, int]:
    """One line that names the command, its input files and a log with all details; and the exit code.

    Exit code 2 and no log where a path that was given cannot be used, which is no fault of ours.

    Parameters
    ----------
    error : what ended the run, of any kind.
    command : such as "enhancer rank"; `arguments`, of the whole command line after `regard`.
    """
    path = str(error.filename) if isinstance(error, OSError) and error.filename is not None else None
    if path and error.errno in OF_A_PATH and any(value and within(path, value) for value in values(arguments)):
        return f"{path}: cannot be used ({error.strerror})", 2
    files = [value for value in values(arguments) if is_file(value)]
    where = ", ".join([command, *dict.fromkeys(files)])
    what = in_words(error)
    log = write_log(error, arguments)
    return f"{where}: {what}{f'; details in {log}' if log else ''}", 1


def in_words(error: BaseException) -> str:
    """What happened, in words where it is common, else by the name of the error."""
    if isinstance(error, MemoryError):
        return "out of memory; give it less at a time, or more memory"
    if isinstance(error, RecursionError):
        return "something in it is nested too deeply to be read"
    if isinstance(error, OSError) and error.strerror:
        path = f" {error.filename}" if error.filename is not None else ""
        return f"the system refused{path} ({error.strerror})"
    if isinstance(error, BrokenExecutor):
        return "a process that it started was ended from outside, perhaps for want of memory"
    said = f" ({reason(error)})" if str(error) else ""
    return f"not foreseen, {type(error).__name__}{said}; please report it"


def values(arguments: list[str]) -> Iterator[str]:
    """What was given, options' values after = as well."""
    for argument in arguments:
        yield argument.partition("=")[2] if argument.startswith("--") and "=" in argument else argument


def within(path: str, given: str) -> bool:
    return Path(path).is_relative_to(Path(given))


def is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):
        return False


def write_log(error: BaseException, arguments: list[str]) -> Path | None:
    """Traceback, versions and command line, beside --out or in the temporary folder; None where neither can be."""
    out = out_of(arguments)
    text = "\n".join([
        shlex.join(["regard", *arguments]),
        f"python {sys.version.split()[0]} on {platform.platform()}",
        *(f"{name} {found}" for name in PACKAGES if (found := installed(name))),
        "",
        "".join(traceback.format_exception(error)),
    ])  # fmt: skip
    places = [out.with_name(f"{out.name}.error.log")] if out and out.name else []
    for path in [*places, None]:
        try:
            if path is None:
                with tempfile.NamedTemporaryFile(prefix="regard-", suffix=".error.log", delete=False) as file:
                    path = Path(file.name)
            path.write_text(text, encoding="utf-8", errors="backslashreplace")
            return path
        except OSError:
            continue
    return None


def installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None

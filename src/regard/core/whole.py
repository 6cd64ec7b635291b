"""A file that is there is whole: written beside its place, then renamed; and what is said where it cannot be."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

from regard.errors import InputError, RegardError

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def write_whole(path: Path, content: bytes | str, beside: str = ".new") -> None:
    """Write a file at once or not at all.

    Parameters
    ----------
    beside : the ending of its name until it is whole. What a killed process left under that name is overwritten.

    Raises
    ------
    RegardError
        The disk is full.
    InputError
        The place cannot be written to.
    """
    new = path.with_name(path.name + beside)
    try:
        with new.open("wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
        new.replace(path)
    except OSError as error:
        with suppress(OSError):
            new.unlink()
        raise unwritable(path, error) from None


def unwritable(path: Path, error: OSError) -> RegardError:
    """The one line for a place that cannot be written to: the disk's fault, or the choice of the place."""
    if error.errno in FULL:
        return RegardError(f"{path}: cannot be written to ({error.strerror}); make room, then run the same again")
    return InputError(f"{path}: cannot be written to ({error.strerror}); choose another place")


def check_place(out: Path) -> None:
    """Can a folder be written here? Nothing is made for it, so that it can be asked before any work.

    Raises
    ------
    InputError
        `out` is a file, lies below one, or may not be written to.
    """
    try:
        if out.is_symlink() and not out.exists():
            raise InputError(f"{out}: is a link to nothing; --out wants a folder")
        if out.exists() and not out.is_dir():
            raise InputError(f"{out}: is a file; --out wants a folder")
        above = out.absolute()
        while not above.exists():
            above = above.parent
    except OSError as error:
        raise unwritable(out, error) from None
    if not above.is_dir():
        raise InputError(f"{out}: cannot be written to ({above} is a file); choose another place")
    if not os.access(above, os.W_OK | os.X_OK):
        code = errno.EROFS if os.statvfs(above).f_flag & os.ST_RDONLY else errno.EACCES
        raise unwritable(out, OSError(code, os.strerror(code)))

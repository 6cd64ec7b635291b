"""A lock that dies with its process, and temporary folders that the next run takes away after a kill."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = "lock"
NO_LOCKS = {errno.ENOSYS, errno.ENOTSUP, errno.ENOLCK, errno.EBADF}  # the last: NFS, of a folder itself


def lock(folder: Path) -> int | None:
    """Make a folder and lock it until the file descriptor that is returned is closed, as the system does after a kill.

    None if another process has it. Processes that this one starts don't inherit the lock.
    """
    while True:
        folder.mkdir(exist_ok=True)
        try:
            descriptor = os.open(folder / NAME, os.O_RDWR | os.O_CREAT, 0o666)
        except FileNotFoundError:
            continue  # who had it took the folder away just now
        if not is_ours(descriptor, folder):
            os.close(descriptor)
            return None
        if is_at(descriptor, folder / NAME):
            return descriptor
        os.close(descriptor)


def is_ours(descriptor: int, path: Path) -> bool:
    """Lock an open file, if no other process has; said and true where the file system knows no locks."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise
        said = "its file system has no locks; see to it that only one process writes there at a time"
        print(f"note: {path.parent}: {said}", file=sys.stderr)
    return True


def is_at(descriptor: int, path: Path) -> bool:
    """Is the open file still the one of that name?"""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


@contextmanager
def scratch(name: str) -> Iterator[Path]:
    """A temporary folder, taken away at the end, or after a kill by the next run that wants one of that name."""
    for left in Path(tempfile.gettempdir()).glob(f"regard-{name}-*"):
        if (left / NAME).is_file() and not left.is_symlink():
            clear(left)
    folder = Path(tempfile.mkdtemp(prefix=f"regard-{name}-"))
    descriptor = lock(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if descriptor is not None:
            os.close(descriptor)


def clear(left: Path) -> None:
    """Remove a temporary folder whose process is dead; of another user's nothing can be told or removed."""
    try:
        descriptor = lock(left)
    except OSError:
        return
    if descriptor is not None:
        shutil.rmtree(left, ignore_errors=True)
        os.close(descriptor)

"""Files as bytes, gzipped or not, within limits: whatever lies there, a result or one line of error."""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from regard.data import limits
from regard.errors import InputError, reason

GZIP = b"\x1f\x8b"
UTF16 = (b"\xff\xfe", b"\xfe\xff")


class Bounded(io.RawIOBase):
    """Bytes of a file, counted as they pass.

    Parameters
    ----------
    source : where they come from; packed : size of the file where it is gzip, 0 otherwise.
    line : bytes that a line may have; None: bytes that are no text, without lines.
    most : bytes that may come in all; None: as many as there are.
    """

    def __init__(self, path: Path, source: BinaryIO, packed: int, line: int | None, most: int | None, expected: str):
        self.path, self.source, self.line, self.most, self.expected = path, source, line, most, expected
        self.packed = max(packed * limits.PACKED_RATIO, limits.PACKED_FREE) if packed else None
        self.most_lines = max(packed * limits.PACKED_LINES, limits.SHORT_LINES) if packed else None
        self.count = self.lines = self.since = 0  # bytes, ends of lines, bytes since the last of these

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        chunk = self.source.read(len(buffer))
        self.count += len(chunk)
        if self.packed is not None and self.count > self.packed:
            raise InputError(
                f"{self.path}: its gzip unpacks to more than {self.packed:,} bytes ({limits.PACKED_RATIO} times its "
                "size); unpack it yourself if that is meant"
            )
        if self.most is not None and self.count > self.most:
            raise InputError(f"{self.path}: more than {self.most:,} bytes, the most that is read of such a file")
        if self.line is not None:
            self.look(chunk, self.line)
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def look(self, chunk: bytes, line: int) -> None:
        """Raise InputError where this is no text, or none that anybody wrote."""
        if b"\0" in chunk:
            raise InputError(f"{self.path}: not a text file (a byte of 0 in it); expected {self.expected}")
        end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        self.since = len(chunk) - end - 1 if end >= 0 else self.since + len(chunk)
        if self.since > line:
            raise InputError(f"{self.path}: a line of more than {line:,} bytes; expected {self.expected}")
        self.lines += chunk.count(b"\n") or chunk.count(b"\r")
        if self.lines > limits.SHORT_LINES and self.count < limits.SHORTEST_LINE * self.lines:
            raise InputError(
                f"{self.path}: more than {limits.SHORT_LINES:,} lines of fewer than {limits.SHORTEST_LINE} bytes each; "
                f"expected {self.expected}"
            )
        if self.most_lines is not None and self.lines > self.most_lines:
            raise InputError(
                f"{self.path}: its gzip unpacks to more than {self.most_lines:,} lines ({limits.PACKED_LINES} out of a "
                "byte); unpack it yourself if that is meant"
            )


def check_file(path: Path, expected: str) -> None:
    """Raise InputError unless this is a file, and not a folder, a device or a name that no file can have."""
    try:
        mode = Path(path).stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(f"{path}: no such file; expected {expected}") from None
    except (OSError, ValueError) as error:  # names that are too long, that hold a 0
        raise InputError(f"{shortened(path)}: cannot be read ({getattr(error, 'strerror', error)})") from None
    if stat.S_ISDIR(mode):
        raise InputError(f"{path}: is a folder, not a file; expected {expected}")
    if stat.S_ISSOCK(mode) or stat.S_ISBLK(mode):
        raise InputError(f"{path}: is a device, not a file; expected {expected}")


def shortened(path: Path, letters: int = 120) -> str:
    text = repr(str(path))[1:-1]
    return text if len(text) <= letters else f"{text[: letters // 2]}…{text[-letters // 3 :]}"


@contextmanager
def opened(
    path: Path, expected: str, *, line: int | None = limits.LINE, most: int | None = None, unpack: bool = True
) -> Iterator[io.BufferedReader]:
    """The bytes of a file, unpacked where they are gzip (unless not `unpack`); see `Bounded` for the limits.

    Raises
    ------
    InputError
        While reading, too: damaged gzip, text that is not UTF-8, a limit that is passed.
    """
    check_file(path, expected)
    try:
        with path.open("rb") as raw:
            begin = raw.peek(2)[:2] if unpack else b""  # a pipe cannot be read twice
            if begin in UTF16 and line is not None:
                raise InputError(f"{path}: not a text file; expected {expected}, in UTF-8 (this may be UTF-16)")
            packed = os.fstat(raw.fileno()).st_size if begin == GZIP else 0
            source: Any = gzip.GzipFile(fileobj=raw) if begin == GZIP else raw
            yield io.BufferedReader(Bounded(path, source, packed, line, most, expected), 1 << 18)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"{path}: the gzip file is damaged or cut short ({error}); fetch or pack it again") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: not a text file (it is not UTF-8); expected {expected}") from None
    except PermissionError:
        raise InputError(f"{path}: may not be read; check its permissions") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({reason(error)})") from None


def content(path: Path, expected: str, *, text: bool = True, most: int = limits.WHOLE) -> bytes:
    """All bytes of a file, without a byte order mark where it is text."""
    with opened(path, expected, line=limits.LINE if text else None, most=most) as file:
        raw = file.read()
    return raw.removeprefix(b"\xef\xbb\xbf") if text else raw


def parsed(where: object, text: str, expected: str) -> Any:
    """What a text in JSON holds.

    Raises
    ------
    InputError
        `where` it is no JSON, or one of more than `limits.DEPTH` parentheses within each other.
    """
    if depth(text) > limits.DEPTH:
        raise InputError(f"{where}: JSON of more than {limits.DEPTH} levels; expected {expected}")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where}: not JSON ({reason(error)}); expected {expected}") from None


def depth(text: str) -> int:
    """The most parentheses that are open at once, those within strings left out; 0 where there are few of them."""
    if text.count("[") + text.count("{") <= limits.DEPTH:
        return 0
    bare = re.sub(r'"(?:[^"\\]+|\\.)*"?|[^\[\]{}"]+', "", text, flags=re.DOTALL)
    opens = np.isin(np.frombuffer(bare.encode("ascii", "ignore"), np.uint8), list(b"[{"))
    return int(np.cumsum(np.where(opens, 1, -1)).max(initial=0))

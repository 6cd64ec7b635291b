"""Files of others from their place, checked, one at a time."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

from regard.core.lock import is_at, is_ours
from regard.core.store import sha256
from regard.core.whole import unwritable
from regard.data.numbers import whole
from regard.errors import InputError, RegardError, reason
from regard.models.shelf.answers import check_content

LARGEST_JSON = 32 << 20  # bytes


@dataclass(frozen=True)
class Remote:
    """Files below one address, whose they are, and about how large all of them are together.

    sha256 : of each file, where it is known beforehand; a file with other bytes is refused.
    """

    summary: str
    licence: str
    address: str
    files: tuple[str, ...]
    megabytes: float = 0.0
    sha256: Mapping[str, str] = field(default_factory=dict)


def fetch(url: str, path: Path, advance: Callable[[int, int], None], pinned: str | None = None) -> None:
    """Fetch one file: beside its place first, then renamed; what a killed process left beside is begun anew.

    pinned : the SHA-256 that it must have; where None, what the server announces is held against what came.
    """
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = unfinished.open("ab")  # before anything is asked of others
        if not (is_ours(file.fileno(), unfinished) and is_at(file.fileno(), unfinished)):
            file.close()
            raise InputError(f"{path}: another process is fetching it now; wait for it")
    except OSError as error:
        raise unwritable(path, error) from None
    try:
        with file:
            file.truncate(0)
            with urllib.request.urlopen(url, timeout=30) as answer:
                total = length_of(answer)
                while part := answer.read(1 << 20):
                    file.write(part)
                    advance(file.tell(), total)
                if total and file.tell() != total:
                    raise RegardError(f"{url}: ended after {file.tell()} of {total} bytes; try again")
            file.flush()
            check_content(unfinished, path.name, url)
            announced, found = pinned or announced_sha256(url), sha256(unfinished)
            if announced and announced != found:
                by = "the catalogue has" if pinned else "the server announced"
                raise RegardError(f"{url}: SHA-256 is {found}, but {by} {announced}; try again")
            unfinished.replace(path)
    except urllib.error.HTTPError as error:
        raise RegardError(f"{url}: {error.code} {error.reason}; fetch it by hand into {path}") from None
    except UNREACHED as error:
        raise RegardError(f"{url}: cannot be reached ({why(error)}); fetch it elsewhere and put it at {path}") from None
    except OSError as error:
        raise unwritable(path, error) from None
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


UNREACHED = (urllib.error.URLError, TimeoutError, ConnectionError, HTTPException)  # the last: an answer that is no HTTP


def why(error: BaseException) -> str:
    return reason(getattr(error, "reason", None) or error)


def length_of(answer) -> int:
    """Bytes that a server announced; 0 where it did not, or not as a number."""
    return whole(answer.headers.get("Content-Length") or "0") or 0


class Stay(urllib.request.HTTPRedirectHandler):
    """Leave a redirection where it is, to read its headers."""

    def redirect_request(self, *_):
        return None


def announced_sha256(url: str) -> str | None:
    """The checksum that Hugging Face gives for a large file, in the header X-Linked-ETag before it redirects."""
    request = urllib.request.Request(url, method="HEAD")
    try:
        headers = urllib.request.build_opener(Stay).open(request, timeout=30).headers
    except urllib.error.HTTPError as redirection:
        headers = redirection.headers
    tag = (headers.get("X-Linked-ETag") or "").strip('"')
    return tag if re.fullmatch("[0-9a-f]{64}", tag) else None


def read_json(url: str) -> dict:
    """A small JSON object; raises InputError where there is none, RegardError where it cannot be reached."""
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            text = answer.read(LARGEST_JSON)
        found = json.loads(text)
    except urllib.error.HTTPError as error:
        kind = InputError if error.code in (401, 403, 404) else RegardError  # the others are the server's fault
        raise kind(f"{url}: {error.code} {error.reason}") from None
    except UNREACHED as error:
        raise RegardError(f"{url}: cannot be reached ({why(error)})") from None
    except (ValueError, RecursionError):
        raise RegardError(f"{url}: the answer is no JSON") from None
    if not isinstance(found, dict):
        raise RegardError(f"{url}: the answer is no JSON object")
    return found

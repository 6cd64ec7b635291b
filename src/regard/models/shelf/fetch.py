"""Files of others from their place, checked, one at a time."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from regard.core.lock import is_at, is_ours
from regard.core.store import sha256
from regard.core.whole import unwritable
from regard.errors import InputError, RegardError


@dataclass(frozen=True)
class Remote:
    """Files below one address, whose they are, and about how large all of them are together."""

    summary: str
    licence: str
    address: str
    files: tuple[str, ...]
    megabytes: float = 0.0


def fetch(url: str, path: Path, advance: Callable[[int, int], None]) -> None:
    """Fetch one file: beside its place first, then renamed; what a killed process left beside is begun anew."""
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
                total = int(answer.headers.get("Content-Length") or 0)
                while part := answer.read(1 << 20):
                    file.write(part)
                    advance(file.tell(), total)
                if total and file.tell() != total:
                    raise RegardError(f"{url}: ended after {file.tell()} of {total} bytes; try again")
            file.flush()
            announced, found = announced_sha256(url), sha256(unfinished)
            if announced and announced != found:
                raise RegardError(f"{url}: SHA-256 is {found}, but the server announced {announced}; try again")
            unfinished.replace(path)
    except urllib.error.HTTPError as error:
        raise RegardError(f"{url}: {error.code} {error.reason}; fetch it by hand into {path}") from None
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        reason = getattr(error, "reason", error)
        raise RegardError(f"{url}: cannot be reached ({reason}); fetch it elsewhere and put it at {path}") from None
    except OSError as error:
        raise unwritable(path, error) from None
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


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
            found = json.loads(answer.read())
    except urllib.error.HTTPError as error:
        raise InputError(f"{url}: {error.code} {error.reason}") from None
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        raise RegardError(f"{url}: cannot be reached ({getattr(error, 'reason', error)})") from None
    except ValueError:
        raise RegardError(f"{url}: the answer is no JSON") from None
    if not isinstance(found, dict):
        raise RegardError(f"{url}: the answer is no JSON object")
    return found

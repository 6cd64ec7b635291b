"""A folder of pages, served to the browsers of this machine alone."""

from __future__ import annotations

import mimetypes
import os
import sys
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from regard.errors import InputError, RegardError

HERE = "127.0.0.1"
TYPES = {".tsv": "text/tab-separated-values", ".md": "text/markdown", ".svg": "image/svg+xml"}
PAGES = ("report.html", "index.html")


class Server(ThreadingHTTPServer):
    """Serves the files of `folder` by GET; `home` makes the page of the folder itself where it has none."""

    daemon_threads = True

    def __init__(self, folder: Path, port: int, home: Callable[[], str] | None = None):
        self.folder, self.home = folder.resolve(), home
        try:
            super().__init__((HERE, port), Answer)
        except OSError as error:
            raise InputError(
                f"--port {port}: cannot be had ({error.strerror}); choose another, or leave it out"
            ) from None

    @property
    def address(self) -> str:
        return f"http://{HERE}:{self.server_port}/"

    def handle_error(self, request, client_address) -> None:
        """A browser that left is no error of ours."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Answer(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        if self.headers.get("Host") not in (f"{name}:{self.server.server_port}" for name in (HERE, "localhost")):
            # A page from elsewhere whose name was made to lead here.
            return self.send_error(HTTPStatus.FORBIDDEN, "asked for by another name")
        asked = urlsplit(self.path).path
        path = inside(self.server.folder, asked)
        if path and path.is_dir() and not asked.endswith("/"):
            return self.moved(quote(unquote(asked).lstrip("/")))
        page = page_of(self.server.folder, path) if path and path.is_dir() else path
        if asked == "/favicon.ico" and page is None:  # every browser asks for it
            return self.give(b"", "image/x-icon")
        try:
            if page is None and path == self.server.folder and self.server.home:
                return self.give(self.server.home().encode(), "text/html")
        except RegardError as error:  # what lay there when this began is gone
            return self.send_error(HTTPStatus.NOT_FOUND, quote(str(error), safe=" :/;"))
        if page is None or not page.is_file():
            return self.send_error(HTTPStatus.NOT_FOUND, "not in this folder")
        kind = TYPES.get(page.suffix) or mimetypes.guess_type(page.name)[0] or "application/octet-stream"
        try:
            return self.give(page.read_bytes(), kind)
        except OSError:
            return self.send_error(HTTPStatus.NOT_FOUND, "cannot be read")

    def moved(self, place: str) -> None:
        self.send_response(HTTPStatus.MOVED_PERMANENTLY)
        self.send_header("Location", f"/{place}/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def give(self, content: bytes, kind: str) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        if kind == TYPES[".svg"]:
            self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args) -> None:
        """Say nothing: the address is all that a user needs to see."""


def inside(folder: Path, asked: str) -> Path | None:
    """The file or folder that a path of an address means; None outside of `folder`, links followed, or hidden in it."""
    parts = [part for part in unquote(asked).split("/") if part]
    if any(part.startswith(".") or "\0" in part or os.sep in part for part in parts):
        return None
    try:
        path = folder.joinpath(*parts).resolve()
        return path if path.is_relative_to(folder) and path.exists() else None
    except (OSError, RuntimeError):  # the latter of a link that leads to itself
        return None


def page_of(folder: Path, path: Path) -> Path | None:
    """The page of a folder; never a list of what lies in it."""
    names = (f"/{path.relative_to(folder).as_posix()}/{name}" for name in PAGES)
    return next(filter(None, (inside(folder, quote(name.replace("/./", "/"))) for name in names)), None)

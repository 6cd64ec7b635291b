"""The server of `regard view`: files of one folder, to this machine, by GET, and nothing else."""

import http.client
import socket
import threading
from contextlib import contextmanager

import pytest

from regard.errors import InputError
from regard.report.serve import Server
from tests.browser import browsing, needs_chromium

OUTSIDE = ["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/link.txt", "/out/secret.txt", "//etc/passwd"]
REFUSED = [
    *OUTSIDE,
    *(
        "/figures/../../secret.txt",
        "/\\..\\secret.txt",
        "/.unfinished/run",
        "/figures/",
        "/gone.html",
        "/%00",
        "/sub/loop",
    ),
]


@pytest.fixture
def folder(tmp_path):
    """A run's folder with a link out of it, one in it, and something that is still being written."""
    run = tmp_path / "run"
    for name in ("figures", "sub", ".unfinished"):
        (run / name).mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("secret")
    (run / ".unfinished" / "run").write_text("secret")
    (run / "link.txt").symlink_to(tmp_path / "secret.txt")
    (run / "out").symlink_to(tmp_path)
    (run / "sub" / "loop").symlink_to(run / "sub" / "loop")
    (run / "same.tsv").symlink_to(run / "a b.tsv")
    (run / "a b.tsv").write_text("x\ty\nµ\t1\n")
    (run / "report.html").write_text("<!doctype html><title>page</title><a href='sub/'>sub</a>")
    (run / "sub" / "report.html").write_text("<!doctype html><title>sub</title><img src='../figures/a.svg' alt=''>")
    (run / "figures" / "a.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    return run


@contextmanager
def served(folder, home=None):
    with Server(folder, 0, home) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def answer(server, path, method="GET", **headers):
    """Status, headers and body of one request, its path as it stands."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    connection.putrequest(method, path, skip_host="Host" in headers)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    with connection.getresponse() as said:
        return said.status, said.headers, said.read()


def test_files_of_the_folder_are_given(folder):
    with served(folder) as server:
        for path in ("/", "/report.html", "/?a=b"):
            status, headers, body = answer(server, path)
            assert (status, body) == (200, (folder / "report.html").read_bytes())
            assert headers["Content-Type"] == "text/html; charset=utf-8" and headers["Cache-Control"] == "no-store"
        for path in ("/a%20b.tsv", "/same.tsv"):
            status, headers, body = answer(server, path)
            assert (status, body.decode()) == (200, "x\ty\nµ\t1\n")
            assert headers["Content-Type"] == "text/tab-separated-values; charset=utf-8"
        status, headers, _ = answer(server, "/figures/a.svg")
        assert (status, headers["Content-Type"]) == (200, "image/svg+xml")
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        status, headers, _ = answer(server, "/sub")
        assert (status, headers["Location"]) == (301, "/sub/")


@pytest.mark.parametrize("path", REFUSED)
def test_nothing_outside_and_no_list(folder, path):
    with served(folder) as server:
        status, _, body = answer(server, path)
    assert status == 404 and b"secret" not in body.replace(b"secret.txt", b"")


def test_a_redirect_never_leaves(folder):
    (folder / "evil.example").mkdir()
    with served(folder) as server:
        status, headers, _ = answer(server, "//evil.example")
        assert (status, headers["Location"]) == (301, "/evil.example/")


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
def test_get_alone(folder, method):
    with served(folder) as server:
        assert answer(server, "/", method)[0] == 501


def test_by_its_own_name_alone(folder):
    """A page whose name is made to lead here asks by that name."""
    with served(folder) as server:
        assert answer(server, "/", Host="evil.example")[0] == 403
        assert answer(server, "/", Host=f"localhost:{server.server_port}")[0] == 200


def test_this_machine_alone(folder):
    with served(folder) as server:
        assert server.server_address[0] == "127.0.0.1"
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", server.server_port), timeout=5)


def test_a_port_that_is_taken_is_one_line(folder):
    with served(folder) as server, pytest.raises(InputError, match=f"--port {server.server_port}: cannot be had"):
        Server(folder, server.server_port)


def test_a_folder_without_a_page_has_the_one_that_is_made_for_it(folder):
    (folder / "report.html").unlink()
    with served(folder, lambda: "made") as server:
        assert answer(server, "/")[2] == b"made"
        assert answer(server, "/figures/")[0] == 404
    with served(folder) as server:
        assert answer(server, "/")[0] == 404


def test_runs_that_went_away_are_no_traceback(folder, capfd):
    def gone():
        raise InputError("ä: no run lies there\r\nX: y")

    (folder / "report.html").unlink()
    with served(folder, gone) as server:
        status, headers, _ = answer(server, "/")
    assert (status, headers["X"]) == (404, None)
    assert capfd.readouterr().err == ""


@needs_chromium
def test_a_browser_finds_its_way(folder):
    with served(folder) as server, browsing() as browser, browser.page(server.address) as page:
        page.get_by_role("link").click()
        assert page.title() == "sub"
        assert page.evaluate("document.images[0].naturalWidth") == 9
        assert browser.quiet()

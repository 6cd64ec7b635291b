"""Weights fetched by name, from a real server on this machine."""

import hashlib
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from regard.errors import InputError, RegardError
from regard.models.shelf import catalogue
from regard.models.shelf.catalogue import CATALOGUE, Remote, get, place

ZIP = b"PK\x03\x04"  # as a file of PyTorch begins


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def send_header(self, keyword, value):
        short = self.path.endswith("short.bin") and keyword == "Content-Length"
        super().send_header(keyword, str(int(value) + 5) if short else value)


@pytest.fixture
def served(tmp_path, monkeypatch):
    folder = tmp_path / "remote"
    folder.mkdir()
    for name in ("one.bin", "two.bin", "short.bin"):
        (folder / name).write_bytes(ZIP + name.encode() * 1000)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    for name, files in {
        "lone": ("one.bin",),
        "pair": ("one.bin", "two.bin"),
        "cut": ("short.bin",),
        "gone": ("one.bin", "none.bin"),
    }.items():
        monkeypatch.setitem(CATALOGUE, name, Remote(name, "MIT", address, files))
    monkeypatch.setenv("REGARD_MODELS", str(tmp_path / "models"))
    yield server
    server.shutdown()
    server.server_close()


def test_a_lone_file_and_a_folder_of_files_arrive_whole(served, tmp_path):
    seen = []
    (path,) = get("lone", lambda *told: seen.append(told))
    assert path == place("lone") == tmp_path / "models" / "one.bin"
    assert path.read_bytes() == ZIP + b"one.bin" * 1000
    assert seen[-1] == ("one.bin", 7004, 7004)
    found = get("pair")
    assert {p.relative_to(tmp_path / "models").as_posix() for p in found} == {"pair/one.bin", "pair/two.bin"}
    assert found[place("pair") / "two.bin"] == hashlib.sha256(ZIP + b"two.bin" * 1000).hexdigest()


def test_what_is_there_is_not_fetched_again(served):
    get("lone")
    place("lone").write_bytes(b"mine")
    get("lone")
    assert place("lone").read_bytes() == b"mine"


@pytest.mark.parametrize(("name", "says"), [("cut", "9004 of 9009"), ("gone", "404.*by hand")])
def test_a_failed_fetch_is_one_line_and_leaves_nothing_half_written(served, tmp_path, name, says):
    with pytest.raises(RegardError, match=says) as caught:
        get(name)
    assert "\n" not in str(caught.value)
    assert not list((tmp_path / "models").rglob("*.unfinished"))
    assert not list((tmp_path / "models").rglob("short.bin"))


def test_no_server_and_no_such_name(served, monkeypatch):
    served.shutdown()
    served.server_close()
    with pytest.raises(RegardError, match="cannot be reached"):
        get("lone")
    with pytest.raises(InputError, match=r"'esm3'.*puffin"):
        get("esm3")


def test_every_entry_says_whose_it_is_and_comes_over_https():
    for remote in catalogue.CATALOGUE.values():
        assert remote.licence
        assert remote.address.startswith("https://")

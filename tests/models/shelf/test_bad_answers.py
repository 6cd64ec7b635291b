"""Servers that do not give what they should: each ends in one line, and nothing of it stays."""

import json
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from regard.errors import InputError, RegardError
from regard.models.shelf import catalogue
from regard.models.shelf.catalogue import CATALOGUE, Remote, get, remote_of
from regard.models.shelf.hugging_face import describe

TABLE = json.dumps({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}).encode()
WEIGHTS = struct.pack("<Q", len(TABLE)) + TABLE + bytes(8)
PAGE = b"<!DOCTYPE html><html>Sign in</html>"
HERE = {"siblings": [{"rfilename": "config.json"}, {"rfilename": "model.safetensors"}], "sha": "a" * 40}
SHARDED = {"siblings": [{"rfilename": name} for name in ("config.json", "model.safetensors.index.json")]}
SHARDED["siblings"].append({"rfilename": "model-00001-of-00002.safetensors"})
INDEX = {"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}
# What is answered at an address: bytes; a status; or a function of the request.
ANSWERS = {
    "/whole/w.safetensors": WEIGHTS,
    "/page/w.safetensors": PAGE,
    "/short/w.safetensors": WEIGHTS[:-3],
    "/text/w.safetensors": b"Not found, sorry",
    "/nothing/w.safetensors": b"",
    "/lying/w.safetensors": struct.pack("<Q", 1 << 62) + b"{}",
    "/page/w.ckpt": b"\n " + PAGE,
    "/text/w.ckpt": b"version https://git-lfs.github.com/spec/v1\n",
    "/page/config.json": PAGE,
    "/gone/w.ckpt": 404,
    "/broken/w.ckpt": 503,
    "/loop/w.ckpt": lambda r: redirect(r, "/loop/w.ckpt"),
    "/elsewhere/w.ckpt": lambda r: redirect(r, "file:///etc/passwd"),
    "/no-http/w.ckpt": lambda r: r.wfile.write(b"hello\r\n\r\n"),
    "/hangs-up/w.ckpt": lambda r: r.connection.close(),
    "/bad-length/w.safetensors": lambda r: answer(r, WEIGHTS, "many"),
    "/cut/w.safetensors": lambda r: answer(r, WEIGHTS[:-3], str(len(WEIGHTS))),
    "/api/models/some/page": PAGE,
    "/api/models/some/list": b"[1]",
    "/api/models/some/deep": b"[" * 100_000,
    "/api/models/some/odd": b'{"siblings": [1, null, {"rfilename": 3}], "tags": null}',
    "/api/models/some/broken": 500,
    "/api/models/some/login": 401,
    "/api/models/some/half": json.dumps(SHARDED).encode(),
    "/some/half/resolve/main/model.safetensors.index.json": json.dumps(INDEX).encode(),
    "/api/models/some/unlisted": json.dumps(SHARDED).encode(),
    "/some/unlisted/resolve/main/model.safetensors.index.json": b"{}",
    "/api/models/some/pinned": json.dumps(HERE).encode(),
    f"/some/pinned/resolve/{'a' * 40}/config.json": b"{}",
    f"/some/pinned/resolve/{'a' * 40}/model.safetensors": WEIGHTS,
}


def answer(request, content, length=None):
    request.send_response(200)
    request.send_header("Content-Length", length or str(len(content)))
    request.end_headers()
    request.wfile.write(content)


def redirect(request, place):
    request.send_response(302)
    request.send_header("Location", place)
    request.end_headers()


class Hostile(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        told = ANSWERS.get(self.path, 404)
        if isinstance(told, int):
            self.send_error(told)
        elif callable(told):
            told(self)
        else:
            answer(self, told)


@pytest.fixture(scope="module")
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hostile)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def site(server, tmp_path, monkeypatch):
    monkeypatch.setenv("REGARD_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("HF_ENDPOINT", server)
    describe.cache_clear()
    return server


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("page/w.safetensors", "a web page came in its place"),
        ("short/w.safetensors", r"bytes came, but its table of contents speaks of"),
        ("text/w.safetensors", "no safetensors file"),
        ("nothing/w.safetensors", "nothing came"),
        ("lying/w.safetensors", "no safetensors file"),
        ("page/w.ckpt", "a web page came in its place"),
        ("text/w.ckpt", "no PyTorch file"),
        ("page/config.json", "a web page came in its place"),
        ("gone/w.ckpt", "404"),
        ("broken/w.ckpt", "503"),
        ("loop/w.ckpt", "302 .*redirect"),
        ("elsewhere/w.ckpt", "302 .*file:///etc/passwd"),
        ("no-http/w.ckpt", "cannot be reached"),
        ("hangs-up/w.ckpt", "cannot be reached"),
        ("cut/w.safetensors", "ended after"),
    ],
)
def test_what_is_no_such_file_is_one_line_and_does_not_stay(site, tmp_path, monkeypatch, address, says):
    folder, _, file = address.partition("/")
    monkeypatch.setitem(CATALOGUE, "bad", Remote("bad", "MIT", f"{site}/{folder}", (file,)))
    with pytest.raises(RegardError, match=says) as caught:
        get("bad")
    assert "\n" not in str(caught.value) and site in str(caught.value)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("folder", ["whole", "bad-length"])
def test_a_whole_file_is_kept_also_where_its_length_is_not_told(site, monkeypatch, folder):
    monkeypatch.setitem(CATALOGUE, "good", Remote("good", "MIT", f"{site}/{folder}", ("w.safetensors",)))
    (path,) = get("good")
    assert path.read_bytes() == WEIGHTS


def test_other_bytes_than_the_catalogue_knows_are_refused(site, tmp_path, monkeypatch):
    pins = {"w.safetensors": "0" * 64}
    monkeypatch.setitem(CATALOGUE, "pinned", Remote("x", "MIT", f"{site}/whole", ("w.safetensors",), sha256=pins))
    with pytest.raises(RegardError, match="the catalogue has 0000"):
        get("pinned")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("name", "says", "kind"),
    [
        ("some/page", "no JSON", RegardError),
        ("some/list", "no JSON object", RegardError),
        ("some/deep", "no JSON", RegardError),
        ("some/odd", "no config.json", InputError),
        ("some/broken", "500", RegardError),
        ("some/login", "open to all", InputError),
        ("some/half", "model-00002-of-00002.safetensors, of 2 files of weights, is not there", InputError),
        ("some/unlisted", "the list of its weights is not there", InputError),
    ],
)
def test_a_hub_that_answers_badly_is_one_line(site, tmp_path, name, says, kind):
    with pytest.raises(RegardError, match=says) as caught:
        get(name)
    assert type(caught.value) is kind
    assert "\n" not in str(caught.value) and name in str(caught.value)
    assert not (tmp_path / "models").exists()


def test_all_files_of_a_model_are_of_one_revision(site):
    assert {path.name for path in get("some/pinned")} == {"config.json", "model.safetensors"}


def test_another_hub_is_asked_for_every_name(site):
    hub = {name for name, remote in catalogue.CATALOGUE.items() if "huggingface.co" in remote.address}
    assert {"enformer", "tabpfn-v2", "esm2_t6_8M_UR50D"} <= hub
    assert all(remote_of(name).address.startswith(site + "/") for name in hub)


@pytest.mark.parametrize("address", ["hub", "ftp://x", "http://[", "https://x y", "javascript:1"])
def test_an_address_that_is_none_is_said(monkeypatch, address):
    monkeypatch.setenv("HF_ENDPOINT", address)
    with pytest.raises(InputError, match=r"HF_ENDPOINT .*expected an address"):
        get("some/model")

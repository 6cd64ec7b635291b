"""What the server announces of a file is held against what came; names that people use are understood."""

import hashlib
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from regard.errors import InputError, RegardError
from regard.models.shelf.catalogue import CATALOGUE, Remote, canonical, get, is_complete, place
from regard.models.shelf.shipped import PACKAGED, packaged_size

CONTENT = b"PK\x03\x04" + b"weights" * 1000


class HuggingFace(SimpleHTTPRequestHandler):
    """Redirects to where the bytes are, and says their SHA-256 on the way, as huggingface.co does."""

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self.redirect()

    def do_GET(self):
        if self.path.startswith("/store/"):
            super().do_GET()
        else:
            self.redirect()

    def redirect(self):
        digest = hashlib.sha256(CONTENT if "good" in self.path else b"other").hexdigest()
        self.send_response(302)
        self.send_header("Location", "/store" + self.path)
        self.send_header("X-Linked-ETag", f'"{digest}"')
        self.end_headers()


@pytest.fixture
def served(tmp_path, monkeypatch):
    store = tmp_path / "remote" / "store"
    store.mkdir(parents=True)
    for name in ("good.bin", "bad.bin"):
        (store / name).write_bytes(CONTENT)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(HuggingFace, directory=str(tmp_path / "remote")))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for name in ("good", "bad"):
        address = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setitem(CATALOGUE, name, Remote(name, "MIT", address, (f"{name}.bin",)))
    monkeypatch.setenv("REGARD_MODELS", str(tmp_path / "models"))
    yield
    server.shutdown()
    server.server_close()


def test_bytes_that_are_as_announced_are_kept(served):
    assert not is_complete("good")
    assert get("good") == {place("good"): hashlib.sha256(CONTENT).hexdigest()}
    assert is_complete("good")


def test_other_bytes_are_refused_and_thrown_away(served, tmp_path):
    with pytest.raises(RegardError, match="the server announced"):
        get("bad")
    assert not list((tmp_path / "models").iterdir())


def test_names():
    assert canonical("facebook/esm2_t6_8M_UR50D") == canonical("esm2_t6_8M_UR50D") == "esm2_t6_8M_UR50D"
    assert canonical("esm9") is None
    with pytest.raises(InputError, match=r"comes with its package: pip install 'regard\[antibody\]'"):
        get("antiberty")


def test_antiberty_is_listed_with_the_size_of_its_weights():
    pytest.importorskip("antiberty", reason="extra antibody")
    (model,) = PACKAGED
    assert model.licence == "MIT" and 100 < packaged_size(model) < 110

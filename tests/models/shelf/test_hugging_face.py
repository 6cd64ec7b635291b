"""Models of Hugging Face by name: a real server, and a folder by file://, that answer as huggingface.co does."""

import json
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from typer.testing import CliRunner

from regard.cli.models import models
from regard.errors import InputError, RegardError
from regard.models.protein.model import load_protein
from regard.models.shelf.catalogue import get, place, present
from regard.models.shelf.hugging_face import describe, is_name
from tests.models.protein_folder import write_esm2

NAME = "somebody/tiny_esm2"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """A tiny ESM2 and three broken models, as files that both a server and file:// can give."""
    root = tmp_path / "hub"
    folder = write_esm2(root / NAME / "resolve" / "main", layers=2, heads=2)
    (folder / "modeling_own.py").write_text("raise SystemExit")
    files = {NAME: sorted(p.name for p in folder.iterdir()), "somebody/empty": ["README.md"], "somebody/half": []}
    files["somebody/half"] = ["config.json", "model-00001-of-00002.safetensors"]
    for name, there in files.items():
        at = root / "api" / "models" / name
        at.parent.mkdir(parents=True, exist_ok=True)
        told = {"siblings": [{"rfilename": one} for one in there], "tags": ["esm", "license:mit"]}
        at.write_text(json.dumps(told))
    monkeypatch.setenv("REGARD_MODELS", str(tmp_path / "models"))
    describe.cache_clear()
    return root


@pytest.fixture
def served(hub, monkeypatch):
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(hub)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    yield server
    server.shutdown()
    server.server_close()


def test_a_model_is_fetched_by_name_listed_and_read(served, tmp_path):
    with pytest.raises(InputError, match=f"run `regard models get {NAME}`"):
        load_protein(NAME)
    seen = []
    found = get(NAME, lambda *told: seen.append(told))
    assert {p.name for p in found} >= {"config.json", "model.safetensors", "vocab.txt"}
    assert all(p.parent == place(NAME) == tmp_path / "models" / "somebody--tiny_esm2" for p in found)
    assert not (place(NAME) / "modeling_own.py").exists()  # nobody's code
    assert {file for file, *_ in seen} == {p.name for p in found} and all(done <= total for _, done, total in seen)
    model = load_protein(NAME)
    assert (model.layers, model.heads) == (2, 2)
    ((name, path, megabytes),) = present()
    assert (name, path) == (NAME, place(NAME)) and 0 < megabytes < 1
    shown = CliRunner().invoke(models, [], env={"COLUMNS": "200"})
    assert NAME in shown.output and "somebody--tiny_esm2" in shown.output


def test_a_folder_by_file_address(hub, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", f"file://{hub}")
    told = CliRunner().invoke(models, ["get", NAME])
    assert told.exit_code == 0, told.output
    assert load_protein(NAME).layers == 2


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("somebody/nothing", "none of that name that is open to all.*404"),
        ("somebody/empty", "it has no config.json"),
        ("somebody/half", r"it has no weights \(model.safetensors"),
        ("esm3", "unknown; there are puffin.*OWNER/NAME"),
    ],
)
def test_what_cannot_be_read_is_not_fetched(served, tmp_path, name, says):
    with pytest.raises(InputError, match=says) as caught:
        get(name)
    assert "\n" not in str(caught.value) and not (tmp_path / "models").exists()


def test_offline_is_one_line_that_says_what_to_do(served):
    served.shutdown()
    served.server_close()
    with pytest.raises(RegardError, match=r"cannot be reached.*give that with --model") as caught:
        get("somebody/other")
    assert "\n" not in str(caught.value) and not isinstance(caught.value, InputError)


def test_names_are_no_paths():
    assert is_name("Rostlab/prot_bert") and is_name("facebook/esm2_t6_8M_UR50D")
    assert not any(map(is_name, ("../models", "a/b/c", "plain", "/abs/path", "a/..", "a/")))

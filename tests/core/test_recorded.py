"""A manifest is read back as it was written, and what is none is refused in a line."""

import json

import pytest

from regard.core.recorded import recorded
from regard.core.store import provenance, write_manifest
from regard.errors import InputError


@pytest.fixture
def manifest(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.argv", ["regard", "enhancer", "rank", "in.tsv", "--out", "out"])
    (tmp_path / "in.tsv").write_text("x")
    out = tmp_path / "out"
    (out / "a.zarr" / "c").mkdir(parents=True)
    for name in ("pairs.tsv", "evidence.tsv", "a.zarr/c/0"):
        (out / name).write_text("")
    write_manifest(out / "manifest.json", provenance(3, [tmp_path / "in.tsv"]), bins=2)
    return out / "manifest.json"


def test_what_was_written_is_read(manifest):
    run = recorded(manifest.parent)
    assert (run.study, run.seed, run.settings) == ("enhancer rank", 3, {"bins": 2})
    assert [*run.inputs] == [str(manifest.parents[1] / "in.tsv")]
    assert run.tables() == ["evidence.tsv", "pairs.tsv"]
    assert run.files == ["a.zarr", "evidence.tsv", "pairs.tsv"]


def test_a_folder_without_a_run_names_those_in_it(manifest):
    with pytest.raises(InputError, match=r"manifest\.json: no such file.*the runs out: name one"):
        recorded(manifest.parents[1])
    with pytest.raises(InputError, match=r"no such file; expected the --out of a finished run$"):
        recorded(manifest.parents[1] / "nowhere")


def test_a_run_that_is_still_to_end_is_none_yet(manifest):
    (manifest.parent / ".unfinished").mkdir()
    (manifest.parent / ".unfinished" / "ready").write_text("[]")
    with pytest.raises(InputError, match="interrupted while it ended"):
        recorded(manifest.parent)


@pytest.mark.parametrize(
    "change",
    [{"command": "regard dna"}, {"command": [1]}, {"files": ["../x"]}, {"files": ["/x"]}, {"inputs": {"a": 1}},
     {"inputs": []}, {"seed": "x"}, {"settings": 3}, {"versions": None}],
)  # fmt: skip
def test_a_damaged_manifest_is_one_line(manifest, change):
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | change))
    with pytest.raises(InputError, match="is damaged, or no manifest"):
        recorded(manifest.parent)


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b"[" * 100_000])
def test_no_manifest_at_all(manifest, content):
    manifest.write_bytes(content)
    with pytest.raises(InputError, match="is damaged, or no manifest"):
        recorded(manifest.parent)


def test_a_notebook_gives_no_command(manifest):
    told = json.loads(manifest.read_text())
    manifest.write_text(json.dumps(told | {"command": []}))
    with pytest.raises(InputError, match="was not written by a command"):
        recorded(manifest.parent)

"""`regard rerun`: the same bytes from the same input, one line where that cannot be, and what differs named."""

import json
import re
import shutil

import pytest

from regard.studies import demo
from tests.audit.planted import planted_rows
from tests.command_line import called


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An audit's run, its command given in the folder above with relative paths; and the same folder's input."""
    folder = tmp_path_factory.mktemp("made")
    rows = "".join(f">r{i} label={y}\n{s}\n" for i, (s, y) in enumerate(planted_rows()))
    (folder / "train.fa").write_text(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert called("audit", "train.fa", "--out", "runs/one", "--seed", 5).code == 0
    return folder


@pytest.fixture
def there(made, tmp_path, monkeypatch):
    """A copy that each test may change; the working folder is another one."""
    shutil.copytree(made, tmp_path / "there")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    return tmp_path / "there"


def test_the_same_bytes_from_any_folder(there):
    ended = called("rerun", there / "runs" / "one")
    assert ended.code == 0, ended
    again = there / "runs" / "one-again"
    assert f"regard audit train.fa --seed 5 --out {again}" in ended.out
    assert re.search(r"^the same bytes: 7 of 7 tables, (\d+) of \1 other files$", ended.out, re.MULTILINE)
    assert "differs" not in ended.out
    names = sorted(path.name for path in again.iterdir())
    assert names == sorted(path.name for path in (there / "runs" / "one").iterdir())
    told = json.loads((again / "manifest.json").read_text())
    assert told["command"][:-1] == ["regard", "audit", "train.fa", "--seed", "5", "--out"]
    assert called("rerun", there / "runs" / "one").code == 2  # is not empty
    assert called("rerun", there / "runs" / "one", "--force").code == 0


def test_a_table_that_differs_is_named_with_its_line(there, tmp_path):
    table = there / "runs" / "one" / "audit.tsv"
    lines = table.read_text().splitlines(keepends=True)
    table.write_text("".join([*lines[:2], lines[2].replace("\t", "\t!", 1), *lines[3:]]))
    ended = called("rerun", there / "runs" / "one", "--out", tmp_path / "new")
    assert ended.code == 1
    assert "audit.tsv: differs from line 3 on" in ended.out
    table.unlink()
    ended = called("rerun", there / "runs" / "one", "--out", tmp_path / "new", "--force")
    assert ended.code == 1 and "audit.tsv: is there only now" in ended.out


def test_an_input_that_changed_or_is_gone_is_one_line_before_any_work(there, tmp_path):
    source = there / "train.fa"
    source.write_text(source.read_text() + ">more\nACGT\n")
    ended = called("rerun", there / "runs" / "one", "--out", tmp_path / "new")
    assert (ended.code, ended.out, ended.error.count("\n")) == (2, "", 1)
    assert "train.fa: has changed since" in ended.error
    source.unlink()
    ended = called("rerun", there / "runs" / "one", "--out", tmp_path / "new")
    assert (ended.code, ended.out, ended.error.count("\n")) == (2, "", 1)
    assert "train.fa: is gone" in ended.error
    assert not (tmp_path / "new").exists()


def test_a_run_that_was_moved_is_repeated_where_its_input_lies(there, tmp_path, monkeypatch):
    moved = (there / "runs" / "one").rename(tmp_path / "moved")
    assert "is gone" in called("rerun", moved).error
    monkeypatch.chdir(there)
    assert called("rerun", moved).code == 0


def test_never_over_itself(there):
    ended = called("rerun", there / "runs" / "one", "--out", there / "runs" / "one", "--force")
    assert ended.code == 2 and "is the run to be repeated" in ended.error


def test_examples_of_another_installation_are_found_in_this_one(tmp_path):
    """As in the demo's folders that somebody sends."""
    out, examples = tmp_path / "one", "/gone/regard/examples"
    assert called("audit", demo.PROMOTERS, "--out", out).code == 0
    manifest = out / "manifest.json"
    manifest.write_text(manifest.read_text().replace(str(demo.EXAMPLES), examples))
    assert called("rerun", out).code == 0
    manifest.write_text(manifest.read_text().replace(examples, "/gone/other"))
    assert called("rerun", out, "--out", tmp_path / "two").code == 2


def test_a_demo_of_before_is_not_repeated_for_one_of_its_studies(there):
    manifest = there / "runs" / "one" / "manifest.json"
    told = json.loads(manifest.read_text())
    manifest.write_text(json.dumps(told | {"command": ["regard", "demo", "--out", "runs"]}))
    ended = called("rerun", there / "runs" / "one")
    assert ended.code == 2 and "one of several runs that `regard demo --out runs` wrote" in ended.error


@pytest.mark.slow
@pytest.mark.parametrize("name", demo.STUDIES)
def test_every_study_of_the_demo_is_repeated_by_itself(tmp_path, name, monkeypatch):
    monkeypatch.setattr("sys.argv", ["regard"])  # what the study puts there is taken away again
    said, error = demo.told(name, tmp_path, seed=0, force=False, threads=1)
    assert error is None, said
    ended = called("rerun", tmp_path / name)
    assert ended.code == 0 and "(evidence.tsv among them)" in ended.out and "differs" not in ended.out, ended

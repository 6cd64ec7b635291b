"""What surrounds a study: all of it in place at the end, or nothing."""

import hashlib
import io
import json

import pytest
from rich.console import Console

from regard.core.evidence import COLUMNS, evidence
from regard.errors import InputError
from regard.studies.frame import frame
from tests.report.pages import page_with


def quiet():
    return Console(file=io.StringIO(), width=40)


def open_frame(out, console, **how):
    return frame(out, how.pop("force", False), console, seed=3, inputs=[out.parent / "input", None], **how)


@pytest.fixture
def out(tmp_path):
    (tmp_path / "input").write_text("x")
    return tmp_path / "out"


def page_of(word, folder, *, end):
    (folder / "figures" / "one.svg").write_text("")
    return page_with(headline=word + end)


def test_everything_is_in_its_place_and_then_said(out):
    console = quiet()
    with open_frame(out, console) as work:
        work.evidence(evidence([]))
        work.page(page_of, "A word", end=" of it")
        work.manifest(later=1, first=2)
        work.say(["a line longer than the screen is wide, with [brackets] in it"])
        assert not (out / "report.html").exists() and not console.file.getvalue()
    assert {path.name for path in out.iterdir()} == {
        "evidence.tsv", "figures", "manifest.json", "report.html", "report.md",
    }  # fmt: skip
    assert "<h1>A word of it</h1>" in (out / "report.html").read_text()
    checksum = hashlib.sha256(b"x").hexdigest()
    for written in ("report.html", "report.md", "manifest.json"):
        assert checksum in (out / written).read_text()
    assert (out / "evidence.tsv").read_text().split() == COLUMNS
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["seed"] == 3 and list(manifest["settings"]) == ["later", "first"]
    assert list(manifest["inputs"]) == [str(out.parent / "input")]
    assert console.file.getvalue().splitlines() == [
        "a line longer than the screen is wide, with [brackets] in it",
        f"report: {out / 'report.html'}",
    ]


def test_without_a_page_none_is_announced(out):
    console = quiet()
    with open_frame(out, console) as work:
        work.manifest()
        work.say(["done"])
    assert console.file.getvalue() == "done\n"


def test_a_run_that_fails_leaves_nothing_and_says_nothing(out):
    console = quiet()
    with pytest.raises(ZeroDivisionError), open_frame(out, console) as work:
        work.say(["done"])
        work.progress.add_task("bar", total=1)
        raise ZeroDivisionError
    assert not out.exists() and "done" not in console.file.getvalue()
    assert work.progress.finished is False and not work.progress.live.is_started


def test_a_folder_that_is_not_empty_is_refused(out):
    out.mkdir()
    (out / "mine").write_text("")
    with pytest.raises(InputError, match="--force"), open_frame(out, quiet()):
        pass


def test_the_same_run_finds_what_it_kept_and_another_does_not(out):
    for same, found in ((1, False), (1, True), (2, False)):
        how = {"same": {"run": same}, "force": same == 2}
        with pytest.raises(ZeroDivisionError), open_frame(out, quiet(), **how) as work:
            assert (work.kept / "part").exists() == found
            (work.kept / "part").write_text("")
            raise ZeroDivisionError
    with open_frame(out, quiet(), same={"run": 2}) as work:
        assert (work.kept / "part").exists()
        work.manifest()
    assert {path.name for path in out.iterdir()} == {"manifest.json"}

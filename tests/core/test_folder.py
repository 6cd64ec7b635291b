"""A run's folder at every moment: begun, killed, half in place, held by another, or no place to write at all."""

import errno
import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from regard.core.folder import held, output_folder, resumable_folder
from regard.errors import InputError, RegardError


def of(word):
    return hashlib.sha256(word.encode()).hexdigest()


def names(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*"))


def write(folder, content, figures=("a",)):
    """What a study writes."""
    (folder / "figures").mkdir()
    files = ["report.html", *(f"figures/{name}.svg" for name in figures)]
    for name in files:
        (folder / name).write_text(content)
    (folder / "manifest.json").write_text(json.dumps({"files": files, "of": content}))


WHOLE = ["figures", "figures/a.svg", "manifest.json", "report.html"]


def run(out, content="new", force=False, word="a", **how):
    with resumable_folder(out, force, of(word)) as (folder, _):
        write(folder, content, **how)


def killed(work):
    """Do something in a process that ends by SIGKILL, as `work` arranges."""
    child = os.fork()
    if not child:
        try:
            work()
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL


def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)


def kill_at_rename(out, number, **how):
    """Kill a run when it has renamed so many files."""

    def work():
        calls, rename = iter(range(100)), Path.replace
        Path.replace = lambda *given: die() if next(calls) == number else rename(*given)
        run(out, **how)

    killed(work)


def test_output_appears_when_all_is_done(tmp_path):
    out = tmp_path / "deep" / "out"
    with output_folder(out, force=False) as folder:
        write(folder, "new")
        assert [path.name for path in out.iterdir()] == [".unfinished"]
    assert names(out) == WHOLE


def test_a_folder_with_something_in_it_is_refused(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match=r"not empty.*--force"), output_folder(tmp_path, force=False):
        pytest.fail("was let in")
    assert names(tmp_path) == ["mine.txt"]


def test_force_replaces_only_what_this_run_writes(tmp_path):
    run(tmp_path, "old", figures=("old", "a"))
    (tmp_path / "mine.txt").write_text("mine")
    (tmp_path / "figures" / "mine.png").write_text("mine")
    run(tmp_path, force=True)
    assert names(tmp_path) == [
        "figures",
        "figures/a.svg",
        "figures/mine.png",
        *["manifest.json", "mine.txt"],
        "report.html",
    ]
    assert (tmp_path / "report.html").read_text() == (tmp_path / "figures" / "a.svg").read_text() == "new"
    assert (tmp_path / "mine.txt").read_text() == (tmp_path / "figures" / "mine.png").read_text() == "mine"


def test_a_zarr_store_is_replaced_as_a_whole_but_for_what_is_not_of_zarr(tmp_path):
    for chunks in ("012", "0"):
        with output_folder(tmp_path, force=True) as folder:
            for name in ("zarr.json", *(f"attention/c/{chunk}" for chunk in chunks)):
                (folder / "attention.zarr" / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / "attention.zarr" / name).write_text("")
            (folder / "manifest.json").write_text(json.dumps({"files": ["attention.zarr"]}))
        (tmp_path / "attention.zarr" / "notes.txt").write_text("mine")
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == [
        "0",
        "manifest.json",
        "notes.txt",
        "zarr.json",
    ]


@pytest.mark.parametrize("listed", ["../mine", "/mine", "figures/../../mine", 3, "figures/below/mine"])
def test_a_manifest_cannot_make_files_of_others_go(tmp_path, listed):
    out, mine = tmp_path / "out", tmp_path / "mine"
    run(out, "old")
    mine.mkdir()
    (mine / "mine").write_text("mine")
    (out / "figures" / "below").symlink_to(mine)
    (out / "manifest.json").write_text(json.dumps({"files": [listed]}))
    run(out, force=True)
    assert (mine / "mine").read_text() == "mine"


@pytest.mark.parametrize("name", ["report.html", "evidence.tsv", "figures/a.svg"])
def test_a_folder_in_the_place_of_a_file_is_never_lost(tmp_path, name):
    (tmp_path / name).mkdir(parents=True)
    (tmp_path / name / "mine").write_text("mine")
    before = names(tmp_path)
    with pytest.raises(InputError, match=f"{name}: is a folder"), output_folder(tmp_path, force=True):
        pytest.fail("was let in")
    assert names(tmp_path) == before


def test_a_file_or_link_in_the_place_of_a_folder_is_told_before_any_work(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    for out, there in ((tmp_path / "a", "file"), (tmp_path / "b", "link")):
        out.mkdir()
        (out / "figures").write_text("mine") if there == "file" else (out / "figures").symlink_to(
            tmp_path / "elsewhere"
        )
        with pytest.raises(InputError, match=f"figures: is a {there}"), output_folder(out, force=True):
            pytest.fail("was let in")
        assert names(out) == ["figures"]


def test_what_no_list_foresaw_is_refused_before_anything_is_placed(tmp_path):
    (tmp_path / "unheard.of").mkdir()
    with pytest.raises(InputError, match=r"unheard\.of: is a folder"), output_folder(tmp_path, force=True) as folder:
        write(folder, "new")
        (folder / "unheard.of").write_text("")
    assert names(tmp_path) == ["unheard.of"]


@pytest.mark.parametrize("exists", [True, False])
def test_an_exception_leaves_everything_as_it_was(tmp_path, exists):
    out = tmp_path / "new" / "out"
    if exists:
        run(out, "old")
    before = names(tmp_path)
    with pytest.raises(RuntimeError, match="half way"), output_folder(out, force=True) as folder:
        write(folder, "new")
        raise RuntimeError("half way")
    assert names(tmp_path) == before
    assert not exists or (out / "report.html").read_text() == "old"


def test_no_place_to_write(tmp_path):
    file = tmp_path / "file"
    file.write_text("a file")
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    says = {
        "file": "is a file",
        "file/below": "cannot be written to",
        "nowhere": "link to nothing",
        "n" * 300: "too long",
    }
    for name, line in says.items():
        out = tmp_path / name
        with pytest.raises(InputError, match=line), output_folder(out, force=True):
            pytest.fail("was let in")
    assert file.read_text() == "a file"


# A run renames its mark, `ready`, and three files.
@pytest.mark.parametrize("number", [1, 2, 3, 4])
@pytest.mark.parametrize("before", [False, True])
def test_a_killed_commit_is_finished_by_the_next_run(tmp_path, number, before):
    out = tmp_path / "out"
    if before:
        run(out, "old", figures=("old",))
        (out / "mine").write_text("mine")
    mine = ["mine"] * before
    kill_at_rename(out, number, force=before)
    ready = number > 1
    if ready:
        assert not (out / "manifest.json").exists()  # nothing looks complete that is not
    with pytest.raises(InputError, match="--force"), resumable_folder(out, False, of("another")):
        pytest.fail("was let in")
    if ready:
        assert [name for name in names(out) if ".unfinished" not in name] == sorted([*WHOLE, *mine])
        assert json.loads((out / "manifest.json").read_text())["of"] == "new"
    run(out, force=before)
    assert names(out) == sorted([*WHOLE, *mine])


def test_the_same_run_needs_no_force_for_what_it_has_left(tmp_path):
    for number in range(5):
        out = tmp_path / str(number)
        kill_at_rename(out, number)
        run(out)
        assert names(out) == WHOLE


def test_what_was_finished_is_found_by_the_same_run_only(tmp_path):
    out = tmp_path / "out"

    def work():
        with resumable_folder(out, False, of("a")) as (folder, kept):
            (folder / "half.txt").write_text("x")
            (kept / "one.npy").write_text("1")
            die()

    killed(work)
    (out / ".unfinished-older").mkdir()  # as earlier versions left it
    with pytest.raises(InputError, match="--force"), resumable_folder(out, False, of("another")):
        pytest.fail("was let in")
    with resumable_folder(out, False, of("a")) as (folder, kept):
        assert (kept / "one.npy").read_text() == "1" and not (folder / "half.txt").exists()
        (folder / "whole.txt").write_text("y")
    assert names(out) == ["whole.txt"]


def stop_after_one(out):
    with pytest.raises(KeyboardInterrupt), resumable_folder(out, False, of("a")) as (folder, kept):
        (folder / "half.txt").write_text("x")
        (kept / "one.npy").write_text("1")
        raise KeyboardInterrupt


def test_force_begins_anew(tmp_path):
    stop_after_one(tmp_path / "out")
    with resumable_folder(tmp_path / "out", True, of("another")) as (_, kept):
        assert not any(kept.iterdir())


def test_a_damaged_mark_is_no_mark(tmp_path):
    out = tmp_path / "out"
    for damage in (b"", b"\xff" * 64, of("a")[:40].encode()):
        stop_after_one(out)
        (out / ".unfinished" / "run").write_bytes(damage)
        with pytest.raises(ZeroDivisionError), resumable_folder(out, False, of("b")) as (_, kept):
            assert not any(kept.iterdir())
            raise ZeroDivisionError
        assert not any(out.iterdir())
    kill_at_rename(out, 3)
    (out / ".unfinished" / "ready").write_bytes(b"\xff[")
    run(out)
    assert names(out) == WHOLE


def test_a_run_that_fails_at_once_leaves_nothing(tmp_path):
    out = tmp_path / "out"
    with pytest.raises(ValueError), resumable_folder(out, False, of("a")):
        raise ValueError
    assert not out.exists()


def test_a_folder_with_something_else_is_refused_also_when_resuming(tmp_path):
    out = tmp_path / "out"
    stop_after_one(out)
    (out / "precious.txt").write_text("mine")
    with pytest.raises(InputError, match="--force"), resumable_folder(out, False, of("a")):
        pytest.fail("was let in")
    assert (out / "precious.txt").read_text() == "mine" and (out / ".unfinished" / "kept" / "one.npy").exists()


def test_what_is_not_regards_is_not_written_into(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".unfinished").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="unfinished: is not Regard's"), output_folder(tmp_path / "out", force=True):
        pytest.fail("was let in")
    assert not any((tmp_path / "elsewhere").iterdir())


HOLD = """
import sys
from pathlib import Path
from regard.core.folder import held
with held(Path(sys.argv[1])):
    print(flush=True)
    input()
"""


def test_a_second_run_is_refused_as_long_as_the_first_one_lives(tmp_path):
    out = tmp_path / "out"
    with subprocess.Popen([sys.executable, "-c", HOLD, out], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as first:
        first.stdout.readline()
        with pytest.raises(InputError, match="out: another run writes there now"), output_folder(out, force=True):
            pytest.fail("was let in")
        first.kill()
    run(out)
    assert names(out) == WHOLE


def test_a_full_disk_is_one_line_and_another_error_is_left_alone(tmp_path):
    out = tmp_path / "out"
    full = OSError(errno.ENOSPC, "No space left on device")
    elsewhere = FileNotFoundError(errno.ENOENT, "No such file", "/somewhere/else")
    with pytest.raises(RegardError, match=r"out: cannot be written to \(No space.*make room") as caught, held(out):
        raise full
    assert not isinstance(caught.value, InputError)
    with pytest.raises(FileNotFoundError), held(out):
        raise elsewhere
    assert not out.exists()

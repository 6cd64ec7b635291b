import pytest

from regard.core.resume import resumable_folder
from regard.errors import InputError


def stop_after_one(out, fingerprint="a"):
    with pytest.raises(KeyboardInterrupt), resumable_folder(out, False, fingerprint) as (folder, kept):
        (folder / "half.txt").write_text("x")
        (kept / "one.npy").write_text("1")
        raise KeyboardInterrupt


def test_what_was_finished_is_found_by_the_same_run_only(tmp_path):
    out = tmp_path / "out"
    stop_after_one(out)
    assert not (out / "half.txt").exists()
    with pytest.raises(InputError, match="--force"), resumable_folder(out, False, "another"):
        pass
    (out / ".unfinished-killed").mkdir()  # as after a power cut
    with resumable_folder(out, False, "a") as (folder, kept):
        assert (kept / "one.npy").read_text() == "1"
        (folder / "whole.txt").write_text("y")
    assert [p.name for p in out.iterdir()] == ["whole.txt"]


def test_force_begins_anew(tmp_path):
    out = tmp_path / "out"
    stop_after_one(out)
    with resumable_folder(out, True, "another") as (_, kept):
        assert not (kept / "one.npy").exists()


def test_a_run_that_fails_at_once_leaves_nothing(tmp_path):
    out = tmp_path / "out"
    with pytest.raises(ValueError), resumable_folder(out, False, "a"):
        raise ValueError
    assert not out.exists()


def test_a_folder_with_something_else_is_refused_also_when_resuming(tmp_path):
    out = tmp_path / "out"
    stop_after_one(out)
    (out / "precious.txt").write_text("mine")
    with pytest.raises(InputError, match="--force"), resumable_folder(out, False, "a"):
        pass
    assert (out / "precious.txt").read_text() == "mine"

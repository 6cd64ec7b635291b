import os
import signal
import tempfile

from regard.core.lock import lock, scratch


def test_a_lock_is_had_once_and_dies_with_its_process(tmp_path):
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        lock(tmp_path / "a")
        os.write(writing, b".")
        signal.pause()
    os.read(reading, 1)
    assert lock(tmp_path / "a") is None
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert lock(tmp_path / "a") is not None


def test_temporary_folders_of_dead_processes_go_and_those_of_living_ones_stay(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "regard-index-mine").mkdir()  # no lock: nothing tells whose it is
    child = os.fork()
    if not child:
        with scratch("index") as folder:
            (folder / "copy").write_text("")
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    (left,) = tmp_path.glob("regard-index-*/copy")
    with scratch("index") as living, scratch("index") as other:
        assert not left.exists() and living.is_dir() and other.is_dir()
    assert [path.name for path in tmp_path.iterdir()] == ["regard-index-mine"]

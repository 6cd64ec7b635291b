import os
import resource
import signal

import pytest

from regard.core.whole import check_place, write_whole
from regard.errors import InputError, RegardError


def test_a_file_is_whole_or_as_it_was(tmp_path):
    write_whole(tmp_path / "a", "old")
    child = os.fork()
    if not child:
        code = 1
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))
            write_whole(tmp_path / "a", b"new" * 1_000)
        except InputError:
            pass
        except RegardError as error:
            code = 0 if "a: cannot be written to (File too large)" in str(error) else 1
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["a"] and (tmp_path / "a").read_text() == "old"


def test_what_a_killed_process_left_beside_is_overwritten(tmp_path):
    child = os.fork()
    if not child:
        os.rename = type(tmp_path).replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        write_whole(tmp_path / "a", "long, and never in its place")
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    assert [path.name for path in tmp_path.iterdir()] == ["a.new"]
    write_whole(tmp_path / "a", "b")
    assert [path.name for path in tmp_path.iterdir()] == ["a"] and (tmp_path / "a").read_text() == "b"


def test_a_place_is_asked_for_without_making_anything(tmp_path):
    check_place(tmp_path / "deep" / "out")
    assert not any(tmp_path.iterdir())
    with pytest.raises(InputError, match="a: cannot be written to"):
        write_whole(tmp_path / "no_folder" / "a", "")

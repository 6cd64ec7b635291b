"""A real run that is killed at any moment is finished by the same command line, to the same bytes."""

import os
import signal
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest

from tests.runs.commands import ALL, CHEAP, TRAIN, fewer_studies, without_drawing
from tests.runs.processes import contents, start
from tests.train import small

TEMPORARY = "regard-*"  # folders of ours among the system's temporary ones


def killed_and_run_again(command, folder, moments, before):
    """Kill a command after each share of the time it takes, run it again, and compare."""
    command = [*command, "--out", "out"]
    whole, begin = start(folder / "whole", *command, before=before), time.monotonic()
    assert whole.end() == 0, whole.lines()
    takes, expected = time.monotonic() - begin, contents(folder / "whole" / "out")
    assert {Path(name).name for name in expected} & {"manifest.json", "model.safetensors", "network.safetensors"}
    for share in moments:
        at = folder / f"{share:.3f}"
        run = start(at, *command, before=before)
        time.sleep(share * takes)
        os.kill(run.number, signal.SIGKILL)
        run.end()
        if not is_complete(at / "out", expected):
            again = start(at, *command, before=before)
            assert again.end() == 0, (share, again.lines())
        found = contents(at / "out")
        assert sorted(found) == sorted(expected), share
        assert not [name for name in expected if found[name] != expected[name]], share
    assert not list(Path(tempfile.gettempdir()).glob(TEMPORARY))


def is_complete(out, expected):
    """Did the kill come after all was done, but before the process had ended?"""
    return not (out / ".unfinished").exists() and all((out / name).is_file() for name in expected)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder for runs, with temporary folders of their own."""
    (tmp_path / "temporary").mkdir()
    (tmp_path / "inputs").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return tmp_path


@pytest.mark.parametrize("name", CHEAP)
def test_killed_at_three_moments(folder, name):
    moments = np.random.default_rng(list(name.encode())).uniform(0, 1, 3)
    killed_and_run_again(CHEAP[name](folder / "inputs"), folder, moments, before=without_drawing)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*ALL, *TRAIN])
def test_killed_at_twenty_moments(folder, name):
    moments = np.random.default_rng([20, *name.encode()]).uniform(0, 1, 20)
    before = small.shrink if name in TRAIN else fewer_studies
    killed_and_run_again((ALL | TRAIN)[name](folder / "inputs"), folder, moments, before=before)

"""A run of any training command that is killed, wherever that is, ends with the bytes of one that was not."""

import os
import signal

import pytest
import torch

from regard.cli import app
from regard.train import checkpoint, loop, network, recipes
from tests.train import small
from tests.train.small import NAMES, shrink

STEPS = 5  # checkpoints after 2, 4 and 5


@pytest.fixture(params=NAMES)
def command(request, tmp_path, monkeypatch):
    """A command of five steps with a tiny model, without its --out."""
    shrink(monkeypatch.setattr)
    return [str(one) for one in small.command(request.param, tmp_path)]


def outcome(command, out, at=None):
    """Exit status of a command in a process of its own. at : arranges when it kills itself."""
    child = os.fork()
    if not child:
        code = 1
        try:
            torch.set_num_threads(1)  # threads do not survive a fork
            if at:
                at()
            app([*command, "--steps", str(STEPS), "--threads", "1", "--out", str(out)], standalone_mode=False)
            code = 0
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1]


def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)


def before_step(number):
    def arrange():
        step = loop.one_step
        loop.one_step = lambda *given: die() if given[3].step == number else step(*given)

    return arrange


def while_writing(number):
    """The n-th checkpoint is written beside, but not yet in its place."""

    def arrange():
        calls = iter(range(number))
        os.fsync = lambda _: die() if next(calls) == number - 1 else None

    return arrange


def before_the_log(number):
    def arrange():
        calls, write = iter(range(number)), checkpoint.write_log
        checkpoint.write_log = lambda *given: die() if next(calls) == number - 1 else write(*given)

    return arrange


def before_the_weights():
    recipes.save = network.save = die


FEW = [before_step(3), while_writing(3)]
ALL = [before_step(0), before_step(1), while_writing(1), before_the_log(2), before_the_log(4), before_the_weights]


@pytest.mark.parametrize("kills", [pytest.param(FEW, id="few"), pytest.param(ALL, id="all", marks=pytest.mark.slow)])
def test_a_killed_run_goes_on_to_the_same_bytes(command, kills, tmp_path):
    assert outcome(command, tmp_path / "whole") == 0
    names = sorted(path.name for path in (tmp_path / "whole").iterdir())
    assert names[:2] == ["checkpoint.pt", "log.tsv"] and len(names) == 3
    for number, at in enumerate(kills):
        out = tmp_path / str(number)
        assert outcome(command, out, at) == signal.SIGKILL, number
        assert outcome(command, out) == 0, number
        for name in names[1:]:
            assert (out / name).read_bytes() == (tmp_path / "whole" / name).read_bytes(), (number, name)
        assert sorted(path.name for path in out.iterdir()) == names, number


@pytest.mark.slow
def test_a_run_killed_twice_goes_on_to_the_same_bytes(command, tmp_path):
    for out, kills in (("whole", []), ("twice", [before_step(3), before_step(4)])):
        for at in kills:
            assert outcome(command, tmp_path / out, at) == signal.SIGKILL
        assert outcome(command, tmp_path / out) == 0
    whole, twice = (checkpoint.read(tmp_path / out / checkpoint.FILE) for out in ("whole", "twice"))
    for state in (whole, twice):
        state["progress"].pop("seconds")
    assert checkpoint.checksum(whole) == checkpoint.checksum(twice)  # optimisers' state too

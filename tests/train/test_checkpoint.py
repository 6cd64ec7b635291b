"""A checkpoint is whole or refused, and only its own run goes on from it."""

import errno

import pytest
import torch
from torch import nn

from regard.errors import InputError, RegardError
from regard.train import checkpoint
from regard.train.checkpoint import Progress, differences, keep, read, resume

RUN = {"seed": 0, "input": "sha256:0a", "classes": "off,on"}


def parts(seed=0):
    torch.manual_seed(seed)
    model = nn.Linear(30, 20)
    optimizer = torch.optim.AdamW(model.parameters())
    model(torch.ones(30)).sum().backward()
    optimizer.step()
    return model, [optimizer]


def test_what_was_kept_comes_back(tmp_path):
    model, optimizers = parts()
    keep(tmp_path, RUN, model, optimizers, Progress(7, 1.5, 2, "step\n7\n"))
    again, other = parts(seed=1)
    assert resume(tmp_path, RUN, again, other, force=False) == Progress(7, 1.5, 2, "step\n7\n")
    assert torch.equal(model.weight, again.weight)
    old, new = (one[0].state_dict()["state"][0]["exp_avg_sq"] for one in (optimizers, other))
    assert torch.equal(old, new)


def test_every_altered_byte_and_every_cut_is_seen(tmp_path):
    keep(tmp_path, RUN, *parts(), Progress(3))
    path = tmp_path / checkpoint.FILE
    whole = path.read_bytes()
    state = read(path)
    for at in range(0, len(whole), 97):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 16]) + whole[at + 1 :])
        try:
            found = read(path)  # padding of the format may change without a trace
        except InputError as error:
            assert str(error).startswith(f"{path}: is damaged") and "--force" in str(error)
        else:
            assert checkpoint.checksum(found) == checkpoint.checksum(state)
        path.write_bytes(whole[:at])
        with pytest.raises(InputError, match="is damaged"):
            read(path)


def test_a_damaged_checkpoint_is_begun_anew_with_force_only(tmp_path):
    model, optimizers = parts()
    keep(tmp_path, RUN, model, optimizers, Progress(3))
    (tmp_path / checkpoint.FILE).write_bytes(b"PK")
    with pytest.raises(InputError, match="is damaged"):
        resume(tmp_path, RUN, model, optimizers, force=False)
    assert resume(tmp_path, RUN, model, optimizers, force=True) == Progress()
    assert read(tmp_path / checkpoint.FILE)["progress"]["step"] == 0


def test_a_folder_that_is_no_runs_is_refused_and_left_as_it_is(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match=r"is not empty and holds no checkpoint\.pt; choose another --out"):
        resume(tmp_path, RUN, *parts(), force=False)
    assert [one.name for one in tmp_path.iterdir()] == ["mine.txt"]
    resume(tmp_path, RUN, *parts(), force=True)
    assert (tmp_path / "mine.txt").read_text() == "mine"
    with pytest.raises(InputError, match=r"mine.txt: is a file; --out wants a folder"):
        resume(tmp_path / "mine.txt", RUN, *parts(), force=False)


def test_differences_are_said_in_words():
    new = {"seed": 1, "input": "sha256:0b", "classes": "on,off", "start": "random"}
    assert differences(RUN, new) == "seed 0, not 1; another input; classes off,on, not on,off; start none, not random"
    assert differences({"model": {"width": 8}}, {"model": {"width": 9}}) == "another model"
    assert not differences(RUN, dict(reversed(RUN.items())))


def test_a_full_disk_is_one_line_and_leaves_the_last_checkpoint(tmp_path, monkeypatch):
    model, optimizers = parts()
    keep(tmp_path, RUN, model, optimizers, Progress(3))

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(RegardError, match=r"step 4 could not be written \(No space left on device\); the same command"):
        keep(tmp_path, RUN, model, optimizers, Progress(4))
    assert read(tmp_path / checkpoint.FILE)["progress"]["step"] == 3
    assert sorted(one.name for one in tmp_path.iterdir()) == [checkpoint.FILE, "log.tsv"]

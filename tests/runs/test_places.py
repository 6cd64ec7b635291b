"""A full disk, a read-only folder, a file in the way, a second run, a signal: one line, and nothing half-written."""

import os
import resource
import signal
import subprocess
import time
from contextlib import contextmanager

import pytest

from tests.runs.commands import ALL, CHEAP, fasta, fewer_studies
from tests.runs.processes import contents, start


@contextmanager
def mounted(at, options):
    """A small file system of its own, where this user may mount one."""
    at.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", at], capture_output=True).returncode:
        pytest.skip("only root mounts a file system")
    try:
        yield at
    finally:
        subprocess.run(["umount", "-l", at], check=True)


@pytest.fixture
def inputs(tmp_path):
    (tmp_path / "inputs").mkdir()
    return tmp_path / "inputs"


def one_line(run, code, says):
    assert run.end() == code, run.lines()
    lines = [line for line in run.lines() if line.strip()]
    assert len(lines) == 1 and lines[0].startswith("regard: ") and says in lines[0], lines


def fill(inputs, tmp_path, name, kilobytes=20):
    command = ALL[name](inputs)
    with mounted(tmp_path / "disk", f"size={kilobytes}k") as disk:
        full = start(tmp_path / "run", *command, "--out", disk / "out", before=fewer_studies)
        assert full.end() == 1, full.lines()
        said = [line for line in full.lines() if line.strip()]
        assert said[-1].startswith("regard: ") and "No space left on device" in said[-1]
        assert len(said) == 1 or name == "demo", said  # which says what each study is about
        left = {str(path.relative_to(disk / "out")).split("/")[:2][-1] for path in disk.rglob("*") if path.is_file()}
        assert not left or ("network" in name and left <= {"kept", "run", "lock"})  # for the same run to go on from


@pytest.mark.parametrize("name", ["dna --predictions-only", "audit"])
def test_a_full_disk(inputs, tmp_path, name):
    fill(inputs, tmp_path, name, 8 if "dna" in name else 20)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in ALL if name != "dna --predictions-only"])
def test_a_full_disk_of_every_command(inputs, tmp_path, name):
    fill(inputs, tmp_path, name)


def test_a_file_that_may_not_grow(inputs, tmp_path):
    """What a quota does, also where no disk can be mounted."""

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, 4_000))

    run = start(tmp_path / "run", *CHEAP["audit"](inputs), "--out", "out", before=limit)
    one_line(run, 1, "File too large")
    assert not (tmp_path / "run" / "out").exists()


def train(inputs):
    return {
        "train dna": ["train", "dna", fasta(inputs / "genome.fa", 20, 300), "--steps", 1],
        "train classifier": [
            "train",
            "classifier",
            fasta(inputs / "some.fa", 40, 60),
            "--classes",
            "a,b",
            "--steps",
            1,
        ],
        "train network": ["train", "network", "--steps", 1],
    }


TRAIN = ("train dna", "train classifier", "train network")


@pytest.mark.parametrize("name", [*ALL, *TRAIN])
def test_no_place_to_write_is_found_before_any_work(inputs, tmp_path, name):
    command = train(inputs)[name] if name in TRAIN else [*ALL[name](inputs)]
    (tmp_path / "file").write_text("mine")
    begin = time.monotonic()
    one_line(start(tmp_path / "a", *command, "--out", tmp_path / "file"), 2, "file: is a file")
    one_line(start(tmp_path / "b", *command, "--out", tmp_path / "file" / "out"), 2, "cannot be written to")
    assert time.monotonic() - begin < 5
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("name", [*ALL, *TRAIN])
def test_a_read_only_folder(inputs, tmp_path, name):
    command = train(inputs)[name] if name in TRAIN else [*ALL[name](inputs)]
    with mounted(tmp_path / "disk", "size=1m,ro") as disk:
        for out in (disk, disk / "deep" / "out") if name == "audit" else (disk / "out",):
            one_line(start(tmp_path / "run", *command, "--out", out), 2, "Read-only file system")


@pytest.mark.skipif(os.getuid() != 0, reason="becomes another user")
def test_a_folder_of_another_user(inputs, tmp_path):
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    run = start(tmp_path / "run", *CHEAP["audit"](inputs), "--out", tmp_path / "out", before=lambda: os.setuid(65534))
    one_line(run, 2, "Permission denied")


def test_a_second_run_is_refused_and_the_first_one_ends_well(inputs, tmp_path):
    command = CHEAP["dna --predictions-only"](inputs)
    first = start(tmp_path / "run", *command, "--out", "out")
    lock = tmp_path / "run" / "out" / ".unfinished" / "lock"
    while not lock.exists():
        time.sleep(0.005)
    os.kill(first.number, signal.SIGSTOP)
    second = start(tmp_path / "second", *command, "--out", tmp_path / "run" / "out", "--force")
    one_line(second, 2, "out: another run writes there now")
    os.kill(first.number, signal.SIGCONT)
    assert first.end() == 0
    assert sorted(contents(tmp_path / "run" / "out")) == ["manifest.json", "predictions.tsv"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_end_alike(inputs, tmp_path, number):
    run = start(tmp_path / "run", *CHEAP["network"](inputs), "--out", "out")
    kept = tmp_path / "run" / "out" / ".unfinished" / "kept"
    while not list(kept.rglob("*.npy")):
        time.sleep(0.005)
    os.kill(run.number, number)
    one_line(run, 130, "stopped")
    assert list(kept.rglob("*.npy"))
    assert not (kept.parent / "files").exists()


def test_nohup_is_heard(inputs, tmp_path):
    run = start(
        tmp_path / "run", *CHEAP["audit"](inputs), "--out", "out",
        before=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),
    )  # fmt: skip
    while not (tmp_path / "run" / "out").exists():
        time.sleep(0.005)
    os.kill(run.number, signal.SIGHUP)
    assert run.end() == 0

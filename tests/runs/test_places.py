"""A full disk, a read-only folder, a file in the way, a second run, a signal: one line, and nothing half-written."""

import os
import resource
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager

import pytest

from regard.core.folder import alone
from regard.models.shelf import catalogue
from regard.models.shelf.fetch import Remote
from regard.studies.network import study
from tests.runs.commands import ALL, CHEAP, TRAIN, fewer_studies
from tests.runs.processes import contents, start
from tests.train import small

PACKED = b"PK\x03\x04" + bytes(100_000)  # as what torch.save writes begins


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


@pytest.mark.parametrize(
    "name", [name if name == "train dna" else pytest.param(name, marks=pytest.mark.slow) for name in TRAIN]
)
def test_a_full_disk_while_training(inputs, tmp_path, name):
    """Where no checkpoint has room nothing is left; where the next one has none, the run goes on from the last."""
    command = TRAIN[name](inputs)
    assert start(tmp_path / "whole", *command, "--out", "out", before=small.shrink).end() == 0
    size = (tmp_path / "whole" / "out" / "checkpoint.pt").stat().st_size
    with mounted(tmp_path / "disk", f"size={size // 5}") as disk:
        for share, step in ((0.2, 0), (1.5, 4)):
            subprocess.run(["mount", "-o", f"remount,size={int(share * size)}", disk], check=True)
            full = start(tmp_path / "run", *command, "--out", disk / "out", before=small.shrink)
            assert full.end() == 1, full.lines()
            said = [line for line in full.lines() if line.startswith("regard: ")]
            assert len(said) == 1 and f"out: step {step} could not be written (No space left on device)" in said[0], (
                said
            )
            assert not any("Traceback" in line for line in full.lines())
            assert sorted(path.name for path in disk.rglob("*.*")) == (["checkpoint.pt", "log.tsv"] if step else [])
        subprocess.run(["mount", "-o", f"remount,size={4 * size}", disk], check=True)
        assert start(tmp_path / "run", *command, "--out", disk / "out", before=small.shrink).end() == 0
        assert contents(disk / "out") == contents(tmp_path / "whole" / "out")


@pytest.mark.parametrize("name", [*ALL, *TRAIN])
def test_no_place_to_write_is_found_before_any_work(inputs, tmp_path, name):
    command = (ALL | TRAIN)[name](inputs)
    (tmp_path / "file").write_text("mine")
    shutil.rmtree(inputs)  # whoever began to work would miss it
    one_line(start(tmp_path / "a", *command, "--out", tmp_path / "file"), 2, "file: is a file")
    one_line(start(tmp_path / "b", *command, "--out", tmp_path / "file" / "out"), 2, "cannot be written to")
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("name", [*ALL, *TRAIN])
def test_a_read_only_folder(inputs, tmp_path, name):
    command = (ALL | TRAIN)[name](inputs)
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


def test_a_second_training_is_refused(inputs, tmp_path):
    command = [*TRAIN["train network"](inputs), "--out", tmp_path / "out"]
    with alone(tmp_path / "out"):
        one_line(start(tmp_path / "run", *command), 2, "out: another run writes there now")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_end_alike(inputs, tmp_path, number):
    def at_the_page():
        # As from a terminal: what is started in the background may ignore them.
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
        study.write_report = lambda *_: time.sleep(60)  # held there: it may end before the signal comes

    run = start(tmp_path / "run", *CHEAP["network"](inputs), "--out", "out", before=at_the_page)
    kept = tmp_path / "run" / "out" / ".unfinished" / "kept"
    while not (kept.parent / "files" / "evidence.tsv").exists():
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


def remote(inputs, tmp_path, folder):
    """What to arrange for a model that is fetched from a file into a folder."""
    (inputs / "puffin.pth").write_bytes(PACKED)

    def arrange():
        os.environ["REGARD_MODELS"] = str(folder)
        catalogue.CATALOGUE["puffin"] = Remote("a model", "none", inputs.as_uri(), ("puffin.pth",))

    return arrange


def test_a_model_on_a_full_disk_or_in_a_read_only_folder(inputs, tmp_path):
    for options, code, says in (("size=40k", 1, "No space left"), ("size=1m,ro", 2, "Read-only file system")):
        with mounted(tmp_path / options, options) as disk:
            run = start(tmp_path / "run", "models", "get", "puffin", before=remote(inputs, tmp_path, disk))
            one_line(run, code, says)
            assert not any(disk.iterdir())


def test_a_model_whose_fetching_was_killed_is_fetched_anew(inputs, tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "puffin.pth.unfinished").write_bytes(b"half")
    arrange = remote(inputs, tmp_path, tmp_path / "models")
    run = start(tmp_path / "run", "models", "get", "puffin", before=arrange)
    assert run.end() == 0
    assert contents(tmp_path / "models") == {"puffin.pth": PACKED}
    said = [line for line in run.lines() if "no SHA-256 of" in line]
    assert len(said) == 1 and said[0].startswith("note: no SHA-256 of puffin.pth is known beforehand")


@pytest.mark.parametrize(("options", "code"), [("size=12k", 1), ("size=1m,ro", 2)])
def test_the_page_of_methods_is_whole_or_as_it_was(inputs, tmp_path, options, code):
    page = "<!-- regard methods -->\n<!-- end of regard methods -->\n"
    with mounted(tmp_path / "disk", options.removesuffix(",ro")) as disk:
        (disk / "page.md").write_text(page)
        if options.endswith("ro"):
            subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        one_line(start(tmp_path / "run", "methods", "--page", disk / "page.md"), code, "page.md: cannot be written to")
        assert contents(disk) == {"page.md": page.encode()}

"""How the command line fails: one line, a documented exit code, and a log of what nobody foresaw."""

import errno
import os
import sys
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from regard.errors import InputError, RegardError
from tests.command_line import called


class PanicException(BaseException):
    """As pyo3 raises it for a panic of Rust."""


def too_deep():
    return too_deep()


def raises(error):
    def run(*_, **__):
        raise error

    return run


@pytest.fixture
def audit(monkeypatch, tmp_path):
    """`regard audit x.fa` of which the study ends as told."""
    (tmp_path / "x.fa").write_text(">a\nACGT\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("REGARD_TRACEBACK", raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()

    def ended(run, *arguments):
        monkeypatch.setattr("regard.studies.audit.study.run", run)
        return called("audit", "x.fa", *arguments)

    return ended


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (KeyError("weight"), "not foreseen, KeyError ('weight')"),
        (ValueError("first\nsecond \x1b[31mline"), "not foreseen, ValueError (first second \\x1b[31mline)"),
        (AssertionError(), "not foreseen, AssertionError; please report it"),
        (PanicException("index out of bounds"), "not foreseen, PanicException (index out of bounds)"),
        (EOFError("half"), "not foreseen, EOFError (half)"),
        (MemoryError(), "out of memory"),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "the system refused (No space left on device)"),
        (OSError(errno.EIO, os.strerror(errno.EIO), "x.fa"), "the system refused x.fa (Input/output error)"),
        (PermissionError(errno.EACCES, "Permission denied", "/elsewhere"), "the system refused /elsewhere (Permission"),
        (BrokenProcessPool("one of many"), "ended from outside, perhaps for want of memory"),
        (GeneratorExit(), "not foreseen, GeneratorExit"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_what_nobody_foresaw_is_one_line_and_a_log(audit, error, says):
    ended = audit(raises(error), "--out", "some/out")
    assert ended.code == 1 and not ended.out
    assert ended.error.startswith("regard: audit, x.fa: ") and ended.error.count("\n") == 1
    assert says in ended.error and ended.error[:-1].isprintable()
    assert "Traceback" not in ended.error


def test_nesting_without_end_is_one_line(audit):
    ended = audit(lambda *_, **__: too_deep())
    assert ended.code == 1 and "nested too deeply" in ended.error and ended.error.count("\n") == 1


@pytest.mark.parametrize("out", [["--out", "runs/out"], ["--out=runs/out"]])
def test_the_log_stands_beside_the_output_with_everything_that_is_needed(audit, out):
    Path("runs").mkdir()
    ended = audit(raises(KeyError("weight")), *out)
    assert ended.error.rstrip().endswith("details in runs/out.error.log")
    text = Path("runs/out.error.log").read_text()
    assert text.startswith(f"regard audit x.fa {' '.join(out)}\n")
    assert "Traceback (most recent call last)" in text and "KeyError: 'weight'" in text
    assert f"python {sys.version.split()[0]}" in text and "numpy " in text and "torch " in text


@pytest.mark.parametrize("out", [[], ["--out", "there/is/none"], ["--out", "/"]])
def test_elsewhere_the_log_is_in_the_temporary_folder(audit, tmp_path, out):
    ended = audit(raises(KeyError("weight")), *out)
    (log,) = (tmp_path / "temporary").iterdir()
    assert ended.code == 1 and ended.error.rstrip().endswith(f"details in {log}")
    assert "KeyError: 'weight'" in log.read_text()


def test_no_place_for_a_log_is_no_reason_for_a_traceback(audit, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    ended = audit(raises(KeyError("weight")))
    assert ended.code == 1 and ended.error.count("\n") == 1 and "details" not in ended.error


@pytest.mark.parametrize(
    ("error", "code"),
    [(InputError("bad"), 2), (RegardError("failed"), 1), (KeyboardInterrupt(), 130)],
)
def test_what_was_foreseen_leaves_no_log(audit, tmp_path, error, code):
    ended = audit(raises(error), "--out", "out")
    assert ended.code == code
    assert not list(tmp_path.rglob("*.log"))


@pytest.mark.parametrize("error", [KeyError("weight"), InputError("bad"), PanicException()])
def test_developers_can_have_the_traceback(audit, monkeypatch, tmp_path, error):
    monkeypatch.setenv("REGARD_TRACEBACK", "1")
    with pytest.raises(type(error)):
        audit(raises(error))
    assert not list(tmp_path.rglob("*.log"))


def test_a_path_that_cannot_be_is_bad_input(audit, tmp_path):
    name = "n" * 300
    ended = audit(lambda *_, **__: Path(name, "x").stat(), "--out", name)
    assert ended.code == 2 and "File name too long" in ended.error and ended.error.count("\n") == 1
    assert not list(tmp_path.rglob("*.log"))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("dna", "dna: missing argument 'INPUT'; see `regard dna --help`"),
        ("dna x.fa", "dna: missing option '--out'; see `regard dna --help`"),
        ("dna x.fa --out o --examples 0", "invalid value for '--examples'"),
        ("dna x.fa --out o --examples many", "invalid value for '--examples'"),
        ("dna x.fa --out o --task foo", "'foo' is not one of 'promoter', 'enhancer'"),
        ("dna x.fa --outt o", "no such option: --outt (Possible options: --out)"),
        ("dna x.fa --out", "dna: option '--out' requires an argument; see `regard dna --help`"),
        ("dna x.fa y.fa --out o", "got unexpected extra argument(s) (y.fa)"),
        ("dna x.fa --out o --force=yes", "'--force'"),
        ("dna x.fa --out o --seed -1", "invalid value for '--seed'"),
        (f"dna x.fa --out o --seed {2**32}", "invalid value for '--seed'"),
        (f"network x.tsv --out o --threads {2**40}", "invalid value for '--threads'"),
        ("protein x.fa --out o --twins 1e3", "invalid value for '--twins'"),
        ("dan", "no such command 'dan'. Did you mean 'dna'"),
        ("enhancer locos", "enhancer: no such command 'locos'. Did you mean 'locus'?; see `regard enhancer --help`"),
        ("train network --out o --minutes nan", "train network: invalid value for '--minutes'"),
        ("models gett", "Did you mean 'get'?"),
        ("--seed 3", "no such option: --seed; see `regard --help`"),
        ("\x1b[31m", "no such command '\\x1b[31m'"),
        ("dna --\x1b[2J", "\\x1b[2J"),
        ("dna x.fa --out o --seed " + "9" * 5000, "invalid value for '--seed'"),
    ],
)
def test_a_wrong_command_line_is_one_line_with_a_hint(line, says):
    ended = called(*line.split(" "))
    assert ended.code == 2 and not ended.out
    assert says in ended.error and " --help`" in ended.error
    assert ended.error.startswith("regard: ") and ended.error.count("\n") == 1 and ended.error[:-1].isprintable()


@pytest.mark.parametrize(("line", "code"), [("", 2), ("--help", 0), ("enhancer", 2), ("dna --help", 0)])
def test_help_is_still_help(line, code):
    ended = called(*line.split())
    assert ended.code == code and "Usage: regard" in ended.out and not ended.error

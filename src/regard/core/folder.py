"""How a run writes its folder, so that no kill, full disk or second run leaves half of one.

    out/                  what the user sees: files of whole runs, and his own
      .unfinished/        the run under way, or what a dead one left
        lock              held as long as the run's process lives: a second run is refused
        run               which run it is: another one is refused, unless by --force
        kept/             finished parts, where the run can be resumed
        files/            everything that the run writes
        ready             `files` is whole: from now on it is put in its place, whatever happens

1. The folder is locked. What a dead run had `ready` is put in its place first, whoever comes next; `files` without it
   are thrown away. The same run goes on from `kept` or begins again; it needs no --force for what itself has left.
2. The study writes into `files`. If it fails, `out` is as it was.
3. `ready` is written. The old `manifest.json` goes, every file is renamed into its place, `manifest.json` last, then
   `.unfinished` goes: a folder with a manifest and without `.unfinished` is complete.

A rename replaces files of the same name and nothing else. In folders that a run writes (`figures`), what an earlier
manifest lists goes as well, so that a report's figures are of one run; what it doesn't list is the user's and stays.
All of it lies on one file system, below `out`. It holds against the death of the process; after a power cut, the
system may have lost what it had not written to the disk.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from regard.core.lock import NAME as LOCK
from regard.core.lock import is_ours, lock
from regard.core.whole import FULL, check_place, unwritable, write_whole
from regard.errors import InputError

UNFINISHED, MANIFEST = ".unfinished", "manifest.json"
FOLDERS = ("figures", "*.zarr")
FILES = (
    *(
        "report.html",
        "report.md",
        MANIFEST,
        "*.tsv",
        "*.npz",
        "network.parquet",
        "network.graphml",
        "network.sif",
        "network.h5ad",
    ),
    "figures/*.svg",
)


@contextmanager
def output_folder(out: Path, force: bool) -> Iterator[Path]:
    """A folder to write into; its files take their places in `out` when everything in it is done.

    A non-empty `out` is refused without `force`; with it, only what this run writes is replaced. After an exception
    `out` is as it was; after a kill, the same command line needs no `force`.
    """
    with resumable_folder(out, force, of_command()) as (files, _):
        yield files


def of_command() -> str:
    """What tells this command line from others; --force makes no other run of it."""
    return hashlib.sha256(json.dumps([one for one in sys.argv[1:] if one != "--force"]).encode()).hexdigest()


@contextmanager
def resumable_folder(out: Path, force: bool, fingerprint: str) -> Iterator[tuple[Path, Path]]:
    """`output_folder`, and beside it a folder for finished parts that the same run finds again.

    fingerprint : what makes two runs the same, a SHA-256 in hexadecimal; a run that stopped is resumed without `force`
        when it is equal. After a whole run nothing is kept.
    """
    with held(out) as work:
        placed = (work / "ready").exists()
        if placed:
            place(out, work)
        same = enter(out, work, force, placed, fingerprint)
        files, kept = work / "files", work / "kept"
        try:
            begin(out, work, fingerprint, same)
            yield files, kept
            refuse_clashes(out, [path.relative_to(files) for path in files.rglob("*")], files)
            write_whole(work / "ready", json.dumps(outdated(out, files)))
            place(out, work)
        except BaseException:
            if not (work / "ready").exists():
                shutil.rmtree(files, ignore_errors=True)
                if not any(path.is_file() for path in kept.rglob("*")):
                    forget(work)
            raise
        forget(work)


@contextmanager
def held(out: Path) -> Iterator[Path]:
    """Make `out`, and keep other runs out of it; where it cannot be written to, that is one line.

    Gives `out/.unfinished`. What was made for it and is empty at the end is taken away again.
    """
    check_place(out)
    work, made = out / UNFINISHED, [p for p in (out, *out.parents) if not p.exists()]
    descriptor = None
    try:
        out.mkdir(parents=True, exist_ok=True)
        if work.is_symlink() or (work.exists() and not work.is_dir()):
            raise InputError(f"{work}: is not Regard's; move it away, or choose another --out")
        descriptor = lock(work)
        if descriptor is None:
            raise InputError(f"{out}: another run writes there now; wait for it, or choose another --out")
        yield work
    except OSError as error:
        at = Path(os.fsdecode(error.filename)) if isinstance(error.filename, str | bytes) else out
        ours = at == out or at.absolute().is_relative_to(work.absolute())
        if not ours and error.errno not in (*FULL, errno.EROFS):
            raise  # what could not be read lies elsewhere
        raise unwritable(out if ours else at, error) from None
    finally:
        if descriptor is not None:
            with suppress(OSError):
                if [path.name for path in work.iterdir()] == [LOCK]:
                    (work / LOCK).unlink()
                    work.rmdir()
            os.close(descriptor)
        with suppress(OSError):
            for empty in made:
                empty.rmdir()


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Make `out` and lock the folder itself, for training, which keeps its own files there and goes on from them."""
    check_place(out)
    made = [path for path in (out, *out.parents) if not path.exists()]
    descriptor = None
    try:
        out.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(out, os.O_RDONLY)
        if not is_ours(descriptor, out):
            raise InputError(f"{out}: another run writes there now; wait for it, or choose another --out")
        yield
    except OSError as error:
        if descriptor is not None and error.errno not in FULL:
            raise  # of the training itself
        raise unwritable(out, error) from None
    finally:
        if descriptor is not None:
            os.close(descriptor)
        with suppress(OSError):
            for empty in made:
                empty.rmdir()


def enter(out: Path, work: Path, force: bool, placed: bool, fingerprint: str) -> bool:
    """Refuse what is not ours to replace; is what was left there of the same run?

    placed : has what a dead run had ready just taken its place?
    """
    mark = work / "run"
    left = mark.read_bytes() if mark.is_file() else b""
    same = left == fingerprint.encode()
    if not (same or force) and re.fullmatch(rb"[0-9a-f]{64}", left):
        raise InputError(
            f"{out}: is not empty: a run of another command was interrupted there; run that one again, choose another "
            "--out, or add --force to begin anew"
        )
    others = set(out.iterdir()) - {work, *of_older_versions(out)}
    if others and not force and not (same and placed):
        raise InputError(f"{out}: is not empty; choose another --out or add --force to replace what is there")
    refuse_clashes(out, [path.relative_to(out) for names in (FOLDERS, FILES) for n in names for path in out.glob(n)])
    return same


def of_older_versions(out: Path) -> list[Path]:
    """What their killed runs left."""
    return [path for path in out.glob(f"{UNFINISHED}-*") if path.is_dir() and not path.is_symlink()]


def begin(out: Path, work: Path, fingerprint: str, same: bool) -> None:
    """Take away what dead runs left, but for finished parts of the same one, and say which run this is."""
    for path in (*of_older_versions(out), work / "files", *([] if same else [work / "kept"])):
        shutil.rmtree(path, ignore_errors=True)
    (work / "ready").unlink(missing_ok=True)
    if not same:
        write_whole(work / "run", fingerprint)
    (work / "files").mkdir()
    (work / "kept").mkdir(exist_ok=True)


def refuse_clashes(out: Path, names: list[Path], files: Path | None = None) -> None:
    """Refuse where a folder is in the place of a file, or a file or link in that of a folder.

    files : where to look which of them are to be folders; by their names alone if left out.
    """
    for name in names:
        to_be_folder = (files / name).is_dir() if files else any(name.match(one) for one in FOLDERS)
        there = out / name
        if to_be_folder and (there.is_symlink() or (there.exists() and not there.is_dir())):
            kind = "link" if there.is_symlink() else "file"
            raise InputError(f"{there}: is a {kind}, but a folder is written there; move it, or choose another --out")
        if not to_be_folder and there.is_dir() and not there.is_symlink():
            raise InputError(f"{there}: is a folder, but a file is written there; move it, or choose another --out")


def outdated(out: Path, files: Path) -> list[str]:
    """What an earlier run wrote into folders that this one writes, and this one doesn't."""
    folders = {path.name for path in files.iterdir() if path.is_dir()}
    try:
        listed = [PurePosixPath(name) for name in json.loads((out / MANIFEST).read_bytes())["files"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    found = []
    for name in listed:
        if len(name.parts) in (1, 2) and name.parts[0] in folders and ".." not in name.parts:
            # Of a zarr store the manifest names the folder: what is in it is recognised by its name.
            inside = [p for p in (out / name).rglob("*") if p.name == "zarr.json" or "c" in p.relative_to(out).parts]
            found += [str(p.relative_to(out)) for p in (inside or [out / name]) if p.is_file()]
    return [name for name in found if not (files / name).exists()]


def place(out: Path, work: Path) -> None:
    """Put what is ready in its place; what was there of it is so already."""
    files = work / "files"
    if (files / MANIFEST).exists():
        (out / MANIFEST).unlink(missing_ok=True)
    try:
        old = json.loads((work / "ready").read_bytes())
    except ValueError:
        old = []  # damaged: what an earlier run wrote stays
    for name in old:
        (out / name).unlink(missing_ok=True)
    for path in sorted(files.rglob("*"), key=lambda path: path == files / MANIFEST):
        target = out / path.relative_to(files)
        if path.is_dir():
            target.mkdir(exist_ok=True)
        else:
            path.replace(target)


def forget(work: Path) -> None:
    """Take away all of a run but its lock; the mark of which run it was last."""
    for name in ("files", "kept"):
        shutil.rmtree(work / name, ignore_errors=True)
    for name in ("ready", "run"):
        (work / name).unlink(missing_ok=True)

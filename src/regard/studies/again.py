"""A run once more: from what its manifest says, on the same bytes, and whether the same came out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import regard
from regard.core.command import elsewhere, out_of
from regard.core.recorded import Recorded
from regard.core.store import sha256
from regard.errors import InputError

OWN = ("examples/", "models/weights/")  # files that come with Regard, and may lie elsewhere now


def command_again(run: Recorded, out: Path, force: bool) -> tuple[list[str], Path]:
    """The arguments that repeat a run into `out`, and the folder in which to give them.

    Raises
    ------
    InputError
        An input is gone or has other bytes, or the run had no `--out`, or it was one of several of a demo.
    """
    if run.study == "demo":
        raise InputError(f"{run.folder}: is one of several runs that `{' '.join(run.command)}` wrote; repeat that")
    place = began_in(run)
    arguments = elsewhere(run.command[1:], out, force)
    for name, told in run.inputs.items():
        path = found(name, place)
        if path is None:
            raise InputError(
                f"{name}: is gone, and {run.folder} was made from it; put it back, or go where the command was given"
            )
        now = sha256(path)
        if now != told:
            raise InputError(
                f"{path}: has changed since {run.folder} was made from it (SHA-256 {told[:12]}… then, {now[:12]}… now)"
            )
        if path != place / name:
            arguments = [one.replace(name, str(path)) for one in arguments]
    return arguments, place


def began_in(run: Recorded) -> Path:
    """The folder in which the command was given: above its `--out` where that leads to the run, else this one."""
    out = out_of(run.command)
    if out is None:
        raise InputError(f"{run.folder}: its command has no --out ({' '.join(run.command)}); repeat it as it was said")
    folder, here = run.folder.resolve(), Path.cwd()
    if out.is_absolute() or ".." in out.parts:
        return here
    above = Path(*folder.parts[: len(folder.parts) - len(out.parts)])
    there = above / out == folder and all(found(name, above) for name in run.inputs)
    return above if there else here


def found(name: str, place: Path) -> Path | None:
    """An input by the name it was given; one of Regard's own also where this Regard has it."""
    path, own = place / name, name.rpartition("/regard/")[2]
    if not path.is_file() and own.startswith(OWN):
        path = Path(regard.__file__).parent / own
    return path if path.is_file() else None


def other_versions(run: Recorded, now: dict[str, str]) -> list[str]:
    """What was of another version then."""
    return [
        f"{name} {then}, now {now.get(name, 'none')}" for name, then in run.versions.items() if then != now.get(name)
    ]


def differences(before: Recorded, after: Recorded) -> Iterator[tuple[str, str]]:
    """Each file of the two runs, tables first, with how it differs: an empty word where its bytes are the same."""
    tables = before.tables()
    names = dict.fromkeys([*tables, *after.tables(), *before.files, *after.files])
    for name in names:
        one, other = contents(before.folder / name), contents(after.folder / name)
        if one == other:
            yield name, ""
        elif not one or not other:
            yield name, "is there only now" if other else "was there only then"
        elif name.endswith(".tsv"):
            yield name, f"differs from line {first_difference(one[name], other[name])} on"
        else:
            yield name, "differs"


def contents(path: Path) -> dict[str, bytes]:
    """The bytes of a file, or of all files of a store; none where nothing is there."""
    if path.is_file():
        return {path.name: path.read_bytes()}
    return {str(one.relative_to(path)): one.read_bytes() for one in sorted(path.rglob("*")) if one.is_file()}


def first_difference(one: bytes, other: bytes) -> int:
    """The first line, counted from 1, that two texts do not have alike."""
    lines, others = one.split(b"\n"), other.split(b"\n")
    alike = next((at for at, (a, b) in enumerate(zip(lines, others, strict=False)) if a != b), None)
    return 1 + (min(len(lines), len(others)) if alike is None else alike)

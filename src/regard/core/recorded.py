"""What a finished run says of itself: its manifest, read back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from regard.core.folder import MANIFEST, UNFINISHED
from regard.core.store import written
from regard.errors import InputError


@dataclass(frozen=True)
class Recorded:
    """A run as `manifest.json` has it.

    Attributes
    ----------
    folder : where the run lies.
    command : its command line, `regard` first.
    inputs : SHA-256 of each file that was read, by its path as it was given.
    files : what the run wrote, below `folder`; a zarr store stands for all of its chunks.
    """

    folder: Path
    command: list[str]
    seed: int
    settings: dict
    inputs: dict[str, str]
    versions: dict[str, str]
    files: list[str]

    @property
    def study(self) -> str:
        """Which study it was: `dna`, `enhancer rank`, …"""
        words = self.command[1:3] if self.command[1:2] == ["enhancer"] else self.command[1:2]
        return " ".join(words)

    def tables(self) -> list[str]:
        """Its tables, the evidence first."""
        return sorted((name for name in self.files if name.endswith(".tsv")), key=lambda n: (n != "evidence.tsv", n))


def recorded(folder: Path) -> Recorded:
    """Read what a run was.

    Raises
    ------
    InputError
        No finished run lies there, or its manifest is damaged.
    """
    path = folder / MANIFEST
    if not path.is_file():
        inside = sorted(one.parent.name for one in folder.glob(f"*/{MANIFEST}")) if folder.is_dir() else []
        several = f"; it holds the runs {', '.join(inside)}: name one of them" if inside else ""
        raise InputError(f"{path}: no such file; expected the --out of a finished run{several}")
    if (folder / UNFINISHED / "ready").exists():
        raise InputError(f"{folder}: its run was interrupted while it ended; give the same command once more")
    try:
        told = json.loads(path.read_bytes())
        run = Recorded(
            folder=folder,
            command=words(told["command"]),
            seed=int(told["seed"]),
            settings=dict(told["settings"]),
            inputs=named(told["inputs"]),
            versions=named(told["versions"]),
            files=inside_only(words(told.get("files") or sorted(written(folder) - {MANIFEST}))),
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise InputError(f"{path}: is damaged, or no manifest of Regard's; repeat the run") from None
    if run.command[:1] != ["regard"]:
        raise InputError(f"{path}: was not written by a command of Regard's; repeat what was done as it was done")
    return run


def words(value) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise TypeError
    return value


def named(value) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise TypeError
    return value


def inside_only(names: list[str]) -> list[str]:
    """No name of a file may lead out of the folder."""
    if any(PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts for name in names):
        raise ValueError
    return names

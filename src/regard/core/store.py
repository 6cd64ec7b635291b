"""What a run leaves on disk: attention as zarr, a manifest, and nothing half-written."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import xarray as xr

from regard.core.maps import AttentionMaps
from regard.errors import InputError


@contextmanager
def output_folder(out: Path, force: bool) -> Iterator[Path]:
    """A folder to write into that takes the place of `out` when everything in it is done.

    A non-empty `out` is refused without `force`; with it, only what this run writes is replaced.
    After an exception `out` is as it was.
    """
    if out.exists() and not out.is_dir():
        raise InputError(f"{out}: is a file; --out wants a folder")
    if out.is_dir() and any(out.iterdir()) and not force:
        raise InputError(f"{out}: is not empty; choose another --out or add --force to replace what is there")
    new_folder = not out.exists()
    try:
        out.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=out))
    except OSError as error:
        raise InputError(f"{out}: cannot be written to ({error.strerror}); choose another --out") from None
    try:
        yield beside
        for new in beside.iterdir():
            old = out / new.name
            if old.is_dir():
                shutil.rmtree(old)
            new.replace(old)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        if new_folder and not any(out.iterdir()):
            out.rmdir()


def save_maps(maps: AttentionMaps, path: Path) -> None:
    """Write attention to a zarr 3 store with one array `attention`, a chunk for each map."""
    size = maps.array.sizes
    chunks = (1, 1, 1, size["query"], size["key"])
    words = [name for name, values in maps.array.coords.items() if values.dtype.kind == "U"]
    array = maps.array.assign_coords({name: maps.array[name].astype(object) for name in words})
    array.to_dataset(name="attention").to_zarr(
        path, mode="w", zarr_format=3, consolidated=False, encoding={"attention": {"chunks": chunks}}
    )


def save_tracks(tracks: xr.Dataset, path: Path) -> None:
    """Write a dataset of tracks, as `models.initiation_tracks` makes them, to a zarr 3 store."""
    words = [name for name, values in tracks.coords.items() if values.dtype.kind == "U"]
    tracks.assign_coords({name: tracks[name].astype(object) for name in words}).to_zarr(
        path, mode="w", zarr_format=3, consolidated=False
    )


def load(folder: Path | str) -> AttentionMaps:
    """Attention of a finished run.

    Parameters
    ----------
    folder : what was given to `--out`.

    Returns
    -------
    AttentionMaps; `load(DIR)[sequence][block][head]` is a matrix, shape (query, key).

    Raises
    ------
    InputError
        A folder without attention.

    Examples
    --------
    >>> import numpy as np, regard
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> maps = regard.attention_maps([np.full((4, 4, 2, 2), 0.5)], ["s1"], [regard.token_table(["A", "C"])])
    >>> with TemporaryDirectory() as folder:
    ...     save_maps(maps, Path(folder) / "attention.zarr")  # as `regard dna` does
    ...     regard.load(folder)[0][2][3].tolist()
    [[0.5, 0.5], [0.5, 0.5]]
    """
    path = Path(folder) / "attention.zarr"
    if not path.is_dir():
        raise InputError(f"{path}: no such folder; was the run made with --predictions-only?")
    with xr.open_zarr(path, consolidated=False) as data:
        return AttentionMaps(data["attention"].load())


def sha256(path: Path) -> str:
    """Checksum of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_manifest(path: Path, *, seed: int, inputs: list[Path], **settings) -> None:
    """Write what a run was: versions, seed, the command and checksums of what it read."""
    packages = ("regard", "numpy", "pandas", "scikit-learn", "torch", "xarray", "zarr")
    manifest = {
        "command": ["regard", *sys.argv[1:]],
        "seed": seed,
        "settings": settings,
        "inputs": {str(p): sha256(p) for p in inputs},
        "versions": {"python": sys.version.split()[0]} | {p: version(p) for p in packages},
    }
    path.write_text(json.dumps(manifest, indent=2, default=str) + "\n")

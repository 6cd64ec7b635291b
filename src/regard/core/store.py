"""What a run leaves on disk: attention as zarr, and a manifest of what the run was."""

from __future__ import annotations

import hashlib
import json
import sys
from importlib.metadata import version
from pathlib import Path

import xarray as xr

from regard.core.maps import AttentionMaps
from regard.errors import InputError


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


def provenance(seed: int, inputs: list[Path]) -> dict:
    """What a run was: the command, its seed, checksums of what it read, and versions."""
    packages = ("regard", "numpy", "pandas", "scikit-learn", "torch", "xarray", "zarr")
    return {
        "command": ["regard", *sys.argv[1:]],
        "seed": seed,
        "inputs": {str(p): sha256(p) for p in inputs},
        "versions": {"python": sys.version.split()[0]} | {p: version(p) for p in packages},
    }


def write_manifest(path: Path, made: dict, **settings) -> None:
    """Write what a run was, as `provenance` gives it, with its settings, and what lies beside the file as its own."""
    told = {"command": made["command"], "seed": made["seed"], "settings": settings} | made
    told["files"] = sorted(written(path.parent) - {path.name})
    path.write_text(json.dumps(told, indent=2, default=str) + "\n")


def written(folder: Path) -> set[str]:
    """Names of the files below a folder; a zarr store stands for all of its chunks."""
    names = set()
    for path in folder.rglob("*"):
        name = path.relative_to(folder)
        store = next((parent for parent in name.parents if parent.suffix == ".zarr"), None)
        if path.is_file():
            names.add((store or name).as_posix())
    return names

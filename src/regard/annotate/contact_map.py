"""Measured contacts of a region from cooler files (.cool, .mcool), which are HDF5 and are read by h5py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from regard.data.files import check_file
from regard.data.regions import Region, same_chromosome
from regard.errors import InputError, MissingExtra, RegardError, reason

FORMAT = "a contact map of cooler (.cool, or .mcool with several resolutions)"
MOST = 400  # bins of a region, so that a figure shows them; of several resolutions the finest that has no more


def read_contacts(path: Path | str, region: Region) -> tuple[np.ndarray, np.ndarray, str]:
    """Read the contacts within a region.

    Parameters
    ----------
    path : .cool, or .mcool, of which the finest resolution is read that shows the region in MOST bins; another one as
        ``FILE::/resolutions/10000``.
    region : 0-based half-open; it may reach over the ends of its chromosome.

    Returns
    -------
    Where bins begin and, last, where the last one ends, (bins + 1,); contacts, symmetric, (bins, bins), balanced where
    the file has weights of bins (NaN for bins without); and what they are, in words.

    Raises
    ------
    InputError
        For a file that is none or damaged, a resolution or a chromosome that is not in it, and too many bins.
    """
    try:
        import h5py
    except ImportError:
        raise MissingExtra("h5py", "contacts") from None
    name, _, group = str(path).partition("::")
    path = Path(name)
    check_file(path, FORMAT)
    try:
        with h5py.File(path, "r") as file:
            if group and group.strip("/") not in file:
                raise InputError(f"{path}: has no {group!r}; it has {', '.join(list(file.get('resolutions', file)))}")
            return within(path, resolution(path, file[group] if group else file, region), region)
    except RegardError:
        raise
    except Exception as error:  # h5py has many for damaged files
        raise InputError(f"{path}: not {FORMAT}, or a damaged one ({reason(error)})") from None


def resolution(path: Path, file: Any, region: Region) -> Any:
    """The map of a file, or of several resolutions the finest that shows a region in MOST bins."""
    if "resolutions" not in file:
        if "pixels" not in file:
            raise InputError(f"{path}: no pixels in it; expected {FORMAT}")
        return file
    sizes = sorted(int(size) for size in file["resolutions"])
    chosen = next((size for size in sizes if region.length <= size * MOST), sizes[-1])
    return file["resolutions"][str(chosen)]


def within(path: Path, file: Any, region: Region) -> tuple[np.ndarray, np.ndarray, str]:
    """Bins and contacts of a region in one map."""
    names = [one.decode() if isinstance(one, bytes) else str(one) for one in file["chroms/name"][:]]
    number = names.index(same_chromosome(region.chrom, names, path))
    first, last = (int(at) for at in file["indexes/chrom_offset"][number : number + 2])
    starts, ends = file["bins/start"][first:last], file["bins/end"][first:last]
    here = np.flatnonzero((starts < region.end) & (ends > region.start))
    if not len(here):
        raise InputError(f"{path}: has no bin in {region}")
    low, high = first + int(here[0]), first + int(here[-1]) + 1
    if high - low > 4 * MOST:
        raise InputError(f"{path}: {high - low} bins in {region}; at most {4 * MOST} are shown, take a coarser map")
    rows = slice(*(int(at) for at in file["indexes/bin1_offset"][[low, high]]))
    i, j = file["pixels/bin1_id"][rows] - low, file["pixels/bin2_id"][rows] - low
    inside = (j >= 0) & (j < high - low)
    i, j, count = i[inside], j[inside], np.asarray(file["pixels/count"][rows], dtype=float)[inside]
    table = np.zeros((high - low, high - low))
    table[i, j] = table[j, i] = count
    what = "counts"
    if "weight" in file["bins"]:
        weight = np.asarray(file["bins/weight"][low:high], dtype=float)
        table, what = table * weight * weight[:, None], "balanced"
    edges = np.append(starts[here], ends[here[-1]]).astype(float)
    return edges, table, f"{what}, bins of {int(ends[here[0]] - starts[here[0]]):,} bp"

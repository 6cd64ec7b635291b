"""Some of the targets in a run of their own, and the run that puts such runs together."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from regard.core import parts
from regard.core.whole import write_whole
from regard.data.expression import Expression
from regard.data.regulators import read_regulators
from regard.errors import InputError
from regard.predictors.edges import PREDICTORS, infer_targets


def parse_targets(given: str, genes: list[str], aliases: Mapping[str, str] | None = None) -> list[int]:
    """Places of the targets that are meant: names in a file, or A-B, from 1, in the order of the genes' names.

    genes : in the order of their names. aliases : other names of them.
    """
    if Path(given).is_file():
        return read_regulators(Path(given), genes, aliases)[0]
    found = re.fullmatch(r"(\d+)-(\d+)", given)
    if not found:
        raise InputError(f"--targets {given!r}: is no file, nor a range such as 1-{len(genes)}")
    first, last = map(int, found.groups())
    if not 1 <= first <= last <= len(genes):
        raise InputError(f"--targets {given}: the table has targets 1-{len(genes)}, in the order of their names")
    return list(range(first - 1, last))


def check_shared_out(names: Sequence[str]) -> None:
    """Raise where a method does not fit one target after the other, so that there is nothing to share out."""
    able = [name for name, one in PREDICTORS.items() if one.by_target]
    wrong = [name for name in names if name not in able]
    if wrong or not names:
        what = f"method {wrong[0]!r} sees all targets at once" if wrong else "name the methods with --method"
        raise InputError(
            f"--targets: {what}; targets are shared out by {', '.join(able)}. Ask for others where parts are merged"
        )


def write_shard(
    names: Sequence[str],
    expression: Expression,
    targets: Sequence[int],
    folder: Path,
    kept: Path,
    run: dict,
    begin: Callable[[str], Callable[[int], object]],
    **how,
) -> None:
    """Fit these targets by each method, and write `parts.METHOD.npz` with what `infer` would keep of them.

    run : what makes two runs the same, but for their targets. how : as of `infer`.
    """
    for name in names:
        place = kept / name
        place.mkdir(exist_ok=True)
        infer_targets(name, expression, targets, kept=place, advance=begin(name), **how)
        found = {file.stem: parts.kept(file) for file in sorted(place.glob("*.npy"))}
        written = io.BytesIO()
        np.savez(written, run=np.array(stamp(run)), **{key: one for key, one in found.items() if one is not None})
        write_whole(folder / f"parts.{name}.npz", written.getvalue())


def take_shards(folders: Sequence[Path], names: Sequence[str], kept: Path, run: dict) -> list[str]:
    """Lay the targets that other runs finished where a run of all targets finds them; a line on each method.

    Raises InputError for a folder without parts of these methods, or of another table, seed or regulators.
    """
    counts = dict.fromkeys(names, 0)
    for folder in folders:
        files = [folder / f"parts.{name}.npz" for name in names]
        if not any(file.is_file() for file in files):
            raise InputError(
                f"{folder}: has no parts of {', '.join(names)}; run there with --targets and these methods"
            )
        for name, file in zip(names, files, strict=True):
            if file.is_file():
                counts[name] += lay(file, kept / name, run)
    return [f"{name}: {count} targets were fitted in other runs" for name, count in counts.items() if count]


def lay(file: Path, place: Path, run: dict) -> int:
    """The targets of one file, as parts in the folder `place`; how many."""
    place.mkdir(exist_ok=True)
    try:
        with np.load(file, allow_pickle=False) as read:
            found = {key: read[key] for key in read.files}
        made = str(found.pop("run"))
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise InputError(f"{file}: is damaged ({type(error).__name__}); run that part again") from None
    if made != stamp(run):
        raise InputError(
            f"{file}: is of another run: expression, regulators, perturbations, seed and version must be the same"
        )
    for key, one in found.items():
        parts.keep(place / f"{key}.npy", one)
    return len(found)


def stamp(run: dict) -> str:
    return json.dumps([version("regard"), run])

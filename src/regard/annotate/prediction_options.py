"""How each file of predictions is to be read: options behind its name, or the benchmark's table `pred_config`."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from regard.annotate.prediction_columns import AGGREGATES
from regard.data.delimited import is_infinite, is_number
from regard.data.sequences import lines
from regard.errors import InputError

OPTIONS = ("name", "score", "aggregate", "fill", "inverse", "boolean", "threshold", "cell")
YES, NO = ("TRUE", "T", "YES", "1", ""), ("FALSE", "F", "NO", "0")
# Columns of CRISPR_comparison's table, by what they are called here; colours and plots are ours.
CONFIG = {
    "pred_name_long": "name", "pred_col": "score", "aggregate_function": "aggregate", "fill_value": "fill",
    "inverse_predictor": "inverse", "boolean": "boolean", "alpha": "threshold",
}  # fmt: skip
EXPECTED = "a table with columns pred_id, pred_col, boolean, alpha, aggregate_function, fill_value, inverse_predictor"
ABSENT = ("", "NA", "NULL", "NaN")


@dataclass(frozen=True)
class Asked:
    """A file, what it is called (empty: by its own name), and options for each score that is read of it."""

    path: Path
    label: str = ""
    scores: tuple[dict, ...] = ()


def parse_asked(text: str | Path | Asked) -> Asked:
    """A file of predictions as the command line names it: ``[ID=]FILE[::key=value,…]``.

    Examples
    --------
    >>> parse_asked("ABC=abc.tsv::score=ABC.Score,aggregate=sum,fill=0").scores
    ({'score': 'ABC.Score', 'aggregate': 'sum', 'fill': 0.0},)
    """
    if isinstance(text, Asked):
        return text
    if Path(text).exists():
        return Asked(Path(text))
    file, _, options = str(text).partition("::")
    label, path = "", Path(file)
    if "=" in file and not path.exists():
        label, _, rest = file.partition("=")
        path = Path(rest)
    if not options:
        return Asked(path, label)
    found = {}
    for one in options.split(","):
        key, _, value = one.partition("=")
        found |= option(f"--predictions {text}", key.strip(), value.strip())
    return Asked(path, label, (found,))


def option(where: str, key: str, value: str) -> dict:
    """One option as `Column` has it."""
    if key not in OPTIONS:
        raise InputError(f"{where}: no option {key!r}; there are {', '.join(OPTIONS)}")
    if key in ("inverse", "boolean"):
        if value.upper() not in YES + NO:
            raise InputError(f"{where}: {key} is {value!r}; expected yes or no")
        return {key: value.upper() in YES}
    if key in ("fill", "threshold"):
        if not is_number(value) and not (key == "fill" and is_infinite(value)):
            raise InputError(f"{where}: {key} is {value!r}; expected a number")
        return {key: float(value)}
    if key == "aggregate" and value not in AGGREGATES:
        raise InputError(f"{where}: aggregate is {value!r}; expected one of {', '.join(AGGREGATES)}")
    if not value:
        raise InputError(f"{where}: {key} is empty")
    return {key: value}


def read_config(path: Path | str) -> dict[str, list[dict]]:
    """Options of every score by `pred_id`, from the benchmark's `pred_config`, tabs or blanks between its columns.

    Rows that begin with # and those whose column `include` is FALSE are skipped.
    """
    path, header, found = Path(path), [], {}
    for number, line in enumerate(lines(path, EXPECTED), 1):
        if not line.strip() or (header and line.startswith("#")):
            continue
        where = f"{path}, line {number}"
        try:
            fields = [f.strip().strip('"') for f in line.split("\t")] if "\t" in line else shlex.split(line)
        except ValueError as error:
            raise InputError(f"{where}: {error}; expected {EXPECTED}") from None
        if not header:
            header = fields
            if missing := [name for name in ("pred_id", "pred_col") if name not in header]:
                raise InputError(f"{path}: no column {missing[0]!r} in its header; expected {EXPECTED}")
            continue
        if len(fields) != len(header):
            raise InputError(f"{where}: {len(fields)} fields, but the header has {len(header)}")
        row = dict(zip(header, fields, strict=True))
        if row.get("include", "TRUE").upper() in NO:
            continue
        options = {}
        for name, key in CONFIG.items():
            if row.get(name, "") not in ABSENT:
                options |= option(f"{where}, {name}", key, row[name])
        found.setdefault(row["pred_id"], []).append(options)
    if not found:
        raise InputError(f"{path}: no predictor in it; expected {EXPECTED}")
    return found


def with_config(asked: Sequence[Asked], path: Path | str) -> list[Asked]:
    """Files with the options of a `pred_config`, found by ``ID=FILE``, or by the name of the file.

    Raises
    ------
    InputError
        Where it is not clear which rows are a file's.
    """
    config, found = read_config(path), []
    for one in asked:
        ids = [one.label] if one.label in config else [k for k in config if k.lower() in one.path.name.lower()]
        longest = [k for k in ids if len(k) == max(map(len, ids))]
        if len(longest) != 1 and len(config) == 1 == len(asked):
            longest = list(config)
        if one.scores or len(longest) != 1:
            if one.scores:
                found.append(one)
                continue
            raise InputError(
                f"{path}: which of its rows ({', '.join(list(config)[:8])}) are of {one.path}? "
                f"Say --predictions ID={one.path}"
            )
        found.append(Asked(one.path, one.label or longest[0], tuple(config[longest[0]])))
    return found

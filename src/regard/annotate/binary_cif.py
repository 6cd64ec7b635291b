"""BinaryCIF through biotite, after a look at what its columns claim: a few bytes can stand for billions of values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from regard.data import limits
from regard.errors import InputError


def read_binary_cif(path: Path, raw: bytes) -> Any:
    """The file as biotite's `BinaryCIFFile`.

    Raises
    ------
    InputError
        A column unpacks to more than `limits.ATOMS` values or `limits.CHUNK` bytes. Whatever else is wrong with the
        file is raised as msgpack and biotite do.
    """
    import msgpack
    from biotite.structure.io.pdbx import BinaryCIFFile

    content = msgpack.unpackb(raw, use_list=True, raw=False)
    for block in content["dataBlocks"]:
        for category in block["categories"]:
            bounded(f"{path}: {category['name']}", category["rowCount"])
            for column in category["columns"]:
                where = f"{path}: {category['name']}.{column['name']}"
                for part in filter(None, (column["data"], column["mask"])):
                    check(where, part)
    return BinaryCIFFile.deserialize(content)


def check(where: str, part: dict[str, Any]) -> None:
    """Raise InputError where the values of an encoded array would take too much room."""
    steps = part["encoding"]
    if steps and steps[0]["kind"] == "StringArray":
        text = steps[0]
        rows = claimed(where, part["data"], [*text["dataEncoding"], *steps[1:]])
        offsets = {"data": text["offsets"], "encoding": text["offsetEncoding"]}
        if rows * longest(where, offsets) > limits.CHUNK // 4:  # numpy takes four bytes a letter, for each row as many
            raise InputError(f"{where} unpacks to more than {limits.CHUNK:,} bytes; no structure has so much")
    else:
        claimed(where, part["data"], steps)


def claimed(where: str, data: bytes, steps: list[dict[str, Any]]) -> int:
    """How many values come out, at most: what the file says itself where runs and packed numbers are unpacked."""
    sizes = [step.get("srcSize") for step in steps if step["kind"] in ("RunLength", "IntegerPacking")]
    for size in sizes:
        bounded(where, size)
    return sizes[0] if sizes else len(data)


def bounded(where: str, size: int | None) -> None:
    if size is None or size > limits.ATOMS:
        many = "any number of" if size is None else f"{size:,}"
        raise InputError(f"{where} unpacks to {many} values; at most {limits.ATOMS:,} are read")


def longest(where: str, offsets: dict[str, Any]) -> int:
    """Letters of the longest of the strings that a column draws from."""
    from biotite.structure.io.pdbx import BinaryCIFData

    check(where, offsets)
    return int(np.diff(BinaryCIFData.deserialize(offsets).array).max(initial=0))

"""The section of every page that says how it was made."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path, PurePath

from regard.core.command import elsewhere
from regard.report.inline import marked
from regard.report.page import Column, Part, Section, Table

INPUTS = [Column("file", "file"), Column("SHA-256 of its bytes", lambda row: marked("`{hash}`", hash=row["hash"]))]
TITLE = "How this page was made"


def made_section(made: Mapping) -> Section:
    """Command, seed, files that were read with their checksums, and versions.

    made : `command`, `seed`, `inputs` (checksum by path) and `versions`, as `core.store.provenance` gives them.
    """
    said = marked("`{command}`", command=shlex.join(elsewhere(made["command"], Path("DIR"), False)))
    versions = ", ".join(f"{name} {version}" for name, version in made["versions"].items())
    parts: list[Part] = [
        said,
        f"Seed {made['seed']}. The same command on the same files gives the same numbers. {versions}.",
    ]
    inputs = [{"file": PurePath(path).name, "hash": checksum} for path, checksum in made["inputs"].items()]
    if inputs:
        parts.append(Table(INPUTS, inputs))
    parts.append(
        marked(
            "Every setting and every file of this folder is in `manifest.json`; `regard rerun DIR`, DIR the folder, "
            "repeats the run from it and compares what comes out."
        )
    )
    return Section(TITLE, parts)

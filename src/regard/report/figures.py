"""Figures of finished runs, found by their names, to stand in a page about them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatch
from html import unescape
from pathlib import Path, PurePosixPath

from regard.report.page import Figure

CAPTION = re.compile(rb"<dc:description>([^<]*)</dc:description>")
# What shows a study's answer, before what shows its parts.
MAIN = (
    "precision_recall.svg",
    "precision.svg",
    "attention_*_block_means.svg",
    "attention_*.svg",
    "locus*.svg",
    "difference.svg",
    "by_distance.svg",
    "matrix.*.svg",
    "residues.*.svg",
    "question_positions.svg",
    "question_strength.svg",
    "heads.svg",
)


def ordered(files: Iterable[str]) -> list[str]:
    """The figures among a run's files, those that show its answer first.

    >>> ordered(["evidence.tsv", "figures/heads.svg", "figures/other.svg", "figures/precision.svg"])
    ['figures/precision.svg', 'figures/heads.svg', 'figures/other.svg']
    """

    def place(file: str) -> int:
        name = PurePosixPath(file).name
        return next((at for at, pattern in enumerate(MAIN) if fnmatch(name, pattern)), len(MAIN))

    return sorted((file for file in files if fnmatch(file, "figures/*.svg")), key=lambda file: (place(file), file))


def drawn_by(run: Path, file: str, name: str) -> Figure:
    """A figure of a run for a page over several. name : of the folder of the run, as it lies from that page."""
    picture = (run / file).read_bytes()
    return Figure(picture, f"{name}/{file}", caption_in(picture) or f"{PurePosixPath(file).stem}.")


def caption_in(svg: bytes) -> str:
    """The caption that a figure of ours carries; empty where it has none."""
    found = CAPTION.search(svg)
    return unescape(found[1].decode()) if found else ""

"""The pages under docs, and what stands in their fenced blocks."""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)\s]*)?\)")


class Block(NamedTuple):
    """A fenced block: what it is written in (sh, python), and its text."""

    kind: str
    text: str


def blocks(page: str, *kinds: str) -> list[Block]:
    """Those of a page, by its name below docs, in their order."""
    found = [Block(*one) for one in BLOCK.findall((DOCS / page).read_text(encoding="utf-8"))]
    return [one for one in found if not kinds or one.kind in kinds]


def links(path: Path) -> list[str]:
    """Files that a page leads to, by paths from where it lies."""
    return LINK.findall(BLOCK.sub("", path.read_text(encoding="utf-8")))

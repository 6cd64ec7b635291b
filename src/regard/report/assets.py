"""Style sheets and scripts that stand in the page, and the policy that lets nothing else run or be fetched."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from markupsafe import Markup

FOLDER = Path(__file__).parent / "assets"
HEADING = re.compile(r"<h2>(.*?)</h2>", re.DOTALL)


@cache
def inlined(name: str) -> Markup:
    """The text of `assets/<name>`, to stand between `<style>` or `<script>` and its end."""
    return Markup((FOLDER / name).read_text(encoding="utf-8"))


@cache
def policy() -> str:
    """A Content-Security-Policy: our own scripts and styles by their hashes, pictures in the page, and nothing else."""

    def hashes(kind: str) -> str:
        texts = [inlined(path.name).encode() for path in sorted(FOLDER.glob(f"*.{kind}"))]
        return " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(text).digest()).decode()}'" for text in texts)

    return (
        f"default-src 'none'; script-src {hashes('js')}; style-src {hashes('css')}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def anchors(titles: Iterable[str]) -> list[str]:
    """An anchor for each title, by its words; no two are the same."""
    found: list[str] = []
    for title in titles:
        words = "-".join(re.findall(r"\w+", title.lower())[:8]) or "section"
        anchor, more = words, 2
        while anchor in found:
            anchor, more = f"{words}-{more}", more + 1
        found.append(anchor)
    return found


def indexed(body: Markup) -> tuple[list[tuple[str, str]], Markup]:
    """Give every `<h2>` of a page an anchor by its words; anchors and titles in order, and the page with them."""
    titles = [Markup(heading).striptags() for heading in HEADING.findall(body)]
    found = anchors(titles)
    given = iter(found)
    page = Markup(HEADING.sub(lambda heading: f'<h2 id="{next(given)}">{heading[1]}</h2>', body))
    return list(zip(found, titles, strict=True)), page

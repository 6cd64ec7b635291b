"""Style sheets and scripts that stand in the page, and the policy that lets nothing else run or be fetched."""

from __future__ import annotations

import base64
import hashlib
import re
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


def indexed(body: Markup) -> tuple[list[tuple[str, str]], Markup]:
    """Give every `<h2>` of a page an anchor by its words; anchors and titles in order, and the page with them."""
    titles: dict[str, str] = {}

    def with_anchor(heading: re.Match) -> str:
        title = Markup(heading[1]).striptags()
        words = "-".join(re.findall(r"\w+", title.lower())[:8]) or "section"
        anchor, more = words, 2
        while anchor in titles:
            anchor, more = f"{words}-{more}", more + 1
        titles[anchor] = title
        return f'<h2 id="{anchor}">{heading[1]}</h2>'

    page = Markup(HEADING.sub(with_anchor, body))
    return list(titles.items()), page

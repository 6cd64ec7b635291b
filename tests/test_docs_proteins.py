"""The snippets of docs/enformer-to-esm2.md run in order and print what the page says."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[1] / "docs" / "enformer-to-esm2.md"
SNIPPETS = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), re.DOTALL | re.MULTILINE)


def test_every_snippet_prints_what_the_page_says(tmp_path, monkeypatch, capsys):
    pytest.importorskip("antiberty", reason="extra antibody")
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    for number, text in enumerate(SNIPPETS):
        exec(compile(text, f"{PAGE.name}: {number}", "exec"), names)
    said = [line.strip() for text in SNIPPETS for line in re.findall(r"^print\(.*\)  # (.*)$", text, re.MULTILINE)]
    assert capsys.readouterr().out.splitlines() == said and len(said) == 3
    assert (tmp_path / "cys22.svg").stat().st_size > 1000

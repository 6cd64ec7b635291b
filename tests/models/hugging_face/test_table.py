"""docs/models.md: its table is made of the families that are tested, and each of its snippets runs.

`python -m tests.models.hugging_face.test_table` writes the table anew.
"""

import re
from pathlib import Path

import pytest
import torch

from tests.models.hugging_face.families import FAMILIES, write

PAGE = Path(__file__).parents[3] / "docs" / "models.md"
BEGIN, END = "<!-- families: written by tests/models/hugging_face/test_table.py -->\n", "<!-- end of families -->"


def table() -> str:
    """A row a family, in Markdown."""
    rows = ["| family | such as | a token is | looks | comes out |", "|---|---|---|---|---|"]
    for one in FAMILIES:
        sizes = {end - start for start, end in one.tokens}
        size = f"{min(sizes)} to {max(sizes)}" if len(sizes) > 1 else str(*sizes)
        token = f"{size} {one.unit}{'s' if size != '1' else ''}"
        looks, out = "back" if one.causal else "both ways", "fused" if one.seam == "sdpa" else "eager"
        rows.append(f"| {one.name} | {one.like} | {token} | {looks} | {out} |")
    return "\n".join(rows) + "\n"


def written(page: str) -> str:
    return page[page.index(BEGIN) + len(BEGIN) : page.index(END)]


def snippets() -> list[str]:
    return re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.S)


def test_the_table_is_that_of_the_families():
    assert written(PAGE.read_text()) == table()


@pytest.mark.parametrize("family", FAMILIES, ids=[family.name for family in FAMILIES])
def test_the_notebook_of_a_folder_runs_for_each_family(family, tmp_path):
    folder = write(family, tmp_path / "model")
    first, second, *_ = snippets()
    place = {"FOLDER": str(folder), "SEQUENCE": family.sequence, "UNIT": family.unit}
    exec(first, place)
    assert len(place["scores"].values[0]) == len(family.sequence)
    exec(second, place)
    assert place["maps"][0].shape[0] == 3


def test_the_other_snippets_run():
    pytest.importorskip("x_transformers")
    pytest.importorskip("enformer_pytorch")
    pytest.importorskip("antiberty")
    pytest.importorskip("borzoi_pytorch")
    pytest.importorskip("tabpfn")
    torch.manual_seed(0)
    place: dict = {}
    exec("import regard", place)
    shapes = []
    for snippet in snippets()[2:]:
        exec(snippet, place)
        shapes.append(place["maps"][0].shape[:3])
    assert shapes == [(3, 4, 8), (4, 4, 8), (2, 4, 8), (8, 8, 27), (2, 4, 128), (2, 4, 16), (6, 4, 5), (3, 4, 5)]


if __name__ == "__main__":
    page = PAGE.read_text()
    PAGE.write_text(page.replace(written(page), table()) if written(page) else page.replace(BEGIN, BEGIN + table()))

"""docs/models.md: its tables are made of the models that are tested, and each of its snippets runs.

`python -m tests.models.hugging_face.test_table` writes the tables anew.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

import regard
from regard.models.dna_gpt.model import load as load_gpt
from regard.models.network.model import load as load_network
from regard.models.reader import Reader
from regard.models.shelf.shipped import DNA_GPT, NETWORK, TABPFN_SMALL
from tests.models.hugging_face.families import FAMILIES, write

PAGE = Path(__file__).parents[3] / "docs" / "models.md"
BEGIN, END = "<!-- families: written by tests/models/hugging_face/test_table.py -->\n", "<!-- end of families -->"
OTHERS = "<!-- others: written by tests/models/hugging_face/test_table.py -->\n", "<!-- end of others -->"


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


def others() -> Iterator[tuple[str, str, Reader, object, str]]:
    """Models of their own kinds: name, where it comes from, how it is read, something to read, how it comes out."""
    from borzoi_pytorch import Borzoi

    from regard.models.enformer.model import genomic, untrained
    from regard.models.tabpfn.regressor import describe

    small = {"dim": 64, "depth": 2, "heads": 4, "attn_dim_key": 16, "attn_dim_value": 16, "bins_to_return": 16}
    dna, dropout = "ACGT" * 1024, "hook on its dropout"
    yield "our DNA GPT", "Regard", regard.reader(load_gpt(DNA_GPT)), dna[:100], "fused"
    yield "AntiBERTy", "antiberty", regard.reader(regard.load_protein("antiberty")), "QVQLVQSG", "fused"
    yield "Enformer", "enformer-pytorch", regard.reader(genomic(untrained(seed=0), tracks=(0,))), dna * 4, dropout
    yield "Borzoi", "borzoi-pytorch", regard.reader(Borzoi.from_hparams(**small).eval()), dna, dropout
    table = pd.DataFrame(np.random.default_rng(0).normal(size=(9, 3)), columns=list("abc"))
    yield "our network model", "Regard", regard.reader(load_network(NETWORK)), table, "hook on its blocks"
    yield "TabPFN", "tabpfn", regard.reader(describe(TABPFN_SMALL), target="c"), table, "attention backend"


def table_of_others() -> str:
    """A row a model that is read by its own class, in Markdown."""
    rows = ["| model | package | a token is | looks | comes out |", "|---|---|---|---|---|"]
    for name, package, read, shown, out in others():
        tokens = read.tokens(shown)[1]
        (size,) = set(tokens.end[~tokens.special] - tokens.start[~tokens.special])
        token = f"{size} {read.unit}{'s' if size != 1 else ''}"
        rows.append(f"| {name} | {package} | {token} | {'back' if read.causal else 'both ways'} | {out} |")
    return "\n".join(rows) + "\n"


def written(page: str, begin: str = BEGIN, end: str = END) -> str:
    return page[page.index(begin) + len(begin) : page.index(end)]


def snippets() -> list[str]:
    return re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.S)


def test_the_table_is_that_of_the_families():
    assert written(PAGE.read_text()) == table()


def test_the_other_table_is_that_of_the_models_with_classes_of_their_own():
    for package in ("enformer_pytorch", "antiberty", "borzoi_pytorch", "tabpfn"):
        pytest.importorskip(package)
    assert written(PAGE.read_text(), *OTHERS) == table_of_others()


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
    tabpfn = (6, 4, 5)  # as a Reader; the snippet of the estimator leaves these maps as they are
    assert shapes == [
        (3, 4, 8), (4, 4, 8), (4, 4, 8), (2, 4, 8), (8, 8, 27), (2, 4, 128), (2, 4, 16), tabpfn, tabpfn, (3, 4, 5)
    ]  # fmt: skip
    assert [layer["between_features"].shape for layer in place["layers"]] == [(4, 6, 6)] * 6


if __name__ == "__main__":
    page = PAGE.read_text()
    for (begin, end), rows in (((BEGIN, END), table()), (OTHERS, table_of_others())):
        page = page.replace(begin + written(page, begin, end) + end, begin + rows + end)
    PAGE.write_text(page)

"""The first figure is the one that shows what is supported."""

from types import SimpleNamespace

import numpy as np
import pytest

from regard.core.evidence import evidence
from regard.report.page import Figure, Section
from regard.studies.protein.contact_scores import MEAN
from regard.studies.protein.factored import FACTORED
from regard.studies.protein.inputs import Protein
from regard.studies.protein.leading import leading, stem_of
from regard.studies.protein.sites import BEST, RECEIVED

ONE, TWO = (Protein(name, "MKT", sites={kind: np.array([True, False, False])})
            for name, kind in (("a", "active site"), ("b", "binding site")))  # fmt: skip
RESULT = SimpleNamespace(proteins=[ONE, TWO], factored=[SimpleNamespace(protein=ONE), SimpleNamespace(protein=TWO)])


@pytest.mark.parametrize(
    ("rows", "stem"),
    [
        ([], ""),
        ([(MEAN, "contacts, 24 and more apart"), (FACTORED, "contacts within b")], ""),
        ([(FACTORED, "contacts within b")], "factored.2"),
        ([(RECEIVED, "binding site")], "residues.2"),
        ([(BEST, "binding site")], ""),  # no figure shows it
        ([(MEAN, "contacts, between two chains")], "between.1"),
    ],
)
def test_which_figure_shows_it(rows, stem):
    table = evidence([{"method": method, "annotation": annotation} for method, annotation in rows])
    assert stem_of(RESULT, table) == stem


def test_it_stands_first_and_nowhere_else():
    usual, other, map_ = (Figure(b"", f"figures/{name}.svg", "") for name in ("precision", "residues.1", "factored.1"))
    sections = [Section("family", ["text", map_]), Section("else", [])]
    first, rest, left = leading([usual, other], sections, "factored.1")
    assert first is map_ and rest == [usual, other] and left[0].parts == ["text"] and len(left) == 2
    first, rest, left = leading([usual, other], sections, "residues.1")
    assert first is other and rest == [usual] and left == sections
    for stem in ("", "gone"):
        assert leading([usual, other], sections, stem)[0] is usual

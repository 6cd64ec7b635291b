"""Residues and heads that are asked for by number or by name."""

import numpy as np
import pytest

from regard.annotate.uniprot import Feature
from regard.errors import InputError
from regard.studies.protein.inputs import Protein
from regard.studies.protein.viewpoints import MOST, head_numbers, viewpoints

SEQUENCE = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIECQAPILSRV"


def enzyme(name="enzyme", **more):
    site = np.zeros(len(SEQUENCE), bool)
    site[[4, 9]] = True
    features = (Feature("domain", 2, 6, "J domain"), Feature("disulfide", 5, 32, "Cys–Cys"))
    return Protein(name, SEQUENCE, **({"sites": {"active site": site}, "features": features} | more))


@pytest.mark.parametrize(
    ("asked", "places"),
    [
        ("5", (4,)),
        ("Y5", (4,)),
        ("enzyme:5", (4,)),
        ("Active site", (4, 9)),
        ("J domain", (2, 3, 4, 5)),
        ("enzyme:disulfide", (5, 31)),
    ],
)
def test_a_number_a_letter_a_feature(asked, places):
    (one,) = viewpoints([asked], [enzyme()])
    assert one.places == places
    assert one.name == ("Y5" if len(places) == 1 else f"{asked.split(':')[-1]} ({len(places)} residues)")


def test_what_is_known_of_a_number_is_said():
    assert [viewpoints([text], [enzyme()])[0].what for text in ("5", "6")] == ["active site", "asked for"]


def test_numbers_count_along_the_sequence_as_given():
    (one,) = viewpoints(["15"], [Protein("domain", SEQUENCE[10:], offset=10)])
    assert one.places == (4,) and one.name == "V5"


def test_a_feature_is_looked_from_in_every_protein_that_has_it():
    found = viewpoints(["active site"], [enzyme("a"), Protein("b", SEQUENCE), enzyme("c")])
    assert [one.protein.id for one in found] == ["a", "c"]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("5", "a, b all have such a residue; say which, a:5"),
        ("a:K5", "residue 5 of a is Y, not K"),
        ("a:99", "residues 1 to 40 of a are read"),
        ("a:0", "residues 1 to 40 of a are read"),
        ("zinc", "no feature is called 'zinc'; there are 'Cys–Cys', 'J domain', 'active site'"),
    ],
)
def test_what_is_not_there_is_one_line(asked, says):
    with pytest.raises(InputError, match=says) as caught:
        viewpoints([asked], [enzyme("a"), enzyme("b")])
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("whole", r"--site 'whole': 40 of the 40 residues of enzyme; .*give a residue's number or one of 'J domain'"),
        ("most", "--site 'most': 21 of the 40 residues"),
        ("sown", "--site 'sown': 4 of the 40 residues of enzyme; .*leaves some 6 or more away"),
    ],
)
def test_what_leaves_nothing_to_look_at_is_no_site(asked, says):
    sown = np.isin(np.arange(40), [5, 15, 25, 35])  # few, but nothing is farther from all of them than five
    features = (
        Feature("domain", 0, 40, "whole"),
        Feature("domain", 0, 21, "most"),
        Feature("domain", 2, 6, "J domain"),
    )
    with pytest.raises(InputError, match=says) as caught:
        viewpoints([f"enzyme:{asked}"], [enzyme(features=features, sites={"sown": sown})])
    assert "\n" not in str(caught.value) and "or one of 'J domain'" in str(caught.value)
    half = Feature("domain", 0, 20, "half")
    assert viewpoints(["half"], [enzyme(features=(half,))])[0].places == tuple(range(20))


def test_a_peptide_has_no_place_to_look_from():
    peptide = Protein("peptide", "MKTAYIAK", sites={"active site": np.arange(8) == 4})
    assert viewpoints([], [peptide]) == []
    with pytest.raises(InputError, match=r"--site 'Y5': 1 of the 8 residues of peptide; .*give another residue's"):
        viewpoints(["5"], [peptide])


def test_unasked_a_known_site_of_the_first_proteins():
    found = viewpoints([], [Protein("none", SEQUENCE), *(enzyme(f"p{k}") for k in range(5))])
    assert [(one.protein.id, one.places) for one in found] == [(f"p{k}", (4,)) for k in range(MOST)]


def test_heads_count_from_one():
    assert head_numbers(["1.1", "2.3", "1.1"], 2, 4) == [0, 6]
    for text in ("0.1", "3.1", "1.5", "x", "1", "1.1.1"):
        with pytest.raises(InputError, match=r"expected LAYER\.HEAD such as 2\.4; this model has layers 1 to 2"):
            head_numbers([text], 2, 4)

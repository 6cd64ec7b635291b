"""Variants and the view from a site, on a tiny ESM2 with planted attention and structure."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from rich.progress import Progress

from regard.data.variants import Variant
from regard.errors import InputError
from regard.models.protein.model import load_protein
from regard.report.page import Figure
from regard.studies.protein.changed import place_variants
from regard.studies.protein.inputs import Protein
from regard.studies.protein.site import section as site_section
from regard.studies.protein.site import seen_from
from regard.studies.protein.variants import measures, place_words, variant_sections
from regard.studies.protein.viewpoints import Viewpoint, site_of
from tests.models.protein_folder import write_esm2
from tests.report.pages import lines_of, of_kind, rows_of

SEQUENCE = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIECQAPILSRV"
SIZE = len(SEQUENCE)


def planted(**more):
    """A straight chain, 4 Å a residue, folded so that residues 2 and 38 touch; an active site at 30."""
    alpha = np.arange(SIZE)[:, None] * np.array([4.0, 0, 0])
    alpha[38] = alpha[2] + [0, 5, 0]
    contacts = np.linalg.norm(alpha[:, None] - alpha, axis=2) < 8
    np.fill_diagonal(contacts, False)
    site = np.zeros(SIZE, bool)
    site[30] = True
    known = {"contacts": contacts, "resolved": np.ones(SIZE, bool), "alpha": alpha, "chain": "1abc A"}
    return Protein("p<1>", SEQUENCE, **(known | {"sites": {"active site": site}} | more))


def result(proteins, model=None, attention=None):
    even = np.full((SIZE, SIZE), 1 / SIZE)
    read = {p.id: SimpleNamespace(mean=even if attention is None else attention) for p in proteins}
    return SimpleNamespace(
        proteins=proteins, model=model, readings=read, gradients={}, seed=0, every={}, deletions={}, remarks=[]
    )


def test_a_variant_is_placed_in_the_part_that_is_read():
    whole, domain = Protein("a", SEQUENCE), Protein("b", SEQUENCE[10:], offset=10)
    named, inside, other = place_variants(["a:A4T", "b:S13P", "A4T"], [whole, domain])
    assert named[0] is whole and named[1].single == Variant("A", 3, "T")
    assert inside[0] is domain and inside[1].single == Variant("S", 2, "P")
    assert other[0] is whole  # it can be no other
    for text, says in (
        ("S13P", "a, b all have such residues; say which, a:S13P"),
        ("c:A4T", "no protein is called 'c'; there are a, b"),
        ("b:A4T", "residues 11 to 40 of b are read"),
        ("b:A13T", "residue 13 of b is S, not A"),
        ("a:K5T", "residue 5 of a is Y, not K"),
    ):
        with pytest.raises(InputError, match=says):
            place_variants([text], [whole, domain])


def test_a_protein_may_be_called_like_a_variant():
    (placed,) = place_variants(["A2M:A4T"], [Protein("A2M", SEQUENCE)])
    assert placed[1].single == Variant("A", 3, "T")
    ((_, both),) = place_variants(["T3M:A4T"], [Protein("a", SEQUENCE)])
    assert both.name == "T3M:A4T" and both.single is None


def test_the_distance_is_told_along_the_sequence_and_in_space():
    far = np.zeros(SIZE, bool)
    far[[38, 20]] = True
    words = " ".join(place_words(planted(sites={"binding site": far}), Variant("T", 2, "A")))
    assert "18 residues along the sequence from the nearest residue labelled binding site and 5.0 Å in space" in words
    assert "itself labelled active site" in " ".join(place_words(planted(), Variant("E", 30, "A")))
    assert "no site of this protein is known" in " ".join(place_words(Protein("x", SEQUENCE), Variant("T", 2, "A")))


def test_a_broken_disulfide_is_said():
    protein = planted(disulfides=((5, 31),))
    assert "bound to C32 by a disulfide" in " ".join(place_words(protein, Variant("I", 5, "S")))
    assert "bound to I6 by a disulfide" in " ".join(place_words(protein, Variant("C", 31, "S")))
    assert "disulfide" not in " ".join(place_words(protein, Variant("T", 2, "A")))


def test_as_extreme_counts_comparable_substitutions_on_the_right_side():
    def effect(ratio, moved, far):
        return SimpleNamespace(ratio=ratio, moved=np.array([moved]), far=far)

    random = [effect(-1.0, 0.1, 0.01), effect(-5.0, 0.3, 0.02), effect(-3.0, 0.2, 0.03)]
    likelihood, moved, far = measures(effect(-3.0, 0.2, 0.05), random)
    assert (likelihood["as extreme"], likelihood["p"]) == (2, 3 / 4)
    assert (moved["as extreme"], far["as extreme"]) == (2, 0)
    assert far["p"] == 1 / 4
    assert likelihood["comparable median"] == -3


def test_sections_and_files_of_variants(tmp_path, monkeypatch):
    model = load_protein(str(write_esm2(tmp_path / "tiny", layers=2, heads=2)))
    (tmp_path / "figures").mkdir()
    with Progress(disable=True) as progress:
        told = result([planted()], model)
        sections = variant_sections(told, ["A4T", "p.Ser13Pro"], folder=tmp_path, progress=progress)
        assert variant_sections(told, [], folder=tmp_path, progress=progress) == []
    assert [s.title for s in sections] == ["Variant A4T of p<1>", "Variant S13P of p<1>"]
    text = " ".join(lines_of(sections[0]))
    assert "other residues that are A" in text and "goes elsewhere" in text
    assert "Not for decisions about patients" in sections[0].parts[-1].text
    table = pd.read_csv(tmp_path / "variants.tsv", sep="\t")
    assert [row["measured"] for row in rows_of(sections[0])] == table.measure[:3].tolist()
    assert table.variant.tolist() == ["A4T"] * 3 + ["S13P"] * 3
    assert table["as extreme"].between(0, table.comparable).all() and set(table.id) == {"p<1>"}
    assert table.comparable.isin([38, 57]).all()  # the other two A; two or three of the other S
    for section in sections:
        for figure in of_kind(section, Figure):
            assert figure.png.startswith(b"\x89PNG") and (tmp_path / figure.file).is_file()


def test_without_a_language_head_variants_are_refused_in_words(tmp_path):
    with Progress(disable=True) as progress:
        (section,) = variant_sections(
            result([planted()], SimpleNamespace(likelihoods=False, name="bare", lacks="has no masked-language head")),
            ["A4T"],
            folder=tmp_path,
            progress=progress,
        )
    assert "bare has no masked-language head" in lines_of(section)[0]


def test_the_residue_to_look_from():
    assert site_of(planted()) == (30, "active site")
    assert site_of(planted(sites={}, disulfides=((5, 31),))) == (5, "disulfide to C32")
    assert site_of(Protein("x", SEQUENCE)) is None


def test_seen_from_is_a_row_and_a_column():
    attention = np.arange(16.0).reshape(4, 4)
    to, by = seen_from(attention, [1])
    assert to[[0, 2, 3]].tolist() == [4, 6, 7] and by[[0, 2, 3]].tolist() == [1, 9, 13]
    assert np.isnan(to[1]) and np.isnan(by[1])
    to, by = seen_from(attention, [1, 2])
    assert to[[0, 3]].tolist() == [6, 9] and by[[0, 3]].tolist() == [1.5, 13.5] and np.isnan(to[[1, 2]]).all()


def test_planted_attention_to_what_touches_is_counted(tmp_path):
    (tmp_path / "figures").mkdir()
    attention = np.full((SIZE, SIZE), 0.001)
    attention[2, 38] = 0.5
    protein = planted(sites={}, disulfides=((2, 38),))
    section = site_section(result([protein], attention=attention), Viewpoint(protein, (2,), "x"), tmp_path, 1)
    assert section.title == "Seen from T3 of p<1>"
    assert "number 1 of 32 among the residues that it attends to" in " ".join(lines_of(section))
    to, _, near = rows_of(section)
    hits = "of the 10 best in contact"
    assert to[hits] == 1 and to["p of as many by chance"] < 0.7
    assert near["scores"] == "nearest in sequence" and near[hits] == 0
    assert to["by chance"] == pytest.approx(10 * planted().contacts[2, 8:].sum() / 32)
    assert {f.file for f in of_kind(section, Figure)} == {"figures/site.1.svg", "figures/site.1.space.svg"}

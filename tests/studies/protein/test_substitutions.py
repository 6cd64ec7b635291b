"""Every substitution, and where one stands among them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from regard.core.family import Family
from regard.data.alignments import CODE
from regard.data.proteins import AMINO_ACIDS
from regard.data.variants import Variant
from regard.models.protein.likelihood import masked_log_likelihoods
from regard.models.protein.model import load_protein
from regard.plot.substitutions import ORDER, substitution_map
from regard.studies.protein.inputs import Protein
from regard.studies.protein.substitutions import affordable, every_substitution, rank_words, ranked
from tests.models.protein_folder import write_esm2

SEQUENCE = "MKTAYIAKQRXCISFVKSHFCRQ"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return load_protein(str(write_esm2(tmp_path_factory.mktemp("esm2") / "tiny")), "cpu")


def test_all_of_a_protein_are_asked_once(model):
    protein = Protein("p", SEQUENCE)
    table = every_substitution(model, protein)
    assert len(table) == 19 * (len(SEQUENCE) - 1)  # X stands for no amino acid
    assert not table.duplicated(["position", "mutant"]).any() and (table.wild != table.mutant).all()
    log_p = masked_log_likelihoods(model, SEQUENCE, [3])[0]
    one = table[(table.position == 3) & (table.mutant == "W")].log_ratio.item()
    assert one == pytest.approx(log_p[AMINO_ACIDS.index("W")] - log_p[AMINO_ACIDS.index("A")])
    assert affordable(model, protein)


def test_ranks_are_exact():
    """Two cysteines; the variant is the second least likely of the protein and of its residue's."""
    places = [i for i, c in enumerate(SEQUENCE) if c != "X"]
    table = pd.DataFrame(
        [(i, SEQUENCE[i], a, 0.0) for i in places for a in AMINO_ACIDS if a != SEQUENCE[i]],
        columns=["position", "wild", "mutant", "log_ratio"],
    )
    set_to(table, 11, "S", -3.0)
    set_to(table, 11, "W", -4.0)
    set_to(table, 20, "S", -5.0)
    variant = Variant("C", 11, "S")
    rows = ranked(table, Protein("p", SEQUENCE, disulfides=((11, 20),)), variant)
    assert [(r["rank"], r["of"]) for r in rows] == [(3, 19 * 22), (2, 19), (3, 38)]
    assert rows[2]["among"] == "those at all 2 cysteines in a disulfide"
    assert rank_words(rows).startswith("Rank, 1 being the least likely for the model: 3 of 418 among all")
    unbound = ranked(table, Protein("p", SEQUENCE), variant)
    assert unbound[2]["among"] == "those at all 2 residues that are C"


def set_to(table, position, mutant, value):
    table.loc[(table.position == position) & (table.mutant == mutant), "log_ratio"] = value


def test_an_alignment_says_what_is_usual(model):
    rows = [SEQUENCE] * 5 + [SEQUENCE[:11] + "S" + SEQUENCE[12:]] * 5
    codes = np.stack([CODE[np.frombuffer(row.encode(), dtype=np.uint8)] for row in rows])
    table = every_substitution(model, Protein("p", SEQUENCE, family=Family(codes, np.ones(10), "f")))
    at = table[table.position == 11].set_index("mutant").conserved
    assert at["S"] == pytest.approx(0, abs=0.1) and at.idxmax() == "S" and at["W"] < -3


def test_the_heatmap_has_a_row_an_amino_acid():
    ratio = np.zeros((300, 20))
    figure = substitution_map(ratio, "M" * 300, "title", marked=(200, "W"))
    assert sorted(ORDER) == sorted(AMINO_ACIDS)
    assert len([ax for ax in figure.axes if ax.images]) == 3
    assert sum(len(ax.patches) for ax in figure.axes) == 1

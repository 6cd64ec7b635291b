"""What a structure says of a protein's residues, and of which of them it says nothing."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from regard.annotate.residue_names import TWENTY
from regard.studies.protein.inputs import Protein
from regard.studies.protein.questions import about_sites
from regard.studies.protein.sites import RECEIVED, choices_of, site_scores, study_sites
from regard.studies.protein.structures import with_structures
from regard.studies.protein.words import attended_words
from tests.annotate.structures import backbone, seqres, write

THREE = {letter: name for name, letter in TWENTY.items()}
STEP = 4.1  # Å
rng = np.random.default_rng(8)
ONE, OTHER = ("".join(rng.choice(list("ACDEFHIKLMNPQRSTVWY"), 40)) for _ in range(2))
HIDDEN = np.isin(np.arange(40), [*range(8), 20, 21])


def line(sequence, chain, height, shown):
    """A chain along the first axis, Cα a step apart, residues that are not shown left out."""
    return [*backbone([(THREE[sequence[k]], str(k + 1), (k * STEP, height, 0), None) for k in shown], chain), "TER"]


@pytest.fixture(scope="module")
def half_seen(tmp_path_factory):
    """Thirty of forty residues are resolved, the first twelve of these stand beside another protein."""
    lines = [
        *seqres([THREE[c] for c in ONE]), *seqres([THREE[c] for c in OTHER], "B"),
        *line(ONE, "A", 0, np.flatnonzero(~HIDDEN)), *line(OTHER, "B", 4, range(20)),
    ]  # fmt: skip
    path = write(tmp_path_factory.mktemp("pdb") / "x.pdb", lines)
    labels = np.isin(np.arange(40), [2, 21, 30])
    (found,), _ = with_structures([Protein("one", ONE, sites={"site": labels})], [path])
    return found


def test_what_is_not_resolved_is_neither_site_nor_none(half_seen):
    kind = "interface with another protein"
    assert half_seen.of_structure == (kind,) and np.array_equal(half_seen.told(kind), ~HIDDEN)
    assert np.flatnonzero(half_seen.sites[kind]).tolist() == list(range(8, 20))
    assert half_seen.told("site").all() and half_seen.sites["site"][[2, 21, 30]].all()  # of a file: whole
    asked = about_sites([half_seen])
    assert [int(asked[name].there[0].sum()) for name in ("site", kind)] == [40, 30]
    assert np.array_equal(half_seen.ticks["not resolved"], HIDDEN)


def test_evidence_counts_the_residues_that_the_structure_shows(half_seen):
    """A head that is highest at hidden residues, then at the interface, is perfect: hidden ones are no negatives."""
    kind = "interface with another protein"
    received = {"one": (2.0 * HIDDEN + half_seen.sites[kind])[None] + rng.random((1, 40)) / 10}
    each = []
    table = study_sites([half_seen], received, {}, [], item="one", each=each)
    rows = table[(table.metric == "auroc") & (table.method == RECEIVED)].set_index("annotation")
    mine, whole = rows.loc[kind], rows.loc["site"]
    assert (mine.n, mine.positives, mine.prevalence, mine.value) == (30, 12, 12 / 30, 1)
    assert (whole.n, whole.positives) == (40, 3)
    result = SimpleNamespace(proteins=[half_seen], readings={"one": SimpleNamespace(received=received["one"])})
    assert attended_words(result, kind).endswith("12 are among the 12 most attended; by chance 4.8 would be.")
    by_protein = pd.concat(each).groupby("annotation")[["n", "positives"]].agg(["min", "max"])
    assert by_protein.loc[kind].tolist() == [30, 30, 12, 12] and by_protein.loc["site"].tolist() == [40, 40, 3, 3]


def test_heads_are_chosen_by_the_residues_that_are_shown(half_seen):
    """The head that is right where the structure tells is chosen, not the one that knows what it does not show."""
    kind = "interface with another protein"
    other = replace(half_seen, id="other", group=1)
    right = half_seen.sites[kind] + 2.0 * HIDDEN
    wrong = half_seen.sites[kind] * 0.2 - HIDDEN + rng.random(40)
    received = {name: np.stack([wrong, right]) for name in ("one", "other")}
    chosen = choices_of(kind, [half_seen, other], received)
    assert chosen[0]["best head"].tolist() == [0, 1]
    scores = site_scores(kind, [half_seen, other], received, {})
    best = scores["attention received, best head"]["one"]
    assert np.array_equal(np.isnan(best), HIDDEN) and best[~HIDDEN].max() < 1

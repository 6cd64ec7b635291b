"""Every deletion of one residue, and where one stands among them; on a tiny ESM2."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from rich.progress import Progress

from regard.annotate.uniprot import Feature
from regard.core.evidence import evidence
from regard.data.proteins import AMINO_ACIDS
from regard.data.variants import Variant
from regard.errors import InputError
from regard.models.protein import likelihood
from regard.models.protein.likelihood import seen_log_likelihoods, seen_together
from regard.models.protein.model import load_protein
from regard.report.page import Figure, Table
from regard.studies.protein import deletion_section
from regard.studies.protein.changed import place_variants
from regard.studies.protein.deletions import deletion_ranks, deletion_words, every_deletion
from regard.studies.protein.inputs import Protein
from regard.studies.protein.list_report import asked_list, list_sections, study_list
from regard.studies.protein.plainly import about_variants
from regard.studies.protein.variants import variant_sections
from tests.models.protein_folder import write_esm2
from tests.report.pages import lines_of, of_kind

SEQUENCE = "MKTAYIAKKKXCISFVKSHFCRQ"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return load_protein(str(write_esm2(tmp_path_factory.mktemp("esm2") / "tiny", layers=2, heads=2)))


def likelihood_of(model, sequence):
    log_p = seen_log_likelihoods(model, sequence)
    return sum(log_p[i, AMINO_ACIDS.index(c)] for i, c in enumerate(sequence) if c in AMINO_ACIDS)


def result(model, proteins):
    return SimpleNamespace(
        proteins=proteins, model=model, readings={}, gradients={}, seed=0, every={}, deletions={}, remarks=[],
        listed=None, evidence=evidence([]),
    )  # fmt: skip


def test_each_figure_is_that_of_the_shorter_protein_read_by_itself(model, monkeypatch):
    """Against a loop over the definition, whatever is read together; a run of one amino acid shares its figure."""
    whole, done = likelihood_of(model, SEQUENCE), []
    expected = [
        likelihood_of(model, SEQUENCE[:i] + SEQUENCE[i + 1 :]) - whole for i, c in enumerate(SEQUENCE) if c != "X"
    ]
    for tokens in (4096, 60, 1):
        monkeypatch.setattr(likelihood, "TOKENS", tokens)
        table = every_deletion(model, Protein("p", SEQUENCE), done.append)
        assert table.log_ratio.tolist() == pytest.approx(expected, abs=1e-4)
        assert table.wild.str.cat() == SEQUENCE.replace("X", "")
        assert table.log_ratio[table.position.isin([7, 8, 9])].nunique() == 1
    assert sum(done) == 3 * len(SEQUENCE)


def test_those_of_a_protein_longer_than_the_model_reads(model):
    short = replace(model, longest=10)
    table = every_deletion(short, Protein("p", SEQUENCE))
    shorter = SEQUENCE[1:]
    assert table.log_ratio[0] == pytest.approx(likelihood_of(short, shorter) - likelihood_of(short, SEQUENCE), abs=1e-4)
    both = seen_together(short, [shorter, SEQUENCE[:-1]])
    assert both[1] == pytest.approx(seen_log_likelihoods(short, SEQUENCE[:-1]), abs=1e-5)


def test_ranks_are_exact_and_ties_are_said():
    places = [i for i, c in enumerate(SEQUENCE) if c != "X"]
    table = pd.DataFrame({"position": places, "wild": [SEQUENCE[i] for i in places], "log_ratio": 0.0})
    table.loc[table.position.isin([7, 8, 9]), "log_ratio"] = -2.0
    table.loc[table.position == 11, "log_ratio"] = -5.0
    rows = deletion_ranks(table, Protein("p", SEQUENCE), Variant("K", 8, ""))
    assert [(r["rank"], r["tied"], r["of"]) for r in rows] == [(2, 2, 22), (1, 2, 5)]
    assert rows[1]["among"] == "those at all 5 residues that are K"
    bonded = deletion_ranks(table, Protein("p", SEQUENCE, disulfides=((11, 20),)), Variant("C", 20, ""))
    assert [(r["rank"], r["of"]) for r in bonded] == [(5, 22), (2, 2)]
    first, second = deletion_words(-2.0, rows)
    assert "7.4 times less likely to the model than the whole" in first
    assert second.endswith(
        "2 of 22 among all deletions of one residue of the protein (2 others equal); 1 of 5 among those at all 5 "
        "residues that are K (2 others equal)."
    )
    assert deletion_words(30.0, [])[0].startswith("Likelihood: what is left is 10^13 times more likely")


def test_a_deletion_and_a_substitution_in_one_report(model, tmp_path):
    protein = Protein("p", SEQUENCE, offset=10, reported=(Feature("variant", 8, 9, "Missing (in DEMO)"),))
    (tmp_path / "figures").mkdir()
    told = result(model, [protein])
    with Progress(disable=True) as progress:
        sections = variant_sections(told, ["Lys19del", "A14T"], folder=tmp_path, progress=progress)
        list_sections(told, tmp_path)
    assert [s.title for s in sections] == ["Variant K19del of p", "Variant A14T of p"]
    text = lines_of(sections[0])
    assert text[0].startswith(
        "Known: This very deletion is a natural variant in the UniProt file (residue 19): Missing"
    )
    own = likelihood_of(model, SEQUENCE[:8] + SEQUENCE[9:]) - likelihood_of(model, SEQUENCE)
    table = pd.read_csv(tmp_path / "variants.tsv", sep="\t")
    assert table.variant.tolist() == ["K19del"] + ["A14T"] * 3 and table.comparable[0] == 21
    assert table.value[0] == pytest.approx(own, rel=1e-3)
    every = pd.read_csv(tmp_path / "deletions.tsv", sep="\t")
    assert every.position.tolist() == [10 + i for i, c in enumerate(SEQUENCE) if c != "X"]
    rank = int((told.deletions["p"].log_ratio < told.deletions["p"].log_ratio[8]).sum()) + 1
    assert f"{rank} of 22 among all deletions of one residue" in " ".join(text)
    assert about_variants(told, ["K19del"])[0].startswith(f"K19del comes {rank} of 22 among the protein's deletions")
    (figure,) = of_kind(sections[0], Figure)
    assert figure.png.startswith(b"\x89PNG") and (tmp_path / figure.file).is_file()


def test_a_list_has_the_rank_of_one_residue_and_not_of_more(model, tmp_path):
    protein = Protein("p", SEQUENCE)
    path = tmp_path / "list.tsv"
    path.write_text("variant\nK9del\nK9_K10del\nK9del;A4T\n")
    told, asked = result(model, [protein]), asked_list(path, [protein])
    with Progress(disable=True) as progress:
        found, _ = study_list(told, path.name, asked, looks=1, progress=progress)
    one, two, mixed = found.table.to_dict("records")
    table = told.deletions["p"]
    assert one["log_ratio"] == table.log_ratio[8] and one["of"] == 22 and one["of_alike"] == 5
    assert one["rank"] == (table.log_ratio < one["log_ratio"]).sum() + 1
    assert np.isnan(two["rank"]) and np.isnan(mixed["rank"])
    path.write_text("M1_Q23del")
    with pytest.raises(InputError, match="nothing of p is left"):
        asked_list(path, [protein])
    with pytest.raises(InputError, match="nothing of q is left"):
        place_variants(["M1del"], [Protein("q", "M")])


def test_where_all_would_take_too_long_there_is_a_figure_and_a_remark(model, tmp_path, monkeypatch):
    monkeypatch.setattr(deletion_section, "affordable", lambda model, protein: False)
    (tmp_path / "figures").mkdir()
    told = result(model, [Protein("p", SEQUENCE)])
    with Progress(disable=True) as progress:
        (section,) = variant_sections(told, ["K9del"], folder=tmp_path, progress=progress)
    assert "times" in lines_of(section)[0] and "Rank" not in " ".join(lines_of(section)) and not of_kind(section, Table)
    assert "its deletions have no rank" in told.remarks[0] and not told.deletions
    table = pd.read_csv(tmp_path / "variants.tsv", sep="\t")
    assert table.comparable.tolist() == [0] and np.isnan(table["comparable median"][0])

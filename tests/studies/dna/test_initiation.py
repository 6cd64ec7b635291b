"""Which cross-check is taken, what is said about it, and what comes out of each."""

import numpy as np
import pandas as pd
import pytest
import torch

from regard.errors import InputError, MissingExtra
from regard.models.shelf.weight_files import save
from regard.studies.dna import initiation as dna_initiation
from regard.studies.dna.initiation import (
    cross_check,
    example_tracks,
    flanks_text,
    initiation_scores,
    known_motifs,
    read_initiation,
)
from tests.models.initiation.test_model import background, small
from tests.models.initiation.test_puffin import published_weights

ROWS = pd.DataFrame({"sequence": [background(60), background(45, 1)]}, index=pd.Index(["a", "b"], name="id"))


@pytest.fixture(autouse=True)
def nothing_installed(tmp_path, monkeypatch):
    """No weights of the user's, none shipped."""
    monkeypatch.setenv("REGARD_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr(dna_initiation, "INITIATION", tmp_path / "initiation.safetensors")


def told(done):
    assert done == 1


def test_puffin_from_a_file_a_folder_or_the_folder_of_models(tmp_path):
    folder = tmp_path / "models"
    folder.mkdir()
    torch.save(published_weights(), folder / "puffin.pth")
    for check in (
        cross_check(folder / "puffin.pth", None, ROWS),
        cross_check(folder, None, ROWS),
        cross_check(None, None, ROWS),
    ):
        assert (check.name, check.motifs, check.target) == ("Puffin", "Puffin", "FANTOM_CAGE+")
        assert check.weights == folder / "puffin.pth"
        assert check.remarks == []


def test_a_path_that_was_given_must_be_readable(tmp_path):
    with pytest.raises(InputError, match=r"puffin\.pth: no such file; puffin\.pth is in github"):
        cross_check(tmp_path, None, ROWS)
    (tmp_path / "x.pth").write_text("no weights")
    with pytest.raises(InputError, match="not the weights of Puffin"):
        cross_check(tmp_path / "x.pth", None, ROWS)


def test_our_own_model_where_it_is_shipped_with_motifs_of_jaspar():
    save(small(seed=1), dna_initiation.INITIATION)
    check = cross_check(None, None, ROWS)
    assert (check.name, check.motifs, check.target) == ("Regard's initiation model", "JASPAR", "here+")


def test_without_a_model_jaspar_and_a_line_that_says_how_to_get_more():
    check = cross_check(None, None, ROWS)
    assert (check.name, check.motifs, check.model) == ("", "JASPAR", None)
    assert len(check.remarks) == 1
    assert "--puffin" in check.remarks[0]
    found = example_tracks(check, ROWS, 0, told)
    assert list(found.data_vars) == ["activation"]
    assert read_initiation(check, ROWS, 0, told) == {}
    names = [a.name for a in known_motifs(check, ROWS, {})]
    assert names[0].startswith("TATA (JASPAR")
    assert names[-2:] == ["any motif (JASPAR)", "CpG"]
    assert initiation_scores(check, found) == []


def test_without_the_extra_words_and_a_line(monkeypatch):
    def missing(*_):
        raise MissingExtra("pyjaspar", "motifs")

    monkeypatch.setattr(dna_initiation, "annotate_jaspar", missing)
    check = cross_check(None, None, ROWS)
    assert check.motifs == "words"
    assert "pip install 'regard[motifs]'" in check.remarks[0]
    assert example_tracks(check, ROWS, 0, told) is None
    assert known_motifs(check, ROWS, {})[0].name == "TATA box"


def test_true_flanks_are_found_and_the_report_says_which(tmp_path):
    save(small(seed=1), dna_initiation.INITIATION)
    genome = tmp_path / "genome.fa"
    genome.write_text(f">g\n{background(40, 7)}{ROWS.sequence['a']}{background(40, 8)}\n")
    check = cross_check(None, genome, ROWS)
    assert list(check.flanks) == ["a"]
    assert any(r.startswith("1 of 2 sequences are not in") for r in check.remarks)
    found = example_tracks(check, ROWS, 0, told)
    assert found.flanks.values.tolist() == ["true", "random"]
    text = flanks_text(check, found)
    assert "1 true, 1 random" in text
    assert "% of these the highest prediction is" in text
    assert "means over" not in flanks_text(check, found.isel(sequence=[0]))
    readings = read_initiation(check, ROWS, 0, told)
    assert [readings[i].flanks for i in "ab"] == ["true", "random"]
    prediction, contribution = initiation_scores(check, found)
    assert [len(v) for v in contribution.values] == [60, 45]
    assert np.allclose(prediction.values[0], readings["a"].initiation[0], atol=1e-5)


def test_motifs_of_puffin_are_its_activations(tmp_path):
    torch.save(published_weights(), tmp_path / "puffin.pth")
    check = cross_check(tmp_path, None, ROWS)
    readings = read_initiation(check, ROWS, 0, told)
    names = [a.name for a in known_motifs(check, ROWS, readings)]
    assert names[:2] == ["any motif activation", "SP activation"]
    assert len(names) == 12

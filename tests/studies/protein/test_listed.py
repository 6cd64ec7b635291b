"""A list of variants: placed, scored against independent sums, judged where labels are planted."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch
from rich.progress import Progress

from regard.annotate.uniprot import Feature
from regard.core.evidence import evidence
from regard.data.proteins import AMINO_ACIDS
from regard.data.variants import Variant
from regard.errors import InputError
from regard.models.protein.likelihood import masked_log_likelihoods, seen_log_likelihoods
from regard.models.protein.model import load_protein
from regard.report.page import Figure
from regard.studies.protein import list_judged
from regard.studies.protein.comparable import comparable, entropies
from regard.studies.protein.inputs import Protein
from regard.studies.protein.list_judged import judge_list, stretches
from regard.studies.protein.list_report import asked_list, list_sections, study_list
from regard.studies.protein.listed import ADDED, ONE, SEEN, read_list, score_list
from regard.studies.protein.reported import reported_note, reported_words
from regard.studies.protein.substitutions import every_substitution
from tests.models.protein_folder import write_esm2
from tests.report.pages import lines_of, of_kind, rows_of

SEQUENCE = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIECQAPILSRV"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return load_protein(str(write_esm2(tmp_path_factory.mktemp("esm2") / "tiny", layers=2, heads=2)))


def write(folder, text):
    (folder / "list.tsv").write_text(text)
    return folder / "list.tsv"


def test_a_change_is_placed_where_its_residues_are(tmp_path):
    proteins = [Protein("a", SEQUENCE), Protein("b", SEQUENCE[10:], offset=10)]
    (one, two), _ = read_list(write(tmp_path, "variant\nA4T:Y5F\nb:S13P\n"), proteins)
    assert one.protein.id == "a" and one.change.positions == [3, 4]
    assert two.protein.id == "b" and two.change.substitutions == (Variant("S", 2, "P"),)
    for text, says in (
        ("S13P", "line 1: variant 'S13P': a, b all have such residues; say which, a:S13P"),
        ("A5T", "line 1: variant A5T: residue 5 of a is Y, not A"),
        ("b:A4T", "line 1: .*residues 11 to 40 of b are read"),
        ("c:A4T", "no protein is called 'c'"),
    ):
        with pytest.raises(InputError, match=says):
            read_list(write(tmp_path, text), proteins)


def test_scores_are_sums_of_hidden_residues_and_one_pass_of_all(model, tmp_path):
    protein = Protein("p", SEQUENCE)
    changes, _ = read_list(write(tmp_path, "variant\nA4T\nA4T:E24K\nK8_R10del\n"), [protein])
    table = score_list(model, changes, {})
    assert table.how.tolist() == [ONE, ADDED, SEEN] and table.deleted.tolist() == [0, 0, 3]

    def ratio(log_p, wild, mutant):
        return log_p[AMINO_ACIDS.index(mutant)] - log_p[AMINO_ACIDS.index(wild)]

    own = masked_log_likelihoods(model, SEQUENCE, [3, 23])
    single = [ratio(own[0], "A", "T"), ratio(own[1], "E", "K")]
    assert table.log_ratio.tolist()[:2] == pytest.approx([single[0], sum(single)])
    tokens = model.tokens(SEQUENCE)
    tokens[0, [4, 24]] = model.mask
    with torch.no_grad():
        log_p = model.logits(tokens, len(SEQUENCE))[0].log_softmax(dim=-1).numpy()
    both = ratio(log_p[3], "A", "T") + ratio(log_p[23], "E", "K")
    assert table.log_ratio_joint[1] == pytest.approx(both, abs=1e-4) and np.isnan(table.log_ratio_joint[0])

    def likelihood(sequence):
        log_p = seen_log_likelihoods(model, sequence)
        return sum(log_p[i, AMINO_ACIDS.index(c)] for i, c in enumerate(sequence))

    shorter = SEQUENCE[:7] + SEQUENCE[10:]
    assert table.log_ratio[2] == pytest.approx(likelihood(shorter) - likelihood(SEQUENCE))


def test_ranks_are_those_among_every_substitution(model, tmp_path):
    protein = Protein("p", SEQUENCE, reported=(Feature("variant", 3, 4, "A -> T (in DEMO)"),))
    every = every_substitution(model, protein)
    changes, _ = read_list(write(tmp_path, "variant\nA4T\nA4T:E24K\n"), [protein])
    row, both = score_list(model, changes, {"p": every}).to_dict("records")
    assert row["rank"] == (every.log_ratio < row["log_ratio"]).sum() + 1 and row["of"] == 19 * 40
    assert 1 <= row["rank_at_residue"] <= 19 and row["of_alike"] == 19 * SEQUENCE.count("A")
    assert row["known"] == "variant: A -> T (in DEMO)" and np.isnan(both["rank"])
    assert both["known"] == "A4T: variant: A -> T (in DEMO)"


def test_seen_likelihoods_of_a_long_protein_are_of_its_windows(model):
    from dataclasses import replace

    whole, short = seen_log_likelihoods(model, SEQUENCE), replace(model, longest=16)
    found = seen_log_likelihoods(short, SEQUENCE)
    assert found.shape == whole.shape and np.exp(found).sum(axis=1) == pytest.approx(np.ones(40), abs=1e-5)
    assert found[:16] == pytest.approx(seen_log_likelihoods(short, SEQUENCE[:16]), abs=1e-5)
    assert found[32:] == pytest.approx(seen_log_likelihoods(short, SEQUENCE[24:])[8:], abs=1e-5)


def many(rng, count=240):
    letters = np.array(list(AMINO_ACIDS))
    sequence = "".join(rng.choice(letters, 120))
    protein = Protein("p", sequence)
    lines = [f"{sequence[k % 120]}{k % 120 + 1}{rng.choice([a for a in AMINO_ACIDS if a != sequence[k % 120]])}"
             for k in range(count)]  # fmt: skip
    return protein, lines


def judged(model, tmp_path, planted, monkeypatch, twins=5):
    """Labels of 240 substitutions; the model's scores are replaced by ones that know them, or not."""
    rng = np.random.default_rng(0)
    protein, lines = many(rng)
    changes, _ = read_list(write(tmp_path, "\n".join(["variant", *lines])), [protein])
    bad = rng.random(len(changes)) < 0.4
    noise = rng.normal(size=len(changes))
    table = pd.DataFrame({"log_ratio": -(bad * 2.5 * planted + noise)})
    random = np.random.default_rng(5)
    monkeypatch.setattr(list_judged, "random_twin", lambda model, seed: model)
    monkeypatch.setattr(
        list_judged, "score_list", lambda m, some, e: pd.DataFrame({"log_ratio": random.normal(size=len(some))})
    )
    return judge_list(model, changes, table, bad.astype(float), "variants of x", twins=twins)


def test_labels_that_the_scores_know_are_supported_and_others_are_not(model, tmp_path, monkeypatch):
    (row,) = judged(model, tmp_path, 1.0, monkeypatch).to_dict("records")
    assert row["verdict"] == "supported" and row["metric"] == "auroc" and row["value"] > 0.9
    (row,) = judged(model, tmp_path, 0.0, monkeypatch).to_dict("records")
    assert row["verdict"] == "not supported" and abs(row["value"] - 0.5) < 0.15
    (row,) = judged(model, tmp_path, 1.0, monkeypatch, twins=0).to_dict("records")
    assert row["verdict"] == "cannot be told"


def test_a_residue_is_never_in_two_stretches(tmp_path):
    protein, lines = many(np.random.default_rng(3))
    changes, _ = read_list(write(tmp_path, "\n".join(["variant", *lines])), [protein])
    number = stretches(changes)
    places = pd.Series(number).groupby([one.change.positions[0] for one in changes]).nunique()
    assert (places == 1).all() and np.bincount(number).tolist() == [20] * 12


def test_the_section_tells_scores_and_verdict(model, tmp_path):
    protein = Protein("p", SEQUENCE)
    rows = [f"{SEQUENCE[k]}{k + 1}{'G' if SEQUENCE[k] != 'G' else 'A'}\t{k * 0.1 - 2:.1f}" for k in range(30)]
    path = write(tmp_path, "\n".join(["mutant\tscore", *rows]))
    result = SimpleNamespace(
        model=model, proteins=[protein], every={}, deletions={}, remarks=[], seed=0, listed=None, evidence=evidence([])
    )
    (tmp_path / "figures").mkdir()
    asked = asked_list(path, [protein])
    assert asked is not None
    with Progress(disable=True) as progress:
        result.listed, result.evidence = study_list(result, path.name, asked, looks=1, progress=progress)
    (section,) = list_sections(result, tmp_path)
    text = " ".join(lines_of(section))
    assert "30 changes of 1 protein" in text and "Spearman's ρ" in text and "AUROC" in text
    assert len(rows_of(section)) == 30 and list(rows_of(section)[0]) == list(result.listed.table)
    assert (tmp_path / of_kind(section, Figure)[0].file).is_file()
    assert len(pd.read_csv(tmp_path / "substitutions.tsv", sep="\t")) == 19 * 40
    assert pd.read_csv(tmp_path / "variants_listed.tsv", sep="\t")["rank"].between(1, 760).all()


def test_comparable_are_the_same_letter_and_third_at_other_places():
    sequence = "A" * 12 + "CD" * 9
    openness = np.arange(len(sequence), dtype=float)  # thirds of ten residues
    found = comparable(Protein("p", sequence), Variant("A", 3, "T"), openness, "alike", within=(0, 30))
    assert {v.position for v in found.variants} == set(range(10)) - {3} and found.of == 9 * 19 == len(found.variants)
    assert found.told == "all 171 substitutions at 9 other residues that are A and alike"
    found = comparable(Protein("p", sequence), Variant("A", 11, "T"), openness, "alike", within=(0, 30))
    assert found.words == "11 other residues that are A"  # one other A in its third is too few
    drawn = comparable(Protein("p", sequence), Variant("A", 3, "T"), openness, "alike", within=(0, 30), most=5)
    assert drawn.told.startswith("5 drawn of 171") and len(set(drawn.variants)) == 5
    lone = comparable(Protein("p", "W" + sequence), Variant("W", 0, "T"), np.arange(31.0), "alike", within=(0, 31))
    assert lone.words == "10 other residues alike"


def test_entropies_are_those_of_hidden_residues(model):
    protein = Protein("p", "X" + SEQUENCE)
    found, _ = entropies(model, protein, every_substitution(model, protein))
    log_p = masked_log_likelihoods(model, protein.sequence)
    assert found[1:] == pytest.approx(-(np.exp(log_p) * log_p).sum(axis=1)[1:]) and np.isnan(found[0])
    seen, words = entropies(model, protein, None)
    assert seen.shape == found.shape and "nothing hidden" in words


def test_what_is_known_of_several_changes_is_named_for_each(model, tmp_path):
    reported = (
        Feature("variant", 3, 4, "A -> T (in DEMO)"),
        Feature("mutagenesis", 23, 24, "E->K,R: Loss of activity."),
        Feature("variant", 7, 10, "Missing (in DEMO2)"),
    )
    protein = Protein("p", SEQUENCE, offset=10, reported=reported)  # residue 1 of what is read is 11
    path = write(tmp_path, "variant\nA14T:E34K\nE34G:T13M\nK18_R20del\nK18_Q19del\nT13M:Y15F\n")
    assert score_list(model, read_list(path, [protein])[0], {}).known.tolist() == [
        "A14T: variant: A -> T (in DEMO); E34K: mutagenesis: E->K,R: Loss of activity.",
        "E34G: (other) mutagenesis: E->K,R: Loss of activity.",
        "variant: Missing (in DEMO2)",
        "(other) variant: Missing (in DEMO2)",
        "",
    ]


def test_what_uniprot_reports_is_named():
    reported = (
        Feature("mutagenesis", 3, 4, "A->D,N: Loss of activity."),
        Feature("variant", 3, 4, "A -> T (in DEMO)"),
        Feature("variant", 2, 6, "Missing"),
    )
    protein = Protein("p", SEQUENCE, reported=reported)
    first, second, third = reported_words(protein, Variant("A", 3, "T"))
    assert first == (
        "Known: This very substitution is a natural variant in the UniProt file (residue 4): A -> T (in DEMO)."
    )
    assert second.startswith("Known: Another change there is mutagenesis") and "residues 3 to 6" in third
    assert reported_note(protein, Variant("A", 3, "N")).startswith("mutagenesis: A->D,N: Loss of activity.; (other)")
    assert reported_words(protein, Variant("V", 39, "A")) == []

"""What ships of other antibodies: counted by hand, read back, and never used on what taught it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from regard.annotate.structure import read_structure
from regard.core.evidence import SEEN, TOO_FEW
from regard.data.proteins import read_proteins
from regard.errors import InputError
from regard.models.protein.model import load_protein
from regard.studies.protein import contacts as protein_contacts
from regard.studies.protein.contact_scores import FROM_FILE, SHIPPED
from regard.studies.protein.contacts import study_contacts
from regard.studies.protein.demo import ANTIBODY, STRUCTURE
from regard.studies.protein.inputs import Protein, from_table
from regard.studies.protein.learned import FILE, learn, learned_for, load, save
from regard.studies.protein.readings import read_all
from regard.studies.protein.structures import with_structures
from regard.studies.protein.study import run
from tests.models.protein_folder import write_esm2


def numbered(name, sequence, touching, kind="H", first=1):
    contacts = np.zeros((len(sequence),) * 2, bool)
    for i, j in touching:
        contacts[i, j] = contacts[j, i] = True
    numbers = tuple(str(first + i) for i in range(len(sequence)))
    seen = np.ones(len(sequence), bool)
    return Protein(name, sequence, contacts=contacts, resolved=seen, chain=name, chain_type=kind, numbers=numbers)


def test_the_template_counts_positions_of_heavy_and_light_chains_apart():
    one = numbered("a", "ACDEFGHIKLMNPQ", [(0, 10), (1, 12)])
    two = numbered("b", "QPNMLKIHGFEDCA", [(0, 10)])
    light = numbered("c", "ACDEFGHIKLMNPQ", [(2, 13)], kind="K")
    found = learn("tiny", [one, two, light], [])
    assert found.structures == 3 and found.heads == {}
    at = {number: k for k, number in enumerate(found.positions["H"])}
    assert found.touching["H"][at["1"], at["11"]] == 2 == found.both["H"][at["11"], at["1"]]
    assert found.touching["H"][at["2"], at["13"]] == 1 and not found.both["H"][at["1"], at["3"]]  # too near
    template = found.template(numbered("d", "ACDEFGHIKLMN", [], first=2))  # the same positions, one residue earlier
    assert np.unravel_index(template.argmax(), template.shape) in ((0, 11), (11, 0))
    assert template[0, 11] == pytest.approx(found.template(one)[1, 12])
    assert found.template(light)[2, 13] > found.template(light)[0, 10]


def test_what_is_written_is_read_back(tmp_path):
    found = learn("tiny", [numbered("a", "ACDEFGHIKLMNPQ", [(0, 10)])], [])
    found.heads["best head"] = np.array([0, 1.0])
    save(found, tmp_path / "file.safetensors")
    again = load(tmp_path / "file.safetensors")
    assert (again.model, again.domains, again.positions) == (found.model, found.domains, found.positions)
    assert np.allclose(again.propensity, found.propensity) and again.heads["best head"].tolist() == [0, 1]
    assert np.array_equal(again.touching["H"], found.touching["H"])
    (tmp_path / "other.safetensors").write_bytes(b"nothing")
    with pytest.raises(InputError, match="not what was learned on antibodies"):
        load(tmp_path / "other.safetensors")


def test_what_ships_is_small_and_saw_none_of_the_example():
    shipped = load()
    assert FILE.stat().st_size < 200_000 and FILE.with_suffix(".md").is_file()
    assert shipped.model == "antiberty" and len(shipped.domains) == 8 and shipped.structures == 3
    assert all(len(weights) == 64 for weights in shipped.heads.values())
    for protein in from_table(read_proteins(ANTIBODY))[0]:
        assert shipped.saw(protein) == ""


def test_a_domain_that_taught_is_known_again_with_a_few_residues_changed():
    shipped = load()
    sequence = shipped.domains[2]["sequence"]
    changed = "".join("A" if i in (5, 40, 80) else letter for i, letter in enumerate(sequence))
    for text in (sequence, changed, "MKT" + sequence + "RTVAAPS"):
        assert f"95 % the same as {shipped.domains[2]['id']}, which taught it" in shipped.saw(Protein("x", text))
    assert shipped.saw(Protein("x", sequence[::-1])) == ""


def test_it_is_for_variable_domains_and_its_own_model():
    protein = numbered("a", "ACDEFGHIKLMNPQ", [])
    assert learned_for("antiberty", [protein]) is not None
    assert learned_for("esm2", [protein]) is None and learned_for("antiberty", []) is None
    assert learned_for("antiberty", [protein, replace(protein, numbers=())]) is None


@pytest.fixture(scope="module")
def domains():
    """Two stretches of a chain of known structure, numbered as if they were variable domains, and a tiny model."""
    sequence = read_structure(STRUCTURE)["A"].sequence
    proteins = [Protein("first", sequence[:70]), Protein("second", sequence[200:265])]
    found, _ = with_structures(proteins, [STRUCTURE])
    return [
        replace(p, group=k, chain_type="H", numbers=tuple(map(str, range(1, 1 + len(p))))) for k, p in enumerate(found)
    ]


def test_a_structure_is_never_scored_with_what_it_taught(domains, tmp_path, monkeypatch):
    model = load_protein(str(write_esm2(tmp_path / "tiny", layers=2, heads=4)))
    read = read_all(model, domains)
    taught = learn(model.name, domains[:1], [])
    taught.heads["logistic regression"] = np.arange(8.0)
    monkeypatch.setattr(protein_contacts, "learned_for", lambda name, proteins: taught)

    refused = study_contacts(read, domains[:1], [], gradients={}, item="first")
    assert set(refused.refused) == {"first"} and not set(FROM_FILE) & set(refused.scores)
    rows = refused.evidence[refused.evidence.method.isin(FROM_FILE)]
    assert set(rows.method) == set(FROM_FILE) and set(rows.verdict) == {TOO_FEW} and rows.value.isna().all()
    assert rows.reason.str.startswith(SEEN).all()
    assert rows.reason.str.contains("first is at least 95 % the same as first, which taught it").all()
    assert set(refused.evidence[~refused.evidence.method.isin(FROM_FILE)].verdict) == {"too few labels"}
    both = study_contacts(read, domains, [], gradients={}, item="both")  # one of two is enough to refuse
    assert set(both.refused) == {"first"} and not set(FROM_FILE) & set(both.scores)

    used = study_contacts(read, domains[1:], [], gradients={}, item="second")
    assert not used.refused and not used.evidence.reason.str.startswith(SEEN).any()
    assert {SHIPPED["logistic regression"], "position template (shipped)"} <= set(used.scores)
    assert any("learned on 1 variable domains of 1 antibody structures" in remark for remark in used.remarks)


def test_the_report_says_what_is_not_scored(domains, tmp_path, monkeypatch):
    folder = write_esm2(tmp_path / "tiny", layers=1, heads=2)
    monkeypatch.setattr(protein_contacts, "learned_for", lambda name, proteins: learn("tiny", domains[:1], []))
    (tmp_path / "in.fa").write_text(f">mine\n{domains[0].sequence}\n")
    run(tmp_path / "in.fa", tmp_path / "out", model=str(folder), structures=[STRUCTURE])
    page = (tmp_path / "out" / "report.html").read_text()
    assert page.count("seen in training") == 3 * len(FROM_FILE)
    assert "mine is at least 95 % the same as first, which taught it" in page
    rows = pd.read_csv(tmp_path / "out" / "evidence.tsv", sep="\t").query("reason.str.startswith(@SEEN, na=False)")
    assert len(rows) == 3 * len(FROM_FILE) and rows.value.isna().all() and rows.reason.notna().all()

"""Several chains laid over one sequence: both domains of an scFv of the shipped antibody, copies, pieces of a chain."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from regard.annotate.residue_names import TWENTY
from regard.annotate.structure import read_structure
from regard.errors import InputError
from regard.studies.protein.demo import STRUCTURE
from regard.studies.protein.inputs import Protein
from regard.studies.protein.laying import copies_of_part, laid_over, with_another
from regard.studies.protein.space_files import write_structures
from regard.studies.protein.structures import nowhere, with_structures
from tests.annotate.structures import backbone, write

THREE = {letter: name for name, letter in TWENTY.items()}
LINKER = "GGGGS" * 3
rng = np.random.default_rng(3)
FIRST, SECOND = ("".join(rng.choice(list("ACDEFHIKLMNPQRSTVWY"), 30)) for _ in range(2))


@pytest.fixture(scope="module")
def chains():
    return read_structure(STRUCTURE)


DOMAINS = {"H": (2, 130), "L": (6, 116)}  # by IMGT


def single_chain(chains, order="HL"):
    """Variable domains of the shipped antibody and a linker between them; the chains go on behind their domains."""
    one, other = (chains[name].sequence[slice(*DOMAINS[name])] for name in order)
    numbers = ("1",) * len(one) + ("",) * len(LINKER) + ("1",) * len(other)
    return Protein("scfv", one + LINKER + other, numbers=numbers, regions={"CDR1": (25, 33)})


@pytest.mark.parametrize("order", ["HL", "LH"])
def test_both_domains_of_an_scfv_get_their_chain(chains, order):
    protein = single_chain(chains, order)
    (found,), remarks = with_structures([protein], [STRUCTURE])
    cut = protein.sequence.index(LINKER)
    here = dict(zip(order, (slice(0, cut), slice(cut + len(LINKER), None)), strict=True))
    assert not remarks and found.chain == f"antibody_7cth {'+'.join(order)}" and found.between is None
    assert not found.resolved[cut : cut + len(LINKER)].any()
    bound = np.zeros(len(protein), dtype=bool)
    for name, mine in here.items():  # within each domain as in its chain
        chain, part = chains[name], slice(*DOMAINS[name])
        assert np.array_equal(found.resolved[mine], chain.resolved[part])
        touch = chain.contacts()[part, part]
        np.fill_diagonal(touch, False)
        assert np.array_equal(found.contacts[mine, mine], touch)
        bound[mine] = chain.near([chains[k] for k in "ABC"], 4.5)[part]
    one, other = (chains[name].positions()[slice(*DOMAINS[name])] for name in order)
    between = cdist(one, other) < 8
    assert np.array_equal(found.contacts[here[order[0]], here[order[1]]], between) and between.sum() > 20
    assert np.array_equal(found.sites["paratope"], bound) and all(bound[mine].any() for mine in here.values())
    assert np.array_equal(found.sites["interface with another protein"], bound)  # the other domain is none
    assert [(a < cut, b < cut) for a, b in found.disulfides] == [(True, True), (False, False)]


def test_a_domain_without_a_chain_is_left_out_and_said(chains, tmp_path):
    """Without the heavy chain nothing is said of its domain."""
    protein = single_chain(chains)
    only = {name: one for name, one in chains.items() if name != "H"}
    parts, _ = laid_over(protein, tmp_path, only.values())
    ((chain, at),) = parts
    assert chain.id == "L" and at[143:].tolist() == list(range(6, 116)) and (at[:137] == -1).all()
    assert nowhere(protein, parts) == ["scfv, residues 1 to 137"]  # what is before the domain fits the linker


def line(sequence, chain, height, place=0, first=1):
    """A chain along the first axis, Cα 4.1 Å apart."""
    steps = [(THREE[c], str(first + k), (4.1 * (place + k), height, 0), None) for k, c in enumerate(sequence)]
    return [*backbone(steps, chain), "TER"]


@pytest.fixture(scope="module")
def pieces(tmp_path_factory):
    """A protein cut in two chains, 7 Å apart, twice; the copy, far away, in the other order."""
    lines = [
        *line(FIRST, "A", 0), *line(SECOND, "B", 100, 60), *line(SECOND, "C", 7), *line(FIRST, "D", 107, 60),
    ]  # fmt: skip
    path = write(tmp_path_factory.mktemp("pdb") / "x.pdb", lines)
    protein = Protein("one", FIRST + LINKER + "K" * 40 + SECOND)
    (found,), remarks = with_structures([protein], [path])
    return found, remarks, path


def test_pieces_that_touch_belong_together_and_their_copies_too(pieces):
    found, remarks, _ = pieces
    assert found.placed.names == ["A+C", "D+B"] and [one.id for one in found.placed.beside] == ["B", "D"]
    touch = {(i, j - 85) for i, j in np.argwhere(found.contacts) if i < 30 and j >= 85}
    assert touch == {(k, k) for k in range(30)}  # 7 Å apart within the first copy, and within the second
    assert not found.between.any() and found.resolved.sum() == 60
    assert remarks == ["in no chain of a structure, and left out of all that it tells: one, residues 31 to 85"]


def test_what_only_a_copy_shows_is_not_taken_from_it(tmp_path):
    """Chain A lacks the middle, of which its file says nothing; the middle of its copy is no further piece of it."""
    whole = FIRST + SECOND + FIRST[::-1]
    start, end = line(FIRST, "A", 0)[:-1], line(FIRST[::-1], "A", 0, 60, first=61)
    path = write(tmp_path / "x.pdb", [*start, *end, *line(whole, "B", 50)])
    chains = read_structure(path)
    protein = Protein("one", whole)
    parts, _ = laid_over(protein, path, [chains["A"]])
    assert [chain.id for chain, _ in copies_of_part(protein, parts[0], chains.values())] == ["B"]
    assert [chain.id for chain, _ in with_another(parts, protein, (30, 60), path, list(chains.values()))[0]] == ["A"]


def test_what_is_no_chain_is_told_of_the_first(chains):
    parts, error = laid_over(Protein("other", SECOND * 3), Path("x.pdb"), chains.values())
    assert parts == () and isinstance(error, InputError) and "chain" in str(error)


def test_files_and_scripts_name_both_chains(pieces, tmp_path):
    from biotite.structure.io import pdbx

    found, _, _ = pieces
    received = np.arange(float(len(found)))[None]
    result = SimpleNamespace(
        proteins=[found], gradients={}, contacts=None,
        readings={"one": SimpleNamespace(received=received, mean=np.zeros((len(found),) * 2))},
    )  # fmt: skip
    write_structures(result, tmp_path)
    file = pdbx.CIFFile.read(tmp_path / "structures/1.attention_received.cif")
    atoms = pdbx.get_structure(file, model=1, extra_fields=["b_factor"])
    alpha = atoms[atoms.atom_name == "CA"]
    assert list(dict.fromkeys(alpha.chain_id)) == ["A", "C", "B", "D"]
    assert alpha.b_factor[alpha.chain_id == "A"].tolist() == list(range(30))
    assert alpha.b_factor[alpha.chain_id == "C"].tolist() == list(range(85, 115))
    pml, cxc = ((tmp_path / "structures" / name).read_text() for name in ("1.pml", "1.cxc"))
    assert 'and (chain "A" or chain "C"), minimum=' in pml and "color bfactor #1/A,C palette" in cxc

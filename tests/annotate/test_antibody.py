"""Numbering against the authors of the structures; the paratope of the example."""

import os
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from regard.annotate import antibody
from regard.annotate.antibody import (
    PARATOPE,
    antigens_of,
    cdr_labels,
    domains_of,
    looks_variable,
    numbering,
    regions,
    split,
)
from regard.annotate.structure import read_structure
from regard.errors import InputError, MissingExtra

DATA = Path(os.environ.get("REGARD_DATA", "/nonexistent")) / "protein/structures"
EXAMPLE = Path("src/regard/examples/antibody_7cth.bcif")
HEAVY = (  # trastuzumab, as published
    "EVQLVESGGGLVQPGGSLRLSCAASGFNIKDTYIHWVRQAPGKGLEWVARIYPTNGYTRYADSVKGRFTISADTSKNTAYLQMNSLRAEDTAVYYCSRWGGDGFYAMDY"
    "WGQGTLVTVSS"
)
RECEPTOR = (  # the human insulin receptor, P06213, as far as a variable domain is looked for
    "HLYPGEVCPGMDIRNNLTRLHELENCSVIEGHLQILLMFKTRPEDFRDLSFPKLIMITDYLLLFRVYGLESLKDLFPNLTVIRGSRLFFNYALVIFEMVHLKELGLYNL"
    "MNITRGSVRIEKNNELCYLATIDWSRILDSVEDNHIVLNKDDNEECGDICPGTAKGKTNCPATVINGQFVERCWTHSHCQKVCPTICKSHGCTAEGLCCHSECLGNCSQ"
    "PDDPTKCVACRNFYLDGRCVETCPPPYYHFQD"
)
LIGHT = "DIQMTQSPSSLSASVGDRVTITCRASQDVNTAVAWYQQKPGKAPKLLIYSASFLYSGVPSRFSGSRSGTDFTLTISSLQPEDFATYYCQQHYTTPPTFGQGTKVEIK"


@pytest.fixture(autouse=True)
def extra(request):
    if "needs_none" not in request.node.name:
        pytest.importorskip("anarcii", reason="the extra `antibody` is not installed")


def words(sequence, found):
    return {name: sequence[start:end] for name, (start, end) in found.items()}


def test_regions_of_trastuzumab():
    imgt = words(HEAVY, regions(HEAVY))
    assert list(imgt) == ["FR1", "CDR1", "FR2", "CDR2", "FR3", "CDR3", "FR4"]
    assert "".join(imgt.values()) == HEAVY
    assert (imgt["CDR1"], imgt["CDR2"], imgt["CDR3"]) == ("GFNIKDTY", "IYPTNGYT", "SRWGGDGFYAMDY")
    chothia = words(HEAVY, regions(HEAVY, "chothia"))
    assert (chothia["CDR1"], chothia["CDR2"], chothia["CDR3"]) == ("GFNIKDT", "YPTNGY", "WGGDGFYAMDY")
    assert cdr_labels(regions(HEAVY), len(HEAVY)).sum() == 8 + 8 + 13


@pytest.mark.parametrize("order", ["heavy first", "light first"])
def test_both_domains_of_an_scfv_with_its_linker(order):
    linker, tag = "GGGGS" * 3, "GSHM"
    parts = (HEAVY, LIGHT) if order == "heavy first" else (LIGHT, HEAVY)
    whole = tag + linker.join(parts) + "HHHHHH"
    heavy, light = (whole.index(part) for part in (HEAVY, LIGHT))
    one, two = domains_of([whole])[0]
    assert [one.chain, two.chain] == (["H", "K"] if order == "heavy first" else ["K", "H"])
    found = regions(whole)
    for name, part, start in (("VH", HEAVY, heavy), ("VL", LIGHT, light)):
        for region, (begin, end) in regions(part).items():
            assert found[f"{region} of {name}"] == (begin + start, end + start)
    assert whole[slice(*found["linker"])] == linker and len(found) == 15
    labels = cdr_labels(found, len(whole))
    assert labels.sum() == sum(cdr_labels(regions(part), len(part)).sum() for part in parts)


def test_constant_domains_are_not_taken_for_more(monkeypatch):
    constant = "ASTKGPSVFPLAPSSKSTSGGTAALGCLVKDYFPEPVTVSWNSGALTSGVHTFPAVLQSSGLYSLSSVVTVPSSSLGTQTYICNVNHKPSNTKVDKKV"
    asked = []
    real = antibody.numbering
    monkeypatch.setattr(antibody, "numbering", lambda some, scheme: asked.append(some) or real(some, scheme))
    assert regions(HEAVY + constant) == regions(HEAVY) and [len(some) for some in asked] == [1, 1]
    assert looks_variable(constant)


def test_tags_before_and_constant_domains_behind_are_outside():
    start, end = regions("GSHM" + HEAVY)["CDR3"]
    assert ("GSHM" + HEAVY)[start:end] == "SRWGGDGFYAMDY"


@pytest.mark.parametrize("at", [21, 95, 35])  # both cysteines of the bond, the tryptophan that packs on it
def test_a_domain_without_one_of_its_landmarks_is_still_one(at):
    assert HEAVY[at] in "CW"
    assert regions(HEAVY[:at] + "S" + HEAVY[at + 1 :]) == regions(HEAVY)


def test_what_is_no_antibody_has_no_regions():
    lysozyme = "KVFGRCELAAAMKRHGLDNYRGYSLGNWVCAAKFESNFNTQATNRNTDGSTDYGILQINSRWWCNDGRTPGSRNLCNIPCSALLSSDITASVNCAKK"
    assert regions(lysozyme) == {}  # though cysteines and a tryptophan stand as in a variable domain
    assert looks_variable(lysozyme) and not looks_variable(lysozyme[:50])
    assert numbering([lysozyme]) == [("", [""] * len(lysozyme))]


def test_needs_none_a_region_without_residues_is_left_out():
    numbers = ["", *map(str, range(20, 27)), *map(str, range(39, 50))]
    assert split("H", numbers, "imgt") == {"FR1": (1, 8), "FR2": (8, 19)}


def test_needs_none_an_unknown_scheme():
    with pytest.raises(InputError, match="'kabat' is unknown; choose imgt or chothia"):
        numbering([HEAVY], "kabat")


def test_needs_none_without_the_extra_one_line_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "anarcii", None)
    antibody.numberer.cache_clear()
    with pytest.raises(MissingExtra, match=r"anarcii is not installed: pip install 'regard\[antibody\]'"):
        regions(HEAVY)
    antibody.numberer.cache_clear()


def test_the_paratope_of_the_example_is_mostly_loops():
    pytest.importorskip("biotite", reason="biotite is not installed")
    chains = read_structure(EXAMPLE)
    assert all(looks_variable(chains[name].sequence) for name in "HL")
    antigens = antigens_of(chains)
    assert [one.id for one in antigens] == ["A", "B", "C"]
    for name, count in (("H", 10), ("L", 15)):
        found = chains[name].near(antigens, PARATOPE)
        assert found.sum() == count
        loops = cdr_labels(regions(chains[name].sequence), len(found))
        assert (found & loops).sum() >= count // 2
    assert antigens_of({name: chains[name] for name in "HL"}) == []


def test_needs_none_known_antibodies_and_their_copies_are_not_numbered_again(monkeypatch):
    chains = {name: SimpleNamespace(id=name, sequence=s) for name, s in (("H", HEAVY), ("I", HEAVY), ("A", "MKTAYI"))}
    monkeypatch.setattr(antibody, "numbering", lambda sequences: pytest.fail("numbered"))
    assert [one.id for one in antigens_of(chains, [chains["H"]])] == ["A"]


@pytest.mark.skipif(not DATA.is_dir(), reason="REGARD_DATA has no protein structures")
def test_chothia_numbers_are_those_of_the_authors():
    chains = read_structure(DATA / "1igy.bcif") | read_structure(DATA / "1ncb.bcif")
    found = [chains[name] for name in "ABLH"]
    for chain, (kind, numbers) in zip(found, numbering([c.sequence for c in found], "chothia"), strict=True):
        inside = [i for i, number in enumerate(numbers) if number]
        assert kind in "HKL" and len(inside) > 90
        assert np.mean([numbers[i] == chain.residue_numbers[i] for i in inside]) == 1


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="one core: one thread before and after")
def test_numbering_leaves_torch_its_threads():
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(2)
    antibody.numberer.cache_clear()
    try:
        numbering([HEAVY])
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
        antibody.numberer.cache_clear()


def test_a_receptor_that_is_numbered_all_the_same_is_an_antigen():
    chains = read_structure(EXAMPLE)
    bare = next(iter(chains.values()))
    receptor = replace(bare, id="R", sequence=RECEPTOR + bare.sequence[len(RECEPTOR) :])
    assert looks_variable(RECEPTOR) and numbering([RECEPTOR])[0][0] == ""
    assert "R" in [one.id for one in antigens_of(chains | {"R": receptor})]
    assert [numbering([one])[0][0] for one in (HEAVY, LIGHT)] == ["H", "K"]


@pytest.mark.parametrize("scheme", ["imgt", "chothia"])
def test_one_landmark_may_be_mutated_and_not_two(scheme):
    for lost, chain in ((("C21",), "H"), (("C21", "W35"), "")):
        letters = list(HEAVY)
        for one in lost:
            assert letters[int(one[1:])] == one[0]
            letters[int(one[1:])] = "A"
        assert numbering(["".join(letters)], scheme)[0][0] == chain

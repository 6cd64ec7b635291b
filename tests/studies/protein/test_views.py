"""The view from a site head by head, and the heads' maps: planted attention, and files of a small model."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from rich.progress import Progress

from regard.models.protein.model import load_protein, stream
from regard.models.protein.view import View
from regard.plot.head_maps import levels, read_map
from regard.report.page import Figure
from regard.studies.protein import head_maps
from regard.studies.protein.inputs import Protein
from regard.studies.protein.readings import read_all
from regard.studies.protein.site_heads import BY, TO, farthest, partners
from regard.studies.protein.viewpoints import Viewpoint
from regard.studies.protein.views import view_sections
from tests.models.protein_folder import write_esm2
from tests.report.pages import lines_of, of_kind, rows_of

SEQUENCE = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIECQAPILSRV"
SIZE = len(SEQUENCE)


def test_a_planted_partner_of_one_head_is_first():
    to, by = np.full((2, 1, 6, SIZE), 0.01)
    to[0, 4, 30], to[0, 4, 11] = 0.9, 0.95  # 11 is a neighbour of 8
    by[0, 1, 0] = 0.4
    contacts = np.zeros((SIZE, SIZE), bool)
    contacts[8, 30] = True
    protein = Protein("p", SEQUENCE, contacts=contacts)
    empty = np.empty(0)
    one = Viewpoint(protein, (8,), "asked for")
    table = partners(one, View(empty, empty, to, by, {}), 0, layers=2)
    first = table[(table["rank"] == 1) & (table["head"] == "2") & (table.layer == "2")].set_index("direction")
    assert first.position.to_dict()[TO] == 30 and first.attention[TO] == 0.9
    assert len(table) == 7 * 2 * 10 and (np.abs(table.position - 8) >= 6).all()
    mean = table[(table["head"] == "all") & (table.direction == BY) & (table["rank"] == 1)]
    assert mean.position.item() == 0 and mean.attention.item() == pytest.approx((0.4 + 5 * 0.01) / 6)
    best, second, *_ = farthest(one, table, 1 / SIZE)
    assert (best["head"], best["residue"], best["touches it"]) == ("2.2", "E31", "yes")
    assert (second["head"], second["direction"], second["touches it"]) == ("1.2", BY, "")


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("views")
    model = load_protein(str(write_esm2(folder / "tiny", layers=2, heads=3, width=36)))
    helices = "--HHHHHHHHHH----EEEEEE---HHHHHHHHHH-----"
    proteins = [Protein("p<1>", SEQUENCE, secondary=helices), Protein("second", SEQUENCE[:30])]
    result = SimpleNamespace(
        model=model, proteins=proteins, readings=read_all(model, proteins).of, gradients={}, contacts=None, seed=0
    )
    (folder / "figures").mkdir()
    with Progress(disable=True) as progress:
        sections = view_sections(result, ["p<1>:9"], ["2.1"], folder=folder, progress=progress)
    return result, sections, folder


def test_every_map_is_a_file_in_full(finished):
    result, _, folder = finished
    names = {f"{layer}.{head}.png" for layer in (1, 2) for head in (1, 2, 3)}
    for number, protein in enumerate(result.proteins, 1):
        files = folder / "figures" / f"heads.{number}"
        assert {path.name for path in files.iterdir()} == names
        maps = np.empty((2, 3, len(protein), len(protein)), dtype=np.float32)
        stream(result.model, protein.sequence, maps.__setitem__)
        assert (read_map(files / "2.3.png") == levels(maps[1, 2], 1 / len(protein))).all()


def test_files_of_maps_stay_below_a_bound(finished, tmp_path, monkeypatch):
    """Two proteins of 40 residues and 6 heads: whole they could take 9,600 bytes."""
    result, *_ = finished
    protein = result.proteins[0]
    for bound, block in ((9600, 1), (9599, 2), (2400, 2), (2399, 3)):
        monkeypatch.setattr(head_maps, "MOST_BYTES", bound)
        assert head_maps.block_of(result.model, protein, 2) == block
    (tmp_path / "figures").mkdir()
    result = SimpleNamespace(**vars(result) | {"proteins": [protein]})
    monkeypatch.setattr(head_maps, "MOST_BYTES", 600)
    with Progress(disable=True) as progress:
        *_, section = view_sections(result, [], [], folder=tmp_path, progress=progress)
    assert "a pixel is the strongest of 3 × 3 pairs" in lines_of(section)[0]
    files = list((tmp_path / "figures" / "heads.1").iterdir())
    assert len(files) == 6 and sum(read_map(path).size for path in files) / 2 <= 600
    maps = np.empty((2, 3, SIZE, SIZE), dtype=np.float32)
    stream(result.model, protein.sequence, maps.__setitem__)
    steps = levels(maps[1, 2], 1 / SIZE)
    assert read_map(tmp_path / "figures" / "heads.1" / "2.3.png")[4, 6] == steps[12:15, 18:21].max()


def test_sections_stand_in_order_and_say_what_is_not_tested(finished):
    _, sections, folder = finished
    assert [s.title for s in sections] == [
        "Seen from Q9 of p<1>", "Seen from Q9 of p<1>, head by head", "Layer 2, head 1",
        "Distance and secondary structure", "The heads' maps of p<1>", "The heads' maps of second",
    ]  # fmt: skip
    assert all("picked here by its look is not tested" in s.parts[-1].text for s in (*sections[1:3], *sections[4:]))
    pattern, by_head = sections[3], pd.read_csv(folder / "secondary.tsv", sep="\t")
    assert "Helix (12 pairs 4 apart)" in lines_of(pattern)[0] and "Strand (4 pairs 2 apart)" in lines_of(pattern)[1]
    assert by_head.groupby("segments").size().to_dict() == {"helix": 7, "strand": 7}
    assert (by_head.p_corrected >= by_head.p - 0.05).all() and by_head["head"].iloc[:3].tolist() == [
        "all",
        "1.1",
        "1.2",
    ]
    for figure in (f for s in sections for f in of_kind(s, Figure)):
        assert figure.png.startswith(b"\x89PNG") and (folder / figure.file).is_file()
    table = pd.read_csv(folder / "site.tsv", sep="\t")
    assert set(table.id) == {"p<1>"} and table.groupby(["layer", "head", "direction"]).size().eq(10).all()
    best = table[table["head"] != "all"].nlargest(1, "attention")
    assert rows_of(sections[1])[0]["attention"] == pytest.approx(best.attention.item(), rel=1e-3)


def test_maps_of_windows_are_put_together(finished, tmp_path):
    result, _, _ = finished
    short = SimpleNamespace(
        **vars(result) | {"model": replace(result.model, longest=16), "proteins": result.proteins[:1]}
    )
    (tmp_path / "figures").mkdir()
    short.readings = read_all(short.model, short.proteins).of
    with Progress(disable=True) as progress:
        view_sections(short, ["9"], [], folder=tmp_path, progress=progress)
    steps = read_map(tmp_path / "figures" / "heads.1" / "1.2.png")
    seen = ~np.isnan(short.readings["p<1>"].mean)
    assert ((steps != levels(np.array(np.nan), 1.0)) == seen).all() and not seen.all()


def test_maps_of_a_long_protein_are_in_the_grid_only(finished, tmp_path, monkeypatch):
    monkeypatch.setattr(head_maps, "LONGEST", 35)
    result, _, _ = finished
    (tmp_path / "figures").mkdir()
    with Progress(disable=True) as progress:
        *_, long, short = view_sections(result, [], [], folder=tmp_path, progress=progress)
    assert "not drawn of more than 35 residues" in lines_of(long)[0] and "figures/heads.2" in lines_of(short)[0]
    assert not (tmp_path / "figures" / "heads.1").exists() and (tmp_path / "figures" / "heads.2").is_dir()

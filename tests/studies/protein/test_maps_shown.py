"""Maps of proteins on the page: heads that it names first, values of the model's maps, and no more than has room."""

import base64
import json
import re
import zlib
from types import SimpleNamespace

import numpy as np
import pytest
from rich.progress import Progress

from regard.core.evidence import evidence
from regard.models.protein.model import load_protein, stream
from regard.report.maps import PRECISION, in_blocks, in_room, packed
from regard.studies.protein import maps_shown
from regard.studies.protein.head_maps import side_of
from regard.studies.protein.inputs import Protein
from regard.studies.protein.maps_shown import in_full, named_heads
from regard.studies.protein.readings import read_all
from regard.studies.protein.views import view_sections
from tests.models.protein_folder import write_esm2

SEQUENCE = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIECQAPILSRV" * 2
LAYERS, HEADS, SIDE = 2, 3, 24
TITLE = "Look into the heads"


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    model = load_protein(
        str(write_esm2(tmp_path_factory.mktemp("maps") / "tiny", layers=LAYERS, heads=HEADS, width=36))
    )
    site = np.isin(np.arange(len(SEQUENCE)), [7, 8, 30])
    first = Protein("p</script>", SEQUENCE, secondary="-" * 10 + "H" * 70, sites={"active site": site},
                    regions={"CDR1": (3, 9)})  # fmt: skip
    proteins = [first, Protein("second", SEQUENCE[:20])]
    return SimpleNamespace(
        model=model, proteins=proteins, readings=read_all(model, proteins).of, gradients={}, contacts=None, seed=0,
        evidence=evidence([]), pipelines=None,
    )  # fmt: skip


def told(result, folder, monkeypatch, **named):
    """What the viewer is told, or None where there is none."""
    (folder / "figures").mkdir()
    monkeypatch.setattr("regard.studies.protein.views.side_of", lambda model: SIDE)
    with Progress(disable=True) as progress:
        sections = view_sections(result, [], [], folder=folder, progress=progress, **named)
    found = [one for one in sections if getattr(one, "title", "") == TITLE]
    if not found:
        return None
    page = str(found[0].parts[1].html)
    return json.loads(re.search(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.DOTALL)[1])


def image(text, side):
    return np.frombuffer(zlib.decompress(base64.b64decode(text)), dtype=np.uint8).reshape(-1, side, side)


def attention_of(level, told, even):
    return even * 2.0 ** (told["low"] + (level - 1.0) / told["steps"])


def test_values_are_those_of_the_model(result, tmp_path, monkeypatch):
    page = told(result, tmp_path, monkeypatch, named={4: "asked for"})
    assert [one["id"] for one in page["shown"]] == ["p</script>", "second"] and page["start"] == 4
    one, length = page["shown"][0], len(SEQUENCE)
    maps = np.empty((LAYERS, HEADS, length, length), dtype=np.float32)
    stream(result.model, SEQUENCE, maps.__setitem__)
    maps = maps.reshape(-1, length, length)
    whole = {int(k): image(text, side)[0] for k, (side, text) in one["full"].items()}
    assert set(whole) == {4, LAYERS * HEADS + LAYERS}  # the head that is named, and the mean of all
    for number, expected in ((4, maps[4]), (LAYERS * HEADS + LAYERS, maps.mean(axis=0))):
        found = attention_of(whole[number], page, 1 / length)
        above = expected > 2.0 ** (page["low"] + 0.1) / length
        assert above.mean() > 0.1 and np.abs(found / expected - 1)[above].max() <= PRECISION * 1.01
    block = np.arange(length) * SIDE // length
    mean = maps[2][np.ix_(block == 5, block == 9)].mean()
    small = image(one["small"], SIDE)
    assert small.shape[0] == LAYERS * HEADS
    assert attention_of(small[2, 5, 9], page, 1 / length) == pytest.approx(mean, rel=PRECISION * 1.01)
    assert page["shown"][1]["side"] == 20  # of a short protein all pairs are there


def test_what_is_known_stands_along_the_sequence(result, tmp_path, monkeypatch):
    page = told(result, tmp_path, monkeypatch, named={})
    one = page["shown"][0]
    marks = dict(one["marks"])
    assert marks == {"helix": [[10, 80]], "active site": [[7, 9], [30, 31]], "CDR1": [[3, 9]]}
    received = dict(one["tracks"])["attention received"]
    expected = result.readings["p</script>"].received.mean(axis=0)
    assert received == pytest.approx(expected, rel=0.006)
    assert page["first"] == 1 and page["start"] is None and page["unit"] == "residue"


def test_proteins_beyond_the_room_are_left_out(result, tmp_path, monkeypatch):
    monkeypatch.setattr(maps_shown, "SMALL", 6000)
    page = told(result, tmp_path, monkeypatch, named={})
    assert [one["id"] for one in page["shown"]] == ["p</script>"]
    monkeypatch.setattr(maps_shown, "SMALL", 10)
    (tmp_path / "none").mkdir()
    assert told(result, tmp_path / "none", monkeypatch, named={}) is None


def test_heads_are_named_once_and_those_asked_for_first(result, monkeypatch):
    rows = [{"property": "contact", "layer": 2, "head": 1}, {"property": "CDR", "layer": 1, "head": 2}]
    monkeypatch.setattr(maps_shown, "head_rows", lambda result: rows)
    monkeypatch.setattr(maps_shown, "supported_heads", lambda result, rows: [(((0, 2), (1, 0)), "best head", "CDR")])
    named = named_heads(result, [5], evidence([]))
    assert list(named) == [5, 2, 3, 1] == in_full(named, Protein("p", "M" * 1200))
    assert in_full(named, Protein("p", "M" * 1201)) == []
    assert named[5] == "asked for" and named[3] == "best head at CDR, supported" and "CDR" in named[1]


@pytest.mark.slow
def test_660_heads_of_1024_residues_have_room():
    """As sharp as trained heads: columns that all look at, a diagonal, and noise; ten of them, counted 66 times."""
    rng, length = np.random.default_rng(0), 1024
    apart = np.subtract.outer(np.arange(length), np.arange(length))
    heads = []
    for _ in range(10):
        raw = rng.normal(scale=2, size=(length, length)) + rng.normal(scale=2, size=length)
        raw = np.exp(raw + 6 * np.exp(-np.abs(apart - rng.integers(-6, 6)) / rng.uniform(1, 8)))
        heads.append(raw / raw.sum(axis=1, keepdims=True))
    side = side_of(SimpleNamespace(heads=20))
    small = in_blocks(np.stack(heads), 1 / length, side)
    assert 66 * len(packed(small)) <= maps_shown.SMALL
    full = in_room(enumerate(heads[:7]), 1 / length, maps_shown.FULL, finer=side)
    assert len(full[0]) == length and all(len(one) > side for one in full.values())
    assert sum(len(packed(one)) for one in full.values()) <= maps_shown.FULL

import hashlib
import json
from importlib.metadata import version

import numpy as np
import pytest
import xarray as xr
import zarr

from regard.core.maps import attention_maps
from regard.core.store import load, provenance, save_maps, sha256, write_manifest
from regard.core.tokens import token_table
from regard.errors import InputError


@pytest.fixture
def maps():
    rng = np.random.default_rng(0)
    special = token_table(["<cls>", "M", "K"], [True, False, False])
    tables = [special, token_table(list("MKLV"))]
    values = [rng.dirichlet(np.ones(n), (2, 3, n)).astype(np.float32) for n in (3, 4)]
    return attention_maps(values, ["first", "zweite ü"], tables)


def test_maps_come_back_as_they_went(maps, tmp_path):
    save_maps(maps, tmp_path / "attention.zarr")
    back = load(tmp_path)
    xr.testing.assert_identical(back.array, maps.array)
    assert back["zweite ü"].shape == (2, 3, 4, 4)
    np.testing.assert_array_equal(back[0][1][2], maps[0][1][2])  # [sequence][block][head]


def test_what_was_loaded_can_be_reduced(maps, tmp_path):
    save_maps(maps, tmp_path / "attention.zarr")
    pipeline = "drop_special | received | mean(layer, head)"
    for one, other in zip(load(tmp_path).reduce(pipeline).values, maps.reduce(pipeline).values, strict=True):
        np.testing.assert_array_equal(one, other)
    assert np.isnan(maps.reduce(pipeline).values[0][0])


def test_zarr_3_with_a_chunk_for_each_map(maps, tmp_path):
    save_maps(maps, tmp_path / "attention.zarr")
    array = zarr.open_group(tmp_path / "attention.zarr", mode="r")["attention"]
    assert array.metadata.zarr_format == 3
    assert array.shape == (2, 2, 3, 4, 4)
    assert array.chunks == (1, 1, 1, 4, 4)


def test_load_says_what_is_missing(tmp_path):
    with pytest.raises(InputError, match=r"attention\.zarr: no such folder.*--predictions-only"):
        load(tmp_path)


def test_manifest(tmp_path):
    data = tmp_path / "in.fa"
    data.write_bytes(b">a\nACGT\n")
    write_manifest(tmp_path / "manifest.json", provenance(7, [data]), task="promoter", out=tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["seed"] == 7
    assert manifest["settings"] == {"task": "promoter", "out": str(tmp_path)}
    assert manifest["inputs"] == {str(data): hashlib.sha256(b">a\nACGT\n").hexdigest()}
    assert manifest["command"][0] == "regard"
    assert manifest["versions"]["numpy"] == np.__version__
    assert manifest["versions"]["regard"] == version("regard")


def test_the_manifest_lists_what_lies_beside_it(maps, tmp_path):
    save_maps(maps, tmp_path / "attention.zarr")
    (tmp_path / "figures").mkdir()
    for name in ("report.html", "figures/a.svg"):
        (tmp_path / name).write_text("")
    write_manifest(tmp_path / "manifest.json", provenance(0, []))
    listed = json.loads((tmp_path / "manifest.json").read_text())["files"]
    assert listed == ["attention.zarr", "figures/a.svg", "report.html"]


def test_sha256_of_nothing(tmp_path):
    (tmp_path / "empty").touch()
    assert sha256(tmp_path / "empty") == hashlib.sha256().hexdigest()

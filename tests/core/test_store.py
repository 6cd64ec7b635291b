import hashlib
import json
from importlib.metadata import version

import numpy as np
import pytest
import xarray as xr
import zarr

from regard.core.maps import attention_maps
from regard.core.store import load, output_folder, save_maps, sha256, write_manifest
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


def names(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*"))


def test_output_appears_when_all_is_done(tmp_path):
    out = tmp_path / "deep" / "out"
    with output_folder(out, force=False) as folder:
        (folder / "figures").mkdir()
        (folder / "figures" / "a.svg").write_text("a")
        (folder / "report.html").write_text("r")
        assert not (out / "report.html").exists()
    assert names(out) == ["figures", "figures/a.svg", "report.html"]


def test_a_folder_with_something_in_it_is_refused(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match=r"not empty.*--force"), output_folder(tmp_path, force=False):
        pytest.fail("was let in")
    assert names(tmp_path) == ["mine.txt"]


def test_force_replaces_only_what_this_run_writes(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    (tmp_path / "report.html").write_text("old")
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "old.svg").write_text("old")
    with output_folder(tmp_path, force=True) as folder:
        (folder / "report.html").write_text("new")
        (folder / "figures").mkdir()
        (folder / "figures" / "new.svg").write_text("new")
    assert names(tmp_path) == ["figures", "figures/new.svg", "mine.txt", "report.html"]
    assert (tmp_path / "report.html").read_text() == "new"
    assert (tmp_path / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize("exists", [True, False])
def test_an_exception_leaves_everything_as_it_was(tmp_path, exists):
    out = tmp_path / "out"
    if exists:
        out.mkdir()
        (out / "report.html").write_text("old")
    before = names(tmp_path)
    with pytest.raises(RuntimeError, match="half way"), output_folder(out, force=True) as folder:
        (folder / "report.html").write_text("new")
        raise RuntimeError("half way")
    assert names(tmp_path) == before
    assert not exists or (out / "report.html").read_text() == "old"


def test_a_file_is_no_folder(tmp_path):
    out = tmp_path / "out"
    out.write_text("a file")
    with pytest.raises(InputError, match="is a file"), output_folder(out, force=True):
        pytest.fail("was let in")
    with pytest.raises(InputError, match="cannot be written to"), output_folder(out / "below", force=True):
        pytest.fail("was let in")
    assert out.read_text() == "a file"


def test_manifest(tmp_path):
    data = tmp_path / "in.fa"
    data.write_bytes(b">a\nACGT\n")
    write_manifest(tmp_path / "manifest.json", seed=7, inputs=[data], task="promoter", out=tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["seed"] == 7
    assert manifest["settings"] == {"task": "promoter", "out": str(tmp_path)}
    assert manifest["inputs"] == {str(data): hashlib.sha256(b">a\nACGT\n").hexdigest()}
    assert manifest["command"][0] == "regard"
    assert manifest["versions"]["numpy"] == np.__version__
    assert manifest["versions"]["regard"] == version("regard")


def test_sha256_of_nothing(tmp_path):
    (tmp_path / "empty").touch()
    assert sha256(tmp_path / "empty") == hashlib.sha256().hexdigest()

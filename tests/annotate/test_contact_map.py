"""Contact maps in cooler's layout, written by h5py and read back."""

import h5py
import numpy as np
import pytest

from regard.annotate.contact_map import MOST, read_contacts
from regard.data.regions import Region
from regard.errors import InputError

SIZE, BINS = 1_000, 30


def write(group, size=SIZE, bins=BINS, weights=None):
    """Two chromosomes of `bins` bins; contacts of bins i and j of chr2 are 100 + i + j, of chr1 1."""
    group["chroms/name"] = np.array([b"chr1", b"chr2"])
    group["bins/start"] = np.tile(np.arange(bins) * size, 2)
    group["bins/end"] = np.tile(np.arange(1, bins + 1) * size, 2)
    i, j = np.triu_indices(2 * bins)
    group["pixels/bin1_id"], group["pixels/bin2_id"] = i, j
    group["pixels/count"] = np.where(i >= bins, 100 + i + j - 2 * bins, 1)
    group["indexes/chrom_offset"] = np.array([0, bins, 2 * bins])
    group["indexes/bin1_offset"] = np.searchsorted(i, np.arange(2 * bins + 1))
    if weights is not None:
        group["bins/weight"] = weights


def test_contacts_of_a_region_are_those_of_its_bins(tmp_path):
    with h5py.File(tmp_path / "x.cool", "w") as file:
        write(file)
    edges, table, unit = read_contacts(tmp_path / "x.cool", Region("2", 4_500, 9_000))
    assert edges.tolist() == [4_000, 5_000, 6_000, 7_000, 8_000, 9_000] and unit == "counts, bins of 1,000 bp"
    i, j = np.meshgrid(np.arange(4, 9), np.arange(4, 9))
    assert (table == 100 + i + j).all()
    over, _, _ = read_contacts(tmp_path / "x.cool", Region("chr2", 28_000, 90_000))
    assert over.tolist() == [28_000, 29_000, 30_000]


def test_weights_balance_and_bins_without_are_unknown(tmp_path):
    weights = np.full(2 * BINS, 0.5)
    weights[BINS + 5] = np.nan
    with h5py.File(tmp_path / "x.cool", "w") as file:
        write(file, weights=weights)
    _, table, unit = read_contacts(tmp_path / "x.cool", Region("chr2", 4_000, 7_000))
    assert unit.startswith("balanced") and table[0, 0] == 108 / 4 and table[0, 2] == 110 / 4
    assert np.isnan(table[1]).all() and np.isnan(table[:, 1]).all()


def test_of_several_resolutions_the_finest_that_can_be_shown_is_read(tmp_path):
    with h5py.File(tmp_path / "x.mcool", "w") as file:
        for size in (10, 1_000, 5_000):
            write(file.create_group(f"resolutions/{size}"), size, 10 if size > 10 else 1_000)
    assert len(read_contacts(tmp_path / "x.mcool", Region("chr1", 0, 10 * MOST))[1]) == MOST
    assert read_contacts(tmp_path / "x.mcool", Region("chr1", 0, 10 * MOST + 1))[2] == "counts, bins of 1,000 bp"
    assert read_contacts(f"{tmp_path}/x.mcool::/resolutions/5000", Region("chr1", 0, 9_000))[0].tolist() == [
        0,
        5e3,
        1e4,
    ]
    with pytest.raises(InputError, match="it has 10, 1000, 5000"):
        read_contacts(f"{tmp_path}/x.mcool::/resolutions/7", Region("chr1", 0, 9_000))


def test_what_is_no_contact_map_is_refused(tmp_path):
    (tmp_path / "x.cool").write_text("no")
    with pytest.raises(InputError, match="or a damaged one"):
        read_contacts(tmp_path / "x.cool", Region("chr1", 0, 10))
    with h5py.File(tmp_path / "y.cool", "w") as file:
        write(file)
    with pytest.raises(InputError, match="no chromosome 'chr7'"):
        read_contacts(tmp_path / "y.cool", Region("chr7", 0, 10))
    with pytest.raises(InputError, match="no bin in"):
        read_contacts(tmp_path / "y.cool", Region("chr1", 50_000, 60_000))
    with pytest.raises(InputError, match="no such file"):
        read_contacts(tmp_path / "z.cool", Region("chr1", 0, 10))

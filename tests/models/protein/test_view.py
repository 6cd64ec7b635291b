"""What a view keeps of the heads, against their maps in full."""

from dataclasses import replace

import numpy as np
import pytest

from regard.models.protein.model import load_protein, stream
from regard.models.protein.view import FARTHEST, view
from regard.models.protein.windows import mean_map
from tests.models.protein_folder import write_esm2

SEQUENCE = "MKTAYIAKQRQISFVKSHFCRQLEERLGLIEV"
SITES = [(3,), (10, 20)]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return load_protein(str(write_esm2(tmp_path_factory.mktemp("esm2") / "tiny", layers=2, heads=3, width=36)))


def test_it_is_what_the_maps_say(model):
    maps = np.empty((2, 3, len(SEQUENCE), len(SEQUENCE)), dtype=np.float32)
    stream(model, SEQUENCE, maps.__setitem__)
    maps, told = maps.reshape(6, *maps.shape[2:]), []
    found = view(
        model,
        SEQUENCE,
        side=8,
        sites=SITES,
        heads=[4],
        each=lambda head, at, one, share: told.append((head, one.copy())),
    )
    assert found.small == pytest.approx(maps.reshape(6, 8, 4, 8, 4).mean(axis=(2, 4)), abs=1e-6)
    assert found.to[1] == pytest.approx(maps[:, [10, 20]].mean(axis=1), abs=1e-6)
    assert found.by[0] == pytest.approx(maps[:, :, 3], abs=1e-6)
    assert list(found.whole) == [4] and found.whole[4] == pytest.approx(maps[4], abs=1e-6)
    assert [head for head, _ in told] == list(range(6)) and told[2][1] == pytest.approx(maps[2], abs=1e-6)
    for head, k, i in ((0, 1, 0), (5, 4, 7), (3, FARTHEST, len(SEQUENCE) - FARTHEST - 1)):
        both = (maps[head, i, i + k] + maps[head, i + k, i]) / 2
        assert found.diagonals[head, k - 1, i] == pytest.approx(both, abs=1e-6)
    assert np.isnan(found.diagonals[:, 3, -4:]).all() and not np.isnan(found.diagonals[:, 3, :-4]).any()


def test_windows_are_stitched_as_elsewhere(model):
    short = replace(model, longest=14)
    mean, found = mean_map(short, SEQUENCE), view(short, SEQUENCE, side=99, sites=SITES, heads=range(6))
    assert np.isnan(mean).any()
    for one in (np.mean(list(found.whole.values()), axis=0), found.small.mean(axis=0)):
        assert one == pytest.approx(mean, abs=1e-6, nan_ok=True)
    assert found.to[0].mean(axis=0) == pytest.approx(mean[3], abs=1e-6, nan_ok=True)
    assert found.by[0].mean(axis=0) == pytest.approx(mean[:, 3], abs=1e-6, nan_ok=True)
    assert found.to[1].mean(axis=0)[12] == pytest.approx(mean[[10, 20], 12].mean(), abs=1e-6)
    assert found.to[1].mean(axis=0)[0] == pytest.approx(mean[10, 0], abs=1e-6)  # no window holds 20 and 0
    assert found.diagonals[:, 2, 5].mean() == pytest.approx((mean[5, 8] + mean[8, 5]) / 2, abs=1e-6)

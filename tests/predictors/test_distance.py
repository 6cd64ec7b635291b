import numpy as np
import pytest

from regard.predictors.distance import activity_by_contact, contact, nearness


def test_nearer_is_likelier_and_contact_falls_as_a_power_law():
    assert np.argsort(nearness(np.array([30, 10, 20]))).tolist() == [0, 2, 1]
    near, ten, hundred = contact(np.array([0, 10_000, 100_000]))
    assert near == contact(np.array([5_000]))[0] and ten / hundred == pytest.approx(10**0.87)
    found = activity_by_contact(np.array([2.0, np.nan]), np.array([10_000, 10_000]))
    assert found[0] == pytest.approx(2 * ten) and np.isnan(found[1])

"""Honest probabilities, by hand and by drawing what they say."""

import numpy as np
import pytest

from regard.judge.calibration import bins_of, brier, calibration_error


def test_bins_by_hand():
    said = np.array([0.05, 0.07, 0.5, 0.58, 1.0])
    true = np.array([0, 1, 1, 1, 0])
    count, mean, share = bins_of(said, true)
    assert count.tolist() == [2, 0, 0, 0, 0, 2, 0, 0, 0, 1]
    assert mean[[0, 5, 9]] == pytest.approx([0.06, 0.54, 1.0]) and share[[0, 5, 9]] == pytest.approx([0.5, 1, 0])
    assert np.isnan(mean[1]) and np.isnan(share[1])
    assert calibration_error(said, true) == pytest.approx((2 * 0.44 + 2 * 0.46 + 1) / 5)
    assert brier(said, true) == pytest.approx((0.05**2 + 0.93**2 + 0.5**2 + 0.42**2 + 1) / 5)


def test_what_is_drawn_as_it_was_said_is_calibrated_and_what_boasts_is_not():
    rng = np.random.default_rng(0)
    said = rng.random(40_000)
    true = rng.random(40_000) < said
    assert calibration_error(said, true) < 0.02
    boast = np.where(said > 0.5, (1 + said) / 2, said / 2)
    assert calibration_error(boast, true) > 0.1
    assert brier(said, true) < brier(boast, true) < brier(np.full(40_000, true.mean()), true)


def test_steps_begin_at_the_least_that_can_be_said():
    count, *_ = bins_of(np.array([0.5, 0.549, 0.56, 0.999]), np.ones(4), least=0.5)
    assert count.tolist() == [2, 1, 0, 0, 0, 0, 0, 0, 0, 1]

import numpy as np

from regard.train.plans import MODELS, draw_plan


def test_plans_stay_inside_their_bounds_and_cover_every_kind():
    plans = [draw_plan(np.random.default_rng(i)) for i in range(600)]
    assert min(p.genes for p in plans) == 5
    assert 100 < max(p.genes for p in plans) <= 120
    assert all(10 <= p.samples <= 1300 for p in plans)
    assert np.mean([p.genes * p.samples <= 12_500 for p in plans]) > 0.97
    assert {p.model for p in plans} == set(MODELS) - {"types", "screen"}
    assert abs(np.mean([p.model == "published" for p in plans]) - MODELS["published"]) < 0.06
    assert any(p.counts for p in plans)
    assert any(p.few for p in plans)
    assert all(p.screened <= p.genes and (p.types > 0 or not p.screened) for p in plans)
    assert all(
        any(getattr(p, part) for p in plans)
        for part in ("knockouts", "knockdowns", "series", "cells", "types", "screened")
    )


def test_plans_fit_small_batches_too():
    """A part that cannot be halved any more must not keep the others from it."""
    plans = [draw_plan(np.random.default_rng(i), cells=100, largest=8) for i in range(400)]
    assert max(p.samples for p in plans) < 80  # one series, a few wild types and one of the rest
    assert np.mean([p.samples <= 50 for p in plans]) > 0.8


def test_large_batches_hold_larger_tables_with_every_design():
    plans = [draw_plan(np.random.default_rng(i), cells=120_000, largest=150) for i in range(600)]
    values = np.array([p.genes * p.samples for p in plans])
    assert 120 < max(p.genes for p in plans) <= 150
    assert 50_000 < values.max() <= 130_000
    every = [p for p in plans if p.genes >= 90 and p.knockouts and p.series and p.multifactorial]
    assert max(p.samples for p in every) > 400

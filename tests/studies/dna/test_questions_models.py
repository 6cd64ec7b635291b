"""What two models have learned, on planted scores that agree or do not."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from regard.core.scores import PositionScores
from regard.models.initiation.strength import Reading
from regard.studies.dna.evidence import MEAN_OF_HEADS
from regard.studies.dna.questions_models import meeting, two_models
from tests.studies.planted_many import LENGTH, planted_many


@pytest.fixture(scope="module")
def many():
    """Puffin's start and a motif are at the six bases that attention falls on most; the classifier knows the class."""
    base, rng = planted_many(), np.random.default_rng(0)
    received, readings = rng.normal(0, 0.1, (60, LENGTH)), {}
    received[:, 30:33] += 5
    for i, name in enumerate(base.ids):
        initiation, activation = np.zeros((2, LENGTH)), rng.normal(0, 0.1, (4, LENGTH))
        initiation[0, 30:36] = 1.0
        activation[2, 30:36] = 9.0
        readings[name] = Reading(initiation, activation, "random", 1.0 + i % 7 + 20 * name.startswith("promoter"))
    probability = pd.Series(
        {name: 0.1 + 0.8 * name.startswith("promoter") + i % 7 / 99 for i, name in enumerate(base.ids)}
    )
    mean = PositionScores(base.ids, list(received), MEAN_OF_HEADS)
    return replace(base, received=base.received | {MEAN_OF_HEADS: mean}, readings=readings, probability=probability)


def test_numbers_are_those_that_were_planted(many):
    said = two_models(many).sentence
    assert "AUROC of 1.00 by the classifier and 1.00 by the highest initiation" in said
    assert "+1.00 within promoter (ranks)" in said
    assert "Both hold what tells promoter from non-promoter sequences about equally well" in said
    assert "100% ± 0% with strong motif activation and 100% ± 0% with high initiation (10% by chance)" in said
    assert "on strong motif activation and high initiation more often than by chance" in said


def test_attention_elsewhere_is_not_on_motifs(many):
    moved = PositionScores(many.ids, [np.roll(v, 20) for v in many.received[MEAN_OF_HEADS].values], MEAN_OF_HEADS)
    other = replace(many, received=many.received | {MEAN_OF_HEADS: moved})
    assert meeting(other, many.ids)["high initiation"][0] == 0
    assert "less often than by chance" in two_models(other).sentence


def test_a_classifier_that_knows_nothing_misses_what_initiation_knows(many):
    rng = np.random.default_rng(1)
    none = replace(many, probability=pd.Series(rng.random(60), index=many.ids))
    assert "The classifier misses part of what" in two_models(none).sentence
    assert "hardly go together" in two_models(none).sentence


def test_what_is_missing_is_said(many):
    assert "no classifier" in two_models(replace(many, probability=None)).sentence
    few = {c: ids[:3] for c, ids in many.groups.items()}
    said = two_models(replace(many, groups=few)).sentence
    assert said.startswith("6 sequences cannot show it; as they stand, the bases")

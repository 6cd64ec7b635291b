"""A model is read once, whatever is asked of what it showed."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from regard.models.attention import reader
from regard.models.dna_gpt.model import Config, DnaGPT
from regard.studies.dna.evidence import MEAN_OF_HEADS, head_scores
from regard.studies.dna.questions_readings import other_readings
from regard.studies.dna.subject import RECEIVED_CAUSAL as RECEIVED


@pytest.mark.parametrize("first", [1, 5, 9], ids=["inside the first few", "inside the next few", "all"])
def test_further_readings_of_the_first_sequences_need_no_further_pass(first):
    torch.manual_seed(0)
    plain = reader(DnaGPT(Config(width=32, heads=4, blocks=2, longest=100, tasks={})).eval())
    rng, read = np.random.default_rng(0), []
    rows = pd.DataFrame(
        {"sequence": ["".join(rng.choice(list("ACGT"), 40)) for _ in range(9)]}, index=list("abcdefghi")
    )
    counted = replace(plain, forward=lambda ids: read.append(len(ids)) or plain.forward(ids))
    others = other_readings(RECEIVED)
    used, entropy, *also = head_scores(counted, rows, [RECEIVED, "entropy"], also=others, first=first)
    assert sum(read) == len(rows)
    assert used[MEAN_OF_HEADS].ids == entropy[MEAN_OF_HEADS].ids == list(rows.index)
    alone = head_scores(plain, rows.iloc[:first], others)
    assert len(also) == len(alone) == len(others) > 1
    for one, by_itself in zip(also, alone, strict=True):
        assert list(one) == list(by_itself)
        for name, scores in one.items():
            assert scores.ids == list(rows.index)[:first]
            np.testing.assert_allclose(np.stack(scores.values), np.stack(by_itself[name].values), atol=1e-5)

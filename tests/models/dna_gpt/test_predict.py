"""What is predicted of a sequence does not depend on its company, to the last bit."""

import numpy as np
import pytest
import torch

from regard.models.dna_gpt.model import load
from regard.models.dna_gpt.predict import features_of, logits_of
from regard.models.shelf.shipped import DNA_GPT

RNG = np.random.default_rng(0)
SEQUENCES = [RNG.integers(0, 5, n, dtype=np.uint8) for n in (31, 32, 33, 33, 60, 97, 100, 128, 300, 300, 301, 2)]


@pytest.fixture(scope="module")
def model():
    return load(DNA_GPT)


@pytest.fixture
def threads():
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


@pytest.mark.parametrize(("task", "strands"), [("promoter", False), ("enhancer", True)])
def test_order_company_and_threads_change_no_bit(model, threads, task, strands):
    def read(chosen):
        return logits_of(model, task, [SEQUENCES[i] for i in chosen], both_strands=strands)

    every = np.arange(len(SEQUENCES))
    threads(1)
    one = read(every)
    assert np.isfinite(one).all() and np.ptp(one, axis=0).min() > 0.1
    threads(2)
    assert np.array_equal(one, read(every))
    for chosen in (every[::-1], np.random.default_rng(1).permutation(every), every[3:8], *every[:, None]):
        assert np.array_equal(one[chosen], read(chosen)), chosen


def test_batches_give_the_same_but_for_rounding(model):
    alone, together = (features_of(model, SEQUENCES, batch=n) for n in (1, 5))
    torch.testing.assert_close(alone, together, atol=1e-4, rtol=1e-4)

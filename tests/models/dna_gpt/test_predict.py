"""What is predicted of a sequence does not depend on its company, to the last bit."""

import numpy as np
import pytest
import torch

from regard.data.sequences import complement
from regard.models.dna_gpt.model import load
from regard.models.dna_gpt.predict import features_of, logits_of, strand_logits
from regard.models.shelf.shipped import DNA_GPT, DNA_GPT_ENHANCER

RNG = np.random.default_rng(0)
SEQUENCES = [RNG.integers(0, 5, n, dtype=np.uint8) for n in (31, 32, 33, 33, 60, 97, 100, 128, 300, 300, 301, 2)]


@pytest.fixture(scope="module")
def models():
    return {"promoter": load(DNA_GPT), "enhancer": load(DNA_GPT_ENHANCER)}


@pytest.fixture
def threads():
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


@pytest.mark.parametrize(("task", "strands"), [("promoter", False), ("enhancer", True)])
def test_order_company_and_threads_change_no_bit(models, threads, task, strands):
    def read(chosen):
        return logits_of(models[task], task, [SEQUENCES[i] for i in chosen], both_strands=strands)

    every = np.arange(len(SEQUENCES))
    threads(1)
    one = read(every)
    assert np.isfinite(one).all() and np.ptp(one, axis=0).min() > 0.1
    threads(2)
    assert np.array_equal(one, read(every))
    for chosen in (every[::-1], np.random.default_rng(1).permutation(every), every[3:8], *every[:, None]):
        assert np.array_equal(one[chosen], read(chosen)), chosen


def test_batches_give_the_same_but_for_rounding(models):
    alone, together = (features_of(models["promoter"], SEQUENCES, batch=n) for n in (1, 5))
    torch.testing.assert_close(alone, together, atol=1e-4, rtol=1e-4)


def test_strands_are_read_apart_and_their_mean_is_the_same_for_both(models):
    some = SEQUENCES[:6]
    other = [complement(s)[::-1].copy() for s in some]
    both = strand_logits(models["promoter"], "promoter", some, both_strands=True)
    assert both.shape == (2, 6, 3)
    assert np.array_equal(both[0], logits_of(models["promoter"], "promoter", some))
    assert np.array_equal(both[1], logits_of(models["promoter"], "promoter", other))
    turned = logits_of(models["promoter"], "promoter", other, both_strands=True)
    assert np.allclose(turned, both.mean(axis=0), atol=1e-5)
    assert abs(both[0] - both[1]).max() > 0.1

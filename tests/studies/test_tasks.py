import numpy as np
import torch
from scipy.special import softmax

from regard.studies.tasks import NEGATIVES, task_of


def test_probabilities_add_up_and_agree_with_the_score():
    logits = np.random.default_rng(0).normal(size=(5, 3))
    for name, negatives in [("enhancer", "both"), *[("promoter", n) for n in NEGATIVES]]:
        task = task_of(name, negatives)
        p = np.exp(task.log_probabilities(logits))
        assert p.shape == (5, len(task.classes))
        assert np.allclose(p.sum(axis=1), 1)
        odds = np.log(1 - p[:, 0]) - np.log(p[:, 0])
        assert np.allclose(task.score(torch.tensor(logits)).numpy(), odds, atol=1e-5)


def test_each_kind_of_negatives_leaves_the_other_out():
    logits = np.array([[1.0, 2.0, 3.0]])
    blocks = np.exp(task_of("promoter", "blocks").log_probabilities(logits))[0, 1]
    genome = np.exp(task_of("promoter", "genome").log_probabilities(logits))[0, 1]
    assert np.isclose(blocks, softmax([1.0, 3.0])[1])
    assert np.isclose(genome, softmax([2.0, 3.0])[1])

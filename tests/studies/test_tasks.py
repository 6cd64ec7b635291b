import numpy as np
import pytest
import torch
from scipy.special import softmax

from regard.errors import InputError
from regard.models.dna_gpt.model import Config
from regard.studies.tasks import NEGATIVES, task_of, task_of_model


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


def test_own_weights_bring_their_own_task():
    config = Config(tasks={"yours": ["off", "on"]})
    task = task_of_model(config, None)
    assert (task.name, task.classes) == ("yours", ("off", "on"))
    logits = np.array([[0.0, 1.0]])
    assert np.allclose(np.exp(task.log_probabilities(logits)), softmax(logits, axis=1))
    head = Config(tasks={"promoter": ["blocks", "genome", "promoter"]})
    assert task_of_model(head, None) == task_of("promoter", "genome")
    assert task_of_model(head, "promoter", "blocks") == task_of("promoter", "blocks")
    with pytest.raises(InputError, match="no classifier"):
        task_of_model(Config(), None)
    with pytest.raises(InputError, match="yours"):
        task_of_model(config, "promoter")


def test_lengths_that_a_classifier_did_not_learn_from_are_named():
    said = task_of("promoter").length_remark(np.array([300, 513, 149, 150, 512]))
    assert said is not None and said.startswith("2 of 5 sequences are not 150 to 512 bases long")
    assert task_of("promoter").length_remark(np.array([150, 512])) is None
    assert task_of("enhancer").length_remark(np.array([200])) is None
    assert "1 of 1 sequences are not 200 bases long" in str(task_of("enhancer").length_remark(np.array([201])))
    assert task_of_model(Config(tasks={"yours": ["off", "on"]}), None).length_remark(np.array([77])) is None

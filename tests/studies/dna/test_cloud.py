"""The enhancer question on a small random model and the shipped promoters: every matching step is there."""

import pytest
import torch
from matplotlib import pyplot as plt
from rich.progress import Progress

from regard.models.dna_gpt.model import Config, DnaGPT
from regard.studies.dna import cloud as dna_cloud
from regard.studies.dna.cloud import cloudier, trained_apart
from regard.studies.dna.subject import of_gpt, of_reader
from regard.studies.tasks import task_of
from tests.studies.planted_many import planted_many


@pytest.fixture
def subject():
    torch.manual_seed(0)
    tasks = {"promoter": ["blocks", "genome", "promoter"], "enhancer": ["none", "weak", "strong"]}
    return of_gpt(DnaGPT(Config(width=16, tasks=tasks)).eval(), task_of("enhancer"), "small")


def test_each_step_of_matching_has_its_row(subject, monkeypatch):
    monkeypatch.setattr(dna_cloud, "MOST", 10)
    monkeypatch.setattr(dna_cloud, "GRADIENTS", 6)
    answer = cloudier(planted_many("enhancer"), subject, Progress(disable=True))
    plt.close("all")
    rows = answer.rows.set_index("annotation")
    assert [name.split("promoters, ")[-1] for name in rows.index[:3]] == [
        "whole",
        "same length",
        "same length and number",
    ]
    assert rows.n.tolist()[:3] == [40, 40, 20]
    assert [name.split(", ")[-1] for name in rows.index[3:]] == [
        "as trained",
        "two classes",
        "and 10 sequences a class",
    ]
    assert rows.n.tolist()[3:] == [12] * 3
    # The planted entropies are about .57; a random model looks at all alike.
    assert rows.value.tolist()[:3] == [0, 0, 0]
    assert "lower in strong enhancer than in promoter" in answer.sentence
    assert "Each classifier reads a trunk of its own" in answer.sentence


def test_blocks_that_two_models_share_are_counted():
    torch.manual_seed(0)
    ours, theirs = (DnaGPT(Config(blocks=2, width=16, tasks={"enhancer": ["none", "weak", "strong"]})) for _ in "ab")
    assert "a trunk of its own" in trained_apart(ours, theirs)
    theirs.load_state_dict(ours.state_dict())
    with torch.no_grad():
        theirs.blocks[1].up.weight += 1
    assert "the same first 1 of 2 blocks" in trained_apart(ours, theirs)


def test_promoters_alone_cannot_say(subject):
    answer = cloudier(planted_many(), subject, Progress(disable=True))
    assert "--task enhancer" in answer.sentence
    assert answer.rows.empty


def test_another_model_is_asked_of_its_attention_alone(subject, monkeypatch):
    monkeypatch.setattr(dna_cloud, "MOST", 10)
    answer = cloudier(planted_many("enhancer"), of_reader(subject.reader), Progress(disable=True))
    plt.close("all")
    assert len(answer.rows) == 3
    assert "gradient" not in answer.sentence.lower()
    assert answer.biology.startswith("Enhancers have no fixed start")

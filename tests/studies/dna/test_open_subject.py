"""A model of one's own: in memory or from a function, under the names of our tasks."""

from dataclasses import replace

import pytest
import torch

import regard
from regard.errors import InputError
from regard.studies.dna.open_subject import open_subject

MINE = """
import torch, regard

wte = torch.nn.Embedding(5, 2)

def forward(ids):
    t = ids.shape[1]
    maps = torch.ones(t, t).tril() / torch.arange(1, t + 1)[:, None]
    return wte(ids).mean(1), None, [maps.expand(2, -1, -1)] * 3

def model():
    return regard.reader(
        forward, tokens=regard.letters("ACGTN"), unit="base", name="course GPT", causal=True, longest=300,
        classes=("0", "1"), logits=lambda ids: forward(ids)[0], embedding=wte,
    )
"""


@pytest.fixture
def mine(tmp_path, monkeypatch):
    (tmp_path / "of_a_course.py").write_text(MINE)
    monkeypatch.chdir(tmp_path)
    return "of_a_course:model"


def opened(weights, task="promoter"):
    return open_subject(weights, task, "both", "cpu", None)


def test_a_function_gives_the_model_and_its_file_is_known(mine, tmp_path):
    subject, files = opened(mine)
    assert files == [tmp_path / "of_a_course.py"]
    assert (subject.name, subject.task.name, subject.task.classes) == (
        "course GPT",
        "promoter",
        ("non-promoter", "promoter"),
    )
    assert subject.gradient is not None and subject.gradient("ACGTN").shape == (5,)
    maps = regard.attention(subject.reader, ["ACGT"])["seq1"]
    assert maps.shape == (3, 2, 4, 4) and maps[0, 0, 3].tolist() == [0.25] * 4
    assert opened(mine, None)[0].task.classes == ("0", "1")


def test_a_reader_in_memory_is_the_same(mine):
    found = opened(mine)[0].reader
    subject, files = opened(found)
    assert subject.reader is found and files == []


def test_what_does_not_fit_is_one_line(mine):
    with pytest.raises(InputError, match="tells 2 classes apart, and --task enhancer has 3: none, weak, strong"):
        opened(mine, "enhancer")
    found = opened(mine)[0].reader
    with pytest.raises(InputError, match=r"give its Reader logits=, of ids .* and embedding="):
        opened(replace(found, embedding=None))
    with pytest.raises(InputError, match="--model of_a_course:wte: TypeError"):
        opened("of_a_course:wte")
    with pytest.raises(InputError, match="--model of_a_course:nothing: AttributeError"):
        opened("of_a_course:nothing")


def test_a_model_without_a_classifier_gets_the_names_of_a_task_for_its_labels(mine):
    found = replace(opened(mine)[0].reader, classes=(), logits=None)
    subject, _ = opened(found, "enhancer")
    assert not subject.classifies
    assert subject.task.classes == ("none", "weak", "strong")
    assert torch.equal(subject.reader.tokens("GA")[0], torch.tensor([2, 0]))

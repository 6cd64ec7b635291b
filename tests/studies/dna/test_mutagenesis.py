"""A model that reads one base, and what mutagenesis and gradients of it must give."""

import numpy as np
import pandas as pd
import pytest
import torch
import torch.nn.functional as F
from rich.progress import Progress

from regard.core.scores import Annotations, PositionScores
from regard.models.dna_gpt.model import Config, DnaGPT
from regard.studies.dna.cloud import gradient_entropy
from regard.studies.dna.evidence import MEAN_OF_HEADS, changes_of, gradients_of
from regard.studies.dna.mutagenesis import EVERY, NAME, mutagenesis_evidence
from regard.studies.dna.subject import of_gpt
from regard.studies.tasks import task_of


class OneBase(DnaGPT):
    """The logit of the last class is 5 where the base at index 9 is A, else 0."""

    def __init__(self):
        super().__init__(Config(blocks=1, heads=1, width=4, tasks={"promoter": ["blocks", "genome", "promoter"]}))
        self.classifiers["promoter"] = torch.nn.Identity()

    def features(self, states, sequences, lengths):
        x = sequences if sequences.is_floating_point() else F.one_hot(sequences, 5).float()
        hit = 5 * x[:, 9, 0]
        return torch.stack([0 * hit, 0 * hit - 30, hit], dim=1)


def test_the_one_base_and_only_every_sixth():
    change = changes_of(OneBase(), task_of("promoter", "blocks"), "C" * 9 + "A" + "C" * 20, EVERY)
    assert np.flatnonzero(~np.isnan(change)).tolist() == [3, 9, 15, 21, 27]
    assert change[9] == pytest.approx(5, abs=0.01)
    assert np.nansum(change) == pytest.approx(change[9], abs=1e-6)
    assert np.isnan(changes_of(OneBase(), task_of("promoter"), "C" * 9 + "N" + "C" * 20, EVERY)[9])
    every = changes_of(OneBase(), task_of("promoter", "blocks"), "C" * 9 + "A" + "C" * 20)
    assert np.flatnonzero(every > 1e-6).tolist() == [9]
    assert not np.isnan(every).any()
    assert EVERY == 6


def test_it_is_held_against_motifs_at_the_same_bases_as_attention():
    rng = np.random.default_rng(0)
    ids = [f"s{i}" for i in range(12)]
    rows = pd.DataFrame({"sequence": ["".join(rng.choice(list("CGT"), 9)) + "A" + "C" * 50 for _ in ids]}, index=ids)
    motif = Annotations(ids, [np.arange(60) // 3 == 3 for _ in ids], "at 9 to 11")
    mean = PositionScores(ids, [rng.random(60) for _ in ids], MEAN_OF_HEADS)
    subject = of_gpt(OneBase(), task_of("promoter"), "one base")
    table = mutagenesis_evidence(
        subject, rows, mean, gradients_of(subject, rows, Progress(disable=True)), [], [motif], 0, Progress(disable=True)
    )
    table = table.set_index("method")
    assert set(table.verdict) == {"too few labels"}  # ten positives
    assert table.value[NAME] == 1
    assert table.value["gradient × input"] == 1
    assert table.value[MEAN_OF_HEADS] < 0.6
    assert set(table.n) == {100}  # ten sequences, every sixth of sixty bases
    assert set(table.positives) == {10}


def test_entropy_of_gradients_from_one_base_to_all():
    assert gradient_entropy(lambda x: x[:, 9, 0], "C" * 9 + "A" + "C" * 20) == pytest.approx(0, abs=1e-6)
    everything = gradient_entropy(lambda x: x[:, :, 1].sum(dim=1), "C" * 30)
    assert everything == pytest.approx(1, abs=1e-6)

"""RegDiffusion, where it is installed; and what is said of tables that it cannot read, and where it is not."""

import random
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from regard.errors import InputError, MissingExtra
from regard.predictors.edges import infer
from tests.toys.networks import EDGES, GENES, planted


class Trainer:
    """In the place of the package's: seeds whatever it can, and says what it was given."""

    def __init__(self, values, device, seed):
        random.seed(seed)
        np.random.seed(seed)
        torch.manual_seed(seed)
        self.values = values

    def train(self):
        print("100 %", file=sys.stderr)

    def get_adj(self):
        found = np.zeros((10, 10), dtype=np.float16)
        for regulator, target in EDGES:
            found[GENES.index(regulator), GENES.index(target)] = -3 if regulator == "g3" else 2
        return found


@pytest.fixture
def package(monkeypatch):
    stand_in = SimpleNamespace(RegDiffusionTrainer=Trainer, trainer=SimpleNamespace(torch=torch))
    monkeypatch.setitem(sys.modules, "regdiffusion", stand_in)


def test_rows_of_the_package_are_regulators_and_generators_are_left_alone(package, capsys):
    states = random.getstate(), np.random.get_state()[1].tolist(), torch.random.get_rng_state().tolist()
    edges = infer("regdiffusion", planted(30), regulators=[0, 3, 5], seed=3)
    after = random.getstate(), np.random.get_state()[1].tolist(), torch.random.get_rng_state().tolist()
    assert states == after and not capsys.readouterr().err
    strong = edges.table()[lambda table: table.score > 0]
    assert strong.values.tolist() == [["g3", "g8", 3.0], ["g0", "g5", 2.0], ["g0", "g6", 2.0]]


def test_a_sample_of_equal_values_is_named(package):
    expression = planted(30)
    expression.values[7] = 1.5
    with pytest.raises(InputError, match="all genes are equal in sample 's7'"):
        infer("regdiffusion", expression)


def test_without_the_package_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "regdiffusion", None)
    with pytest.raises(MissingExtra, match="regdiffusion"):
        infer("regdiffusion", planted(30))


@pytest.mark.slow
def test_planted_edges_come_first_and_the_same_seed_gives_the_same():
    pytest.importorskip("regdiffusion", reason="the extra regdiffusion is not installed")
    edges = infer("regdiffusion", planted(200), seed=1)
    assert edges.table().equals(infer("regdiffusion", planted(200), seed=1).table())
    best = set(edges.table(12)[["regulator", "target"]].itertuples(index=False, name=None))
    assert len(best & set(EDGES)) + len(best & {(t, r) for r, t in EDGES}) >= 5

"""What two runs were made with: what differs, and nothing that does not."""

from pathlib import Path

from regard.core.recorded import Recorded
from regard.studies.beside.settings import unlike


def run(seed=0, settings=(), inputs=(), **versions):
    return Recorded(Path("x"), ["regard", "dna"], seed, dict(settings), dict(inputs), versions, [])


def test_what_is_the_same_is_not_said():
    told = {"task": "promoter", "seconds": {"a": 1.5}, "targets": {"x": 1}}
    other = told | {"seconds": {"a": 2.5}}
    assert unlike(run(1, told, {"/a/x.fa": "1"}, torch="2"), run(1, other, {"/b/y.fa": "1"}, torch="2")) == []


def test_what_differs_is_said_in_its_order():
    one = run(1, {"task": "promoter", "targets": {"x": 1}, "methods": ["a", "b"]}, {"a/x.fa": "1", "w": "9"}, torch="2")
    other = run(2, {"task": "enhancer", "targets": {"x": 2}, "model": None}, {"b/x.fa": "2", "w": "9", "m": "3"})
    assert unlike(one, other) == [
        ("seed", "1", "2"),
        ("task", "promoter", "enhancer"),
        ("targets.x", "1", "2"),
        ("methods", "a, b", "–"),
        ("model", "–", "None"),
        ("input", "x.fa", "x.fa, other bytes"),
        ("input", "–", "m"),
        ("torch", "2", "–"),
    ]

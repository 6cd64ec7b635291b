"""The public names: all of them listed, none in the way of a package, and light until they are used."""

import doctest
import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec

import pytest

import regard


def test_dir_lists_every_public_name_and_each_is_there():
    assert set(regard.__all__) == set(regard._HOMES) <= set(dir(regard))
    for name in regard.__all__:
        assert getattr(regard, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        regard.nothing  # noqa: B018


def test_no_public_name_is_also_a_package():
    """`import regard.NAME.…` would put the package where the name was."""
    assert [name for name in regard.__all__ if find_spec(f"regard.{name}")] == []


IMPORTS = """
import regard.judge.metrics, regard.judge.compare, sys
assert "torch" not in sys.modules and "matplotlib" not in sys.modules
assert regard.judge.metrics.average_precision and callable(regard.compare)
assert regard.compare is regard.judge.compare.compare
assert "plot_with_functional_annotations" in dir(regard)
"""


def test_packages_and_verbs_stand_beside_one_another():
    done = subprocess.run([sys.executable, "-c", IMPORTS], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


NO_ARRAYS = ("load_protein", "reader", "token_table")  # what they give has no shape


@pytest.mark.parametrize("name", regard.__all__)
def test_the_example_of_a_public_name_runs(name):
    """And each has one, with its numbers or errors as they come out."""
    if name in ("load_protein", "extract_attention_enformer_style"):
        pytest.importorskip("antiberty", reason="extra antibody")
    home = import_module(f"regard.{regard._HOMES[name]}")
    finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    tests = finder.find(getattr(home, name), name, module=home)
    for test in tests:
        assert runner.run(test).failed == 0, f"{name}: see above"
    assert sum(len(test.examples) for test in tests) >= 2, f"{name}: no example"
    assert "shape" in getattr(home, name).__doc__ or name in NO_ARRAYS

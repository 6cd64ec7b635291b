"""Methods of other packages: a folder that looks installed, and a command line that meets it."""

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from tests.toys.networks import planted, write

REGARD = [sys.executable, "-c", "from regard.cli import main; main()"]
CODE = """
import numpy as np
from regard.predictors.edges import predictor

@predictor("variance", "spread of the regulator, whatever the target", "sd(regulator)", "an example")
def variance(expression, regulators, **_):
    return np.tile(expression.values.std(axis=0), (len(expression.genes), 1))
"""
SHORT = """
from regard.predictors.edges import predictor

@predictor("short", "gives too little", "-", "-")
def short(expression, regulators, **_):
    return [1.0, 2.0]
"""
THIEF = """
from regard.predictors.edges import PREDICTORS, predictor
predictor("pearson", "not Pearson's", "-", "-")(lambda *_, **__: 1 / 0)
predictor("thief", "-", "-", "-")(lambda *_, **__: 1 / 0)
"""


def package(folder: Path, name: str, points: dict[str, str], **modules: str) -> None:
    """What pip leaves of a package: its modules, and a dist-info with entry points."""
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    lines = [f"{point} = {value}" for point, value in points.items()]
    (info / "entry_points.txt").write_text("\n".join(["[regard.predictors]", *lines, ""]))
    for module, code in modules.items():
        (folder / f"{module}.py").write_text(code)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    package(folder, "toygrn", {"variance": "toygrn_code:variance", "pearson": "toygrn_code"}, toygrn_code=CODE)
    package(folder, "halfgrn", {"half": "halfgrn_code", "gone": "nowhere"}, halfgrn_code="import a_lib_not_there")
    package(folder, "shortgrn", {"short": "shortgrn_code:short"}, shortgrn_code=SHORT)
    package(folder, "thiefgrn", {"thief": "thief_code", "quits": "quits_code"}, thief_code=THIEF,
            quits_code="raise SystemExit(3)")  # fmt: skip
    write(planted(20), folder / "table.tsv")
    return folder


def run(site, *arguments):
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(site), *filter(None, sys.path)]), "COLUMNS": "240"}
    return subprocess.run([*REGARD, *map(str, arguments)], capture_output=True, text=True, timeout=300, env=env)


def test_a_plug_in_is_listed_and_a_broken_one_is_a_line(site):
    done = run(site, "methods")
    assert done.returncode == 0, done.stderr
    assert "spread of the regulator" in done.stdout and "package toygrn 1.0" in done.stdout
    lines = done.stderr.strip().splitlines()
    for says in (
        "'half' of package halfgrn 1.0: ModuleNotFoundError: No module named 'a_lib_not_there'",
        "'gone' of package halfgrn 1.0: ModuleNotFoundError",
        "'pearson' of package toygrn 1.0: there is a method of that name already",
        "'thief' of package thiefgrn 1.0: thief_code registers pearson, thief; expected thief and no other",
        "'quits' of package thiefgrn 1.0: SystemExit: 3",
    ):
        assert sum(says in line for line in lines) == 1, (says, lines)
    assert len(lines) == 5


def test_a_plug_in_runs_beside_others_and_one_that_fails_stops_none(site, tmp_path):
    done = run(site, "network", site / "table.tsv", "--method", "short,variance,pearson", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    edges = pd.read_csv(tmp_path / "out" / "edges.tsv", sep="\t")
    spread = planted(20).values.std(axis=0)
    assert edges.regulator[0] == f"g{spread.argmax()}"  # variance, the first that could be run
    assert (tmp_path / "out" / "edges.pearson.tsv").is_file()  # and Pearson's own
    assert "note: method 'short' of package shortgrn 1.0: ValueError: it gave shape (2,)" in done.stderr


@pytest.mark.parametrize(("method", "code"), [("short", 1), ("half", 2)])
def test_asked_alone_a_broken_plug_in_is_one_line(site, tmp_path, method, code):
    done = run(site, "network", site / "table.tsv", "--method", method, "--out", tmp_path / "out")
    assert done.returncode == code
    assert len(done.stderr.strip().splitlines()) == 1 and f"{method!r} of package {method}grn 1.0" in done.stderr

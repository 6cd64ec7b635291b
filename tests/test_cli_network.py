"""`regard network` as a user meets it: a real process, real files."""

import subprocess
import sys

import pandas as pd
import pytest

from tests.toys.networks import EDGES, planted, write

REGARD = [sys.executable, "-c", "from regard.cli import main; main()"]


def run(*arguments, **options):
    return subprocess.run([*REGARD, *map(str, arguments)], capture_output=True, text=True, timeout=600, **options)


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    path = tmp_path_factory.mktemp("network") / "expression.csv"
    write(planted(30), path, ",")
    return path


def test_edges_evidence_and_a_line_for_each_method(table, tmp_path):
    (tmp_path / "gold.tsv").write_text("".join(f"{r}\t{t}\t1\n" for r, t in EDGES))
    arguments = ["network", table, "--gold", tmp_path / "gold.tsv", "--method", "lasso,pearson", "--threads", 1]
    done = run(*arguments, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "lasso: AUPRC" in done.stderr and "chance: AUPRC" in done.stderr
    assert pd.read_csv(tmp_path / "out" / "edges.tsv", sep="\t").target[0] in dict(EDGES.keys()).values()
    again = run(*arguments, "--out", tmp_path / "out")
    assert again.returncode == 2 and "--force" in again.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--method", "genie4"], "'genie4' is unknown"),
        (["--method", "knockout-z"], "--perturbations"),
        (["--method", "pearson", "--gold", "none.tsv"], "none.tsv: no such file"),
        (["--method", "attention", "--device", "abacus"], "--device abacus: unknown"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(table, tmp_path, arguments, says):
    done = run("network", table, *arguments, "--out", tmp_path / "out", cwd=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_methods_are_listed():
    printed = run("methods", env={"COLUMNS": "220", "PYTHONPATH": ":".join(sys.path)}).stdout
    for name in ("genie3", "tabpfn.rollout", "knockout-z", "--perturbations"):
        assert name in printed

"""Targets shared out among runs: put together they are the run in one piece."""

import pytest
from rich.console import Console

from regard.errors import InputError
from regard.predictors import trees
from regard.studies.network.shards import parse_targets
from regard.studies.network.study import run
from tests.toys.networks import planted, write

METHODS = ["genie3", "lasso", "pearson"]


@pytest.fixture
def study(tmp_path, monkeypatch):
    monkeypatch.setattr(trees, "TREES", 5)
    expression = planted(20)
    expression.values[:, 3] = 1.0  # it never varies, so that places among all genes and among those fitted differ
    write(expression, tmp_path / "table.tsv")
    (tmp_path / "regulators.txt").write_text("g0\ng1\ng2\ng3\ng4\n")

    def begin(name, methods, **options):
        how = {"threads": 1, "console": Console(quiet=True), "regulators": tmp_path / "regulators.txt"}
        run(tmp_path / "table.tsv", tmp_path / name, methods=methods, **(how | options))
        return tmp_path / name

    return begin


def test_parts_of_a_range_and_of_a_file_make_the_run_in_one_piece(study, tmp_path, monkeypatch):
    (tmp_path / "rest.txt").write_text("g5\ng9\ng6\ng7\ng8\n")
    parts = [study("a", METHODS[:2], targets="1-5"), study("b", METHODS[:2], targets=str(tmp_path / "rest.txt"))]
    assert sorted(path.name for path in parts[0].iterdir()) == ["manifest.json", "parts.genie3.npz", "parts.lasso.npz"]
    whole = study("whole", METHODS)
    monkeypatch.setattr(trees, "fit_forest", lambda *_: 1 / 0)  # nothing is left to fit
    merged = study("merged", METHODS, merge=parts)
    for name in ("edges.tsv", *(f"edges.{method}.tsv" for method in METHODS), "network.parquet"):
        assert (merged / name).read_bytes() == (whole / name).read_bytes()
    with pytest.raises(ZeroDivisionError):
        study("half", METHODS, merge=parts[:1])


def test_parts_of_another_run_and_folders_without_parts_are_refused(study, tmp_path):
    part = study("a", ["lasso"], targets="1-2")
    with pytest.raises(InputError, match="of another run"):
        study("seed", ["lasso"], merge=[part], seed=1)
    with pytest.raises(InputError, match="of another run"):
        study("regulators", ["lasso"], merge=[part], regulators=None)
    with pytest.raises(InputError, match="has no parts of genie3"):
        study("other", ["genie3"], merge=[part])
    (part / "parts.lasso.npz").write_bytes((part / "parts.lasso.npz").read_bytes()[:-30])
    with pytest.raises(InputError, match="is damaged"):
        study("damaged", ["lasso"], merge=[part])


def test_targets_that_cannot_be_shared_out(study):
    genes = [f"g{i}" for i in range(10)]
    assert parse_targets("3-4", genes) == [2, 3]
    for given in ("0-3", "4-3", "9-11"):
        with pytest.raises(InputError, match="targets 1-10"):
            parse_targets(given, genes)
    with pytest.raises(InputError, match="is no file, nor a range"):
        parse_targets("g1", genes)
    with pytest.raises(InputError, match="'pearson' sees all targets at once"):
        study("x", ["pearson"], targets="1-2")
    with pytest.raises(InputError, match="name the methods"):
        study("x", [], targets="1-2")

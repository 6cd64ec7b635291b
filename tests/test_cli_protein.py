"""`regard protein` as a user meets it: a real process, AntiBERTy, the antibody that ships."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from regard.studies.protein.demo import ANTIBODY, STRUCTURE

REGARD = Path(sys.executable).parent / "regard"


def run(*arguments):
    return subprocess.run([REGARD, *map(str, arguments)], capture_output=True, text=True, timeout=900)


def test_dna_by_mistake_is_one_line_and_exit_code_2(tmp_path):
    (tmp_path / "dna.fa").write_text(">promoter\nACGTACGTACGTACGTACGT\n")
    done = run("protein", tmp_path / "dna.fa", "--out", tmp_path / "out")
    assert done.returncode == 2 and not (tmp_path / "out").exists()
    assert done.stderr.count("\n") == 1 and "DNA or RNA" in done.stderr and "Traceback" not in done.stderr


def test_fewer_twins_than_none_are_refused(tmp_path):
    done = run("protein", ANTIBODY, "--out", tmp_path / "out", "--twins", "-1")
    assert done.returncode == 2 and "--twins" in done.stderr and not (tmp_path / "out").exists()


@pytest.mark.slow
def test_an_antibody_offline(tmp_path):
    pytest.importorskip("antiberty", reason="extra antibody")
    done = run("protein", ANTIBODY, "--structure", STRUCTURE, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    evidence = pd.read_csv(tmp_path / "out" / "evidence.tsv", sep="\t")
    assert set(evidence.verdict) == {"too few labels"}  # one structure
    assert {"contacts, 24 and more apart", "paratope", "CDR"} <= set(evidence.annotation)
    page = (tmp_path / "out" / "report.html").read_text()
    assert "disulfide" in page and "<h1>Too few proteins for a verdict</h1>" in page
    assert "no comparison could be judged; 22 have too few labels" in done.stderr
    assert not evidence.duplicated(["method", "annotation", "metric"]).any()  # one row a comparison

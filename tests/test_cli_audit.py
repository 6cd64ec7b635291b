"""`regard audit` as a user meets it: planted faults, real files, a real process."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from regard.data.sequences import reverse_complement
from tests.audit.planted import changed, planted_rows, random_dna


def run(*arguments):
    code = "from regard.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        env=os.environ | {"COLUMNS": "160"},
    )


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Planted training rows, and a test file that knows three of them."""
    folder, rows = tmp_path_factory.mktemp("input"), planted_rows()
    train, test = folder / "train.fa", folder / "test.tsv"
    train.write_text("".join(f">r{i} label={y}\n{s}\n" for i, (s, y) in enumerate(rows)))
    rng, s = np.random.default_rng(9), [sequence for sequence, _ in rows]
    known = [s[40], reverse_complement(s[41]), changed(s[42], {150}), s[40], *(random_dna(rng, 300) for _ in range(16))]
    test.write_text("id\tsequence\tlabel\n" + "".join(f"t\t{one}\t{1 - i % 2}\n" for i, one in enumerate(known)))
    return train, test


@pytest.fixture(scope="module")
def finished(files, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "audit"
    done = run("audit", *files, "--out", out)
    assert done.returncode == 0, done.stderr
    return out, done.stdout


def test_every_planted_fault_is_counted(finished):
    out, screen = finished
    table = pd.read_csv(out / "audit.tsv", sep="\t")
    assert list(table) == ["check", "file", "level", "n", "share", "verdict", "advice"]
    n = table.set_index(["file", "check"]).n
    train = n["train.fa"]
    assert train["exact duplicates"] == 2
    assert train["reverse complements"] == 1
    assert train["near duplicates"] == 4
    assert train["conflicting labels"] == 1
    assert train["near duplicates, other label"] == 1
    assert train["built negatives"] == 3
    assert train["ids used twice"] == 0
    assert n["test.tsv"]["ids used twice"] == 19
    assert n["test.tsv"]["exact duplicates"] == 1
    assert n["train.fa / test.tsv"].to_dict() == {"overlap": 3, "near overlap": 1, "partial overlap": 0}
    assert (table.level[table.n == 0] == "none").all()
    assert "2 of 200 rows repeat an earlier one" in screen
    assert table.verdict.str.contains("8 of 20 aligned 15-bp blocks").sum() == 1


def test_the_rows_behind_each_finding_are_listed(finished):
    out, _ = finished
    read = {
        name: pd.read_csv(out / f"{name}.tsv", sep="\t")
        for name in ("duplicates", "conflicts", "near", "built", "overlap")
    }
    assert read["conflicts"].id.tolist() == ["r1", "r11", "r40", "t", "t"]  # also between the files
    assert read["conflicts"].row.tolist() == [2, 12, 41, 1, 4]
    inside = read["duplicates"][read["duplicates"].file == "train.fa"]
    pairs = inside.groupby("group").id.apply(list).tolist()
    assert [p for p in pairs if len(p) > 1] == [["r0", "r10"], ["r1", "r11"], ["r2", "r12"]]
    assert set(zip(read["built"].negative_id, read["built"].positive_id, strict=True)) == {
        ("r20", "r31"), ("r22", "r33"), ("r24", "r35"),
    }  # fmt: skip
    overlap = read["overlap"]
    assert list(zip(overlap.test_row, overlap.train_id, overlap.kind, strict=True)) == [
        (1, "r40", "exact"), (4, "r40", "exact"), (2, "r41", "reverse complement"), (3, "r42", "near"),
    ]  # fmt: skip
    assert {"r3", "r13", "r5", "r14"} <= set(read["near"].first_id) | set(read["near"].second_id)
    manifest = json.loads((out / "manifest.json").read_text())
    assert len(manifest["inputs"]) == 2
    page = (out / "report.html").read_text()
    assert "What to do" in page and "figures/shares.svg" in page
    assert "http://" not in page and "https://" not in page


def test_same_seed_same_bytes(finished, files, tmp_path):
    run("audit", *files, "--out", tmp_path / "again")
    for path in finished[0].iterdir():
        if path.is_file() and path.name != "manifest.json":
            assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes(), path.name


def test_strict_fails_only_where_something_is_serious(files, tmp_path):
    rng = np.random.default_rng(3)
    clean = tmp_path / "clean.fa"
    clean.write_text("".join(f">c{i} label={i % 2}\n{random_dna(rng, 100)}\n" for i in range(2000)))
    assert run("audit", clean, "--strict").returncode == 0
    assert run("audit", files[0], "--strict").returncode == 1
    assert run("audit", files[0]).returncode == 0
    assert list(tmp_path.iterdir()) == [clean]


def test_unlabelled_and_tiny_input(tmp_path):
    path = tmp_path / "one.fa"
    path.write_text(">a[b]\nACGT\n")
    done = run("audit", path, path)
    assert done.returncode == 0, done.stderr
    assert "1 of 1 test rows are in the training file" in done.stdout


def test_bad_input_is_one_line(tmp_path):
    for arguments in (["none.fa"], [__file__], [tmp_path], ["none.fa", "--similarity", "7"]):
        done = run("audit", *arguments, "--out", tmp_path / "out")
        assert done.returncode == 2, done.stderr
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr
        assert not (tmp_path / "out").exists()


DATA = Path(os.environ.get("REGARD_DATA", "none")) / "dna"


@pytest.mark.skipif(not DATA.is_dir(), reason="REGARD_DATA is not set")
def test_the_public_enhancer_table_and_the_promoter_table(tmp_path):
    from regard.studies.audit.study import run

    verdict = {f.check: f for f in run(DATA / "enhancers_types_train.parquet", out=tmp_path / "e")}
    assert verdict["exact duplicates"].n == 966
    assert verdict["conflicting labels"].n == 742
    assert verdict["odd lengths"].n == 11_035
    assert verdict["odd lengths"].level == "serious"
    built = {f.check: f for f in run(DATA / "promoter_train.parquet", out=tmp_path / "p")}["built negatives"]
    assert built.n == 26_517
    assert "8 of 20" in built.verdict

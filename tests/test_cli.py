"""The command line as a user meets it: a real process, real files."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import regard
from regard.models.shelf.shipped import INITIATION

REGARD = Path(sys.executable).parent / "regard"
EXAMPLES = Path(regard.__file__).parent / "examples"
PROMOTERS = EXAMPLES / "chr22_promoters.fa"


def run(*arguments, **options):
    return subprocess.run([REGARD, *map(str, arguments)], capture_output=True, text=True, timeout=600, **options)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A few labelled promoters and windows, cut short so that mutagenesis is quick."""
    records = PROMOTERS.read_text().split(">")[1:]
    path = tmp_path_factory.mktemp("input") / "small.fa"
    lines = []
    for record in [*records[:7], *records[120:127]]:
        header, sequence = record.split("\n")[:2]
        lines.append(f">{header.replace('tss=249', 'tss=49')}\n{sequence[200:280]}\n")
    path.write_text("".join(lines))
    return path


@pytest.fixture(scope="module")
def finished(small, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "run"
    done = run("dna", small, "--task", "promoter", "--negatives", "genome", "--out", out, "--examples", 1)
    assert done.returncode == 0, done.stderr
    return out


def test_a_run_leaves_everything_it_promises(finished, small):
    predictions = pd.read_csv(finished / "predictions.tsv", sep="\t")
    assert list(predictions) == ["id", "length", "predicted", "p_non-promoter", "p_promoter", "label"]
    headers = [line[1:].split()[0] for line in small.read_text().splitlines() if line.startswith(">")]
    assert predictions.id.tolist() == headers
    assert np.allclose(predictions["p_non-promoter"] + predictions.p_promoter, 1, atol=1e-4)

    evidence = pd.read_csv(finished / "evidence.tsv", sep="\t")
    assert " ".join(evidence.columns) == (
        "study item method annotation n positives prevalence metric value ci_low ci_high null null_mean "
        "baseline baseline_value p_value q_value verdict reason adds adds_low adds_high needed"
    )
    assert set(evidence.verdict) <= {"supported", "not supported", "too few labels", "cannot be told"}
    assert "labels turned within their sequence" in set(evidence.null)
    assert any(item.startswith("Which positions attract attention") for item in evidence["item"])
    assert "TSS ± 10 bp" in set(evidence.annotation)

    manifest = json.loads((finished / "manifest.json").read_text())
    assert manifest["seed"] == 0
    assert len(manifest["inputs"]) == 2 + INITIATION.is_file()
    assert list(pd.read_csv(finished / "positions.tsv", sep="\t")) == ["id", "position", "score", "method"]
    assert not list(finished.glob(".unfinished*"))


def test_the_page_counts_every_row_of_the_table(finished):
    verdict = pd.read_csv(finished / "evidence.tsv", sep="\t").verdict
    (counts,) = re.findall(r"data-verdicts='(.*?)'", (finished / "report.html").read_text())
    assert {word: n for word, n in json.loads(counts).items() if n} == verdict.value_counts().to_dict()


def test_attention_is_causal_and_rows_sum_to_one(finished):
    maps = regard.load(finished)
    shown = pd.read_csv(finished / "positions.tsv", sep="\t").id.unique()
    assert maps.ids == list(shown)
    assert maps[0].shape == (4, 4, 80, 80)
    for attention in maps:
        assert np.allclose(attention.sum(axis=-1), 1, atol=1e-5)
        assert np.allclose(np.triu(attention, 1), 0)
    assert maps[0][2][3].shape == (80, 80)  # attention[sequence][block][head]


def test_the_report_stands_alone(finished):
    page = (finished / "report.html").read_text()
    assert len(page) < 5_000_000
    for heading in ("What was asked", "What was found", "How sure is it?", "Is it evidence?"):
        assert heading in page
    assert "http://" not in page
    assert "https://" not in page
    assert 'src="data:image/png;base64,' in page
    drawn = {path.stem for path in (finished / "figures").glob("[!q]*.svg")}
    assert {f"attention_1_block_{block}" for block in (1, 2, 3, 4, "means")} | {"tracks_1", "tracks_2"} <= drawn
    questions = {path.stem for path in (finished / "figures").glob("question_*.svg")}
    assert {f"question_{one}" for one in ("blocks", "focus", "positions", "strength")} <= questions
    assert "The questions, answered with numbers" in page


def test_same_seed_same_bytes(finished, small, tmp_path):
    run("dna", small, "--task", "promoter", "--negatives", "genome", "--out", tmp_path / "b", "--examples", 1)
    for name in ("predictions.tsv", "evidence.tsv", "positions.tsv", "report.html", "report.md"):
        assert (tmp_path / "b" / name).read_bytes() == (finished / name).read_bytes(), name


def test_a_full_folder_is_refused_without_force_and_left_alone(finished, small):
    before = (finished / "report.html").stat().st_mtime_ns
    done = run("dna", small, "--task", "promoter", "--out", finished)
    assert done.returncode == 2
    assert "--force" in done.stderr
    assert (finished / "report.html").stat().st_mtime_ns == before


def test_unlabelled_input_with_markup_in_its_names_is_escaped_and_said_to_be_unlabelled(tmp_path):
    records = PROMOTERS.read_text().split(">")[1:]
    path = tmp_path / "x.fa"
    path.write_text("".join(f"><b>{i}&\n{r.splitlines()[1][200:240]}\n" for i, r in enumerate(records[:6])))
    done = run("dna", path, "--task", "enhancer", "--out", tmp_path / "out", "--examples", 1)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "out" / "report.html").read_text()
    assert "<b>0" not in page
    assert "no labels" in page
    assert list(pd.read_csv(tmp_path / "out" / "predictions.tsv", sep="\t"))[3:] == ["p_none", "p_weak", "p_strong"]


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "no sequence"), (">p\nMKTAYIAKQRQISFVKSHFSRQ\n", "protein"), (None, "no such file")],
)
def test_bad_input_is_one_line_and_exit_code_2(tmp_path, text, says):
    path = tmp_path / "in.fa"
    if text is not None:
        path.write_text(text)
    done = run("dna", path, "--task", "promoter", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_puffin_that_is_not_there_is_one_line_before_anything_is_computed(small, tmp_path):
    done = run("dna", small, "--task", "promoter", "--out", tmp_path / "out", "--puffin", tmp_path)
    assert done.returncode == 2
    assert "puffin.pth: no such file" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_out_that_cannot_be_written(small, tmp_path):
    (tmp_path / "file").write_text("x")
    done = run("dna", small, "--task", "promoter", "--out", tmp_path / "file" / "out", "--predictions-only")
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_methods_and_models_are_listed():
    assert "average product correction" in run("methods", env={"COLUMNS": "200"}).stdout
    assert "dna_gpt" in run("models", env={"COLUMNS": "200"}).stdout


def test_training_a_classifier_resumes_and_can_be_loaded(small, tmp_path):
    from regard.models.dna_gpt.model import load

    arguments = ["train", "classifier", small, "--classes", "non-promoter,promoter", "--steps", 2]
    assert run(*arguments, "--out", tmp_path / "a").returncode == 0
    again = run(*arguments, "--out", tmp_path / "a")  # nothing is left to do
    assert again.returncode == 0, again.stderr
    weights = tmp_path / "a" / "model.safetensors"
    assert load(weights).config.tasks == {"yours": ["non-promoter", "promoter"]}

    asked = run("dna", small, "--model", weights, "--predictions-only", "--out", tmp_path / "own")
    assert asked.returncode == 0, asked.stderr
    own = pd.read_csv(tmp_path / "own" / "predictions.tsv", sep="\t")
    assert {"p_non-promoter", "p_promoter"} < set(own)
    neither = run("dna", small, "--predictions-only", "--out", tmp_path / "neither")
    assert (neither.returncode, neither.stderr.count("\n")) == (2, 1)
    assert "--task: promoter, enhancer" in neither.stderr


def test_help_needs_no_torch():
    code = "import sys; sys.argv = ['regard', '--help']\nfrom regard.cli import main\n"
    code += "try: main()\nexcept SystemExit: pass\nassert 'torch' not in sys.modules, 'torch was imported'"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "regard" in done.stdout
